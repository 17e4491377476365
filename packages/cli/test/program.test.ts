import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../src/commands/table.js';
import { errorOf, gitops, makeRepository, temporaryFolder } from './repository.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe('version and help', () => {
  it.each([['--version'], ['-V']])('%s', async (flag) => {
    expect(await gitops('/', [flag])).toMatchObject({ exitCode: 0, out: `${version}\n`, err: '' });
  });

  it('--version among other words', async () => {
    expect(await gitops('/', ['--no-color', '--version'])).toMatchObject({ exitCode: 0, out: `${version}\n` });
  });

  const paths = commands.flatMap((one) => [[one.name], ...(one.commands ?? []).map((child) => [one.name, child.name])]);
  it.each(paths.map((path) => ({ path })))('$path has help with examples', async ({ path }) => {
    const ran = await gitops('/', [...path, '--help']);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain(`Usage: gitops ${path.join(' ')}`);
    expect(ran.out).toContain('\n  $ gitops ');
    expect(ran.out).toContain('--output <form>');
    expect(ran.err).toBe('');
  });

  it('lists every command', async () => {
    const ran = await gitops('/', ['--help']);
    expect(ran.exitCode).toBe(0);
    for (const { name } of commands) expect(ran.out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });
});

describe('called wrongly: 2, what to do, and nothing on the other stream', () => {
  it.each([
    [['promot', 'dev', 'prod'], 'Did you mean promote?'],
    [['promot', '--help'], 'Did you mean promote?'],
    [['promote', 'dev', 'prod', '--dryrun'], 'Did you mean --dry-run?'],
    [['status', '--json'], 'Did you mean --output json?'],
    [['lint', '-o', 'json'], 'Did you mean --output?'],
    [['--outptu', 'json', 'status'], '--output'],
    [['promote', 'dev'], 'gitops promote --help'],
    [['promote', 'dev', 'prod', 'more'], 'gitops promote --help'],
    [['promote', 'dev', ','], 'gitops promote <from'],
    [['promote', 'dev@', 'prod'], 'gitops promote <from'],
    [['set', 'prod', 'payments'], 'application=version'],
    [['set', 'prod', 'payments='], 'application=version'],
    [['resume'], 'gitops resume --expired'],
    [['pr'], 'list, show, comment, approve, merge, close'],
    [['plan'], 'freeze, resume, promote, revert, set'],
    [['pr', 'shwo', 'x'], 'Did you mean show?'],
    [['pr', 'list', '--state', 'done'], 'open, merged, closed, all'],
    [['pr', 'list', '--limit', 'many'], '--limit 30'],
    [['pr', 'merge', 'x', '--method', 'octopus'], 'merge, squash, rebase'],
    [['revert', '--reason', 'x'], 'Add --hold'],
    [['promote', 'dev', 'prod', '--wait', 'healthy'], '--wait merged'],
    [['promote', 'dev', 'prod', '--timeout', 'soon'], '30m'],
    [['status', '--output', 'yaml'], '--output text'],
    [['apply', 'nowhere.json'], 'gitops plan'],
    [['plan', 'promote', 'dev', 'prod', '--out', '/nonexistent/plan.json'], '--out'],
  ])('%s', async (args, hint) => {
    const ran = await gitops(makeRepository(), args);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toMatch(/^error\[usage\]/);
    expect(ran.err).toContain(hint);
    expect(ran.out).toBe('');
  });

  it('as JSON', async () => {
    const ran = await gitops('/', ['promot', '--output', 'json']);
    expect(ran.exitCode).toBe(2);
    expect(errorOf(ran)).toMatchObject({ kind: 'usage', details: { suggestion: 'promote' } });
    expect(errorOf(await gitops('/', ['promot', '--output=json'])).kind).toBe('usage');
    expect(errorOf(await gitops('/', ['promot'], { env: { GITOPS_OUTPUT: 'json' } })).kind).toBe('usage');
  });
});

describe('settings', () => {
  it('come from variables, and flags win', async () => {
    const folder = makeRepository();
    const elsewhere = temporaryFolder();
    const env = { GITOPS_REPO: folder, GITOPS_OUTPUT: 'json', GITOPS_QUIET: '1' };
    expect((await gitops(elsewhere, ['status'], { env })).json()).toMatchObject({ schema: 'gitops/status/1' });
    const flagged = await gitops(elsewhere, ['diff', 'dev', 'prod', '--output', 'text'], { env });
    expect(flagged.out).toMatch(/^2 versions differ[^\n]*\n$/);
    expect(
      (await gitops(elsewhere, ['diff', 'dev', 'prod'], { env: { GITOPS_REPO: folder, GITOPS_QUIET: '0' } })).out,
    ).toContain('payments');
    const wrong = await gitops(folder, ['status'], { env: { GITOPS_QUIET: 'perhaps' } });
    expect(wrong).toMatchObject({ exitCode: 2 });
    expect(wrong.err).toContain('GITOPS_QUIET');
  });

  it('may stand before and after the command', async () => {
    const folder = makeRepository();
    const before = await gitops('/', ['--repo', folder, '--output', 'json', 'diff', 'dev', 'prod']);
    const after = await gitops('/', ['diff', 'dev', 'prod', '--repo', folder, '--output', 'json']);
    expect(before.out).toBe(after.out);
  });

  it('colours only on a terminal, and not where they are not wanted', async () => {
    const folder = makeRepository();
    const escape = '\u001b[';
    expect((await gitops(folder, ['diff', 'dev', 'prod'], { isTerminal: true })).out).toContain(escape);
    expect((await gitops(folder, ['promote', 'qa', 'prod'], { isTerminal: true })).err).toContain(escape);
    for (const [args, env] of [
      [[], {}],
      [['--no-color'], {}],
      [[], { NO_COLOR: '1' }],
      [[], { GITOPS_NO_COLOR: '1' }],
    ] as const) {
      const isTerminal = args.length + Object.keys(env).length > 0;
      expect((await gitops(folder, ['diff', 'dev', 'prod', ...args], { isTerminal, env })).out).not.toContain(escape);
    }
    expect((await gitops(folder, ['diff', 'dev', 'prod', '--output', 'json'], { isTerminal: true })).out).not.toContain(
      escape,
    );
  });

  it('--verbose tells each step on standard error, as NDJSON with --output json', async () => {
    const folder = makeRepository();
    const text = await gitops(folder, ['promote', 'dev', 'prod', '--verbose']);
    expect(text.err).toMatch(/Reading .*\nPlanning on main@/);
    expect(text.out).not.toContain('Reading');
    const json = await gitops(folder, ['set', 'prod', 'users=2.2.0', '--output', 'json']);
    const steps = json.err
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { step: string }).step);
    expect(steps).toEqual(['read', 'plan', 'commit', 'open', 'warning']); // the promotion that is open sets users, too
    const quiet = await gitops(folder, ['set', 'prod', 'users=2.2.0', '--output', 'json', '--quiet']);
    expect(quiet.err).not.toContain('"level":"progress"');
  });
});
