import type { Forge, GitOpsError } from '@gitops/core';

/** What a run does on a repository whose `main` holds `a.yaml`; each is written as a caller would who may be run twice. */
export type Action = 'commit' | 'open' | 'merge';

const change = { path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' };
const branches = { source: 'gitops/topic', target: 'main' };

export async function run(forge: Forge, action: Action): Promise<GitOpsError | null> {
  if (action === 'commit') return commit(forge);
  if (action === 'open') return open(forge);
  return merge(forge);
}

async function commit(forge: Forge): Promise<GitOpsError | null> {
  const main = await forge.git.head('main');
  const topic = await forge.git.head(branches.source);
  if (main.isErr()) return main.error;
  if (topic.isErr()) return topic.error;
  const base = main.value?.commit ?? '';
  const input = {
    branch: branches.source,
    expectedHead: topic.value?.commit ?? null,
    base,
    files: [change],
    message: 'Two',
  };
  const made = await forge.git.commit(input);
  return made.isErr() ? made.error : null;
}

async function open(forge: Forge): Promise<GitOpsError | null> {
  const found = await forge.pullRequests.findOpen(branches);
  if (found.isErr()) return found.error;
  if (found.value !== null) return null;
  const made = await forge.pullRequests.open({ ...branches, title: 'Two', description: 'Body' });
  return made.isErr() ? made.error : null;
}

async function merge(forge: Forge): Promise<GitOpsError | null> {
  const all = await forge.pullRequests.list({ state: 'all', limit: 9 });
  if (all.isErr()) return all.error;
  const [only] = all.value;
  const merged = await forge.pullRequests.merge(only?.id ?? '', {
    method: 'squash',
    expectedHead: only?.head ?? '',
    expectedTarget: null,
    message: { title: 'Landed', body: '' },
    approvals: 0,
    deleteSource: true,
    auto: false,
  });
  return merged.isErr() ? merged.error : null;
}
