import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cleanGitEnvironment } from '../src/contract/git-repository.js';
import { project, startForTest } from './fakes-gitlab-support.js';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fakes-gitlab-git-'));
  folders.push(folder);
  return folder;
}

/** Runs git without waiting for it in this process: the fake runs here too. */
function git(folder: string, ...args: string[]): Promise<{ readonly ok: boolean; readonly said: string }> {
  const named = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args];
  return new Promise((resolve) => {
    execFile('git', named, { cwd: folder, env: cleanGitEnvironment() }, (error, stdout, stderr) => {
      resolve({ ok: error === null, said: stdout + stderr });
    });
  });
}

const withToken = (url: string, token: string, user = 'oauth2') => url.replace('//', `//${user}:${token}@`);

it('serves clones and pushes to those who may', async () => {
  const { gitlab, opened, request, inspect } = await startForTest({ base: '/gitlab' });
  await opened();
  const url = gitlab.cloneUrl('acme/gitops');
  const folder = await newFolder();
  const { tokens } = gitlab;
  for (const bad of [url, withToken(url, 'wrong'), withToken(url, tokens.expired), withToken(url, tokens.olga)]) {
    expect((await git(folder, 'ls-remote', bad)).ok).toBe(false);
  }
  for (const good of [
    withToken(url, tokens.rob),
    withToken(url, tokens.readOnly),
    withToken(url, tokens.job, 'gitlab-ci-token'),
  ]) {
    expect((await git(folder, 'ls-remote', good)).said).toContain('refs/heads/main');
  }
  expect((await git(folder, 'clone', '--quiet', '--branch', 'topic', withToken(url, tokens.repository), '.')).ok).toBe(
    true,
  );
  await writeFile(join(folder, 'pushed.txt'), 'x\n');
  await git(folder, 'add', '.');
  await git(folder, 'commit', '--quiet', '-m', 'Pushed');
  for (const bad of [
    withToken(url, tokens.rob),
    withToken(url, tokens.readOnly),
    withToken(url, tokens.job, 'gitlab-ci-token'),
  ]) {
    expect((await git(folder, 'push', '--quiet', bad, 'HEAD:topic')).ok).toBe(false);
  }
  expect((await git(folder, 'push', '--quiet', 'origin', 'HEAD:topic')).said).toBe('');
  const tip = (await git(folder, 'rev-parse', 'HEAD')).said.trim();
  expect((await inspect.branches())['topic']).toBe(tip);
  expect((await request()).sha).toBe(tip);
  expect(gitlab.log.count('git')).toBeGreaterThan(0);
});

it('keeps pushes off protected branches', async () => {
  const { gitlab, seeded, inspect } = await startForTest();
  const { base } = await seeded();
  gitlab.protect('acme/gitops', { name: 'main', push: 'maintainer' });
  gitlab.protect('acme/gitops', { name: 'release/*', push: null });
  const folder = await newFolder();
  const url = gitlab.cloneUrl('acme/gitops');
  await git(folder, 'clone', '--quiet', withToken(url, gitlab.tokens.ben), '.');
  await git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'One');
  const denied = await git(folder, 'push', 'origin', 'HEAD:main');
  expect([denied.ok, denied.said]).toEqual([
    false,
    expect.stringContaining('You are not allowed to push code to protected branches'),
  ]);
  expect((await git(folder, 'push', 'origin', 'HEAD:release/1')).ok).toBe(false);
  expect((await git(folder, 'push', 'origin', 'HEAD:feature')).ok).toBe(true);
  const maintainer = withToken(url, gitlab.tokens.ana);
  expect((await git(folder, 'push', maintainer, 'HEAD:main')).ok).toBe(true);
  await git(folder, 'reset', '--quiet', '--hard', base);
  await git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'Other');
  const forced = await git(folder, 'push', '--force', maintainer, 'HEAD:main');
  expect([forced.ok, forced.said]).toEqual([false, expect.stringContaining('force push')]);
  expect((await git(folder, 'push', maintainer, ':main')).ok).toBe(false);
  expect(Object.keys(await inspect.branches()).sort()).toEqual(['feature', 'main', 'topic']);
});

it('serves a public project to everybody, and a moved one by its old path', async () => {
  const { gitlab, call, seeded } = await startForTest({ projects: [{ path: 'acme/gitops', visibility: 'public' }] });
  await seeded();
  const url = gitlab.cloneUrl('acme/gitops');
  gitlab.move('acme/gitops', 'acme/other');
  const folder = await newFolder();
  expect((await git(folder, 'ls-remote', url)).said).toContain('refs/heads/main');
  expect((await git(folder, 'ls-remote', gitlab.cloneUrl('acme/other'))).said).toContain('refs/heads/main');
  expect((await git(folder, 'push', url, 'main:x')).ok).toBe(false);
  expect((await call('GET', project)).status).toBe(301);
});
