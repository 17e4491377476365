// What the suite does not ask: a machine without Git, and a record that somebody broke.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { folder } from '../src/index.ts';

let path = '';
let base = '';
const ada = { name: 'Ada', email: 'ada@example.com' };
const git = async (args: readonly string[], input = '') =>
  (await runGit([`--git-dir=${path}`, ...args], { input })).toString('utf8').trim();

/** A repository whose only commit holds nothing. */
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'folder-forge-'));
  await runGit(['init', '--quiet', '--bare', '--initial-branch=main', path]);
  const who = ['-c', `user.name=${ada.name}`, '-c', `user.email=${ada.email}`];
  base = await git([...who, 'commit-tree', await git(['mktree']), '-m', 'Nothing yet']);
  await git(['update-ref', 'refs/heads/main', base]);
});
afterEach(() => rm(path, { recursive: true, force: true }));

it('says which record somebody broke', async () => {
  const { pullRequests } = folder({ path, identity: ada });
  const blob = await git(['hash-object', '-w', '--stdin'], '{');
  await git(['update-ref', `refs/folder/checks/${base}`, blob]);
  const answer = await pullRequests.setStatus(base, { name: 'build', state: 'success' });
  expect(answer.isErr() && answer.error).toMatchObject({ kind: 'response-invalid', details: { blob } });
});

it('says so where there is no git', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const answer = await folder({ path, identity: ada }).git.head(null);
  vi.unstubAllEnvs();
  expect(answer.isErr() && answer.error).toMatchObject({ kind: 'unavailable', remedy: 'Install Git 2.38 or newer.' });
});
