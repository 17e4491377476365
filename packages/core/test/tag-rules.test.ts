import { describe, expect, it } from 'vitest';
import { fleetOf, planPromotion, planRevert, planSet, snapshotOf } from '../src/index.js';
import { application, shop } from './shop.js';

const now = '2026-11-25T10:00:00Z';
type Files = Record<string, string>;

const fleet = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();

/** Promotes one application from dev to prod, and tells the findings of a rule. */
const found = (rule: string, dev: string, prod: string, more: Files = {}): readonly string[] => {
  const files = { ...shop({ dev: { users: dev }, prod: { users: prod } }), ...more };
  const plan = planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana' });
  return plan.match(
    ({ findings }) => findings.filter((one) => one.rule === rule).map((one) => `${one.severity}: ${one.message}`),
    (error) => (error.kind === rule ? [`error: ${error.message}`] : [error.message]),
  );
};

describe('a tag that names an environment', () => {
  const bound = (dev: string, prod: string, more: Files = {}) => found('environment-bound-tag', dev, prod, more);

  it.each([
    ['dev-4f1c2d', 'dev'],
    ['develop-12', 'dev'],
    ['1.8.2-dev', 'dev'],
    ['DEV', 'dev'],
    ['users_dev.7', 'dev'],
  ])('is told where it is not the one of the target: %s', (tag, other) => {
    expect(bound(tag, '1.7.0')).toEqual([`warn: users in prod would run users:${tag}, a tag that names ${other}.`]);
  });

  it('is told with the tag of the target, where that names the target', () => {
    expect(bound('dev-4f1c2d', 'production-9a07be')).toEqual([
      'warn: users in prod would run users:dev-4f1c2d, a tag that names dev, in place of production-9a07be, which names prod.',
    ]);
  });

  it.each([
    ['a version', '1.8.2', '1.7.0'],
    ['a pre-release of no environment', '1.8.2-rc.1', '1.7.0'],
    ['a branch of no environment', 'main-4f1c2d', '1.7.0'],
    ['an environment that is not here', 'uat-4f1c2d', '1.7.0'],
    ['a word that only begins as one', 'device-12', '1.7.0'],
    ['the target', 'prod-4f1c2d', '1.7.0'],
    ['source and target', 'dev-prod-12', '1.7.0'],
    ['the same environment as the tag that the target runs', 'dev-12', 'dev-11'],
  ])('is none, or passes: %s', (_what, dev, prod) => {
    expect(bound(dev, prod)).toEqual([]);
  });

  it('names every region of an environment, unless it says which', () => {
    const config = (more: string) => ({
      'gitops.yaml': `version: 1\nenvironments: { dev: {}, prod-eu: { from: dev, aliases: [prod] }${more} }\n`,
    });
    const plan = (tag: string) => {
      const files = {
        ...shop({ dev: { users: tag }, prod: { users: '1.7.0' } }),
        ...config(', prod-us: { from: dev }'),
      };
      return planPromotion(fleet(files), { from: 'dev', to: ['prod-eu'], now, by: 'ana' })
        ._unsafeUnwrap()
        .findings.filter((one) => one.rule === 'environment-bound-tag').length;
    };
    expect(['prd-12', 'prod-eu-12', 'prod-us-12'].map(plan)).toEqual([0, 0, 1]);
  });

  it('reads no part of a version as an environment that is called alike', () => {
    const files = {
      'gitops.yaml': 'version: 1\nenvironments: { v1: { aliases: [dev] }, prod: { from: v1 } }\n',
      ...shop({ dev: { users: 'v1.8.2' }, prod: { users: 'v1.7.0' } }),
    };
    const plan = planPromotion(fleet(files), { from: 'v1', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(plan.findings.map((one) => one.rule)).not.toContain('environment-bound-tag');
  });

  it('says which image to set where the application has several', () => {
    const pod = (environment: string, tag: string): Files => ({
      [`apps/${environment}/users/application.yaml`]: application('users', environment, tag).replace(
        / {4}path: [\s\S]*? {2}destination/,
        `    path: users/${environment}\n  destination`,
      ),
      [`users/${environment}/pod.yaml`]: `apiVersion: v1\nkind: Pod\nmetadata: { name: users }\nspec: { containers: [{ name: a, image: "ghcr.io/acme/api:${tag}" }, { name: b, image: "ghcr.io/acme/side:1" }] }\n`,
    });
    const files = { ...pod('dev', 'dev-2'), ...pod('prod', 'prod-1') };
    const plan = planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    const [finding] = plan.findings.filter((one) => one.rule === 'environment-bound-tag');
    expect(finding?.remedy).toContain('gitops set prod users/api=…');
    const versions = [{ application: 'users', image: 'api', version: 'prod-2' }];
    const set = planSet(fleet(files), { environment: 'prod', versions, now, by: 'ana' });
    expect(set._unsafeUnwrap().versions.map((one) => one.to.tag)).toEqual(['prod-2']);
  });

  it('refuses where gitops.yaml says so, and says what to set instead', () => {
    const config = 'version: 1\nrules: [{ rule: environment-bound-tag, severity: error, into: [prod] }]\n';
    const files = shop({ dev: { users: 'dev-2' }, prod: { users: 'prod-1' }, extra: { 'gitops.yaml': config } });
    const error = planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrapErr();
    expect(error.kind).toBe('environment-bound-tag');
    expect(error.remedy).toContain('gitops set prod users=…');
    expect(error.at?.file).toBe('apps/prod/users/application.yaml');
  });
});

const updated = (version: string, list: string, more = ''): Files => ({
  'apps/prod/users/application.yaml': application('users', 'prod', version).replace(
    '  namespace: argocd\n',
    `  namespace: argocd\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: ${list}\n${more}`,
  ),
});
const own = (key: string, value: string) => `    argocd-image-updater.argoproj.io/users.${key}: ${value}\n`;

describe('a tag that Image Updater would not choose in the target', () => {
  const outside = (dev: string, prod: Files) => found('constraint', dev, '1.7.0', prod);
  const refused = (tag: string, why: string) => [
    `warn: users in prod would run users:${tag}, which Image Updater would not choose there: ${why}.`,
  ];

  it('is told', () => {
    const list = 'users=ghcr.io/acme/users';
    expect(outside('2.0.0', updated('1.7.0', `${list}:1.x`))).toEqual(
      refused('2.0.0', 'it is outside the constraint 1.x'),
    );
    expect(outside('main-12', updated('1.7.0', `${list}:1.x`))).toEqual(
      refused('main-12', 'it is outside the constraint 1.x'),
    );
    expect(outside('2.0.0', updated('1.7.0', list, own('allow-tags', 'regexp:^1')))).toEqual(
      refused('2.0.0', 'it is none of the allowed tags (regexp:^1)'),
    );
    expect(outside('2.0.0', updated('1.7.0', list, own('ignore-tags', '2.*, 3.*')))).toEqual(
      refused('2.0.0', 'its tags are ignored (2.*, 3.*)'),
    );
    expect(outside('2.0.0', updated('stable', `${list}:stable`, own('update-strategy', 'digest')))).toEqual(
      refused('2.0.0', 'it follows the tag stable'),
    );
  });

  it('passes where what runs would not be chosen either', () => {
    const files = updated('1.7.0-commit.7a4bc53', '"users=ghcr.io/acme/users:>1.0.0"');
    expect(found('constraint', '1.8.0-commit.853db03', '1.7.0', files)).toEqual([]);
  });

  it('passes where nothing is configured against it', () => {
    const list = 'users=ghcr.io/acme/users';
    expect(outside('1.9.0', updated('1.7.0', `${list}:1.x`))).toEqual([]);
    expect(outside('2.0.0', updated('1.7.0', list))).toEqual([]);
    expect(outside('main-12', updated('1.7.0', list))).toEqual([]);
    expect(outside('main-12', updated('1.7.0', list, own('update-strategy', 'newest-build')))).toEqual([]);
    expect(outside('2.0.0', updated('1.7.0', 'side=ghcr.io/acme/side:1.x'))).toEqual([]);
    expect(outside('2.0.0', updated('1.7.0', 'ghcr.io/acme/side:1.x'))).toEqual([]);
  });

  it('is told of a version that is set, and not of one that is taken back', () => {
    const files = { ...shop({ prod: { users: '1.7.0' } }), ...updated('1.7.0', 'users=ghcr.io/acme/users:1.x') };
    const set = planSet(fleet(files), {
      environment: 'prod',
      versions: [{ application: 'users', image: null, version: '2.0.0' }],
      now,
      by: 'ana',
    });
    expect(set._unsafeUnwrap().findings.map((one) => one.rule)).toEqual(['constraint', 'updater-on-target']);
    const before = { ...files, ...updated('2.0.0', 'users=ghcr.io/acme/users:1.x') };
    const landed = { before: 'a'.repeat(40), last: 'b'.repeat(40) };
    const back = planRevert(fleet(files), { before: fleet(before), after: fleet(files), landed, now, by: 'ana' });
    expect(back._unsafeUnwrap().versions.map((one) => one.to.tag)).toEqual(['2.0.0']);
    expect(back._unsafeUnwrap().findings).toEqual([]);
  });
});

describe('a target that Image Updater follows', () => {
  const list = 'users=ghcr.io/acme/users';
  const told = (dev: string, prod: Files) => found('updater-on-target', dev, '1.7.0', prod);

  it('is told once for the environment, and not where it is frozen or of another image', () => {
    expect(told('1.8.0', updated('1.7.0', list))).toEqual([
      'warn: Image Updater follows users in prod and may write other versions over these.',
    ]);
    expect(told('1.7.0', updated('1.7.0', list))).toEqual([]);
    expect(told('1.8.0', updated('1.7.0', list, own('ignore-tags', '"*"')))).toEqual([]);
    expect(told('1.8.0', updated('1.7.0', 'side=ghcr.io/acme/side'))).toEqual([]);
  });

  it('names three applications, and counts the others', () => {
    const names = ['a', 'b', 'c', 'd'];
    const versions = (tag: string) => Object.fromEntries(names.map((name) => [name, tag]));
    const files = shop({ dev: versions('1.8.0'), prod: versions('1.7.0') });
    const followed = Object.fromEntries(
      names.map((name) => [
        `apps/prod/${name}/application.yaml`,
        application(name, 'prod', '1.7.0').replace(
          '  namespace: argocd\n',
          `  namespace: argocd\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: ghcr.io/acme/${name}\n`,
        ),
      ]),
    );
    const plan = planPromotion(fleet({ ...files, ...followed }), { from: 'dev', to: ['prod'], now, by: 'ana' });
    const [finding] = plan._unsafeUnwrap().findings.filter((one) => one.rule === 'updater-on-target');
    expect(finding?.message).toContain('follows a, b, c and 1 more in prod');
    expect(finding?.at?.file).toBe('apps/prod/a/application.yaml');
  });

  it('is told of a version that is set', () => {
    const versions = [{ application: 'users', image: null, version: '1.8.0' }];
    const set = planSet(fleet(shop({ dev: { users: '1.7.0' } })), { environment: 'dev', versions, now, by: 'ana' });
    expect(set._unsafeUnwrap().findings.map((one) => one.rule)).toEqual(['updater-on-target']);
  });
});
