import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Forge, orThrow } from '@gitops/core';
import { fsck, gitRepository } from '@gitops/provider-testkit/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, run } from './child/actions.js';
import { bundleChild, runChild } from './processes.js';
import { ana, envOf, type MadeRepository, makeRepository, openAs } from './repositories.js';

const actions: readonly Action[] = ['commit', 'open', 'merge'];

/** Only a program that runs the real one can stand in for `git`: it ends its caller before or after the n-th call. */
const wrapper = `#!/bin/sh
n=$(($(cat "$KILL_COUNTER" 2>/dev/null || echo 0) + 1))
echo "$n" > "$KILL_COUNTER"
if [ "$n" = "$KILL_AT" ]; then
  if [ "$KILL_WHEN" = before ]; then kill -9 "$PPID"; exit 137; fi
  "$KILL_REAL_GIT" "$@"
  kill -9 "$PPID"
  exit 137
fi
exec "$KILL_REAL_GIT" "$@"
`;

describe('killed anywhere, a repository is sound and the same run goes through', () => {
  let program: string;
  let template: MadeRepository;
  let realGit: string;

  beforeAll(async () => {
    program = await bundleChild();
    realGit = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    template = await makeRepository('bare');
    await gitRepository(template.gitDir).seed.commit({
      branch: 'main',
      files: { 'a.yaml': 'tag: 1\n', 'b/c.yaml': 'x\n' },
    });
    await mkdir(join(template.folder, 'bin'));
    await writeFile(join(template.folder, 'bin', 'git'), wrapper);
    await chmod(join(template.folder, 'bin', 'git'), 0o755);
  });
  afterAll(async () => {
    await rm(template.folder, { recursive: true, force: true });
    await rm(dirname(program), { recursive: true, force: true });
  });

  /** A copy in which everything before `action` has been done. */
  async function prepared(action: Action, name: string): Promise<string> {
    const path = join(template.folder, name);
    await cp(template.path, path, { recursive: true });
    const forge = await openAs(ana, { path, backend: 'native' });
    for (const earlier of actions.slice(0, actions.indexOf(action))) expect(await run(forge, earlier)).toBeNull();
    return path;
  }

  async function expectDone(forge: Forge, action: Action, path: string): Promise<void> {
    const branches = await gitRepository(path).inspect.branches();
    const commits = orThrow(await forge.git.log({ from: branches['main'] ?? '', limit: 10 }));
    const requests = orThrow(await forge.pullRequests.list({ state: 'all', limit: 10 }));
    const states = requests.map((one) => one.state);
    if (action === 'merge') {
      expect([Object.keys(branches), commits.length, states]).toEqual([['main'], 2, ['merged']]);
      expect(orThrow(await forge.git.snapshot({ branch: 'main' }, ['a.yaml'])).files['a.yaml']).toBe('tag: 2\n');
      expect(requests[0]?.landed).toEqual({ first: branches['main'], last: branches['main'] });
      const [reviewed] = orThrow(await forge.git.log({ from: requests[0]?.head ?? '', limit: 1 }));
      expect(reviewed?.message).toBe('Two');
    } else {
      expect([Object.keys(branches), commits.length]).toEqual([['gitops/topic', 'main'], 1]);
      expect(states).toEqual(action === 'open' ? ['open'] : []);
    }
  }

  async function survives(action: Action, backend: 'native' | 'isomorphic', path: string): Promise<void> {
    expect(await fsck(path)).toEqual([]);
    const forge = await openAs(ana, { path, backend });
    expect(await run(forge, action)).toBeNull();
    await expectDone(forge, action, path);
    expect(await fsck(path)).toEqual([]);
    await rm(path, { recursive: true, force: true });
  }

  for (const action of actions) {
    it(`isomorphic-git, ${action}, at every write of its disk`, { timeout: 180_000 }, async () => {
      const start = await prepared(action, `iso-${action}`);
      const counter = join(template.folder, `iso-${action}.count`);
      const probe = join(template.folder, `iso-${action}-probe`);
      await cp(start, probe, { recursive: true });
      const job = { backend: 'isomorphic', actions: [action], counter: null };
      const whole = await runChild(program, { ...job, path: probe, killAt: 0, counter }, envOf(ana));
      expect(whole).toEqual({ killed: false, errors: [] });
      const writes = (await readFile(counter, 'utf8')).length;
      expect(writes).toBeGreaterThan(10);
      const one = async (killAt: number): Promise<void> => {
        const path = `${start}-${killAt}`;
        await cp(start, path, { recursive: true });
        // names of objects depend on the time, and with them whether a folder has to be made: the last may not come
        const { killed } = await runChild(program, { ...job, path, killAt }, envOf(ana));
        expect(killed || killAt > writes - 8).toBe(true);
        await survives(action, 'isomorphic', path);
      };
      await inPairs(
        Array.from({ length: writes }, (_, n) => n + 1),
        one,
      );
    });

    it(`native git, ${action}, before and after every call`, { timeout: 180_000 }, async () => {
      const start = await prepared(action, `native-${action}`);
      const job = { backend: 'native', actions: [action], counter: null, killAt: 0 };
      const envAt = (n: number, when: string): Record<string, string> => ({
        ...envOf(ana),
        PATH: `${join(template.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
        KILL_REAL_GIT: realGit,
        KILL_COUNTER: join(template.folder, `native-${action}-${n}-${when}.count`),
        KILL_AT: String(n),
        KILL_WHEN: when,
      });
      const probe = `${start}-probe`;
      await cp(start, probe, { recursive: true });
      expect(await runChild(program, { ...job, path: probe }, envAt(0, 'never'))).toEqual({
        killed: false,
        errors: [],
      });
      const calls = Number(await readFile(envAt(0, 'never')['KILL_COUNTER'] ?? '', 'utf8'));
      expect(calls).toBeGreaterThan(3);
      const cases = Array.from({ length: calls }, (_, n) => n + 1).flatMap((n) => [
        [n, 'before'] as const,
        [n, 'after'] as const,
      ]);
      await inPairs(cases, async ([n, when]) => {
        const path = `${start}-${n}-${when}`;
        await cp(start, path, { recursive: true });
        await runChild(program, { ...job, path }, envAt(n, when));
        await survives(action, 'native', path);
      });
    });
  }
});

async function inPairs<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += 2) await Promise.all(items.slice(at, at + 2).map(work));
}
