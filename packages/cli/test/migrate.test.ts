import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, gitops, makeRepository } from './repository.js';

interface Answer {
  readonly wouldChange: boolean;
  readonly files: readonly { readonly path: string; readonly change: string }[];
  readonly migration: {
    readonly applications: readonly {
      readonly application: string;
      readonly compared: { readonly tagLists: number };
    }[];
    readonly keptBack: readonly { readonly application: string; readonly why: readonly { readonly kind: string }[] }[];
  };
}

const migrate = (folder: string, ...args: readonly string[]) => gitops(folder, ['migrate', 'image-updater', ...args]);

describe('migrate image-updater', () => {
  it('shows with --dry-run what it would write, what was compared, and writes nothing', async () => {
    const folder = makeRepository();
    const head = git(folder, 'rev-parse', 'HEAD');
    const ran = await migrate(folder, '--dry-run');
    expect(ran.exitCode, ran.err).toBe(0);
    expect(ran.out).toContain(
      '# apps/dev/image-updater-dev.yaml\napiVersion: argocd-image-updater.argoproj.io/v1alpha1\n',
    );
    expect(ran.out).toMatch(/ {2}users-dev +apps\/dev\/image-updater-dev.yaml +the same for \d+ lists of tags/);
    expect(ran.out.trimEnd().split('\n').at(-1)).toContain('from gitops/migrate/image-updater into main.');
    expect(git(folder, 'for-each-ref', '--format=%(objectname)', 'refs/heads')).toBe(head);
  });

  it('opens a pull request, merges it, and then has nothing to do', async () => {
    const folder = makeRepository();
    const ran = await migrate(folder, '--merge');
    expect(ran.exitCode, ran.err).toBe(0);
    expect(ran.out.trimEnd().split('\n').at(-1)).toMatch(/^Merged pull request \w+ into main/);
    expect(existsSync(join(folder, 'apps/dev/image-updater-dev.yaml'))).toBe(true);
    expect(readFileSync(join(folder, 'apps/dev/users/application.yaml'), 'utf8')).not.toContain('image-updater');
    const simulated = await gitops(folder, ['simulate', 'payments=1.9.0,2.0.0', '--app', 'payments', '--env', 'dev']);
    expect(simulated.out).toContain('→ 1.9.0  would be updated');
    const again = await migrate(folder, '--check');
    expect([again.exitCode, again.out.trimEnd().split('\n').at(-1)]).toEqual([0, 'Nothing to do.']);
  }, 60_000);

  it('answers as JSON what was compared and what stays, and with --check that something would change', async () => {
    const folder = makeRepository();
    await gitops(folder, ['freeze', 'dev', '--app', 'users', '--reason', 'QA', '--merge']);
    const ran = await migrate(folder, '--check', '--output', 'json');
    const answer = JSON.parse(ran.out) as Answer;
    expect([ran.exitCode, answer.wouldChange]).toEqual([10, true]);
    expect(answer.migration.applications.map((one) => one.application)).toEqual(['payments-dev']);
    expect(answer.migration.applications[0]?.compared.tagLists).toBeGreaterThan(100);
    expect(answer.migration.keptBack.map((one) => [one.application, one.why[0]?.kind])).toEqual([
      ['users-dev', 'frozen'],
    ]);
  }, 60_000);

  it('takes file, environment and selection, and can leave the annotations', async () => {
    const folder = makeRepository();
    const args = ['dev', '--app', 'users', '--keep-annotations', '--out', 'updaters/{environment}.yaml', '--check'];
    const ran = await migrate(folder, ...args, '--output', 'json');
    expect((JSON.parse(ran.out) as Answer).files).toEqual([
      { place: 'home', path: 'updaters/dev.yaml', change: 'added' },
    ]);
  });

  it.each([
    [['--from', '2'], 2, '--from 2 is no Image Updater.'],
    [['stage'], 3, 'There is no environment "stage" here.'],
    [['--app', 'user'], 3, 'There is no application "user" here.'],
    [['--image', 'x'], 2, "Unknown option '--image'."],
  ])('%j is refused', async (args, exitCode, message) => {
    const ran = await migrate(makeRepository(), ...args);
    expect([ran.exitCode, ran.out]).toEqual([exitCode, '']);
    expect(ran.err).toContain(message);
  });
});
