import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ana,
  application,
  ben,
  commitAll,
  errorOf,
  type Files,
  fleet,
  followed,
  git,
  gitops,
  makeBare,
  makeRepository,
  stateOf,
  temporaryFolder,
  write,
} from './repository.js';

const users = 'apps/prod/users/application.yaml';
const good = application('users', 'prod', '2.0.4');
const noOne = Object.fromEntries(Object.keys(ana).map((name) => [name, undefined]));

interface Case {
  readonly name: string;
  readonly files?: Files;
  readonly args?: readonly string[];
  readonly kind: string;
  readonly at?: readonly [file: string, line: number];
  readonly exitCode?: number;
  /** What the message, the remedy or the details have to say. */
  readonly says?: string;
}

const promote = ['promote', 'dev', 'prod'];

/** What stands in the repository. */
const inFiles: readonly Case[] = [
  {
    name: 'a YAML syntax error',
    files: { [users]: good.replace('  project: prod', '  project: [prod') },
    kind: 'yaml-syntax',
    at: [users, 9],
  },
  {
    name: 'a duplicate key',
    files: {
      [users]: good.replace('  value: 2.0.4   # moved by promotions', '  value: 2.0.4\n          value: 2.0.3'),
    },
    kind: 'duplicate-key',
    at: [users, 18],
  },
  {
    name: 'an alias on the path',
    files: {
      [users]: good
        .replace('metadata:', 'x-tag: &tag 2.0.4\nmetadata:')
        .replace('value: 2.0.4   # moved by promotions', 'value: *tag'),
    },
    kind: 'alias-on-path',
    at: [users, 19],
  },
  {
    name: 'a merge key on the path',
    files: {
      [users]: good
        .replace('metadata:', 'x-tag: &tag { value: 2.0.4 }\nmetadata:')
        .replace('value: 2.0.4   # moved by promotions', '<<: *tag'),
    },
    kind: 'merge-key-on-path',
    at: [users, 19],
  },
  {
    name: 'a template',
    files: { [users]: good.replace('project: prod', '{{ if .Values.x }}\n  project: prod\n  {{ end }}') },
    kind: 'application-in-one-environment',
    args: [...promote, '--app', 'users'],
  },
  {
    name: 'an image without a version',
    files: { [users]: good.replace(/ {8}- name: image\.tag\n.*\n.*\n/, '') },
    kind: 'missing-pin',
    at: [users, 2],
  },
  {
    name: 'a downgrade',
    files: { [users]: application('users', 'prod', '2.2.0') },
    kind: 'downgrade',
    at: [users, 18],
    says: '--except users',
  },
  {
    name: 'two files claiming one application',
    files: { 'apps/prod/users/copy.yaml': good },
    kind: 'application-claimed-twice',
    says: users,
  },
  {
    name: 'an invalid gitops.yaml',
    files: { 'gitops.yaml': 'version: 1\nenvironmets:\n  dev: {}\n' },
    kind: 'config-invalid',
    at: ['gitops.yaml', 2],
    says: 'environments',
  },
  {
    name: 'an unreadable freeze record',
    files: { '.gitops/freezes/prod.yaml': 'version: 1\nenvironment: prod\n' },
    kind: 'freeze-record-invalid',
    at: ['.gitops/freezes/prod.yaml', 1],
  },
];

/** What is asked for. */
const inArguments: readonly Case[] = [
  { name: 'an unknown environment', args: ['promote', 'dev', 'prodd'], kind: 'unknown-environment', says: 'prod' },
  { name: 'an unknown environment to freeze', args: ['freeze', 'staging'], kind: 'unknown-environment', says: 'dev' },
  {
    name: 'an unknown application',
    args: [...promote, '--app', 'paymets'],
    kind: 'unknown-application',
    says: 'payments',
  },
  {
    name: 'an unknown image',
    args: [...promote, '--image', 'ghcr.io/acme/mail'],
    kind: 'unknown-image',
    says: 'ghcr.io/acme/users',
  },
  { name: 'an unknown application to set', args: ['set', 'prod', 'mail=1.0.0'], kind: 'unknown-application' },
  { name: 'a version that is none', args: ['set', 'prod', 'users=not a tag'], kind: 'image-reference-invalid' },
  { name: 'an end that is past', args: ['freeze', 'dev', '--until', '2020-01-01'], kind: 'until-invalid' },
  {
    name: 'an end that is none',
    args: ['freeze', 'dev', '--until', 'friday'],
    kind: 'until-invalid',
    says: '2026-11-27',
  },
  { name: 'a commit that is not there', args: ['promote', 'dev@0123456789', 'prod'], kind: 'not-found' },
  { name: 'a branch that is not there', args: [...promote, '--branch', 'nowhere'], kind: 'not-found', says: 'nowhere' },
  {
    name: 'a configuration that is not there',
    args: [...promote, '--config', 'no/gitops.yaml'],
    kind: 'config-invalid',
    says: '--config',
  },
  { name: 'a pull request that is not there', args: ['pr', 'show', '0123456789ab'], kind: 'not-found' },
  { name: 'promoting to itself', args: ['promote', 'dev', 'dev'], kind: 'usage', exitCode: 2 },
];

describe.each([...inFiles, ...inArguments])('$name', ({ files, args, kind, at, exitCode, says }) => {
  it(`is ${kind}, with its place and what to do, and leaves the repository as it was`, async () => {
    const folder = makeRepository(fleet(files ?? {}));
    const before = stateOf(folder);
    const ran = await gitops(folder, [...(args ?? promote), '--output', 'json']);
    const error = errorOf(ran);
    expect(error.kind).toBe(kind);
    expect(ran.exitCode).toBe(exitCode ?? 3);
    if (at !== undefined) expect([error.at?.file, error.at?.line]).toEqual(at);
    expect(error.message).toMatch(/\.(\n|$)/);
    expect(error.remedy).not.toBe('');
    if (says !== undefined) expect(JSON.stringify(error)).toContain(says);
    expect(stateOf(folder)).toBe(before);

    const text = await gitops(folder, [...(args ?? promote)]);
    expect(text.exitCode).toBe(exitCode ?? 3);
    expect(text.out).toBe('');
    expect(text.err).toContain(`error[${kind}]`);
    if (at !== undefined) expect(text.err).toContain(`${at[0]}:${at[1]}:`);
  });
});

describe('an application in only one environment', () => {
  const files = fleet({
    'apps/dev/mail/application.yaml': application('mail', 'dev', '1.0.0', { annotations: followed('mail') }),
  });

  it('prints what to copy where it is asked for, and is a warning otherwise', async () => {
    const folder = makeRepository(files);
    const before = stateOf(folder);
    const named = await gitops(folder, [...promote, '--app', 'mail']);
    expect(named.exitCode).toBe(3);
    expect(named.err).toMatch(/^error\[application-in-one-environment\] apps\/dev\/mail\/application\.yaml:\d+:\d+\n/);
    expect(named.err).toContain('apps/prod/mail/application.yaml');
    expect(named.err).toContain('name: mail-prod');
    expect(stateOf(folder)).toBe(before);
    const all = await gitops(folder, [...promote, '--dry-run']);
    expect(all.exitCode).toBe(0);
    expect(all.out).toContain('skipped (only-in-source)  mail is in dev only.');
  });
});

describe('several problems at once', () => {
  it('are all told', async () => {
    const folder = makeRepository(
      fleet({
        [users]: application('users', 'prod', '2.2.0'),
        'apps/prod/payments/application.yaml': application('payments', 'prod', '1.9.0'),
      }),
    );
    const error = errorOf(await gitops(folder, [...promote, '--output', 'json']));
    expect([error.kind, ...error.also.map((one) => one.kind)]).toEqual(['downgrade', 'downgrade']);
  });
});

describe('the repository', () => {
  it('no Argo CD files', async () => {
    const folder = makeRepository({ 'README.yaml': 'a: 1\n' });
    for (const args of [['status'], promote]) {
      const ran = await gitops(folder, [...args, '--output', 'json']);
      expect(ran.exitCode).toBe(3);
      expect(errorOf(ran).kind).toBe('no-argocd-files');
    }
  });

  it('no commit yet', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet', '--initial-branch=main');
    const ran = await gitops(folder, [...promote, '--output', 'json']);
    expect(ran.exitCode).toBe(3);
    expect(errorOf(ran)).toMatchObject({ kind: 'not-found', remedy: 'Commit the manifests first.' });
  });

  it.each([[['status']], [promote], [['pr', 'list']]])('not a repository: %s', async (args) => {
    const ran = await gitops(temporaryFolder(), [...args, '--output', 'json']);
    expect(ran.exitCode).toBe(2);
    expect(errorOf(ran).kind).toBe('not-a-repository');
    expect(errorOf(ran).remedy).toContain('--repo');
    const nowhere = await gitops('/', [...args, '--repo', '/nonexistent/x', '--output', 'json']);
    expect(errorOf(nowhere)).toMatchObject({ kind: 'not-a-repository', details: { path: '/nonexistent/x' } });
  });

  it('a format that cannot be served', async () => {
    const folder = makeRepository();
    git(folder, 'config', 'core.repositoryFormatVersion', '1');
    git(folder, 'config', 'extensions.frobnicate', 'true');
    const config = readFileSync(join(folder, '.git/config'), 'utf8');
    const ran = await gitops(folder, [...promote, '--output', 'json']);
    expect(ran.exitCode).toBe(2);
    expect(errorOf(ran).kind).toBe('repository-unsupported');
    expect(readFileSync(join(folder, '.git/config'), 'utf8')).toBe(config);
  });
});

describe('who is asking', () => {
  it('no identity: nothing is invented', async () => {
    const bare = makeBare();
    const before = stateOf(bare);
    for (const args of [promote, ['freeze', 'dev']]) {
      const ran = await gitops(bare, [...args, '--output', 'json'], { env: noOne });
      expect(ran.exitCode).toBe(4);
      expect(errorOf(ran).kind).toBe('identity-missing');
      expect(errorOf(ran).remedy).toContain('git config');
    }
    expect(stateOf(bare)).toBe(before);
  });
});

describe('branches', () => {
  it('checked out with edits in the way: nothing moves, the pull request stays open', async () => {
    const folder = makeRepository();
    write(folder, { [users]: application('users', 'prod', '2.0.9') });
    const main = git(folder, 'rev-parse', 'main');
    const ran = await gitops(folder, [...promote, '--merge', '--output', 'json']);
    expect(ran.exitCode).toBe(5);
    expect(errorOf(ran).kind).toBe('branch-checked-out');
    expect(errorOf(ran).remedy).toContain('switch --detach');
    expect(git(folder, 'rev-parse', 'main')).toBe(main);
    expect(readFileSync(join(folder, users), 'utf8')).toContain('2.0.9');
    expect((await gitops(folder, ['pr', 'list'])).out).toContain('gitops/promote/dev/prod');
  });

  it('none is checked out: the branch has to be named', async () => {
    const folder = makeRepository();
    git(folder, 'switch', '--quiet', '--detach');
    const ran = await gitops(folder, [...promote, '--output', 'json']);
    expect(ran.exitCode).toBe(2);
    expect(errorOf(ran).remedy).toContain('--branch');
    expect((await gitops(folder, [...promote, '--branch', 'main'])).exitCode).toBe(0);
  });

  it('a target that changed the same version since is not overwritten', async () => {
    const bare = makeBare();
    const id = /[0-9a-f]{12}/.exec((await gitops(bare, promote)).out.trimEnd().split('\n').at(-1) ?? '')?.[0] ?? '';
    const work = temporaryFolder();
    mkdirSync(join(work, 'x'));
    git(work, 'clone', '--quiet', bare, 'x/w');
    const clone = join(work, 'x/w');
    write(clone, { [users]: application('users', 'prod', '2.0.7') });
    commitAll(clone, 'by hand');
    git(clone, 'push', '--quiet', 'origin', 'main');
    const merge = await gitops(bare, ['pr', 'merge', id, '--output', 'json']);
    expect(merge.exitCode).toBe(3);
    expect(errorOf(merge).kind).toBe('merge-refused');
    expect(git(bare, 'show', `main:${users}`)).toContain('value: 2.0.7');
    const again = await gitops(bare, [...promote, '--merge']);
    expect(again.exitCode).toBe(0);
    expect(git(bare, 'show', `main:${users}`)).toContain('value: 2.1.0');
  });

  it('a clone whose branch has gone its own way is told to catch up', async () => {
    const bare = makeBare();
    const work = temporaryFolder();
    git(work, 'clone', '--quiet', bare, 'ours');
    git(work, 'clone', '--quiet', bare, 'theirs');
    const [ours, theirs] = [join(work, 'ours'), join(work, 'theirs')];
    write(theirs, { 'README.md': 'theirs' });
    commitAll(theirs, 'theirs');
    git(theirs, 'push', '--quiet', 'origin', 'main');
    git(ours, 'fetch', '--quiet');
    expect((await gitops(ours, [...promote, '--dry-run'])).exitCode).toBe(0); // only behind
    write(ours, { 'NOTES.md': 'ours' });
    commitAll(ours, 'ours');
    const refused = await gitops(ours, [...promote, '--output', 'json']);
    expect(refused.exitCode).toBe(5);
    expect(errorOf(refused).kind).toBe('branch-diverged');
    expect(git(bare, 'branch', '--list', 'gitops/*')).toBe('');
  });

  it('a review of something that was replaced is not taken', async () => {
    const bare = makeBare();
    const id = /[0-9a-f]{12}/.exec((await gitops(bare, promote)).out.trimEnd().split('\n').at(-1) ?? '')?.[0] ?? '';
    for (const verb of ['approve', 'merge']) {
      const ran = await gitops(bare, ['pr', verb, id, '--head', '0123456789', '--output', 'json'], { env: ben });
      expect(ran.exitCode).toBe(5);
      expect(errorOf(ran).kind).toBe('stale-head');
    }
  });
});
