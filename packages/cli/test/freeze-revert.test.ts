import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ben, commitAll, errorOf, fleet, git, gitops, makeBare, makeRepository, stateOf, write } from './repository.js';

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

describe('freeze and resume', () => {
  it('gives back every byte, and says who asked', async () => {
    const bare = makeBare();
    const before = git(bare, 'rev-parse', 'main^{tree}');
    await gitops(bare, ['freeze', 'dev', '--reason', 'QA', '--until', '3d', '--on-behalf-of', 'Cleo QA', '--merge']);
    const record = show(bare, '.gitops/freezes/dev.yaml');
    expect(record).toContain('by: Cleo QA');
    expect(record).toContain('reason: QA');
    expect(show(bare, 'apps/dev/users/application.yaml')).toContain("ignore-tags: '*'");
    expect((await change(bare, 'freeze', 'dev', '--reason', 'QA', '--dry-run')).wouldChange).toBe(true);
    await gitops(bare, ['resume', 'dev', '--merge']);
    expect(git(bare, 'rev-parse', 'main^{tree}')).toBe(before);
  });

  it('freezing twice finds its own pull request; resuming closes it', async () => {
    const bare = makeBare();
    const at = (minute: string) => ({ now: `2026-11-23T10:${minute}:00Z` });
    const args = ['freeze', 'dev', '--reason', 'QA', '--until', '2026-11-27'];
    const id = idOf((await gitops(bare, args, at('00'))).out);
    const state = stateOf(bare);
    const again = await gitops(bare, args, { ...at('30'), env: ben });
    expect(again.out).toContain(`Nothing to do, pull request ${id} is open already`);
    expect(stateOf(bare)).toBe(state);
    const resumed = await gitops(bare, ['resume', 'dev'], at('40'));
    expect(resumed.out).toContain(`Closed pull request ${id}`);
    expect((await gitops(bare, ['pr', 'list'])).out).toBe('No open pull requests.\n');
    expect((await gitops(bare, ['resume', 'dev'], at('50'))).out.trimEnd().split('\n').at(-1)).toBe('Nothing to do.');
  });

  it('a frozen environment refuses promotions; a frozen selection is skipped', async () => {
    const whole = makeBare();
    await gitops(whole, ['freeze', 'prod', '--reason', 'launch', '--merge']);
    const state = stateOf(whole);
    const refused = await gitops(whole, ['promote', 'dev', 'prod', '--output', 'json']);
    expect(refused.exitCode).toBe(3);
    expect(errorOf(refused)).toMatchObject({
      kind: 'environment-frozen',
      at: { file: '.gitops/freezes/prod.yaml', line: 1 },
    });
    expect(stateOf(whole)).toBe(state);
    const part = makeBare();
    await gitops(part, ['freeze', 'prod', '--app', 'users', '--reason', 'launch', '--merge']);
    const skipped = await change(part, 'promote', 'dev', 'prod', '--dry-run');
    expect(skipped).toMatchObject({
      exitCode: 0,
      versions: [{ application: 'payments' }],
      skipped: [{ application: 'users', reason: 'frozen' }],
    });
  });

  it('resume --expired ends only what is past', async () => {
    const bare = makeBare();
    await gitops(bare, ['freeze', 'dev', '--reason', 'QA', '--until', '2026-11-24', '--merge'], {
      now: '2026-11-23T10:00:00Z',
    });
    await gitops(bare, ['freeze', 'prod', '--reason', 'launch', '--until', '2026-12-24', '--merge'], {
      now: '2026-11-23T10:00:00Z',
    });
    const early = await gitops(bare, ['resume', '--expired', '--check'], { now: '2026-11-23T23:00:00Z' });
    expect(early.exitCode).toBe(0);
    const due = await gitops(bare, ['resume', '--expired', '--check'], { now: '2026-11-24T01:00:00Z' });
    expect(due.exitCode).toBe(10);
    await gitops(bare, ['resume', '--expired', '--merge'], { now: '2026-11-24T01:00:00Z' });
    expect(git(bare, 'ls-tree', '-r', '--name-only', 'main', '.gitops')).toBe('.gitops/freezes/prod.yaml');
  });

  it('what somebody edited since is refused by file and line, unless it is to be kept', async () => {
    const folder = makeRepository();
    await gitops(folder, ['freeze', 'dev', '--reason', 'QA', '--merge']);
    const file = 'apps/dev/users/application.yaml';
    write(folder, {
      [file]: readFileSync(join(folder, file), 'utf8').replace("ignore-tags: '*'", "ignore-tags: '*-rc'"),
    });
    commitAll(folder, 'another rule');
    const state = stateOf(folder);
    const refused = await gitops(folder, ['resume', 'dev', '--output', 'json']);
    expect(refused.exitCode).toBe(3);
    expect(errorOf(refused)).toMatchObject({ kind: 'changed-since-freeze', at: { file } });
    expect(errorOf(refused).at?.line).toBeGreaterThan(1);
    expect(stateOf(folder)).toBe(state);
    expect((await gitops(folder, ['resume', 'dev', '--keep-changes', '--merge'])).exitCode).toBe(0);
    expect(readFileSync(join(folder, file), 'utf8')).toContain("ignore-tags: '*-rc'");
    expect(existsSync(join(folder, '.gitops/freezes/dev.yaml'))).toBe(false);
  });
});

describe('revert', () => {
  async function promoted(): Promise<{ readonly bare: string; readonly id: string; readonly commit: string }> {
    const bare = makeBare();
    const { pullRequests } = await change(bare, 'promote', 'dev', 'prod', '--merge');
    return { bare, id: pullRequests[0]?.id ?? '', commit: git(bare, 'rev-parse', 'main') };
  }

  it.each(['nothing', 'the pull request', 'the commit', 'a short commit'])('takes back %s', async (what) => {
    const { bare, id, commit } = await promoted();
    const name =
      { nothing: [], 'the pull request': [id], 'the commit': [commit], 'a short commit': [commit.slice(0, 10)] }[
        what
      ] ?? [];
    const ran = await change(bare, 'revert', ...name, '--merge');
    expect(ran).toMatchObject({ exitCode: 0, pullRequests: [{ kind: 'merged' }] });
    expect(show(bare, 'apps/prod/users/application.yaml')).toContain('value: 2.0.4');
    expect(show(bare, 'apps/prod/payments/application.yaml')).toContain('value: 1.7.0');
    const again = await gitops(bare, ['revert', '--output', 'json']);
    expect(errorOf(again).kind).toBe('nothing-to-revert');
    expect(again.exitCode).toBe(3);
  });

  it('a selection, an environment, and with a hold that denies what was taken back', async () => {
    const { bare } = await promoted();
    const ran = await gitops(bare, [
      'revert',
      '--env',
      'prod',
      '--app',
      'users',
      '--hold',
      '--reason',
      'slow',
      '--until',
      '2099-01-01',
      '--merge',
    ]);
    expect(ran.exitCode).toBe(0);
    expect(show(bare, 'apps/prod/payments/application.yaml')).toContain('value: 1.8.2');
    expect(show(bare, 'apps/prod/users/application.yaml')).toContain('value: 2.0.4');
    expect(await change(bare, 'promote', 'dev', 'prod')).toMatchObject({
      wouldChange: false,
      skipped: [{ application: 'users', reason: 'denied' }],
      pullRequests: [],
    });
  });

  it('refuses what was changed since, or goes on with the rest', async () => {
    const { bare, id } = await promoted();
    await gitops(bare, ['set', 'prod', 'users=2.1.1', '--merge']);
    const state = stateOf(bare);
    const refused = await gitops(bare, ['revert', id, '--output', 'json']);
    expect(refused.exitCode).toBe(3);
    expect(errorOf(refused)).toMatchObject({
      kind: 'changed-since-promotion',
      at: { file: 'apps/prod/users/application.yaml' },
    });
    expect(stateOf(bare)).toBe(state);
    const rest = await change(bare, 'revert', id, '--skip-changed', '--dry-run');
    expect(rest).toMatchObject({
      versions: [{ application: 'payments' }],
      skipped: [{ application: 'users', reason: 'changed' }],
    });
  });

  it('an open pull request, and what moved nothing, are no promotions', async () => {
    const folder = makeRepository();
    const id = idOf((await gitops(folder, ['promote', 'dev', 'prod'])).out);
    const open = await gitops(folder, ['revert', id, '--output', 'json']);
    expect(errorOf(open)).toMatchObject({ kind: 'nothing-to-revert' });
    write(folder, { 'README.yaml': 'a: 1\n' });
    const commit = commitAll(folder, 'unrelated');
    expect(errorOf(await gitops(folder, ['revert', commit, '--output', 'json'])).kind).toBe('not-a-promotion');
    expect(errorOf(await gitops(folder, ['revert', 'no-such-thing', '--output', 'json'])).kind).toBe('not-found');
  });
});

describe('set', () => {
  it('sets versions outright, also one of several images', async () => {
    const bare = makeBare();
    const ran = await change(bare, 'set', 'prod', 'payments=1.9.0', 'users/users=2.5.0', '--merge');
    expect(ran.edits.map((one) => one.after).sort()).toEqual(['1.9.0', '2.5.0']);
    expect(show(bare, 'apps/prod/users/application.yaml')).toContain('value: 2.5.0   # moved by promotions');
  });
});

describe('variables of gitops.yaml', () => {
  const files = fleet({ 'gitops.yaml': 'version: 1\ncommit: { title: "{env.TICKET} {summary}" }\n' });
  it('come from the environment, and have to be there', async () => {
    const bare = makeBare(files);
    await gitops(bare, ['promote', 'dev', 'prod'], { env: { TICKET: 'OPS-7' } });
    expect(git(bare, 'log', '-1', '--format=%s', 'gitops/promote/dev/prod')).toMatch(/^OPS-7 Promote dev to prod/);
    const missing = await gitops(makeBare(files), ['promote', 'dev', 'prod', '--output', 'json']);
    expect(errorOf(missing)).toMatchObject({ kind: 'usage' });
    expect(errorOf(missing).remedy).toContain('TICKET');
  });

  it('a secret is never published', async () => {
    const bare = makeBare(fleet({ 'gitops.yaml': 'version: 1\ncommit: { title: "{env.DEPLOY_TOKEN} {summary}" }\n' }));
    const ran = await gitops(bare, ['promote', 'dev', 'prod', '--output', 'json'], {
      env: { DEPLOY_TOKEN: 'hunter2hunter2' },
    });
    expect(errorOf(ran).kind).toBe('config-invalid');
    expect(ran.out + ran.err).not.toContain('hunter2');
    expect(git(bare, 'for-each-ref', 'refs/heads/gitops')).toBe('');
  });
});
