import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orThrow } from '@gitops/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitOptions, git } from '../src/index.js';
import { commitOn, HttpRemoteUnderTest } from './http-remotes.js';
import { serveGit } from './http-server.js';
import { ana, envOf } from './repositories.js';

const token = 's3cret-token';

for (const backend of ['native', 'isomorphic'] as const) {
  describe(`credentials, ${backend}`, () => {
    let remote: HttpRemoteUnderTest;
    let host: string;
    beforeEach(async () => {
      remote = await HttpRemoteUnderTest.start({ password: { token } });
      host = new URL(remote.url).host;
    });
    afterEach(() => remote.stop());
    const opened = (more: GitOptions = {}, env: Record<string, string> = {}) =>
      git({ ...remote.options({ backend, ...more }), env: { ...envOf(ana), ...env } });
    const sent = (): Set<string | null> => new Set(remote.server.seen.map((one) => one.authorization));

    it('reads and writes a private repository with the token given', async () => {
      const forge = orThrow(await opened({ credential: { token } }));
      const { commit } = orThrow(await forge.git.commit(commitOn(remote.base)));
      expect(await remote.git('rev-parse', 'topic')).toBe(commit);
    });

    it('takes user and password of the address, and shows neither', async () => {
      const url = remote.url.replace('://', `://robot:${token}@`);
      const forge = orThrow(await opened({ url }));
      orThrow(await forge.git.commit(commitOn(remote.base)));
      expect(forge.name).toBe(remote.url);
      const { url: shown } = orThrow(
        await forge.pullRequests.open({ source: 'topic', target: 'main', title: 'T', description: '' }),
      );
      expect(shown).toContain(remote.url);
      expect(shown).not.toContain(token);
    });

    it('takes a token from the environment for the host that is named there, and shows it to no other', async () => {
      const bound = { GITOPS_GIT_TOKEN: token, GITOPS_GIT_HOST: host };
      orThrow(await opened({}, bound));
      remote.server.seen.length = 0;
      for (const other of [{ GITOPS_GIT_TOKEN: token }, { ...bound, GITOPS_GIT_HOST: 'example.com' }]) {
        expect((await opened({}, other))._unsafeUnwrapErr().kind).toBe('unauthenticated');
      }
      expect([...sent()]).toEqual([null]);
    });

    it('says so without a credential, and with a wrong one, which it does not repeat', async () => {
      const none = (await opened())._unsafeUnwrapErr();
      expect(none.kind).toBe('unauthenticated');
      const wrong = (await opened({ credential: { token: 'wr0ng-token', origin: 'SOME_TOKEN' } }))._unsafeUnwrapErr();
      expect(wrong.kind).toBe('unauthenticated');
      expect(JSON.stringify(wrong)).not.toContain('wr0ng-token');
      if (backend === 'isomorphic') {
        expect(none.remedy).toContain('GITOPS_GIT_TOKEN');
        expect(wrong.message).toContain('SOME_TOKEN');
      }
    });

    it('leaves the token in no file of the mirror', async () => {
      const forge = orThrow(await opened({ credential: { token } }));
      orThrow(await forge.git.commit(commitOn(remote.base)));
      const [mirror = ''] = readdirSync(join(remote.folder, 'cache'));
      for (const file of ['config', 'description', 'HEAD']) {
        const text = await readFile(join(remote.folder, 'cache', mirror, '0.git', file), 'utf8').catch(() => '');
        expect(text).not.toContain(token);
        expect(text).not.toContain(host);
      }
    });

    it('does not take the token to another server that a redirect leads to', async () => {
      const other = await serveGit(remote.folder);
      remote.server.intercept = (request, response) => {
        response.writeHead(301, { location: `${other.origin}${request.url ?? ''}` });
        response.end();
        return true;
      };
      const forge = orThrow(await opened({ credential: { token } }));
      orThrow(await forge.git.snapshot({ branch: 'main' }, ['**']));
      expect(other.seen.length).toBeGreaterThan(0);
      expect(other.seen.every((one) => one.authorization === null)).toBe(true);
      await other.close();
    });
  });
}

describe('credentials, isomorphic', () => {
  it('names where a redirect led that wants a credential of its own', async () => {
    const remote = await HttpRemoteUnderTest.start();
    const other = await serveGit(remote.folder, { password: { token } });
    remote.server.intercept = (request, response) => {
      response.writeHead(302, { location: `${other.origin}${request.url ?? ''}` });
      response.end();
      return true;
    };
    const error = (await git({ ...remote.options({ credential: { token } }), env: envOf(ana) }))._unsafeUnwrapErr();
    expect(error.kind).toBe('unauthenticated');
    expect(error.message).toContain(`${other.origin}/repository`);
    await other.close();
    await remote.stop();
  });

  it('stays within the same server when a repository was moved there, pushes included', async () => {
    const remote = await HttpRemoteUnderTest.start({ password: { token } });
    remote.server.intercept = (request, response) => {
      if (!request.url?.startsWith('/old')) return false;
      response.writeHead(request.method === 'GET' ? 301 : 404, {
        location: request.url.replace('/old', '/repository'),
      });
      response.end();
      return true;
    };
    const url = `${remote.server.origin}/old`;
    const forge = orThrow(await git({ ...remote.options({ url, credential: { token } }), env: envOf(ana) }));
    const { commit } = orThrow(await forge.git.commit(commitOn(remote.base)));
    expect(await remote.git('rev-parse', 'topic')).toBe(commit);
    await remote.stop();
  });
});

describe('credentials, isomorphic', () => {
  it("asks Git's helpers once the server wants to know, and only once", async () => {
    const remote = await HttpRemoteUnderTest.start({ password: { user: 'robot', token } });
    const helper = join(remote.folder, 'helper');
    const log = join(remote.folder, 'log');
    await writeFile(helper, `#!/bin/sh\necho "$1" >> '${log}'\nprintf 'username=robot\\npassword=${token}\\n'\n`);
    await chmod(helper, 0o755);
    const global = join(remote.folder, 'global');
    await writeFile(global, `[credential]\n\thelper = ${helper}\n`);
    const env = { ...envOf(ana), GIT_CONFIG_GLOBAL: global };
    const forge = orThrow(await git({ ...remote.options(), env }));
    orThrow(await forge.git.commit(commitOn(remote.base)));
    expect(await readFile(log, 'utf8')).toBe('get\n');
    await remote.stop();
  });
});

for (const backend of ['native', 'isomorphic'] as const) {
  it(`${backend}: an authority of its own is known by caFile, and missed without`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gitops-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=gitops test', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', [...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const tls = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
    const remote = await HttpRemoteUnderTest.start({ tls });
    const open = (more: GitOptions) => git({ ...remote.options({ backend, ...more }), env: envOf(ana) });
    const error = (await open({}))._unsafeUnwrapErr();
    expect(error.kind).toBe('unavailable');
    expect(error.message).toMatch(/certificate/);
    const forge = orThrow(await open({ caFile: cert }));
    expect(orThrow(await forge.git.head('main'))?.commit).toBe(remote.base);
    await remote.stop();
    await rm(folder, { recursive: true, force: true });
  });
}

describe('credentials, native', () => {
  it('reach git through its environment: no argument holds the token, no helper of the user keeps it', async () => {
    const remote = await HttpRemoteUnderTest.start({ password: { user: 'robot', token } });
    const bin = join(remote.folder, 'bin');
    const log = join(remote.folder, 'log');
    await mkdir(bin);
    const realGit = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    await writeFile(join(bin, 'git'), `#!/bin/sh\necho "git $*" >> '${log}'\nexec '${realGit}' "$@"\n`);
    await writeFile(join(bin, 'keeper'), `#!/bin/sh\necho "keeper $*" >> '${log}'\ncat >> '${log}'\n`);
    for (const name of ['git', 'keeper']) await chmod(join(bin, name), 0o755);
    const global = join(remote.folder, 'global');
    await writeFile(global, `[credential]\n\thelper = ${join(bin, 'keeper')}\n`);
    const env = { ...envOf(ana), PATH: `${bin}:${process.env['PATH'] ?? ''}`, GIT_CONFIG_GLOBAL: global };
    const options = remote.options({ backend: 'native', credential: { token, user: 'robot' } });
    const forge = orThrow(await git({ ...options, env }));
    orThrow(await forge.git.commit(commitOn(remote.base)));
    const seen = await readFile(log, 'utf8');
    expect(seen).toContain('push');
    expect(seen).not.toContain(token);
    expect(seen).not.toContain('keeper');
    await remote.stop();
  });
});
