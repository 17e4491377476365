import picomatch from 'picomatch';
import {
  type Answer,
  type BranchHead,
  type Clock,
  type CommitInfo,
  errAsync,
  type FileChange,
  type Forge,
  okAsync,
  type PullRequest,
  type PullRequestStatus,
  problem,
  snapshotOf,
} from '../src/index.js';

interface StoredCommit extends CommitInfo {
  readonly files: Readonly<Record<string, string>>;
}

/** A forge in memory, for tests of what stands between a plan and the ports. Real Git is tested with the providers. */
export function memoryForge(files: Readonly<Record<string, string>>) {
  const commits = new Map<string, StoredCommit>();
  const branches = new Map<string, string>();
  const pulls: PullRequest[] = [];
  const approvals = new Map<string, string>();
  const calls: string[] = [];
  let counter = 0;
  const hooks: { before: (call: string) => void } = { before: () => {} };

  const store = (parents: readonly string[], message: string, content: Readonly<Record<string, string>>): string => {
    const commit = (++counter).toString(16).padStart(40, '0');
    const at = `2026-11-25T10:00:${String(counter % 60).padStart(2, '0')}Z`;
    commits.set(commit, {
      commit,
      parents,
      message,
      author: { name: 'ana', email: 'ana@example.com' },
      at,
      files: content,
    });
    return commit;
  };
  branches.set('main', store([], 'Start\n', files));
  const get = (id: string): StoredCommit => {
    const found = commits.get(id);
    if (found === undefined) throw new Error(`no commit ${id}`);
    return found;
  };
  const patched = (base: string, changes: readonly FileChange[]): Record<string, string> => {
    const content = { ...get(base).files };
    for (const change of changes) {
      if (change.after === null) delete content[change.path];
      else content[change.path] = change.after;
    }
    return content;
  };
  const sorted = (files: readonly FileChange[]) => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  /** What a commit changed against its first parent. */
  const changesOf = (commit: string): FileChange[] => {
    const { files: after, parents } = get(commit);
    const before = parents[0] === undefined ? {} : get(parents[0]).files;
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((path) => {
      const change = { path, before: before[path] ?? null, after: after[path] ?? null };
      return change.before === change.after ? [] : [change];
    });
  };
  /** Three ways, by whole files: null in conflict. */
  const merged = (source: string, target: string): Record<string, string> | null => {
    const base = get(get(source).parents.at(-1) ?? source).files;
    const content = { ...get(target).files };
    for (const path of new Set([...Object.keys(base), ...Object.keys(get(source).files)])) {
      const theirs = get(source).files[path];
      if (theirs === base[path]) continue;
      if (content[path] !== base[path] && content[path] !== theirs) return null;
      if (theirs === undefined) delete content[path];
      else content[path] = theirs;
    }
    return content;
  };
  const call = <T>(name: string, work: () => Answer<T>): Answer<T> => {
    calls.push(name);
    hooks.before(name);
    return work();
  };
  const live = (one: PullRequest): PullRequest => ({
    ...one,
    head: one.state === 'open' ? (branches.get(one.source) ?? one.head) : one.head,
  });
  const find = (id: string): PullRequest => {
    const found = pulls.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no pull request ${id}`);
    return found;
  };
  const replace = (id: string, patch: Partial<PullRequest>): PullRequest => {
    const index = pulls.indexOf(find(id));
    const next = { ...find(id), ...patch };
    pulls[index] = next;
    return live(next);
  };
  const stale = (branch: string, what: 'source' | 'target') =>
    problem('stale-head', `${branch} has moved.`, 'Look again.', { details: { what } });

  const forge: Forge = {
    id: 'memory',
    name: 'memory',
    capabilities: {
      labels: true,
      drafts: true,
      reviewers: true,
      assignees: true,
      milestones: true,
      autoMerge: false,
      approvals: 'advisory',
      approve: true,
      signedCommits: false,
      ssh: false,
      atomicPush: true,
      mergeMethods: ['merge', 'squash'],
      descriptionLimit: null,
      terms: { request: 'pull request', sigil: '' },
    },
    git: {
      head: (branch) =>
        call('head', () => {
          const name = branch ?? 'main';
          const at = branches.get(name);
          return okAsync(at === undefined ? null : ({ commit: at, branch: name } satisfies BranchHead));
        }),
      snapshot: (source, globs) =>
        call('snapshot', () => {
          const branch = 'branch' in source ? (source.branch ?? 'main') : null;
          const commit = 'commit' in source ? source.commit : branches.get(branch ?? '');
          if (commit === undefined)
            return errAsync(problem('not-found', `no branch ${branch}`, '', { details: { branch } }));
          if (!commits.has(commit)) return errAsync(problem('not-found', `no commit ${commit}`, ''));
          const fits = picomatch([...globs], { dot: true });
          const files = Object.fromEntries(Object.entries(get(commit).files).filter(([path]) => fits(path)));
          return okAsync({ ...snapshotOf(files, commit), commit, branch });
        }),
      holds: (commit, { files }) =>
        call('holds', () => okAsync(JSON.stringify(changesOf(commit)) === JSON.stringify(sorted(files)))),
      changes: (commit) => call('changes', () => okAsync(changesOf(commit))),
      commit: (input) =>
        call('commit', () => {
          const now = branches.get(input.branch) ?? null;
          if (now !== input.expectedHead) return errAsync(stale(input.branch, 'source'));
          const id = store([input.base], input.message, patched(input.base, input.files));
          branches.set(input.branch, id);
          return okAsync({ commit: id, unchanged: false });
        }),
      deleteBranch: (branch) =>
        call('deleteBranch', () => {
          branches.delete(branch);
          return okAsync(undefined);
        }),
      log: ({ from, limit, paths = ['**'] }) =>
        call('log', () => {
          const entries: CommitInfo[] = [];
          const isAsked = picomatch([...paths], { dot: true });
          for (let at: string | undefined = from; at !== undefined && entries.length < limit; at = get(at).parents[0])
            if (changesOf(at).some(({ path }) => isAsked(path))) entries.push(get(at));
          return okAsync(entries);
        }),
      identity: () => okAsync({ name: 'ana', email: 'ana@example.com' }),
    },
    pullRequests: {
      findOpen: ({ source, target }) =>
        call('findOpen', () => {
          const found = pulls.find((one) => one.state === 'open' && one.source === source && one.target === target);
          return okAsync(found === undefined ? null : live(found));
        }),
      list: () => call('list', () => okAsync(pulls.map(live))),
      get: (id) => call('get', () => okAsync(live(find(id)))),
      open: (draft) =>
        call('open', () => {
          if (pulls.some((one) => one.state === 'open' && one.source === draft.source))
            return errAsync(problem('already-exists', 'open already', ''));
          const one: PullRequest = {
            id: String(pulls.length + 1),
            url: `memory:${pulls.length + 1}`,
            state: 'open',
            title: draft.title,
            description: draft.description,
            source: draft.source,
            target: draft.target,
            head: branches.get(draft.source) ?? '',
            author: 'ana',
            createdAt: '2026-11-25T10:00:00Z',
            draft: draft.draft ?? false,
            labels: draft.labels ?? [],
            reviewers: draft.reviewers ?? [],
            assignees: draft.assignees ?? [],
            milestone: draft.milestone ?? null,
            landed: null,
          };
          pulls.push(one);
          return okAsync(one);
        }),
      update: (id, patch) => call('update', () => okAsync(replace(id, patch))),
      status: (id) =>
        call('status', () => {
          const pullRequest = live(find(id));
          const target = branches.get(pullRequest.target) ?? '';
          const content = pullRequest.state === 'open' ? merged(pullRequest.head, target) : null;
          const by = approvals.get(id);
          const status: PullRequestStatus = {
            pullRequest,
            approvals: by === pullRequest.head ? [{ by: 'ben', at: '2026-11-25T10:00:00Z' }] : [],
            rejections: [],
            checks: [],
            comments: [],
            mergeable: content === null && pullRequest.state === 'open' ? 'conflict' : 'yes',
            trial: content === null ? null : { target, result: store([target, pullRequest.head], 'trial', content) },
            queued: false,
            awaits: [],
          };
          return okAsync(status);
        }),
      setStatus: () => okAsync(undefined),
      approve: (id, { head }) => {
        approvals.set(id, head);
        return okAsync(undefined);
      },
      merge: (id, input) =>
        call('merge', () => {
          const one = live(find(id));
          const target = branches.get(one.target) ?? '';
          if (one.head !== input.expectedHead) return errAsync(stale(one.source, 'source'));
          if (input.expectedTarget !== null && input.expectedTarget !== target)
            return errAsync(stale(one.target, 'target'));
          if (input.approvals > 0 && approvals.get(id) !== one.head)
            return okAsync({ kind: 'waiting', for: ['1 approval'] });
          const content = merged(one.head, target);
          if (content === null) return okAsync({ kind: 'refused', why: 'conflict' });
          const last = store([target, one.head], `${input.message.title}\n\n${input.message.body}`, content);
          branches.set(one.target, last);
          const landed = { first: last, last };
          replace(id, { state: 'merged', landed, head: one.head });
          if (input.deleteSource) branches.delete(one.source);
          return okAsync({ kind: 'merged', landed });
        }),
      close: (id) =>
        call('close', () => {
          replace(id, { state: 'closed' });
          return okAsync(undefined);
        }),
      comment: () => okAsync(undefined),
    },
  };
  return {
    forge,
    calls,
    hooks,
    pulls: () => pulls.map(live),
    head: (branch: string) => branches.get(branch) ?? null,
    filesOf: (branch: string) => get(branches.get(branch) ?? '').files,
    messageOf: (branch: string) => get(branches.get(branch) ?? '').message,
    /** What a forge's button does: the target is merged into the source. */
    updateBranch: (id: string) => {
      const one = live(find(id));
      const target = branches.get(one.target) ?? '';
      const content = merged(one.head, target);
      if (content === null) throw new Error('a conflict');
      branches.set(one.source, store([one.head, target], `Merge ${one.target} into ${one.source}\n`, content));
    },
    /** A commit by somebody else. */
    push: (branch: string, changes: Readonly<Record<string, string | null>>, message = 'By hand\n') => {
      const base = branches.get(branch) ?? '';
      const id = store(
        [base],
        message,
        patched(
          base,
          Object.entries(changes).map(([path, after]) => ({ path, before: null, after })),
        ),
      );
      branches.set(branch, id);
      return id;
    },
  };
}

/** A clock that moves only when somebody sleeps. */
export function testClock(start = '2026-11-25T10:00:00Z'): Clock {
  let time = Date.parse(start);
  return {
    now: () => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
  };
}
