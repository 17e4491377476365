import { describe, expect, it } from 'vitest';
import type { Pin, PinPart } from '../src/fleet/fleet.js';
import { pinValues } from '../src/fleet/pin-version.js';
import { checkMergeResult } from '../src/forge/merge.js';
import { fleetOf, planFreeze, planPromotion, planRevert, planSet, snapshotOf } from '../src/index.js';
import { application, shop } from './shop.js';

const now = '2026-11-25T10:00:00Z';
type Files = Record<string, string>;

const fleet = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
const promote = (files: Files, options: Partial<Parameters<typeof planPromotion>[1]> = {}) =>
  planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana', ...options });
const freeze = (files: Files, selection = {}): Files => {
  const plan = planFreeze(fleet(files), { environment: 'prod', selection, reason: 'QA', by: 'ana', now });
  const next = { ...files };
  for (const file of plan._unsafeUnwrap().changes.flatMap((one) => one.files)) next[file.path] = file.after ?? '';
  return next;
};

describe('a selection', () => {
  const files = shop({ writtenBack: { payments: '1.8.2' } });

  it('refuses an image where an application is asked for, instead of doing nothing', () => {
    const selection = { applications: ['acme/payments'] };
    expect(promote(files, { selection })._unsafeUnwrapErr().kind).toBe('unknown-application');
    const frozen = planFreeze(fleet(files), { environment: 'dev', selection, reason: 'QA', by: 'ana', now });
    expect(frozen._unsafeUnwrapErr().kind).toBe('unknown-application');
  });

  it('leaves an image out by its full name, and refuses a part of it instead of passing over it', () => {
    const full = promote(files, { selection: { except: ['ghcr.io/acme/payments'] } });
    expect(full._unsafeUnwrap().versions).toEqual([]);
    const part = promote(files, { selection: { except: ['acme/payments'] } });
    expect(part._unsafeUnwrapErr().kind).toBe('unknown-application');
  });

  it('names an image by what it is called on either side of a mapping', () => {
    const mapped = shop({
      dev: { users: '2.1.0' },
      prod: { users: '2.0.4' },
      extra: {
        'gitops.yaml':
          'version: 1\nimages:\n  - { from: "dev.example.com/{path}", to: "ghcr.io/acme/{path}", into: [prod] }\n',
      },
    });
    const path = 'apps/dev/users/application.yaml';
    mapped[path] = (mapped[path] ?? '').replaceAll('ghcr.io/acme', 'dev.example.com');
    for (const image of ['ghcr.io/acme/users', 'dev.example.com/users']) {
      expect(promote(mapped, { selection: { images: [image] } })._unsafeUnwrap().versions).toHaveLength(1);
      expect(promote(mapped, { selection: { except: [image] } })._unsafeUnwrap().versions).toEqual([]);
    }
  });

  it('takes no group from what every object has', () => {
    expect(promote(files, { to: ['constructor'] })._unsafeUnwrapErr().kind).toBe('unknown-environment');
  });
});

describe('a pin that applications of one environment share', () => {
  const shared = (dev: { payments: string; users: string }): Files => {
    const files = shop({
      dev,
      prod: { payments: '1.7.0', users: '1.7.0' },
      extra: { 'values/prod.yaml': 'image:\n  tag: 1.7.0\n' },
    });
    for (const name of ['payments', 'users']) {
      const path = `apps/prod/${name}/application.yaml`;
      files[path] = (files[path] ?? '').replace(
        / {6}parameters:[\s\S]*?(?= {2}destination)/,
        `      valueFiles:\n        - /values/prod.yaml\n      parameters:\n        - name: image.name\n          value: ghcr.io/acme/${name}\n`,
      );
    }
    return files;
  };

  it('moves once where all of them move to the same version', () => {
    const plan = promote(shared({ payments: '1.8.0', users: '1.8.0' }))._unsafeUnwrap();
    expect(plan.versions.map((one) => one.application)).toEqual(['payments', 'users']);
    expect(plan.changes[0]?.files.map((one) => [one.path, one.after])).toEqual([
      ['values/prod.yaml', 'image:\n  tag: 1.8.0\n'],
    ]);
  });

  it('does not move an application that was not selected', () => {
    const files = shared({ payments: '1.8.0', users: '1.8.0' });
    const refused = promote(files, { selection: { applications: ['users'] } })._unsafeUnwrapErr();
    expect(refused.kind).toBe('shared-pin');
    expect(refused.at?.file).toBe('values/prod.yaml');
    expect(refused.message).toContain('ghcr.io/acme/payments of payments');
    expect(refused.remedy).toContain('--app users,payments');
  });

  it('does not move an application that the source does not have, and does not ask for it', () => {
    const files = shared({ payments: '1.8.0', users: '1.8.0' });
    const alone = Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('apps/dev/payments/')));
    const refused = promote(alone)._unsafeUnwrapErr();
    expect(refused.kind).toBe('shared-pin');
    expect(refused.remedy).toBe(
      'payments is not in dev, so that they cannot move together: leave it out with "ignore" in gitops.yaml, or give it a version of its own.',
    );
  });

  it('is refused where their versions differ', () => {
    expect(promote(shared({ payments: '1.8.0', users: '1.9.0' }))._unsafeUnwrapErr().kind).toBe('shared-pin');
  });
});

describe('a version of another form', () => {
  it('never empties a tag that stands apart from its digest', () => {
    const at = { file: 'f', line: 1, column: 1 };
    const pin = (part: PinPart, value: string): Pin => ({
      kind: 'helm-parameter',
      part,
      file: 'f',
      at,
      pointer: { document: { index: 0 }, path: [part] },
      inside: null,
      value,
    });
    const digest = `sha256:${'a'.repeat(64)}`;
    const target = {
      image: 'api',
      alias: null,
      version: { tag: '1.7.0', digest },
      pins: [pin('tag', '1.7.0'), pin('digest', digest)],
      masked: [],
    };
    expect(pinValues(target, { tag: null, digest: `sha256:${'b'.repeat(64)}` }).kind).toBe('impossible');
  });
});

describe('versions set outright', () => {
  const set = (...versions: string[]) =>
    planSet(fleet(shop()), {
      environment: 'prod',
      versions: versions.map((version) => ({ application: 'users', image: null, version })),
      now,
    });

  it('are set once where they are given twice, and refused where they differ', () => {
    expect(set('2.1.0', '2.1.0')._unsafeUnwrap().versions).toHaveLength(1);
    expect(set('2.1.0', '2.2.0')._unsafeUnwrapErr().kind).toBe('usage');
  });
});

describe('a promotion into several environments', () => {
  const files: Files = {
    ...shop({ dev: { users: '2.1.0' }, prod: { users: '2.0.4' } }),
    'apps/eu/users/application.yaml': application('users', 'eu', '2.0.4'),
  };
  const config = (rules: string) => `version: 1
layout: ["apps/{environment}/{application}/application.yaml"]
environments:
  dev: {}
  prod: { from: dev }
  eu: { from: dev }
${rules}`;

  it('follows the rule of each of them', () => {
    const rules = 'rules:\n  - { rule: source-not-frozen, severity: error, into: [eu] }\n';
    const strict = { ...files, 'gitops.yaml': config(rules) };
    expect(promote(strict, { to: ['prod'] }).isOk()).toBe(true);
    expect(promote(strict, { to: ['prod', 'eu'] })._unsafeUnwrapErr().kind).toBe('source-not-frozen');
  });

  it('asks the reviewers of all of them', () => {
    const settings = 'pullRequest:\n  for:\n    prod: { reviewers: ["@p"] }\n    eu: { reviewers: ["@e"] }\n';
    const plan = promote({ ...files, 'gitops.yaml': config(settings) }, { to: ['prod', 'eu'] })._unsafeUnwrap();
    expect(plan.changes[0]?.pullRequest.reviewers).toEqual(['@p', '@e']);
  });
});

describe('a revert', () => {
  const landed = { before: 'a'.repeat(40), last: 'b'.repeat(40) };
  const before = shop({ prod: { payments: '1.7.0', users: '2.0.4' } });
  const after = shop({ prod: { payments: '1.8.0', users: '2.1.0' } });
  const revert = (files: Files, selection = {}) =>
    planRevert(fleet(files), { before: fleet(before), after: fleet(after), landed, selection, now });

  it('leaves out what a freeze of a selection holds, and is refused where that is named', () => {
    const files = freeze(after, { applications: ['users'] });
    const plan = revert(files)._unsafeUnwrap();
    expect(plan.versions.map((one) => one.application)).toEqual(['payments']);
    expect(plan.skipped.map((one) => [one.application, one.reason])).toEqual([['users', 'frozen']]);
    expect(revert(files, { applications: ['users'] })._unsafeUnwrapErr().kind).toBe('environment-frozen');
  });

  it('is not merged into what was frozen meanwhile', () => {
    const found = checkMergeResult({
      before: fleet(after),
      after: fleet(before),
      target: fleet(freeze(after)),
      result: fleet(freeze(before)),
      isRevert: true,
      now,
    });
    expect([...new Set(found.map((one) => one.kind))]).toEqual(['environment-frozen']);
  });
});
