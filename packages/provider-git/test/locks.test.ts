import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Forge, orThrow } from '@gitops/core';
import { fsck, gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDisk } from '../src/isomorphic/disk.js';
import { LockFolder } from '../src/isomorphic/ref-lock.js';
import { ana, type MadeRepository, makeRepository, openAs } from './repositories.js';

const never = new AbortController().signal;

describe('locks and refs as files', () => {
  let made: MadeRepository;
  let base: string;
  beforeEach(async () => {
    made = await makeRepository('bare');
    base = await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
  });
  afterEach(() => rm(made.folder, { recursive: true, force: true }));

  const open = (backend: 'native' | 'isomorphic'): Promise<Forge> => openAs(ana, { path: made.path, backend });
  const commitOn = (forge: Forge, branch: string, expectedHead: string | null = null) =>
    forge.git.commit({
      branch,
      expectedHead,
      base,
      files: [{ path: 'a.yaml', before: 'tag: 1\n', after: `tag: ${branch}\n` }],
      message: 'm',
    });

  it('git refuses while ours is held, and goes on once it is given back', async () => {
    const lock = await new LockFolder(nodeDisk, made.gitDir).take(join(made.gitDir, 'refs/heads/main'), never);
    const move = [
      '-c',
      'core.filesRefLockTimeout=0',
      `--git-dir=${made.gitDir}`,
      'update-ref',
      'refs/heads/main',
      base,
    ];
    await expect(runGit(move)).rejects.toThrow(/main\.lock': File exists/);
    await lock.release();
    await runGit(move);
    expect(await fsck(made.gitDir)).toEqual([]);
  });

  for (const backend of ['native', 'isomorphic'] as const) {
    it(`${backend}: a lock of somebody else is waited for, then reported with its age, and not broken`, {
      timeout: 30_000,
    }, async () => {
      const lock = join(made.gitDir, 'refs/heads/topic.lock');
      await writeFile(lock, '');
      const longAgo = new Date(Date.now() - 3_600_000);
      await utimes(lock, longAgo, longAgo);
      const error = (await commitOn(await open(backend), 'topic'))._unsafeUnwrapErr();
      expect(error.kind).toBe('timed-out');
      expect(error.message).toContain(lock);
      expect(Number(error.details['ageSeconds'])).toBeGreaterThanOrEqual(3600);
      expect(error.remedy).toContain(`delete ${lock}`);
      expect(existsSync(lock)).toBe(true);
    });
  }

  it('a lock that our own killed process left is taken away; one of a live process is not', async () => {
    const owners = join(made.gitDir, 'gitops-locks');
    const forge = await open('isomorphic');
    orThrow(await commitOn(forge, 'first'));
    expect(readdirSync(owners)).toEqual([]);
    const alive = await new LockFolder(nodeDisk, made.gitDir).take(join(made.gitDir, 'refs/heads/topic'), never);
    const [name = ''] = readdirSync(owners);
    const [machine = ''] = name.split('.');
    await alive.release();
    // what a process leaves that was killed after taking the lock: the process id of one that has ended
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const dead = join(owners, `${machine}.${ended}.aaaa`);
    await writeFile(dead, '');
    await mkdir(join(made.gitDir, 'refs/heads'), { recursive: true });
    await nodeDisk.link(dead, join(made.gitDir, 'refs/heads/topic.lock'));
    orThrow(await commitOn(forge, 'topic'));
    expect(readdirSync(owners)).toEqual([]);
    expect(await fsck(made.gitDir)).toEqual([]);
  });

  it('packed refs are seen, compared, replaced and deleted', async () => {
    const forge = await open('isomorphic');
    const first = orThrow(await commitOn(forge, 'a/b')).commit;
    orThrow(await commitOn(forge, 'c'));
    // an annotated tag has a second line in packed-refs
    const config = ['-c', 'user.name=X', '-c', 'user.email=x@example.com'];
    await runGit([...config, `--git-dir=${made.gitDir}`, 'tag', '-a', '-m', 'x', 'v1', base]);
    await runGit([`--git-dir=${made.gitDir}`, 'pack-refs', '--all', '--prune']);
    expect(orThrow(await forge.git.head('a/b'))?.commit).toBe(first);
    expect((await commitOn(forge, 'a'))._unsafeUnwrapErr().kind).toBe('rejected');
    expect((await commitOn(forge, 'a/b/c'))._unsafeUnwrapErr().kind).toBe('rejected');
    orThrow(await forge.git.deleteBranch('a/b', first));
    expect(orThrow(await forge.git.head('a/b'))).toBeNull();
    expect(await readFile(join(made.gitDir, 'packed-refs'), 'utf8')).not.toContain('refs/heads/a/b');
    expect(Object.keys(await gitRepository(made.gitDir).inspect.branches())).toEqual(['c', 'main']);
    orThrow(await commitOn(forge, 'a'));
    expect(await fsck(made.gitDir)).toEqual([]);
  });

  it('a ref whose file is torn is reported, not read as absent', async () => {
    await writeFile(join(made.gitDir, 'refs/heads/torn'), '1234');
    const error = (await (await open('isomorphic')).git.head('torn'))._unsafeUnwrapErr();
    expect(error.kind).toBe('repository-unsupported');
    expect(error.message).toContain('refs/heads/torn');
  });
});
