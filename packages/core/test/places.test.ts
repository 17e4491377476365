import { describe, expect, it } from 'vitest';
import {
  type Fleet,
  fleetOf,
  type PlacedSnapshot,
  placesOf,
  planFreeze,
  planPromotion,
  planResume,
  type Snapshot,
  snapshotOf,
} from '../src/index.js';
import { application, shop } from './shop.js';

const now = '2026-11-26T10:00:00Z';
const us = 'https://git.example/acme/gitops-us';

function config(prod: string): string {
  return `version: 1\nenvironments:\n  dev: {}\n  prod: { from: dev, ${prod} }\n`;
}

/** A fleet whose prod lives elsewhere: home and the other place, each with its files. */
function fleetIn(prod: string, own: Record<string, string>, there: Record<string, string>): Fleet {
  const home: Snapshot = snapshotOf({ ...own, 'gitops.yaml': config(prod) }, 'a'.repeat(40));
  const [place] = placesOf(home)._unsafeUnwrap();
  if (place === undefined) throw new Error('no place');
  const placed: PlacedSnapshot = { place, snapshot: snapshotOf(there, 'b'.repeat(40)) };
  return fleetOf(home, { places: [placed] })._unsafeUnwrap();
}

const only = (environment: 'dev' | 'prod', files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).filter(([path]) => !path.startsWith(environment === 'dev' ? 'apps/prod/' : 'apps/dev/')),
  );

const dev = only('dev', shop({ dev: { payments: '1.8.2', users: '2.1.0' } }));
const prod = only('prod', shop({ prod: { payments: '1.7.0', users: '2.0.4' } }));

function versionsOf(fleet: Fleet, environment: string): readonly string[] {
  const found = fleet.environments.find((one) => one.name === environment);
  return found?.instances.map((one) => `${one.application} ${one.images[0]?.version?.tag}`) ?? [];
}

describe.each([
  ['another branch', 'branch: release', '#release'],
  ['another repository', `repository: ${us}`, `${us}#`],
  ['a branch of another repository', `repository: ${us}, branch: live`, `${us}#live`],
])('an environment in %s', (_, where, id) => {
  it('is read there, and its promotion changes files there only', () => {
    const fleet = fleetIn(where, dev, prod);
    expect(versionsOf(fleet, 'dev')).toEqual(['payments 1.8.2', 'users 2.1.0']);
    expect(versionsOf(fleet, 'prod')).toEqual(['payments 1.7.0', 'users 2.0.4']);
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.request).toMatchObject({ fromCommit: 'a'.repeat(40) });
    expect(plan.changes.map((one) => [one.place.id, one.base, one.files.map((file) => file.path)])).toEqual([
      [id, 'b'.repeat(40), ['apps/prod/payments/application.yaml', 'apps/prod/users/application.yaml']],
    ]);
    expect(plan.changes[0]?.files[0]?.after).toBe(
      prod['apps/prod/payments/application.yaml']?.replace('1.7.0', '1.8.2'),
    );
  });

  it('is frozen and resumed there, byte for byte', () => {
    const watched: Record<string, string> = {
      ...prod,
      'apps/prod/payments/application.yaml': application('payments', 'dev', '1.7.0').replaceAll('-dev', '-prod'),
    };
    const fleet = fleetIn(where, dev, watched);
    const freeze = planFreeze(fleet, { environment: 'prod', reason: 'audit', by: 'ana', now })._unsafeUnwrap();
    expect(freeze.changes.map((one) => one.place.id)).toEqual([id]);
    const frozen: Record<string, string> = { ...watched };
    for (const file of freeze.changes[0]?.files ?? []) frozen[file.path] = file.after ?? '';
    expect(Object.keys(frozen)).toContain('.gitops/freezes/prod.yaml');
    const again = fleetIn(where, dev, frozen);
    expect(planPromotion(again, { from: 'dev', to: ['prod'], now })._unsafeUnwrapErr().kind).toBe('environment-frozen');
    const resumed = planResume(again, { environment: 'prod', now })._unsafeUnwrap();
    expect(resumed.changes.map((one) => one.place.id)).toEqual([id]);
    for (const file of resumed.changes[0]?.files ?? []) {
      if (file.after === null) delete frozen[file.path];
      else frozen[file.path] = file.after;
    }
    expect(frozen).toEqual(watched);
  });
});

describe('a branch for each environment', () => {
  const plain = (files: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path.replace(/^apps\/(?:dev|prod)\//, 'apps/'),
        text.replace(/-(?:dev|prod)$/gm, '').replace(/namespace: (?:dev|prod)$/gm, 'namespace: shop'),
      ]),
    );

  it('is told by the branch where nothing else tells it', () => {
    const fleet = fleetIn('branch: release', plain(dev), plain(prod));
    expect(versionsOf(fleet, 'prod')).toEqual(['payments 1.7.0', 'users 2.0.4']);
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.versions.map((one) => `${one.environment} ${one.application}`)).toEqual([
      'prod payments',
      'prod users',
    ]);
    expect(plan.changes[0]?.files.map((file) => file.path)).toEqual([
      'apps/payments/application.yaml',
      'apps/users/application.yaml',
    ]);
  });

  it('takes what belongs to environments of other branches from those alone', () => {
    const stale = { ...prod, ...only('dev', shop({ dev: { payments: '0.0.1', users: '0.0.1' } })) };
    const fleet = fleetIn('branch: release', dev, stale);
    expect(versionsOf(fleet, 'dev')).toEqual(['payments 1.8.2', 'users 2.1.0']);
    expect(versionsOf(fleet, 'prod')).toEqual(['payments 1.7.0', 'users 2.0.4']);
  });
});

describe('Applications that follow another branch', () => {
  const following = (environment: string, branch: string): string =>
    application('payments', environment, '0')
      .replace('targetRevision: HEAD', `targetRevision: ${branch}`)
      .replace(/ {4}helm:\n(?: {6,}.*\n)+/, '');
  const values = (tag: string): string => `image:\n  name: ghcr.io/acme/payments\n  tag: ${tag} # kept\n`;
  const tree = (tag: string): Record<string, string> => ({
    ...Object.fromEntries(Object.entries(dev).filter(([path]) => path.startsWith('charts/payments'))),
    'charts/payments/values.yaml': values(tag),
  });
  const home = {
    ...tree('1.8.2'),
    'argocd/payments-dev.yaml': following('dev', 'HEAD'),
    'argocd/payments-prod.yaml': following('prod', 'release'),
  };

  it('have the versions of that branch, and a promotion changes them there', () => {
    const fleet = fleetIn('branch: release', home, tree('1.7.0'));
    expect(versionsOf(fleet, 'prod')).toEqual(['payments 1.7.0']);
    const environment = fleet.environments.find((one) => one.name === 'prod');
    expect([environment?.place.id, environment?.deploys.id]).toEqual(['home', '#release']);
    const plan = planPromotion(fleet, { from: 'dev', to: ['prod'], now })._unsafeUnwrap();
    expect(plan.changes.map((one) => [one.place.id, one.files])).toEqual([
      ['#release', [{ path: 'charts/payments/values.yaml', before: values('1.7.0'), after: values('1.8.2') }]],
    ]);
    expect(plan.changes[0]?.pullRequest.message).toContain('1.7.0 -> 1.8.2');
  });

  it('are frozen where they stand', () => {
    const fleet = fleetIn('branch: release', home, tree('1.7.0'));
    const freeze = planFreeze(fleet, { environment: 'prod', reason: 'audit', by: 'ana', now })._unsafeUnwrap();
    expect(freeze.changes.map((one) => one.place.id)).toEqual(['home']);
  });

  it('are told where the configuration says nothing of branches', () => {
    const lone = fleetOf(snapshotOf(home))._unsafeUnwrap();
    expect(lone.notes.filter((one) => one.severity === 'warn').map((one) => one.message)).toEqual([
      'payments-prod follows the branch release, others of its repository do not; its files were read from here. If prod lives on that branch, say so in gitops.yaml: environments: { prod: { branch: release } }.',
    ]);
    const alike = Object.fromEntries(
      Object.entries(home).map(([path, text]) => [path, text.replace(/targetRevision: .*/, 'targetRevision: develop')]),
    );
    expect(
      fleetOf(snapshotOf(alike))
        ._unsafeUnwrap()
        .notes.filter((one) => one.severity === 'warn'),
    ).toEqual([]);
  });

  it('are not taken where they follow another branch than the configuration says', () => {
    const fleet = fleetIn('branch: live', home, tree('1.7.0'));
    expect(versionsOf(fleet, 'prod')).toEqual([]);
    expect(fleet.notes.find((one) => one.kind === 'place-without-applications')?.message).toBe(
      'No Application of prod was found in branch live, nor one here that follows it.',
    );
  });
});

describe('a place whose files are not given', () => {
  it('is an error, never an environment without applications', () => {
    const home = snapshotOf({ ...dev, 'gitops.yaml': config('branch: release') });
    expect(fleetOf(home)._unsafeUnwrapErr()).toMatchObject({
      kind: 'place-not-read',
      details: { place: '#release' },
    });
  });
});
