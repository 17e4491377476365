import { describe, expect, it } from 'vitest';
import { type Fleet, fixFleet, fleetOf, lintFleet, placesOf, snapshotOf } from '../src/index.js';
import { type Files, inDev, now, plain, prod, record } from './lint-files.js';
import { application } from './shop.js';

const us = 'https://git.example/acme/gitops-us';
const only = (environment: 'dev' | 'prod', files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).filter(([path]) => !path.includes(environment === 'dev' ? '/prod/' : '/dev/')),
  );

/** A shop whose prod lives elsewhere. */
function fleetIn(where: string, there: Files, own: Files = only('dev', plain), more = ''): Fleet {
  const config = `version: 1\nenvironments:\n  dev: {}\n  prod: { from: dev, ${where} }\n${more}`;
  const home = snapshotOf({ ...own, 'gitops.yaml': config }, 'a'.repeat(40));
  const [place] = placesOf(home)._unsafeUnwrap();
  if (place === undefined) throw new Error('no place');
  return fleetOf(home, { places: [{ place, snapshot: snapshotOf(there, 'b'.repeat(40)) }] })._unsafeUnwrap();
}

const findings = (fleet: Fleet) => lintFleet(fleet, { now }).findings;
const moving: Files = { ...only('prod', plain), [prod]: application('users', 'prod', 'latest') };
const unknown = '    argocd-image-updater.argoproj.io/users.filter: x\n';

describe.each([
  ['another branch', 'branch: release', '#release', 'branch release'],
  ['another repository', `repository: ${us}`, `${us}#`, us],
  ['a branch of another repository', `repository: ${us}, branch: live`, `${us}#live`, `${us}, branch live`],
])('what stands in %s', (_, where, id, name) => {
  it('is found there, and says where that is', () => {
    const found = findings(fleetIn(where, moving));
    expect(found.map((one) => [one.rule, one.place?.id, one.at?.file, one.at?.line])).toEqual([
      ['mutable-tag', id, prod, 18],
    ]);
    expect(found[0]?.message.startsWith(`${name}: users in prod runs`)).toBe(true);
    expect(findings(fleetIn(where, only('prod', plain)))).toEqual([]);
  });

  it.each<[rule: string, files: Files, file: string]>([
    [
      'unreadable-file',
      { ...only('prod', plain), 'apps/prod/bad.yaml': 'kind: Application\napiVersion: argoproj.io/v1alpha1\nspec: [' },
      'apps/prod/bad.yaml',
    ],
    [
      'duplicate-application',
      { ...only('prod', plain), 'apps/prod/users/copy.yaml': plain[prod] ?? '' },
      'apps/prod/users/copy.yaml',
    ],
    [
      'annotation-on-wrong-object',
      {
        ...only('prod', plain),
        'deploy.yaml': `kind: Deployment\napiVersion: apps/v1\nmetadata:\n  name: x\n  annotations:\n${unknown}`,
      },
      'deploy.yaml',
    ],
    [
      'freeze-expired',
      { ...only('prod', plain), '.gitops/freezes/prod.yaml': record('prod', '2026-11-02T00:00:00Z') },
      '.gitops/freezes/prod.yaml',
    ],
    [
      'freeze-of-no-environment',
      { ...only('prod', plain), '.gitops/freezes/qa.yaml': record('qa', '2027-01-01T00:00:00Z') },
      '.gitops/freezes/qa.yaml',
    ],
    [
      'unknown-annotation',
      {
        ...only('prod', plain),
        [prod]: (plain[prod] ?? '').replace('metadata:\n', `metadata:\n  annotations:\n${unknown}`),
      },
      prod,
    ],
  ])('%s is found there too', (rule, files, file) => {
    const found = findings(fleetIn(where, files)).filter((one) => one.rule === rule);
    expect(found.map((one) => [one.place?.id, one.at?.file])).toContainEqual([id, file]);
    expect(found.filter((one) => one.place === undefined)).toEqual([]);
  });

  it('is silenced there, by a comment in its own file or by the gitops.yaml at home', () => {
    const comment = {
      ...moving,
      [prod]: (moving[prod] ?? '').replace('# promoted', '# gitops-lint: ignore mutable-tag -- a demo'),
    };
    expect(findings(fleetIn(where, comment))).toEqual([]);
    // a file of the same name at home says nothing about it
    const own = { ...only('dev', plain), [prod]: 'x: y' };
    expect(findings(fleetIn(where, moving, own)).map((one) => one.rule)).toContain('mutable-tag');
    const more = 'lint: { ignore: [{ rule: mutable-tag, files: [apps/prod/**], reason: a demo }] }\n';
    expect(findings(fleetIn(where, moving, only('dev', plain), more))).toEqual([]);
  });

  it('is not fixed from here; what stands at home is', () => {
    const broken = inDev('users.alow-tags: any');
    const there: Files = {
      ...only('prod', plain),
      [prod]: application('users', 'prod', '2.0.4').replace(
        'metadata:\n',
        'metadata:\n  annotations:\n    argocd-image-updater.argoproj.io/image-lst: x=ghcr.io/acme/users\n',
      ),
    };
    const { files, report } = fixFleet(fleetIn(where, there, only('dev', broken)), { now });
    expect(files.map((one) => one.path)).toEqual(['apps/dev/users/application.yaml']);
    expect(report.findings.map((one) => [one.rule, one.place?.id])).toContainEqual(['unknown-annotation', id]);
  });
});
