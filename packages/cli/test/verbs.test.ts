import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ana,
  application,
  ben,
  commitAll,
  errorOf,
  fleet,
  git,
  gitops,
  makeBare,
  makeRepository,
  stateOf,
  temporaryFolder,
  write,
} from './repository.js';

/** The identifier on the last line. */
function idOf(out: string): string {
  return /pull request ([0-9a-f]+)/.exec(out.trimEnd().split('\n').at(-1) ?? '')?.[1] ?? '';
}

interface Change {
  readonly wouldChange: boolean;
  readonly mode: string;
  readonly versions: readonly { readonly application: string }[];
  readonly skipped: readonly { readonly application: string; readonly reason: string }[];
  readonly pullRequests: readonly {
    readonly kind: string;
    readonly id: string;
    readonly waitingFor: readonly string[];
  }[];
  readonly closed: readonly { readonly id: string }[];
  readonly edits: readonly { readonly file: string; readonly before: string; readonly after: string }[];
}

async function change(folder: string, ...args: readonly string[]): Promise<Change & { readonly exitCode: number }> {
  const ran = await gitops(folder, [...args, '--output', 'json']);
  return { ...(ran.json() as unknown as Change), exitCode: ran.exitCode };
}

const show = (folder: string, path: string) => git(folder, 'show', `main:${path}`);

describe('promote', () => {
  it('is one commit and one pull request, its address on the last line; again: unchanged', async () => {
    const bare = makeBare();
    const first = await gitops(bare, ['promote', 'dev', 'prod']);
    expect(first.exitCode).toBe(0);
    const id = idOf(first.out);
    expect(first.out).toMatch(/^Promote dev to prod · 2 applications · main@[0-9a-f]{7}\n/);
    expect(first.out.trimEnd().split('\n').at(-1)).toMatch(
      new RegExp(`^Opened pull request ${id}: gitops pr show ${id}`),
    );
    expect(git(bare, 'rev-list', '--count', 'main..gitops/promote/dev/prod')).toBe('1');
    expect(git(bare, 'diff', '--numstat', 'main', 'gitops/promote/dev/prod')).toBe(
      '1\t1\tapps/prod/payments/application.yaml\n1\t1\tapps/prod/users/application.yaml',
    );
    const state = stateOf(bare);
    expect((await change(bare, 'promote', 'dev', 'prod')).pullRequests).toMatchObject([{ kind: 'unchanged', id }]);
    expect(stateOf(bare)).toBe(state);
  });

  it('does nothing where nothing is to be done', async () => {
    const bare = makeBare();
    await gitops(bare, ['promote', 'dev', 'prod', '--merge']);
    const state = stateOf(bare);
    const again = await gitops(bare, ['promote', 'dev', 'prod']);
    expect(again.exitCode).toBe(0);
    expect(again.out.trimEnd().split('\n').at(-1)).toBe('Nothing to do.');
    expect(stateOf(bare)).toBe(state);
  });

  it('--dry-run and --check write nothing; --check ends with 10', async () => {
    const folder = makeRepository();
    const state = stateOf(folder);
    for (const flags of [['--dry-run'], ['--check'], ['--check', '--dry-run']]) {
      const ran = await gitops(folder, ['promote', 'dev', 'prod', ...flags], {
        env: Object.fromEntries(Object.keys(ana).map((name) => [name, undefined])),
      });
      expect(ran.exitCode).toBe(flags.includes('--check') ? 10 : 0);
      expect(ran.out).toContain('1.7.0 → 1.8.2');
      expect(ran.out).toContain('gitops/promote/dev/prod into main');
      expect(stateOf(folder)).toBe(state);
    }
    expect(await change(folder, 'promote', 'dev', 'prod', '--check')).toMatchObject({
      mode: 'check',
      wouldChange: true,
      exitCode: 10,
    });
    await gitops(folder, ['promote', 'dev', 'prod', '--merge']);
    expect(await change(folder, 'promote', 'dev', 'prod', '--check')).toMatchObject({
      wouldChange: false,
      exitCode: 0,
    });
  });

  it('selections: several words, several flags, another branch', async () => {
    const folder = makeRepository(
      fleet({
        'apps/dev/mail/application.yaml': application('mail', 'dev', '2.0.0'),
        'apps/prod/mail/application.yaml': application('mail', 'prod', '1.0.0'),
      }),
    );
    const names = async (...flags: readonly string[]) =>
      (await change(folder, 'promote', 'dev', 'prod', '--dry-run', ...flags)).versions.map((one) => one.application);
    expect(await names('--app', 'payments,users')).toEqual(['payments', 'users']);
    expect(await names('--app', 'payments', '--app', 'users')).toEqual(['payments', 'users']);
    expect(await names('--image', 'users')).toEqual(['users']);
    expect(await names('--except', 'users')).toEqual(['mail', 'payments']);
    await gitops(folder, ['promote', 'dev', 'prod', '--app', 'users']);
    expect(git(folder, 'for-each-ref', '--format=%(refname)', 'refs/heads/gitops')).toMatch(
      /^refs\/heads\/gitops\/promote\/dev\/prod\+[0-9a-f]{8}$/,
    );
  });

  it('takes the versions of an earlier commit', async () => {
    const folder = makeRepository();
    const early = git(folder, 'rev-parse', 'HEAD');
    write(folder, { 'apps/dev/users/application.yaml': application('users', 'dev', '3.0.0') });
    commitAll(folder, 'later');
    expect(
      (await change(folder, 'promote', `dev@${early.slice(0, 8)}`, 'prod', '--app', 'users', '--dry-run')).edits,
    ).toMatchObject([{ before: '2.0.4', after: '2.1.0' }]);
    expect((await change(folder, 'promote', 'dev', 'prod', '--app', 'users', '--dry-run')).edits).toMatchObject([
      { after: '3.0.0' },
    ]);
  });

  it('is planned on the committed branch, and warns of uncommitted edits to the same files', async () => {
    const folder = makeRepository();
    write(folder, { 'apps/prod/users/application.yaml': application('users', 'prod', '2.0.5') });
    const ran = await gitops(folder, ['promote', 'dev', 'prod', '--dry-run']);
    expect(ran.out).toContain('2.0.4 → 2.1.0');
    expect(ran.err).toMatch(/^warning: Uncommitted edits in apps\/prod\/users\/application\.yaml take no part/);
    write(folder, {
      'apps/prod/users/application.yaml': application('users', 'prod', '2.0.4'),
      'README.yaml': 'a: 1\n',
    });
    expect((await gitops(folder, ['promote', 'dev', 'prod', '--dry-run'])).err).toBe('');
    // On another branch, what counts is what is committed there.
    git(folder, 'stash', '--quiet');
    git(folder, 'switch', '--quiet', '--create', 'mine');
    write(folder, { 'apps/prod/users/application.yaml': application('users', 'prod', '2.0.6') });
    commitAll(folder, 'mine');
    expect((await gitops(folder, ['promote', 'dev', 'prod', '--branch', 'main', '--dry-run'])).err).toBe('');
    write(folder, { 'apps/prod/users/application.yaml': application('users', 'prod', '2.0.5') });
    expect((await gitops(folder, ['promote', 'dev', 'prod', '--branch', 'main', '--dry-run'])).err).toContain(
      'warning: Uncommitted',
    );
  });

  it('--branch is where it goes', async () => {
    const bare = makeBare();
    git(bare, 'branch', 'release', 'main');
    const ran = await gitops(bare, ['promote', 'dev', 'prod', '--branch', 'release', '--merge']);
    expect(ran.out).toContain('Merged');
    expect(git(bare, 'show', 'release:apps/prod/users/application.yaml')).toContain('value: 2.1.0');
    expect(show(bare, 'apps/prod/users/application.yaml')).toContain('value: 2.0.4');
  });
});

describe('merging', () => {
  const demanding = fleet({ 'gitops.yaml': 'version: 1\npullRequest:\n  merge: { approvals: 1 }\n' });

  it('waits for what is demanded: 7, and merges when it is there', async () => {
    const bare = makeBare(demanding);
    const waiting = await change(bare, 'promote', 'dev', 'prod', '--merge');
    expect(waiting.exitCode).toBe(7);
    expect(waiting.pullRequests).toMatchObject([{ kind: 'waiting' }]);
    expect(waiting.pullRequests[0]?.waitingFor.length).toBeGreaterThan(0);
    const id = waiting.pullRequests[0]?.id ?? '';
    expect(await gitops(bare, ['pr', 'merge', id])).toMatchObject({ exitCode: 7 });
    expect(await gitops(bare, ['pr', 'approve', id], { env: ben })).toMatchObject({ exitCode: 0 });
    const merged = await change(bare, 'promote', 'dev', 'prod', '--merge');
    expect(merged).toMatchObject({ exitCode: 0, pullRequests: [{ kind: 'merged', id }] });
    expect(show(bare, 'apps/prod/users/application.yaml')).toContain('value: 2.1.0');
  });

  it('--wait ends with 5 when the time is over, and is safe to run again', async () => {
    const bare = makeBare(demanding);
    let minutes = 0;
    const clock = () => `2026-11-23T10:${String(minutes).padStart(2, '0')}:00Z`;
    for (const args of [['--merge', '--wait'], ['--wait']]) {
      minutes = 0;
      const { run } = await import('../src/run.js');
      let out = '';
      const exitCode = await run(['promote', 'dev', 'prod', ...args, '--timeout', '10m', '--output', 'json'], {
        out: (text) => {
          out += text;
        },
        err: () => undefined,
        readInput: async () => '',
        env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', ...ana },
        cwd: bare,
        isTerminal: false,
        clock: {
          now: clock,
          sleep: async () => {
            minutes += 5;
          },
        },
      });
      expect(exitCode).toBe(5);
      expect(JSON.parse(out)).toMatchObject({ error: { kind: 'timed-out' } });
    }
  });

  it('updates the checked-out branch with its files', async () => {
    const folder = makeRepository();
    await gitops(folder, ['promote', 'dev', 'prod', '--merge']);
    expect(readFileSync(join(folder, 'apps/prod/users/application.yaml'), 'utf8')).toContain('value: 2.1.0');
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('does not change what is approved, nor what somebody made by hand, without being told', async () => {
    const bare = makeBare();
    const id = idOf((await gitops(bare, ['promote', 'dev', 'prod'])).out);
    await gitops(bare, ['pr', 'approve', id], { env: ben });
    const work = temporaryFolder();
    git(work, 'clone', '--quiet', bare, '.');
    write(work, { 'apps/dev/users/application.yaml': application('users', 'dev', '2.2.0') });
    commitAll(work, 'newer');
    git(work, 'push', '--quiet', 'origin', 'main');
    let state = stateOf(bare);
    const approved = await gitops(bare, ['promote', 'dev', 'prod', '--output', 'json']);
    expect(approved.exitCode).toBe(5);
    expect(errorOf(approved).kind).toBe('pull-request-approved');
    expect(stateOf(bare)).toBe(state);
    expect((await change(bare, 'promote', 'dev', 'prod', '--update-approved')).pullRequests).toMatchObject([
      { kind: 'updated', id },
    ]);

    git(work, 'fetch', '--quiet');
    git(work, 'switch', '--quiet', 'gitops/promote/dev/prod');
    write(work, { 'apps/prod/users/application.yaml': application('users', 'prod', '2.1.7') });
    commitAll(work, 'by hand');
    git(work, 'push', '--quiet', 'origin', 'HEAD');
    state = stateOf(bare);
    const foreign = await gitops(bare, ['promote', 'dev', 'prod', '--output', 'json']);
    expect(foreign.exitCode).toBe(5);
    expect(errorOf(foreign).kind).toBe('branch-modified');
    expect(errorOf(foreign).remedy).toContain('--overwrite');
    expect(stateOf(bare)).toBe(state);
    expect((await change(bare, 'promote', 'dev', 'prod', '--overwrite')).pullRequests).toMatchObject([
      { kind: 'updated', id },
    ]);
  });
});
