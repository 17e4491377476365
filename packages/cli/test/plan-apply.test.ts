import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ana, application, commitAll, errorOf, git, gitops, makeRepository, stateOf, write } from './repository.js';
import { mustBeValid } from './schemas.js';

const head = ['--branch', 'main'];

async function planned(
  ...args: readonly string[]
): Promise<{ readonly folder: string; readonly file: string; readonly plan: Record<string, unknown> }> {
  const folder = makeRepository();
  // `--merge` needs no clean working tree where the branch is not checked out.
  git(folder, 'switch', '--quiet', '--detach');
  const file = join(folder, '.git/plan.json');
  const ran = await gitops(folder, [
    'plan',
    ...(args.length > 0 ? args : ['promote', 'dev', 'prod']),
    '--out',
    file,
    ...head,
  ]);
  expect(ran.err).toBe('');
  expect(ran.exitCode).toBe(0);
  const plan = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  mustBeValid(plan);
  return { folder, file, plan };
}

describe('a plan on paper', () => {
  it('is applied, by the same edits; again: unchanged', async () => {
    const { folder, file } = await planned();
    expect(readFileSync(file, 'utf8')).not.toContain('destination');
    const dry = await gitops(folder, ['apply', file, '--check', ...head]);
    expect(dry.exitCode).toBe(10);
    const first = await gitops(folder, ['apply', file, ...head]);
    expect(first.exitCode).toBe(0);
    expect(first.out).toMatch(/\nOpened pull request [0-9a-f]{12}: /);
    const again = await gitops(folder, ['apply', file, ...head]);
    expect(again.out).toMatch(/\nNothing to do, pull request [0-9a-f]{12} is open already: /);
  });

  it.each([
    [['freeze', 'dev', '--reason', 'QA']],
    [['set', 'prod', 'users=2.2.0']],
    [['promote', 'dev', 'prod', '--app', 'users']],
  ])('%s', async (args) => {
    const { folder, file } = await planned(...args);
    expect((await gitops(folder, ['apply', file, '--merge', ...head])).out).toContain('Merged');
  });

  it('goes to standard output and comes from standard input', async () => {
    const folder = makeRepository();
    const text = await gitops(folder, ['plan', 'promote', 'dev', 'prod']);
    const json = await gitops(folder, ['plan', 'promote', 'dev', 'prod', '--out', '-', '--output', 'json'], {
      env: { GITOPS_QUIET: '1' },
    });
    expect(JSON.parse(text.out)).toMatchObject({ schema: 'gitops/plan/1' });
    expect(json.json()).toMatchObject({ schema: 'gitops/plan/1' });
    const applied = await gitops(folder, ['apply', '-'], { input: text.out });
    expect(applied.out).toContain('Opened');
  });

  it('--out with --output json says where it is', async () => {
    const folder = makeRepository();
    const ran = await gitops(folder, ['plan', 'promote', 'dev', 'prod', '--out', '.git/p.json', '--output', 'json']);
    expect(ran.json()).toMatchObject({ schema: 'gitops/plan-written/1', file: '.git/p.json' });
  });

  it('is on hold of nothing: an unrelated commit does not outdate it, one to the same version does', async () => {
    const { folder, file } = await planned();
    git(folder, 'switch', '--quiet', 'main');
    write(folder, { 'README.yaml': 'a: 1\n' });
    commitAll(folder, 'unrelated');
    expect((await gitops(folder, ['apply', file, '--dry-run'])).exitCode).toBe(0);
    write(folder, { 'apps/prod/users/application.yaml': application('users', 'prod', '2.0.5') });
    commitAll(folder, 'same version');
    const state = stateOf(folder);
    for (const flags of [[], ['--dry-run'], ['--check']]) {
      const ran = await gitops(folder, ['apply', file, ...flags, '--output', 'json']);
      expect(ran.exitCode).toBe(5);
      expect(errorOf(ran).kind).toBe('plan-outdated');
    }
    expect(stateOf(folder)).toBe(state);
  });

  it.each([
    ['not JSON', () => 'promote: dev', 'plan-invalid', 3],
    ['another document', () => '{"schema":"gitops/status/1"}', 'plan-invalid', 3],
    ['a newer schema', (text: string) => text.replace('gitops/plan/1', 'gitops/plan/2'), 'plan-newer', 3],
    [
      'an edit that planning does not give',
      (text: string) => text.replace('"after": "2.1.0"', '"after": "6.6.6"'),
      'plan-outdated',
      5,
    ],
    [
      'a digest that planning does not give',
      (text: string) => text.replace(/"after": "[0-9a-f]{64}"/, `"after": "${'0'.repeat(64)}"`),
      'plan-invalid',
      3,
    ],
    [
      'a file of CI',
      (text: string) => text.replaceAll('apps/prod/users/application.yaml', '.github/workflows/x.yaml'),
      'plan-path-refused',
      3,
    ],
    [
      'a request for something else',
      (text: string) => text.replace('"to": [\n      "prod"\n    ]', '"to": [\n      "dev"\n    ]'),
      'usage',
      2,
    ],
    [
      'a source that is gone',
      (text: string) => text.replace(/"fromCommit": "[0-9a-f]{40}"/, `"fromCommit": "${'1'.repeat(40)}"`),
      'source-gone',
      3,
    ],
  ])('tampered with: %s', async (_name, tamper, kind, exitCode) => {
    const { folder, file } = await planned();
    const text = readFileSync(file, 'utf8');
    expect(tamper(text)).not.toBe(text);
    writeFileSync(file, tamper(text));
    const state = stateOf(folder);
    const ran = await gitops(folder, ['apply', file, ...head, '--output', 'json']);
    expect(errorOf(ran).kind).toBe(kind);
    expect(ran.exitCode).toBe(exitCode);
    expect(stateOf(folder)).toBe(state);
  });

  it('expires', async () => {
    const folder = makeRepository();
    const now = { now: '2026-11-23T10:00:00Z' };
    const plan = await gitops(folder, ['plan', 'promote', 'dev', 'prod', '--expires', '24h'], now);
    expect(JSON.parse(plan.out)).toMatchObject({ expires: '2026-11-24T10:00:00Z' });
    const late = await gitops(folder, ['apply', '-', '--output', 'json'], {
      input: plan.out,
      now: '2026-11-24T10:00:01Z',
    });
    expect(errorOf(late).kind).toBe('plan-expired');
    expect(late.exitCode).toBe(3);
  });

  it('keeps variables as they were', async () => {
    const folder = makeRepository({
      ...(await import('./repository.js')).fleet(),
      'gitops.yaml': 'version: 1\ncommit: { title: "{env.TICKET} {summary}" }\n',
    });
    const plan = await gitops(folder, ['plan', 'promote', 'dev', 'prod'], { env: { TICKET: 'OPS-7' } });
    await gitops(folder, ['apply', '-'], { input: plan.out, env: { ...ana } });
    expect(git(folder, 'log', '-1', '--format=%s', 'gitops/promote/dev/prod')).toMatch(/^OPS-7 /);
  });
});
