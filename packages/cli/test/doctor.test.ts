import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../src/doctor/exit-code.js';
import { type Line, withoutRepetition, worstOf } from '../src/doctor/line.js';
import { node } from '../src/doctor/machine.js';
import { onGitHub, onGitLab } from './forges.js';
import { ana, git, gitops, makeBare, makeRepository, type Ran, temporaryFolder, write } from './repository.js';

interface Doctor {
  readonly state: string;
  readonly provider: string | null;
  readonly checks: readonly Line[];
}

const doctor = (ran: Ran) => ran.json() as unknown as Doctor;
/** The worst of a check's lines. */
const stateOf = (ran: Ran, check: string) => {
  const states = doctor(ran).checks.flatMap((one) => (one.check === check ? [one.state] : []));
  return (['fail', 'warn', 'unknown', 'ok'] as const).find((state) => states.includes(state)) ?? 'none';
};
const json = ['doctor', '--output', 'json'];

describe('doctor of a forge', () => {
  it.each([
    ['github', onGitHub, 'GitHub, since GITHUB_SERVER_URL names 127.0.0.1'],
    ['gitlab', onGitLab, 'GitLab, since GITLAB_HOST names 127.0.0.1'],
  ] as const)('%s: everything that is right, where the token came from, and no secret', async (name, start, why) => {
    const { env, clone } = await start();
    const folder = clone();
    const text = await gitops(folder, ['doctor'], { env });
    expect(text.exitCode, text.out + text.err).toBe(0);
    expect(text.out).toContain(why);
    expect(text.out).toMatch(/^ {2}ok {7}token .*(GITHUB_TOKEN|GITLAB_TOKEN)/m);
    expect(text.out).toMatch(/^ {2}warn .*\n {8,}→ /m);
    const ran = await gitops(folder, json, { env });
    expect(doctor(ran)).toMatchObject({ provider: name, state: 'warn' });
    for (const secret of [env['GITHUB_TOKEN'], env['GITLAB_TOKEN']].filter((one) => one !== undefined)) {
      expect(ran.out + text.out + text.err).not.toContain(secret);
    }
  });

  it.each([
    ['github', onGitHub, 'GITHUB_TOKEN'],
    ['gitlab', onGitLab, 'GITLAB_TOKEN'],
  ] as const)('%s: a token that is not taken: 4; a host that nobody answers: 6', async (_name, start, variable) => {
    const { env, url } = await start();
    const wrong = await gitops('/', [...json, '--repo', url], { env: { ...env, [variable]: 'wrong-wrong-wrong' } });
    expect([wrong.exitCode, stateOf(wrong, 'token'), stateOf(wrong, 'network')]).toEqual([4, 'fail', 'ok']);
    expect(wrong.out).not.toContain('wrong-wrong-wrong');
    const nowhere = await gitops('/', [...json, '--repo', 'http://127.0.0.1:1/acme/gitops', '--provider', _name], {
      env,
    });
    expect([nowhere.exitCode, stateOf(nowhere, 'network')]).toEqual([6, 'fail']);
  });

  it('a token that may only read: 4', async () => {
    const { env, url, fake } = await onGitHub();
    const ran = await gitops('/', [...json, '--repo', url], { env: { ...env, GITHUB_TOKEN: fake.tokens.rita } });
    expect([ran.exitCode, stateOf(ran, 'permissions')]).toEqual([4, 'fail']);
  });
});

describe('doctor of the embedded forge', () => {
  it('a repository that is right: 0', async () => {
    const ran = await gitops(makeRepository(), json);
    expect(ran.exitCode).toBe(0);
    expect(doctor(ran)).toMatchObject({ provider: 'git', state: 'ok' });
    for (const check of ['node', 'git', 'identity', 'backend', 'target', 'checked-out', 'transport']) {
      expect([check, stateOf(ran, check)]).toEqual([check, 'ok']);
    }
  });

  it('tells what would go wrong, with what to do', async () => {
    const folder = makeRepository();
    write(folder, { 'apps/dev/users/application.yaml': 'edited: true\n' });
    const edited = await gitops(folder, json);
    expect([edited.exitCode, stateOf(edited, 'checked-out')]).toEqual([0, 'warn']);
    const nobody = Object.fromEntries(Object.keys(ana).map((name) => [name, undefined]));
    const unnamed = await gitops(makeBare(), json, { env: nobody });
    expect([unnamed.exitCode, stateOf(unnamed, 'identity')]).toEqual([4, 'fail']);
    const withoutGit = await gitops(makeBare(), json, { env: { PATH: '/nonexistent' } });
    expect([withoutGit.exitCode, stateOf(withoutGit, 'git'), stateOf(withoutGit, 'backend')]).toEqual([
      0,
      'warn',
      'warn',
    ]);
    expect(doctor(edited).checks.every((one) => (one.state === 'ok') === (one.remedy === null))).toBe(true);
  });
});

describe('doctor where little is known', () => {
  it('no repository: 3, and the machine all the same', async () => {
    const ran = await gitops(temporaryFolder(), json);
    expect([ran.exitCode, stateOf(ran, 'repository'), stateOf(ran, 'node')]).toEqual([3, 'fail', 'ok']);
    expect(doctor(ran).provider).toBeNull();
  });

  it('a host that does not tell: 3, naming --provider', async () => {
    const folder = makeRepository();
    git(folder, 'remote', 'add', 'origin', 'git@work:acme/gitops.git');
    const ran = await gitops(folder, ['doctor'], { env: { HTTPS_PROXY: 'http://me:hunter2hunter2@127.0.0.1:1' } });
    expect(ran.exitCode).toBe(3);
    expect(ran.out).toMatch(/fail {5}forge .*\n.*--provider github/);
    expect(ran.out).toContain('HTTPS_PROXY is http://127.0.0.1:1');
    expect(ran.out).not.toContain('hunter2');
  });

  it('authorities that are none', async () => {
    const file = join(temporaryFolder(), 'ca.pem');
    writeFileSync(file, 'nothing\n');
    const folder = makeRepository();
    const ran = await gitops(folder, [...json, '--ca-file', file]);
    expect([ran.exitCode, stateOf(ran, 'certificates')]).toEqual([3, 'fail']);
    const gone = await gitops(folder, json, { env: { NODE_EXTRA_CA_CERTS: '/nonexistent.pem' } });
    expect(stateOf(gone, 'certificates')).toBe('fail');
    const trusting = await gitops(folder, json, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(stateOf(trusting, 'certificates')).toBe('warn');
  });
});

describe('lines', () => {
  const line = (section: Line['section'], check: string, state: Line['state']): Line => ({
    section,
    check,
    state,
    message: `${section} ${check}`,
    remedy: null,
  });

  it.each([
    [[], 0],
    [['ok token', 'warn token', 'unknown host'], 0],
    [['fail token'], 4],
    [['fail host', 'fail token'], 4],
    [['fail host'], 6],
    [['fail network', 'fail token'], 6],
    [['fail protection'], 3],
    [['fail forge', 'fail identity'], 4],
  ])('%j: %i', (states, expected) => {
    const lines = states.map((one) => {
      const [state, check] = one.split(' ') as [Line['state'], string];
      return line('forge', check, state);
    });
    expect(exitCodeOf(lines)).toBe(expected);
  });

  it('of two about one thing the more serious stays, else the one that knows the forge', () => {
    const lines = [
      line('machine', 'proxy', 'ok'),
      line('machine', 'certificates', 'warn'),
      line('forge', 'proxy', 'ok'),
      line('forge', 'certificates', 'ok'),
    ];
    expect(withoutRepetition(lines).map((one) => one.message)).toEqual(['machine certificates', 'forge proxy']);
    expect(worstOf(lines)).toBe('warn');
  });

  it.each([
    ['18.20.0', 'fail'],
    ['20.18.3', 'fail'],
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
  ])('Node.js %s: %s', (version, state) => expect(node(version).state).toBe(state));
});
