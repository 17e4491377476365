import { readdirSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { orThrow } from '@gitops/core';
import { gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from '../src/index.js';
import { isSsh } from '../src/native/remote.js';
import { ana, ben, envOf, type MadeRepository, makeRepository, openAs } from './repositories.js';

describe('a remote repository', () => {
  let made: MadeRepository;
  let base: string;
  beforeEach(async () => {
    made = await makeRepository('bare');
    base = await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
  });
  afterEach(() => rm(made.folder, { recursive: true, force: true }));
  const options = () => ({ url: pathToFileURL(made.path).href, cacheFolder: join(made.folder, 'cache') });
  const edit = (after: string) => [{ path: 'a.yaml', before: 'tag: 1\n', after }];

  it('keeps the lines of two who write at once, each from a mirror of their own', async () => {
    const one = await openAs(ana, options());
    const other = await openAs(ben, { ...options(), cacheFolder: join(made.folder, 'other') });
    const { commit } = orThrow(
      await one.git.commit({ branch: 't', expectedHead: null, base, files: edit('tag: 2\n'), message: 'm' }),
    );
    const { id } = orThrow(await one.pullRequests.open({ source: 't', target: 'main', title: 'T', description: '' }));
    const said = Array.from({ length: 6 }, (_, n) => `remark ${n}`);
    const answers = await Promise.all(
      said.map((text, n) => (n % 2 === 0 ? one : other).pullRequests.comment(id, { text })),
    );
    for (const answer of answers) expect(answer.isOk()).toBe(true);
    const { comments } = orThrow(await other.pullRequests.status(id));
    expect(comments.map((comment) => comment.text).sort()).toEqual(said);
    expect(comments[0]?.commit).toBe(commit);
  });

  it('moves all refs of a merge or none', async () => {
    const forge = await openAs(ana, options());
    const { commit } = orThrow(
      await forge.git.commit({ branch: 't', expectedHead: null, base, files: edit('tag: 2\n'), message: 'm' }),
    );
    const { id } = orThrow(await forge.pullRequests.open({ source: 't', target: 'main', title: 'T', description: '' }));
    const hook = join(made.gitDir, 'hooks', 'update');
    await writeFile(hook, '#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo "main is protected" >&2; exit 1; }\n');
    await chmod(hook, 0o755);
    const before = (await runGit([`--git-dir=${made.gitDir}`, 'for-each-ref'])).toString('utf8');
    const input = {
      method: 'squash' as const,
      expectedHead: commit,
      expectedTarget: base,
      message: { title: 'L', body: '' },
      approvals: 0,
      deleteSource: true,
      auto: false,
    };
    const error = (await forge.pullRequests.merge(id, input))._unsafeUnwrapErr();
    expect(error.kind).toBe('rejected');
    expect(error.message).toContain('main is protected');
    expect((await runGit([`--git-dir=${made.gitDir}`, 'for-each-ref'])).toString('utf8')).toBe(before);
    await rm(hook);
    expect(orThrow(await forge.pullRequests.merge(id, input)).kind).toBe('merged');
    expect(await gitRepository(made.gitDir).inspect.faults()).toEqual([]);
  });

  it('puts no secret of its address into a message, a name or a file', async () => {
    const env = { ...envOf(ana), GIT_SSH_COMMAND: 'false', http_proxy: 'http://127.0.0.1:9' };
    for (const url of ['http://robot:s3cret@127.0.0.1:9/acme/gitops.git', 'ssh://git:s3cret@127.0.0.1:9/x.git']) {
      const error = (await git({ url, env, cacheFolder: join(made.folder, 'cache') }))._unsafeUnwrapErr();
      expect(['unavailable', 'unauthenticated']).toContain(error.kind);
      expect(JSON.stringify(error)).not.toContain('s3cret');
    }
    const forge = await openAs(ana, options());
    expect(orThrow(await forge.git.head('main'))?.commit).toBe(base);
    const [slot = ''] = readdirSync(join(made.folder, 'cache')).map((name) =>
      join(made.folder, 'cache', name, '0.git', 'config'),
    );
    expect(await readFile(slot, 'utf8')).not.toContain('url');
  });

  it('tells a repository that is not there', async () => {
    const url = pathToFileURL(join(made.folder, 'none.git')).href;
    const error = (await git({ url, env: envOf(ana), cacheFolder: join(made.folder, 'cache') }))._unsafeUnwrapErr();
    expect(error.kind).toBe('not-a-repository');
  });

  it('is no option of git, whatever it is called', async () => {
    const url = '--upload-pack=touch /tmp/never';
    expect((await git({ url, env: envOf(ana), cacheFolder: join(made.folder, 'cache') }))._unsafeUnwrapErr().kind).toBe(
      'not-a-repository',
    );
  });

  it('names where it is in the command that shows a pull request', async () => {
    const forge = await openAs(ana, options());
    orThrow(await forge.git.commit({ branch: 't', expectedHead: null, base, files: edit('tag: 2\n'), message: 'm' }));
    const opened = orThrow(await forge.pullRequests.open({ source: 't', target: 'main', title: 'T', description: '' }));
    expect(opened.url).toBe(`gitops pr show ${opened.id} --repo ${options().url}`);
  });

  it.each([
    ['git@example.com:acme/x.git', true],
    ['ssh://git@example.com/x', true],
    ['https://example.com/x', false],
    ['/srv/git/x.git', false],
    ['./x:y', false],
    ['C:\\git\\x', false],
  ])('knows ssh: %s', (url, expected) => {
    expect(isSsh(url)).toBe(expected);
  });
});
