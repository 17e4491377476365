import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { application, ben, commitAll, fleet, git, gitops, makeBare, makeRepository, write } from './repository.js';

const config = (prod: string): string => `version: 1\nenvironments:\n  dev: {}\n  prod: { from: dev, ${prod} }\n`;
const users = 'apps/prod/users/application.yaml';

/** dev on main, prod on the branch release, which main has not. */
function branches(): string {
  const folder = makeRepository({ ...fleet(), 'gitops.yaml': config('branch: release') });
  git(folder, 'branch', 'release');
  git(folder, 'rm', '--quiet', '-r', 'apps/prod');
  commitAll(folder, 'prod is on its own branch');
  return folder;
}

/** dev in one repository, prod in another, which has no configuration. */
function repositories(): { readonly own: string; readonly other: string } {
  const other = makeBare(Object.fromEntries(Object.entries(fleet()).filter(([path]) => !path.startsWith('apps/dev'))));
  const files = Object.fromEntries(Object.entries(fleet()).filter(([path]) => !path.startsWith('apps/prod')));
  const own = makeRepository({ ...files, 'gitops.yaml': config(`repository: "${pathToFileURL(other)}"`) });
  return { own, other };
}

const at = (folder: string, ref: string, path: string): string => git(folder, 'show', `${ref}:${path}`);
const idIn = (out: string): string => /pull request ([0-9a-f]{12})/.exec(out)?.[1] ?? '';

describe('an environment on another branch', () => {
  it('is shown, promoted into by a pull request there, merged, and set back', async () => {
    const folder = branches();
    const main = git(folder, 'rev-parse', 'main');
    const status = await gitops(folder, ['status', '--output', 'json']);
    expect(JSON.stringify(status.json())).toContain('"1.7.0"');

    const dry = await gitops(folder, ['promote', 'dev', 'prod', '--dry-run']);
    expect(dry.out).toContain('in branch release at ');
    expect(dry.out).toContain('It would be a pull request from gitops/promote/dev/prod into branch release.');
    const opened = await gitops(folder, ['promote', 'dev', 'prod']);
    expect(opened.exitCode).toBe(0);
    const id = idIn(opened.out);
    expect(at(folder, 'gitops/promote/dev/prod', users)).toContain('value: 2.1.0   # moved');
    const again = await gitops(folder, ['promote', 'dev', 'prod']);
    expect(again.out).toContain('is open already');

    await gitops(folder, ['pr', 'approve', id], { env: ben });
    const merged = await gitops(folder, ['pr', 'merge', id]);
    expect(merged.exitCode).toBe(0);
    expect(at(folder, 'release', users)).toContain('value: 2.1.0   # moved');
    expect(git(folder, 'rev-parse', 'main')).toBe(main);
    expect((await gitops(folder, ['promote', 'dev', 'prod'])).out).toContain('Nothing to do.');

    const reverted = await gitops(folder, ['revert', '--merge']);
    expect(reverted.out).toContain('Argo CD syncs it from release.');
    expect(at(folder, 'release', users)).toContain('value: 2.0.4   # moved');
    const byName = await gitops(folder, ['revert', id, '--dry-run']);
    expect(byName.out).toContain('Nothing to do.');
  });

  it('is frozen there, and the freeze keeps promotions out until it is resumed', async () => {
    const folder = branches();
    const before = at(folder, 'release', users);
    const frozen = await gitops(folder, ['freeze', 'prod', '--reason', 'audit', '--merge']);
    expect(frozen.exitCode).toBe(0);
    expect(at(folder, 'release', '.gitops/freezes/prod.yaml')).toContain('reason: audit');
    const refused = await gitops(folder, ['promote', 'dev', 'prod', '--output', 'json']);
    expect(refused.json()).toMatchObject({ error: { kind: 'environment-frozen' } });
    expect((await gitops(folder, ['resume', 'prod', '--merge'])).exitCode).toBe(0);
    expect(git(folder, 'ls-tree', '-r', '--name-only', 'release')).not.toContain('.gitops');
    expect(at(folder, 'release', users)).toBe(before);
  });

  it('carries a plan on paper out only where that branch still has what was reviewed', async () => {
    const folder = branches();
    await gitops(folder, ['plan', 'promote', 'dev', 'prod', '--out', '.git/p.json']);
    git(folder, 'checkout', '--quiet', 'release');
    write(folder, { [users]: application('users', 'prod', '2.0.5') });
    commitAll(folder, 'by hand');
    git(folder, 'checkout', '--quiet', 'main');
    const outdated = await gitops(folder, ['apply', '.git/p.json', '--output', 'json']);
    expect(outdated.json()).toMatchObject({ error: { kind: 'plan-outdated' } });
    expect(JSON.stringify(outdated.json())).toContain('release has changed');
  });

  it('says which branch is missing', async () => {
    const folder = makeRepository({ ...fleet(), 'gitops.yaml': config('branch: live') });
    const ran = await gitops(folder, ['promote', 'dev', 'prod', '--output', 'json']);
    expect(ran.exitCode).toBe(3);
    expect(ran.json()).toMatchObject({ error: { kind: 'not-found', details: { branch: 'live' } } });
  });
});

describe('an environment in another repository', () => {
  it('is promoted into by a pull request there, and the own repository stays as it is', async () => {
    const { own, other } = repositories();
    const before = git(own, 'for-each-ref');
    const opened = await gitops(own, ['promote', 'dev', 'prod']);
    expect(opened.exitCode).toBe(0);
    expect(at(other, 'gitops/promote/dev/prod', users)).toContain('value: 2.1.0   # moved');
    expect(git(own, 'for-each-ref')).toBe(before);

    const merged = await gitops(own, ['promote', 'dev', 'prod', '--merge']);
    expect(merged.exitCode).toBe(0);
    expect(at(other, 'main', users)).toContain('value: 2.1.0   # moved');
    const status = await gitops(own, ['status']);
    expect(status.out).not.toContain('2.0.4');
    expect(readFileSync(join(own, 'gitops.yaml'), 'utf8')).toContain('file://');

    const reverted = await gitops(own, ['revert', '--env', 'prod', '--hold', '--reason', 'bad', '--merge']);
    expect(reverted.exitCode).toBe(0);
    expect(at(other, 'main', users)).toContain('value: 2.0.4   # moved');
    expect(git(other, 'ls-tree', '-r', '--name-only', 'main')).toContain('.gitops/freezes/prod+');
    const held = await gitops(own, ['promote', 'dev', 'prod']);
    expect(held.out).toContain('skipped (denied)');
  });
});
