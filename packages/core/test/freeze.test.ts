import { describe, expect, it } from 'vitest';
import {
  type FreezeOptions,
  fleetOf,
  freezeStateOf,
  type Plan,
  planFreeze,
  planPromotion,
  planResume,
  planRevert,
  type ResumeOptions,
  snapshotOf,
} from '../src/index.js';
import { shop } from './shop.js';

const now = '2026-11-25T10:00:00Z';
const later = '2026-11-26T10:00:00Z';
type Files = Record<string, string>;

const fleet = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();

/** The files after a plan is merged. */
function merged(files: Files, plan: Plan): Files {
  const next = { ...files };
  for (const change of plan.changes.flatMap((one) => one.files)) {
    expect(next[change.path] ?? null).toBe(change.before);
    if (change.after === null) delete next[change.path];
    else next[change.path] = change.after;
  }
  return next;
}

const freezePlan = (files: Files, options: Partial<FreezeOptions> = {}) =>
  planFreeze(fleet(files), { environment: 'dev', reason: 'QA of 2.4', by: 'ana', now, ...options });
const freeze = (files: Files, options: Partial<FreezeOptions> = {}) =>
  merged(files, freezePlan(files, options)._unsafeUnwrap());
const resumePlan = (files: Files, options: Partial<ResumeOptions> = {}) =>
  planResume(fleet(files), { environment: 'dev', by: 'ana', now: later, ...options });
const resume = (files: Files, options: Partial<ResumeOptions> = {}) =>
  merged(files, resumePlan(files, options)._unsafeUnwrap());

const app = 'apps/dev/users/application.yaml';
const frozen = (files: Files) =>
  Object.fromEntries(
    (fleet(files).environments.find((one) => one.name === 'dev')?.instances ?? []).map((one) => [
      one.application,
      one.updater.images.every((image) => image.frozen),
    ]),
  );

describe('freeze and resume', () => {
  it('keeps Image Updater from everything, writes a record, and gives back every byte', () => {
    const files = shop();
    const held = freeze(files);
    expect(frozen(held)).toEqual({ payments: true, users: true });
    expect(held['.gitops/freezes/dev.yaml']).toContain(
      '# Frozen by gitops. Undo with: gitops resume dev\nversion: 1\nenvironment: dev\nreason: QA of 2.4\nby: ana\nsince: 2026-11-25T10:00:00Z\n',
    );
    expect(held[app]).toContain(`argocd-image-updater.argoproj.io/ignore-tags: '*'`);
    expect(resume(held)).toEqual(files);
  });

  it('says where it undoes what', () => {
    const held = freeze(shop());
    const line = held[app]?.split('\n').findIndex((one) => one.includes('/ignore-tags')) ?? -1;
    const edits = resumePlan(held)._unsafeUnwrap().changes[0]?.edits ?? [];
    expect(edits.find((one) => one.file === app)?.at.line).toBe(line + 1);
  });

  it('changes nothing the second time', () => {
    const held = freeze(shop());
    expect(freezePlan(held, { now: later, by: 'ben' })._unsafeUnwrap().changes).toEqual([]);
  });

  it('takes over who froze and when from an open pull request', () => {
    const plan = freezePlan(shop(), { now: later, by: 'ben', previous: { since: now, by: 'ana' } })._unsafeUnwrap();
    const record = plan.changes[0]?.files.find((one) => one.path === '.gitops/freezes/dev.yaml')?.after;
    expect(record).toContain('by: ana\nsince: 2026-11-25T10:00:00Z');
  });

  it('extends when it is frozen again with another end', () => {
    const held = freeze(shop(), { until: '2026-11-27T00:00:00Z' });
    const plan = freezePlan(held, { until: '2026-11-29T00:00:00Z', now: later })._unsafeUnwrap();
    expect(plan.changes[0]?.files.map((one) => one.path)).toEqual(['.gitops/freezes/dev.yaml']);
    expect(plan.changes[0]?.files[0]?.after).toContain('since: 2026-11-25T10:00:00Z\nuntil: 2026-11-29T00:00:00Z');
  });

  it("replaces a user's own list and gives it back as it was written", () => {
    const own =
      shop()[app]?.replace(
        '  annotations:\n',
        `  annotations:\n    argocd-image-updater.argoproj.io/users.ignore-tags: nightly, "*-rc"  # not these\n`,
      ) ?? '';
    const files = { ...shop(), [app]: own };
    const held = freeze(files);
    expect(frozen(held)).toEqual({ payments: true, users: true });
    expect(resume(held)).toEqual(files);
  });

  it('freezes only what is selected', () => {
    const held = freeze(shop(), { selection: { applications: ['users'] } });
    expect(frozen(held)).toEqual({ payments: false, users: true });
    expect(Object.keys(held).filter((path) => path.startsWith('.gitops'))).toEqual([
      expect.stringMatching(/^\.gitops\/freezes\/dev\+[0-9a-f]{8}\.yaml$/),
    ]);
    expect(resume(held, { selection: { applications: ['users'] } })).toEqual(shop());
  });

  it('freezes an environment that Image Updater does not look at: promotions stay out', () => {
    const held = freeze(shop({ writtenBack: { users: '2.1.0' } }), { environment: 'prod' });
    const refused = planPromotion(fleet(held), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrapErr();
    expect(refused.kind).toBe('environment-frozen');
    expect(refused.message).toContain('QA of 2.4');
  });

  it('nests in any order of freezing and of ending', () => {
    const whole = {};
    const part = { selection: { applications: ['users'] } };
    for (const [first, second] of [
      [whole, part],
      [part, whole],
    ] as const) {
      for (const [endFirst, endSecond] of [
        [first, second],
        [second, first],
      ] as const) {
        const held = freeze(freeze(shop(), first), second);
        expect(frozen(held)).toEqual({ payments: true, users: true });
        const half = resume(held, endFirst);
        expect(frozen(half)['users']).toBe(true);
        expect(resume(half, endSecond)).toEqual(shop());
      }
    }
  });

  it('undoes what is still its own around unrelated commits', () => {
    const held = freeze(shop());
    const edited = { ...held, [app]: held[app]?.replace('project: default', 'project: shop # moved') ?? '' };
    const back = resume(edited);
    expect(back[app]).toBe(shop()[app]?.replace('project: default', 'project: shop # moved'));
  });

  it('refuses to undo what somebody changed since, by file and line, unless changes are kept', () => {
    const held = freeze(shop());
    const edited = { ...held, [app]: held[app]?.replace("ignore-tags: '*'", "ignore-tags: 'v1*'") ?? '' };
    const refused = resumePlan(edited)._unsafeUnwrapErr();
    expect(refused.kind).toBe('changed-since-freeze');
    expect(refused.at?.file).toBe(app);
    const kept = resume(edited, { keepChanges: true });
    expect(kept[app]).toContain("ignore-tags: 'v1*'");
    expect(kept['.gitops/freezes/dev.yaml']).toBeUndefined();
    expect(kept['apps/dev/payments/application.yaml']).toBe(shop()['apps/dev/payments/application.yaml']);
  });

  it('tells a freeze whose enforcement is gone, and mends it', () => {
    const held = freeze(shop());
    const broken = { ...held, [app]: shop()[app] ?? '' };
    const environment = fleet(broken).environments.find((one) => one.name === 'dev');
    const state = environment === undefined ? [] : freezeStateOf(fleet(broken), environment, now);
    expect(state.map((one) => one.enforced)).toEqual([false]);
    expect(freeze(broken)).toEqual(held);
    expect(resume(broken)).toEqual(shop());
  });

  it('ends only what has expired', () => {
    const held = freeze(freeze(shop(), { until: '2026-11-25T12:00:00Z' }), { environment: 'prod' });
    const done = resume(held, { environment: null, expired: true });
    expect(Object.keys(done).filter((path) => path.startsWith('.gitops'))).toEqual(['.gitops/freezes/prod.yaml']);
  });

  it('is nothing to do where nothing is frozen', () => {
    expect(resumePlan(shop())._unsafeUnwrap().changes).toEqual([]);
  });

  it('demands what the configuration demands', () => {
    const strict = shop({ extra: { 'gitops.yaml': 'version: 1\nfreeze: { requireReason: true, longest: 14d }\n' } });
    expect(
      freezePlan(strict, { reason: '' })
        ._unsafeUnwrapErr()
        .also.map((one) => one.kind),
    ).toEqual(['until-invalid']);
    expect(freezePlan(strict, { reason: '' })._unsafeUnwrapErr().kind).toBe('reason-required');
    expect(freezePlan(strict, { until: '2027-01-01T00:00:00Z' })._unsafeUnwrapErr().kind).toBe('until-invalid');
    expect(freezePlan(strict, { until: '2026-11-28T00:00:00Z' }).isOk()).toBe(true);
  });

  it('does not follow a record that was edited to name a CI file', () => {
    const held = freeze(shop());
    const record = held['.gitops/freezes/dev.yaml']?.replace(`file: ${app}`, 'file: .github/workflows/ci.yaml') ?? '';
    const bad = {
      ...held,
      '.gitops/freezes/dev.yaml': record,
      '.github/workflows/ci.yaml': held[app]?.replace(/^kind: .*$/m, 'kind: Other') ?? '',
    };
    expect(resumePlan(bad)._unsafeUnwrapErr().kind).toBe('plan-path-refused');
  });

  it('refuses a record that was edited into nonsense', () => {
    const held = freeze(shop());
    const bad = {
      ...held,
      '.gitops/freezes/dev.yaml': held['.gitops/freezes/dev.yaml']?.replace('version: 1', 'version: 9') ?? '',
    };
    const found = fleetOf(snapshotOf(bad))._unsafeUnwrapErr();
    expect(found).toMatchObject({ kind: 'freeze-record-invalid', at: { file: '.gitops/freezes/dev.yaml', line: 2 } });
  });
});

describe('freeze of ImageUpdater resources', () => {
  const resource = (extra = '') => `apiVersion: argocd-image-updater.argoproj.io/v1alpha1
kind: ImageUpdater
metadata:
  name: dev
  namespace: argocd
spec:
  applicationRefs:
    - namePattern: payments-dev
${extra}      images:
        - alias: payments
          imageName: ghcr.io/acme/payments:1.x
    - namePattern: users-dev # the other one
      images:
        - alias: users
          imageName: ghcr.io/acme/users:2.x
`;

  it('freezes the levels that decide, also where annotations are inert, and gives back every byte', () => {
    for (const extra of ['', '      commonUpdateSettings:\n        ignoreTags: ["latest"]   # never\n']) {
      const files = shop({ extra: { 'updater.yaml': resource(extra) } });
      const held = freeze(files);
      expect(frozen(held)).toEqual({ payments: true, users: true });
      expect(held['updater.yaml']).not.toBe(files['updater.yaml']);
      expect(resume(held)).toEqual(files);
    }
  });

  it('freezes one application and not its neighbour', () => {
    const files = shop({ extra: { 'updater.yaml': resource() } });
    const held = freeze(files, { selection: { applications: ['users'] } });
    expect(frozen(held)).toEqual({ payments: false, users: true });
    expect(resume(held, { selection: { applications: ['users'] } })).toEqual(files);
  });
});

describe('revert and hold', () => {
  const before = shop({ writtenBack: { payments: '1.8.2', users: '2.1.0' } });
  const promoted = merged(
    before,
    planPromotion(fleet(before), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap(),
  );
  const landed = { before: 'a'.repeat(40), last: 'b'.repeat(40) };
  const revert = (files: Files, more = {}) =>
    planRevert(fleet(files), { before: fleet(before), after: fleet(promoted), landed, now: later, by: 'ben', ...more });

  it('sets back what a promotion set', () => {
    expect(merged(promoted, revert(promoted)._unsafeUnwrap())).toEqual(before);
  });

  it('refuses where something has changed since, and goes on with the rest when told to', () => {
    const path = 'apps/prod/users/application.yaml';
    const moved = { ...promoted, [path]: promoted[path]?.replace('2.1.0', '2.2.0') ?? '' };
    expect(revert(moved)._unsafeUnwrapErr().kind).toBe('changed-since-promotion');
    const rest = revert(moved, { skipChanged: true })._unsafeUnwrap();
    expect(rest.versions.map((one) => one.application)).toEqual(['payments']);
    expect(rest.skipped.map((one) => one.reason)).toEqual(['changed']);
  });

  it('takes back only what is selected', () => {
    expect(
      revert(promoted, { selection: { applications: ['users'] } })
        ._unsafeUnwrap()
        .versions.map((one) => one.application),
    ).toEqual(['users']);
  });

  it('holds what it takes back: the same version stays out, another passes, and resume ends it', () => {
    const held = merged(promoted, revert(promoted, { hold: { reason: 'broken', until: null } })._unsafeUnwrap());
    const again = planPromotion(fleet(held), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(again.versions).toEqual([]);
    expect(again.skipped.map((one) => one.reason)).toEqual(['denied', 'denied']);
    const named = planPromotion(fleet(held), {
      from: 'dev',
      to: ['prod'],
      now,
      by: 'ana',
      selection: { applications: ['users'] },
    })._unsafeUnwrapErr();
    expect(named.kind).toBe('version-denied');
    const newer = {
      ...held,
      'charts/users/.argocd-source-users-dev.yaml':
        held['charts/users/.argocd-source-users-dev.yaml']?.replace('2.1.0', '2.1.1') ?? '',
    };
    const passes = planPromotion(fleet(newer), { from: 'dev', to: ['prod'], now, by: 'ana' })._unsafeUnwrap();
    expect(passes.versions.map((one) => [one.application, one.to.tag])).toEqual([['users', '2.1.1']]);
    expect(resume(held, { environment: 'prod' })).toEqual(before);
  });
});
