import { describe, expect, it } from 'vitest';
import {
  describePlan,
  fleetOf,
  type GitOpsError,
  type Plan,
  type PromotionOptions,
  parsePlanFile,
  planPromotion,
  planSet,
  snapshotOf,
  toPlanFile,
} from '../src/index.js';
import { application, shop, writeBack } from './shop.js';

const now = '2026-11-25T10:00:00Z';
const commit = '3f2c1ab'.padEnd(40, '0');

function fleet(files: Record<string, string>) {
  return fleetOf(snapshotOf(files, commit))._unsafeUnwrap();
}

function promote(files: Record<string, string>, options: Partial<PromotionOptions> = {}): Plan {
  return planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana', ...options })._unsafeUnwrap();
}

function refusal(files: Record<string, string>, options: Partial<PromotionOptions> = {}): GitOpsError {
  return planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana', ...options })._unsafeUnwrapErr();
}

describe('planPromotion', () => {
  it('writes versions that Image Updater wrote back for dev at the place where prod has its own', () => {
    const plan = promote(shop({ writtenBack: { payments: '1.8.2', users: '2.1.0' } }));
    expect(plan.versions.map((one) => [one.application, one.image, one.from.tag, one.to.tag, one.kind])).toEqual([
      ['payments', 'ghcr.io/acme/payments', '1.7.0', '1.8.2', 'minor'],
      ['users', 'ghcr.io/acme/users', '2.0.4', '2.1.0', 'minor'],
    ]);
    expect(plan.changes).toHaveLength(1);
    const [change] = plan.changes;
    expect(change?.base).toBe(commit);
    expect(change?.files.map((one) => one.path)).toEqual([
      'apps/prod/payments/application.yaml',
      'apps/prod/users/application.yaml',
    ]);
    for (const file of change?.files ?? []) {
      const before = file.before?.split('\n') ?? [];
      const after = file.after?.split('\n') ?? [];
      expect(after.length).toBe(before.length);
      expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
    }
    expect(change?.files[0]?.after).toBe(application('payments', 'prod', '1.8.2'));
  });

  it('is the same plan, byte for byte, for the same input', () => {
    const files = shop({ writtenBack: { payments: '1.8.2' } });
    expect(JSON.stringify(promote(files))).toBe(JSON.stringify(promote(files)));
  });

  it('plans nothing where nothing differs', () => {
    const plan = promote(shop());
    expect(plan.changes).toEqual([]);
    expect(plan.versions).toEqual([]);
  });

  it('warns that dev may move while Image Updater follows it', () => {
    expect(promote(shop({ writtenBack: { payments: '1.8.2' } })).findings.map((one) => one.rule)).toEqual([
      'source-not-frozen',
    ]);
  });

  it('takes only what is selected, under a branch of its own', () => {
    const files = shop({ writtenBack: { payments: '1.8.2', users: '2.1.0' } });
    const whole = promote(files);
    const one = promote(files, { selection: { applications: ['users'] } });
    expect(one.versions.map((move) => move.application)).toEqual(['users']);
    expect(whole.changes[0]?.pullRequest.sourceBranch).toBe('gitops/promote/dev/prod');
    expect(one.changes[0]?.pullRequest.sourceBranch).toMatch(/^gitops\/promote\/dev\/prod\+[0-9a-f]{8}$/);
    const except = promote(files, { selection: { except: ['users'] } });
    expect(except.versions.map((move) => move.application)).toEqual(['payments']);
  });

  it('refuses a downgrade, naming the place', () => {
    const found = refusal(shop({ dev: { payments: '1.6.0' }, prod: { payments: '1.7.0' } }));
    expect(found.kind).toBe('downgrade');
    expect(found.at).toMatchObject({ file: 'apps/prod/payments/application.yaml', line: 18 });
  });

  it('passes a downgrade where the configuration says so, and versions that cannot be compared with a warning', () => {
    const config = { 'gitops.yaml': 'version: 1\nrules:\n  - { rule: downgrade, severity: warn }\n' };
    const plan = promote(shop({ dev: { payments: '1.6.0' }, prod: { payments: '1.7.0' }, extra: config }));
    expect(plan.findings.map((one) => one.rule)).toContain('downgrade');
    const odd = promote(shop({ dev: { payments: 'build-77' }, prod: { payments: '1.7.0' } }));
    expect(odd.findings.map((one) => one.rule)).toContain('not-comparable');
  });

  it('warns of a tag that may move', () => {
    expect(promote(shop({ dev: { payments: 'latest' } })).findings.map((one) => one.rule)).toContain('mutable-tag');
  });

  it('says what to copy for an application that prod does not have, and refuses it when it is named', () => {
    const files = shop({ dev: { payments: '1.8.2', users: '2.0.4' }, prod: { users: '2.0.4' } });
    const plan = promote(files);
    expect(plan.findings.map((one) => one.rule)).toContain('application-in-one-environment');
    const found = refusal(files, { selection: { applications: ['payments'] } });
    expect(found.kind).toBe('application-in-one-environment');
    expect(found.remedy).toContain('apps/prod/payments/application.yaml');
    expect(found.remedy).toContain('name: payments-prod');
  });

  it('suggests a name for one that is not known', () => {
    expect(refusal(shop(), { from: 'dve' })).toMatchObject({ kind: 'unknown-environment' });
    expect(refusal(shop(), { selection: { applications: ['payment'] } }).kind).toBe('unknown-application');
    expect(refusal(shop(), { selection: { images: ['ghcr.io/acme/nothing'] } }).kind).toBe('unknown-image');
    expect(refusal(shop(), { from: 'dve' }).remedy).toContain('"dev"');
  });

  it('creates nothing where prod has no place for a version', () => {
    const prod = application('payments', 'prod', '1.7.0').replace(/ {8}- name: image\.tag\n.*\n.*\n/, '');
    const files = shop({
      dev: { payments: '1.8.2' },
      prod: { payments: '1.7.0' },
      extra: { 'apps/prod/payments/application.yaml': prod },
    });
    expect(refusal(files).kind).toBe('missing-pin');
  });

  it('refuses a version that an override hides', () => {
    const override = 'helm:\n  parameters:\n  - name: image.name\n    value: ghcr.io/acme/payments\n';
    const files = shop({
      dev: { payments: '1.8.2' },
      prod: { payments: '1.7.0' },
      extra: { 'charts/payments/.argocd-source-payments-prod.yaml': override },
    });
    expect(refusal(files).kind).toBe('masked-pin');
  });

  it('writes into the override file of prod where that decides', () => {
    const files = shop({
      dev: { payments: '1.8.2' },
      prod: { payments: '1.0.0' },
      extra: { 'charts/payments/.argocd-source-payments-prod.yaml': writeBack('payments', '1.7.0') },
    });
    const plan = promote(files);
    expect(plan.changes[0]?.files.map((one) => one.path)).toEqual([
      'charts/payments/.argocd-source-payments-prod.yaml',
    ]);
    expect(plan.versions[0]).toMatchObject({ from: { tag: '1.7.0' }, to: { tag: '1.8.2' } });
  });

  it('refuses a version that environments share', () => {
    const bare = (environment: string) =>
      application('payments', environment, 'x').replace(/ {4}helm:\n(.*\n)+? {2}destination/, '  destination');
    const files = shop({
      dev: { payments: '1.0.0' },
      prod: { payments: '1.0.0' },
      extra: {
        'apps/dev/payments/application.yaml': application('payments', 'dev', '1.8.2'),
        'apps/prod/payments/application.yaml': bare('prod'),
        'apps/qa/payments/application.yaml': bare('qa'),
        'charts/payments/values.yaml': 'image:\n  name: ghcr.io/acme/payments\n  tag: 1.7.0\n',
      },
    });
    expect(refusal(files).kind).toBe('shared-pin');
  });

  it('says that environments share a version where there is nothing to promote, and only there', () => {
    const bare = (app: string, environment: string) =>
      application(app, environment, 'x').replace(/ {4}helm:\n(.*\n)+? {2}destination/, '  destination');
    const chart = (app: string) => `image:\n  name: ghcr.io/acme/${app}\n  tag: 1.7.0\n`;
    const extra = {
      'apps/dev/payments/application.yaml': bare('payments', 'dev'),
      'apps/prod/payments/application.yaml': bare('payments', 'prod'),
      'charts/payments/values.yaml': chart('payments'),
    };
    const alone = promote(shop({ dev: { payments: '1.0.0' }, prod: { payments: '1.0.0' }, extra }));
    expect(alone.changes).toEqual([]);
    expect(alone.skipped).toEqual([
      {
        environment: 'prod',
        application: 'payments',
        image: 'ghcr.io/acme/payments',
        reason: 'shared',
        message:
          'ghcr.io/acme/payments of payments has one version for dev, prod, at charts/payments/values.yaml:3: it cannot be promoted before prod has its own.',
      },
    ]);
    const beside = { payments: '1.0.0', users: '2.0.0' };
    expect(promote(shop({ dev: { ...beside, users: '2.1.0' }, prod: beside, extra })).skipped).toEqual([]);
  });

  it('refuses a configuration that names what is not there', () => {
    const unknown = 'version: 1\ngroups: { live: [prodd] }\n';
    expect(fleetOf(snapshotOf(shop({ extra: { 'gitops.yaml': unknown } })))._unsafeUnwrapErr()).toMatchObject({
      kind: 'config-invalid',
      at: { file: 'gitops.yaml', line: 2 },
    });
  });

  it('says where no environment can be told', () => {
    const lone = fleetOf(
      snapshotOf({ 'payments.yaml': application('payments', 'dev', '1.0.0').replaceAll('dev', 'blue') }),
    );
    expect(lone._unsafeUnwrapErr().kind).toBe('no-environments');
  });

  it('never changes the configuration, CI files or owners files, whatever names them', () => {
    const named = (path: string) =>
      shop({
        dev: { payments: '1.8.2' },
        prod: { payments: '1.7.0' },
        extra: {
          'apps/prod/payments/application.yaml': application('payments', 'prod', 'x').replace(
            / {6}parameters:\n(.*\n)+? {2}destination/,
            `      valueFiles: [/${path}]\n  destination`,
          ),
          [path]: 'image:\n  name: ghcr.io/acme/payments\n  tag: 1.7.0\n',
        },
      });
    for (const path of ['.github/workflows/ci.yaml', '.gitlab-ci.yml', 'team/gitops.yaml']) {
      expect(refusal(named(path)).kind).toBe('plan-path-refused');
    }
    expect(promote(named('values/prod.yaml')).changes[0]?.files.map((one) => one.path)).toEqual(['values/prod.yaml']);
  });

  it('keeps a hard version a string', () => {
    const plan = promote(shop({ dev: { payments: '"1.10"' }, prod: { payments: '1.9.0' } }));
    expect(plan.changes[0]?.files[0]?.after).toMatch(/value: (["'])1\.10\1 {3}# promoted/);
  });

  it('describes itself', () => {
    const text = describePlan(promote(shop({ writtenBack: { payments: '1.8.2', users: '2.1.0' } })));
    expect(text).toContain('Promote dev to prod · 2 applications · 3f2c1ab');
    expect(text).toContain('ghcr.io/acme/payments  1.7.0 → 1.8.2  minor');
    expect(text).toContain('apps/prod/users/application.yaml:18');
    expect(text).toContain('! source-not-frozen');
  });

  it('puts a message with trailers on the commit, and a table on the pull request', () => {
    const [change] = promote(shop({ writtenBack: { payments: '1.8.2', users: '2.1.0' } })).changes;
    expect(change?.pullRequest.title).toBe('Promote dev to prod: payments 1.8.2, users 2.1.0');
    expect(change?.pullRequest.message).toContain(
      `\nGitOps-Operation: promote\nGitOps-From: dev@${commit}\nGitOps-To: prod\n`,
    );
    expect(change?.pullRequest.description).toContain(
      '| payments | `ghcr.io/acme/payments` | `1.7.0` | `1.8.2` | minor |',
    );
  });
});

describe('planSet', () => {
  it('sets a version outright', () => {
    const plan = planSet(fleet(shop()), {
      environment: 'prod',
      versions: [{ application: 'users', image: null, version: '2.2.0' }],
      now,
    })._unsafeUnwrap();
    expect(plan.changes[0]?.files[0]?.after).toBe(application('users', 'prod', '2.2.0'));
    expect(plan.summary).toBe('Set prod: users 2.2.0');
  });
});

describe('a plan on paper', () => {
  const files = shop({ writtenBack: { payments: '1.8.2' } });
  const paper = () => JSON.stringify(toPlanFile(promote(files)));

  it('reads back, holds no file contents, and is refused when it is too new, expired or broken', () => {
    expect(parsePlanFile(paper(), 'plan.json', now)._unsafeUnwrap().summary).toContain('payments 1.8.2');
    expect(paper()).not.toContain('resources-finalizer');
    expect(paper()).not.toContain('targetRevision');
    expect(
      parsePlanFile(paper().replace('gitops/plan/1', 'gitops/plan/2'), 'plan.json', now)._unsafeUnwrapErr().kind,
    ).toBe('plan-newer');
    expect(
      parsePlanFile(
        paper().replace('"expires":null', '"expires":"2026-11-01T00:00:00Z"'),
        'plan.json',
        now,
      )._unsafeUnwrapErr().kind,
    ).toBe('plan-expired');
    expect(
      parsePlanFile(paper().replace('"verb":"promote"', '"verb":"drop"'), 'plan.json', now)._unsafeUnwrapErr().kind,
    ).toBe('plan-invalid');
    const elsewhere = paper().replaceAll('apps/prod/payments/application.yaml', '.github/workflows/ci.yml');
    expect(parsePlanFile(elsewhere, 'plan.json', now)._unsafeUnwrapErr().kind).toBe('plan-path-refused');
    expect(parsePlanFile('{', 'plan.json', now)._unsafeUnwrapErr().kind).toBe('plan-invalid');
  });
});
