import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onGitHub, onGitLab } from './forges.js';
import { cleanEnv, errorOf, fleet, git, gitops, temporaryFolder } from './repository.js';

const promote = ['promote', 'dev', 'prod', '--output', 'json'];

describe('a token of the environment goes to hosts that somebody named', () => {
  it('not to the host of an origin on GitHub Enterprise Server, until --allow-host or --repo names it', async () => {
    const { fake, env, clone, url } = await onGitHub(fleet(), { base: '/api/v3' });
    const folder = clone();
    const own = { XDG_CACHE_HOME: env['XDG_CACHE_HOME'], GH_TOKEN: fake.tokens.bob };
    const host = new URL(url).host;
    const as = [...promote, '--provider', 'github'];
    const refused = await gitops(folder, as, { env: own });
    expect(refused.exitCode).toBe(4);
    expect(errorOf(refused).remedy).toContain(`--allow-host ${host}`);
    expect(fake.log.entries.filter((one) => one.authorization !== 'none')).toEqual([]);
    expect(refused.out + refused.err).not.toContain(fake.tokens.bob);
    const allowed = await gitops(folder, [...as, '--allow-host', host], { env: own });
    expect(allowed.json()).toMatchObject({ pullRequests: [{ kind: 'opened' }] });
    const byVariable = await gitops(folder, as, { env: { ...own, GITOPS_ALLOW_HOST: `other.example,${host}` } });
    expect(byVariable.json()).toMatchObject({ pullRequests: [{ kind: 'unchanged' }] });
    const named = await gitops('/', [...as, '--repo', url], { env: own });
    expect(named.json()).toMatchObject({ pullRequests: [{ kind: 'unchanged' }] });
  });

  it('not to the host of an origin on GitLab below a path, which is asked what it is without credentials', async () => {
    const { fake, env, clone, url } = await onGitLab(fleet(), { base: '/gitlab' });
    const folder = clone();
    const own = { XDG_CACHE_HOME: env['XDG_CACHE_HOME'], GITLAB_TOKEN: fake.tokens.ben };
    const host = new URL(url).host;
    const refused = await gitops(folder, promote, { env: own });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.out + refused.err).toContain('--allow-host');
    expect(fake.log.entries.filter((one) => one.authorization !== 'none')).toEqual([]);
    const allowed = await gitops(folder, [...promote, '--allow-host', host], { env: own });
    expect(allowed.json()).toMatchObject({ pullRequests: [{ kind: 'opened', id: '1' }] });
    const named = await gitops('/', [...promote, '--repo', url], { env: own });
    expect(named.json()).toMatchObject({ pullRequests: [{ kind: 'unchanged' }] });
  });

  it('not to the origin that an archive is redirected to', async () => {
    const { fake, env, clone } = await onGitHub();
    expect((await gitops(clone(), [...promote, '--no-cache'], { env })).exitCode).toBe(0);
    const archives = fake.log.entries.filter((one) => one.area === 'archive');
    expect(archives.map((one) => one.authorization)).toEqual(['none']);
  });

  it('not to a host that a second identity is for, unless it was named', async () => {
    const { fake, env, clone } = await onGitHub(fleet(), { base: '/api/v3' });
    const ran = await gitops(clone(), [...promote, '--provider', 'github', '--merge', '--approve-with', 'CAROL'], {
      env: {
        XDG_CACHE_HOME: env['XDG_CACHE_HOME'],
        CAROL: fake.tokens.carol,
        HOME: withGh(fake.tokens.bob),
        PATH: ghOn,
      },
    });
    expect(ran.exitCode).toBe(2);
    expect(errorOf(ran).remedy).toContain('--allow-host');
  });

  it.each(['not a host', 'http://'])('--allow-host %j is refused', async (host) => {
    const ran = await gitops('/', ['status', '--allow-host', host]);
    expect([ran.exitCode, ran.err.includes('--allow-host git.example.com')]).toEqual([2, true]);
  });
});

/** A folder with a program `gh` that keeps a token. */
function withGh(token: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'gh'), `#!/bin/sh\necho ${token}\n`);
  chmodSync(join(folder, 'gh'), 0o755);
  ghOn = `${folder}:${cleanEnv['PATH'] ?? ''}`;
  return folder;
}
let ghOn = '';

describe('tokens that programs keep', () => {
  it('are used for their host, and never written', async () => {
    const { fake, env, clone } = await onGitHub();
    const { GITHUB_TOKEN: token = '', ...own } = env;
    withGh(token);
    const ran = await gitops(clone(), [...promote, '--verbose'], { env: { ...own, PATH: ghOn } });
    expect(ran.json()).toMatchObject({ pullRequests: [{ kind: 'opened' }] });
    expect(ran.out + ran.err).not.toContain(token);
    fake.revokeToken(token);
    const revoked = await gitops(clone(), [...promote, '--verbose'], { env: { ...own, PATH: ghOn } });
    expect([revoked.exitCode, errorOf(revoked).kind]).toEqual([4, 'unauthenticated']);
    expect(revoked.out + revoked.err).not.toContain(token);
  });

  it('a GitHub App by its variables, with its key in a file', async () => {
    const { fake, env, clone } = await onGitHub();
    const { GITHUB_TOKEN: _, ...own } = env;
    const key = join(temporaryFolder(), 'key.pem');
    writeFileSync(key, fake.app.privateKey);
    const app = { GITHUB_APP_ID: String(fake.app.id), GITHUB_APP_PRIVATE_KEY_FILE: key };
    const ran = await gitops(clone(), promote, { env: { ...own, ...app } });
    expect(ran.json()).toMatchObject({ pullRequests: [{ kind: 'opened' }] });
    const half = await gitops(clone(), promote, { env: { ...own, GITHUB_APP_ID: '1' } });
    expect([half.exitCode, errorOf(half).message.includes('GITHUB_APP_PRIVATE_KEY')]).toEqual([2, true]);
    const wrong = { ...own, ...app, GITHUB_APP_INSTALLATION_ID: 'mine' };
    expect((await gitops(clone(), promote, { env: wrong })).exitCode).toBe(2);
    const gone = { ...own, ...app, GITHUB_APP_PRIVATE_KEY_FILE: '/nonexistent.pem' };
    expect(errorOf(await gitops(clone(), promote, { env: gone })).message).toContain('/nonexistent.pem');
  });
});

it('an App on an Enterprise Server asks for its token where the REST API is, and uses GraphQL', async () => {
  const { fake, env, clone } = await onGitHub(fleet(), { base: '/api/v3' });
  const { GITHUB_TOKEN: _, ...own } = env;
  const app = { GITHUB_APP_ID: String(fake.app.id), GITHUB_APP_PRIVATE_KEY: fake.app.privateKey };
  const ran = await gitops(clone(), promote, { env: { ...own, ...app } });
  expect(ran.json()).toMatchObject({ pullRequests: [{ kind: 'opened' }] });
  const asked = fake.log.lines();
  expect(asked.filter((line) => line.includes('access_tokens')).every((line) => line.includes('/api/v3/app/'))).toBe(
    true,
  );
  expect(asked.filter((line) => line.includes('/api/graphql'))).toHaveLength(1);
  expect(asked.filter((line) => / 404\b/.test(line))).toEqual([]);
});

describe('an address with a password', () => {
  it('is never written', async () => {
    const { url, env } = await onGitLab();
    const secret = 'hunter2hunter2';
    const address = url.replace('http://', `http://ana:${secret}@`);
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    git(folder, 'remote', 'add', 'origin', address);
    for (const args of [
      ['status', '--repo', address],
      ['doctor', '--repo', address],
      ['doctor'],
      [...promote, '--repo', address, '--verbose'],
    ]) {
      const ran = await gitops(folder, args, { env });
      expect(ran.out + ran.err).not.toContain(secret);
    }
  });
});
