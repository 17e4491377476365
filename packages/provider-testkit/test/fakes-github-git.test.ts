import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runGit } from '../src/fakes/host/git-run.js';
import { call, git, seed, start } from './fakes-github-support.js';

const repo = '/repos/acme/gitops';

describe('git data', () => {
  it('answers 409 where there is no commit yet', async () => {
    const fake = await start();
    const answer = await call(fake, 'GET', `${repo}/git/ref/heads/main`);
    expect([answer.status, answer.message]).toEqual([409, 'Git Repository is empty.']);
    expect((await call(fake, 'GET', `${repo}/commits`)).status).toBe(409);
  });

  it('tells the repository and what the token may do', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', private: true }] });
    const told = await call(fake, 'GET', repo);
    expect([told.status, told.get('default_branch'), told.get('permissions.admin')]).toEqual([200, 'main', true]);
    expect((await call(fake, 'GET', repo, { token: fake.tokens.rita })).get('permissions.push')).toBe(false);
    expect((await call(fake, 'GET', repo, { token: fake.tokens.oscar })).status).toBe(404);
    expect((await call(fake, 'GET', repo, { token: null })).status).toBe(404);
    expect((await call(fake, 'GET', repo, { token: 'ghp_wrong' })).message).toBe('Bad credentials');
  });

  it('makes a tree, a commit and a branch that Git itself reads', async () => {
    const fake = await start();
    const base = await seed(fake, 'main', { 'a.yaml': 'a: 1\n', 'b/c.yaml': 'c: 1\n', 'gone.yaml': 'x\n' });
    const tree = await call(fake, 'POST', `${repo}/git/trees`, {
      body: {
        base_tree: base,
        tree: [
          { path: 'a.yaml', mode: '100644', type: 'blob', content: 'a: 2\n' },
          { path: 'gone.yaml', mode: '100644', type: 'blob', sha: null },
        ],
      },
    });
    expect(tree.status).toBe(201);
    const commit = await call(fake, 'POST', `${repo}/git/commits`, {
      body: { message: 'two\n\nbody', tree: tree.text('sha'), parents: [base] },
    });
    expect(commit.status).toBe(201);
    expect(commit.get('verification.verified')).toBe(false);
    const sha = commit.text('sha');
    const ref = await call(fake, 'POST', `${repo}/git/refs`, { body: { ref: 'refs/heads/next', sha } });
    expect([ref.status, ref.get('object.sha')]).toEqual([201, sha]);
    expect(await git(fake, ['ls-tree', '-r', '--name-only', 'next'])).toBe('a.yaml\nb/c.yaml');
    expect(await git(fake, ['show', 'next:a.yaml'])).toBe('a: 2');
    expect(await git(fake, ['log', '-1', '--format=%an <%ae>', 'next'])).toBe('Alice Example <alice@example.com>');
    const again = await call(fake, 'POST', `${repo}/git/refs`, { body: { ref: 'refs/heads/next', sha } });
    expect([again.status, again.message]).toEqual([422, 'Reference already exists']);
  });

  it('moves a branch forward, and backward only by force', async () => {
    const fake = await start();
    const one = await seed(fake, 'main', { a: '1' });
    const two = await seed(fake, 'main', { a: '2' });
    const back = await call(fake, 'PATCH', `${repo}/git/refs/heads/main`, { body: { sha: one } });
    expect([back.status, back.message]).toEqual([422, 'Update is not a fast forward']);
    expect((await call(fake, 'PATCH', `${repo}/git/refs/heads/main`, { body: { sha: one, force: true } })).status).toBe(
      200,
    );
    expect((await call(fake, 'PATCH', `${repo}/git/refs/heads/main`, { body: { sha: two } })).status).toBe(200);
    const gone = await call(fake, 'PATCH', `${repo}/git/refs/heads/none`, { body: { sha: one } });
    expect([gone.status, gone.message]).toEqual([422, 'Reference does not exist']);
    expect((await call(fake, 'DELETE', `${repo}/git/refs/heads/main`)).status).toBe(204);
  });

  it('lists a tree whole, by folder, or cut', async () => {
    const fake = await start({ treeLimit: 2 });
    const base = await seed(fake, 'main', { a: '1', 'd/b': '2', 'd/c': '3' });
    const flat = await call(fake, 'GET', `${repo}/git/trees/main`);
    expect(flat.list('tree').map((entry) => entry.get('path'))).toEqual(['a', 'd']);
    const all = await call(fake, 'GET', `${repo}/git/trees/${base}?recursive=1`);
    expect([all.get('truncated'), all.list('tree').length]).toEqual([true, 2]);
    expect((await call(fake, 'GET', `${repo}/git/trees/${'0'.repeat(40)}`)).status).toBe(404);
  });

  it('refuses a mode that Git does not have', async () => {
    const fake = await start({ checkRequests: false });
    const base = await seed(fake, 'main', { a: '1' });
    const body = { base_tree: base, tree: [{ path: 'a', mode: '100600', type: 'blob', content: '' }] };
    const answer = await call(fake, 'POST', `${repo}/git/trees`, { body });
    expect(answer.status).toBe(422);
    expect(answer.message).toContain('Must supply a valid tree.mode');
  });

  it('tells a commit that changed, and compares two', async () => {
    const fake = await start();
    const one = await seed(fake, 'main', { a: '1\n', b: 'x\n' });
    const two = await seed(fake, 'main', { a: '2\n', b: null, c: 'new\n' });
    const commit = await call(fake, 'GET', `${repo}/commits/${two}`);
    expect(commit.list('files').map((file) => [file.get('filename'), file.get('status')])).toEqual([
      ['a', 'modified'],
      ['b', 'removed'],
      ['c', 'added'],
    ]);
    const compared = await call(fake, 'GET', `${repo}/compare/${one}...main`);
    expect([compared.get('status'), compared.get('ahead_by'), compared.list('files').length]).toEqual(['ahead', 1, 3]);
    const listed = await call(fake, 'GET', `${repo}/commits?sha=main&path=a&per_page=1`);
    expect(listed.headers.get('link')).toContain('rel="next"');
    const next = /<([^>]+)>; rel="next"/.exec(listed.headers.get('link') ?? '')?.[1] ?? '';
    expect((await call(fake, 'GET', next)).get('0.sha')).toBe(one);
  });

  it('reads and writes single files with guards', async () => {
    const fake = await start();
    await seed(fake, 'main', { 'dir/a.yaml': 'a: 1\n' });
    const read = await call(fake, 'GET', `${repo}/contents/dir/a.yaml`);
    expect(Buffer.from(read.text('content'), 'base64').toString()).toBe('a: 1\n');
    expect((await call(fake, 'GET', `${repo}/contents/dir`)).get('0.path')).toBe('dir/a.yaml');
    const content = Buffer.from('a: 2\n').toString('base64');
    const put = (body: unknown) => call(fake, 'PUT', `${repo}/contents/dir/a.yaml`, { body });
    expect((await put({ message: 'm', content })).status).toBe(422);
    expect((await put({ message: 'm', content, sha: '0'.repeat(40) })).status).toBe(409);
    expect((await put({ message: 'm', content, sha: read.text('sha') })).status).toBe(200);
    expect(await git(fake, ['show', 'main:dir/a.yaml'])).toBe('a: 2');
  });
});

describe('archive', () => {
  it('leads to another origin, which needs no credentials', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', private: true }] });
    const commit = await seed(fake, 'main', { 'a.yaml': 'a: 1\n' });
    const answer = await call(fake, 'GET', `${repo}/tarball/main`);
    expect(answer.status).toBe(302);
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith(fake.archiveOrigin)).toBe(true);
    expect(fake.archiveOrigin).not.toBe(new URL(fake.apiUrl).origin);
    const folder = await mkdtemp(join(tmpdir(), 'archive-'));
    try {
      const bytes = Buffer.from(await (await fetch(location)).arrayBuffer());
      const tar = await runGit(folder, ['get-tar-commit-id'], { input: gunzipSync(bytes) });
      expect(tar.stdout.toString().trim()).toBe(commit);
      expect(gunzipSync(bytes).toString('latin1')).toContain(`acme-gitops-${commit.slice(0, 7)}/a.yaml`);
    } finally {
      await rm(folder, { recursive: true });
    }
    expect((await fetch(location.replace(/token=.*/, 'token=0'))).status).toBe(404);
    expect(fake.log.count('archive')).toBe(2);
    expect(JSON.stringify(fake.log.entries)).not.toContain(new URL(location).searchParams.get('token'));
  });
});

describe('smart HTTP', () => {
  it('clones, pushes and refuses with the same tokens as the API', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', private: true }] });
    await seed(fake, 'main', { 'a.yaml': 'a: 1\n' });
    const folder = await mkdtemp(join(tmpdir(), 'clone-'));
    const url = (token: string): string => fake.cloneUrl('acme/gitops').replace('://', `://x-access-token:${token}@`);
    const who = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' };
    try {
      await runGit(folder, ['clone', '--quiet', '--filter=blob:none', url(fake.tokens.bob), 'c']);
      const clone = join(folder, 'c');
      expect(await readFile(join(clone, 'a.yaml'), 'utf8')).toBe('a: 1\n');
      await runGit(clone, ['checkout', '--quiet', '-b', 'topic']);
      await runGit(clone, ['commit', '--quiet', '--allow-empty', '-m', 'pushed'], { env: who });
      await runGit(clone, ['push', '--quiet', 'origin', 'topic']);
      expect(await git(fake, ['log', '-1', '--format=%s', 'topic'])).toBe('pushed');
      for (const token of [fake.tokens.rita, fake.tokens.oscar, 'ghp_wrong']) {
        const refused = await runGit(clone, ['push', url(token), 'topic:other'], { codes: [128] });
        expect(refused.stderr).toMatch(/denied|not found|Authentication failed/);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(fake.log.count('api')).toBe(0);
    expect(fake.log.count('git')).toBeGreaterThan(3);
  });

  it('keeps protected branches, and moves an open pull request', async () => {
    const fake = await start();
    await seed(fake, 'main', { 'a.yaml': 'a: 1\n' });
    await seed(fake, 'topic', { 'a.yaml': 'a: 3\n' }, { parent: await git(fake, ['rev-parse', 'main']) });
    await call(fake, 'POST', `${repo}/pulls`, { body: { title: 't', head: 'topic', base: 'main' } });
    fake.protect('acme/gitops', 'main', { requiredChecks: ['build'] });
    const folder = await mkdtemp(join(tmpdir(), 'push-'));
    const who = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' };
    try {
      const url = fake.cloneUrl('acme/gitops').replace('://', `://x:${fake.tokens.bob}@`);
      await runGit(folder, ['clone', '--quiet', '--branch=topic', url, '.']);
      await runGit(folder, ['commit', '--quiet', '--allow-empty', '-m', 'pushed'], { env: who });
      await runGit(folder, ['push', '--quiet', 'origin', 'topic']);
      const head = (await runGit(folder, ['rev-parse', 'HEAD'])).stdout.toString().trim();
      expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('head.sha')).toBe(head);
      const push = (what: string) => runGit(folder, ['push', 'origin', what], { codes: [0, 1] });
      expect((await push('topic:main')).stderr).toContain('Required status checks are expected');
      await call(fake, 'POST', `${repo}/statuses/${head}`, { body: { state: 'success', context: 'build' } });
      expect((await push(':main')).stderr).toContain('refusing to delete the current branch');
      expect((await push('topic:main')).code).toBe(0);
      fake.protect('acme/gitops', 'topic', {});
      expect((await push(':topic')).stderr).toContain('Cannot delete this protected branch');
      expect((await push('+topic~1:main')).stderr).toContain('Cannot force-push to this protected branch');
    } finally {
      await rm(folder, { recursive: true });
    }
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('merged')).toBe(true);
  });
});
