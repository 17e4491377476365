import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fleetOf, type LintFinding, type LintRuleId, lintRules, snapshotOf } from '../src/index.js';
import { changed, dev, type Files, inDev, lint, plain, prod, record, refs, resource } from './lint-files.js';
import { application } from './shop.js';

/** For each rule a repository that breaks it, and where. */
const broken: Readonly<Record<LintRuleId, readonly [files: Files, file: string, line?: number]>> = {
  'unreadable-file': [changed(prod, 'project: default', 'project: [default'), prod],
  'application-claimed-twice': [
    { ...plain, 'apps/prod/users/copy.yaml': plain[prod] ?? '' },
    'apps/prod/users/copy.yaml',
  ],
  'duplicate-application': [{ ...plain, 'apps/prod/users/copy.yaml': plain[prod] ?? '' }, 'apps/prod/users/copy.yaml'],
  'argocd-refuses': [changed(prod, '    helm:\n', '    helm:\n      valueFiles: [none.yaml]\n'), prod],
  'application-set-refused': [
    {
      ...plain,
      'set.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: s }\nspec:\n  generators: [{ list: { elements: [{ a: 1 }] } }]\n  template: { metadata: { name: x } }\n',
    },
    'set.yaml',
  ],
  'image-invalid': [changed(prod, 'value: 2.0.4', 'value: "2 0"'), prod],
  'overlapping-parameters': [
    changed(prod, '        - name: image.tag', '        - name: image\n          value: x\n        - name: image.tag'),
    prod,
  ],
  'float-tag': [
    changed(prod, / {8}- name: image\.tag\n.*\n.*\n/, '', {
      'charts/users/values.yaml': 'image:\n  name: ""\n  tag: 1.10\n',
    }),
    'charts/users/values.yaml',
    3,
  ],
  'mutable-tag': [changed(prod, 'value: 2.0.4', 'value: latest'), prod, 18],
  'masked-pin': [
    {
      ...plain,
      'charts/users/.argocd-source-users-dev.yaml':
        'helm:\n  parameters:\n  - name: image.name\n    value: ghcr.io/acme/users\n  - name: image.tag\n    value: 2.2.0\n    forcestring: true\n',
    },
    dev,
  ],
  'hidden-values': [
    changed(prod, '    helm:\n', '    helm:\n      values: "a: 1"\n      valuesObject: {}\n'),
    prod,
    14,
  ],
  'value-file-repeated': [
    {
      ...changed(prod, '    helm:\n', '    helm:\n      valueFiles: [a.yaml, b.yaml, a.yaml]\n'),
      'charts/users/a.yaml': 'a: 1\n',
      'charts/users/b.yaml': 'a: 2\n',
    },
    prod,
    14,
  ],
  'value-file-unread': [
    { ...plain, 'apps/prod/users/values.yaml': 'image:\n  tag: 2.0.5\n' },
    'apps/prod/users/values.yaml',
    1,
  ],
  'override-unread': [
    { ...plain, 'charts/users/.argocd-source-user-dev.yaml': 'helm: { parameters: [] }\n' },
    'charts/users/.argocd-source-user-dev.yaml',
    1,
  ],
  'unknown-annotation': [inDev('users.update-stratgy: semver'), dev, 8],
  'alias-not-in-list': [inDev("payments.ignore-tags: '*'"), dev, 8],
  'annotation-on-wrong-object': [
    {
      ...plain,
      'deploy.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: x\n',
    },
    'deploy.yaml',
    6,
  ],
  'image-list-misread': [changed(dev, 'users:1.x', 'users:>=1.0,<2.0'), dev, 8],
  'constraint-unreadable': [changed(dev, 'users:1.x', 'users:2.y.z'), dev, 8],
  'alias-twice': [changed(dev, 'users:1.x', 'users:1.x, users=ghcr.io/acme/side'), dev, 8],
  'setting-unreadable': [inDev('force-update: yes'), dev, 8],
  'setting-former': [inDev('users.tag-match: regexp:^1'), dev, 8],
  'settings-without-images': [changed(dev, /.*image-list.*\n/, ''), dev, 8],
  'helm-target-unknown': [inDev('users.helm.image-tag: img.label'), dev, 8],
  'write-back-inert': [changed(dev, 'write-back-method: git', 'write-back-target: helmvalues'), dev, 10],
  'write-back-unread': [inDev('write-back-target: helmvalues:/apps/dev/users/values.yaml'), dev, 8],
  'inert-annotations': [{ ...plain, 'updater.yaml': resource(refs()) }, dev],
  'write-back-impossible': [inDev('write-back-target: kustomization'), dev],
  'shared-write-back': [
    {
      ...plain,
      [dev]: (plain[dev] ?? '').replace(
        '  annotations:\n',
        '  annotations:\n    argocd-image-updater.argoproj.io/write-back-target: shared.yaml\n',
      ),
      'apps/dev/other/application.yaml': application('users', 'dev', '2.1.0')
        .replaceAll('users-dev', 'other-dev')
        .replace(
          '  annotations:\n',
          '  annotations:\n    argocd-image-updater.argoproj.io/write-back-target: shared.yaml\n',
        ),
    },
    dev,
  ],
  'overlapping-resources': [{ ...plain, 'a.yaml': resource(refs(), 'a'), 'b.yaml': resource(refs(), 'b') }, dev],
  'updater-on-target': [
    changed(
      prod,
      'metadata:\n',
      'metadata:\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: users=ghcr.io/acme/users\n',
    ),
    prod,
  ],
  'sibling-write-back': [
    changed(
      dev,
      /image-list: .*\n/,
      "image-list: users=ghcr.io/acme/users:1.x, side=ghcr.io/acme/side\n    argocd-image-updater.argoproj.io/side.ignore-tags: '*'\n    argocd-image-updater.argoproj.io/write-back-target: helmvalues\n",
    ),
    dev,
  ],
  'ignore-tags-not-a-list': [
    { ...plain, 'updater.yaml': resource(`  commonUpdateSettings: { ignoreTags: "*" }\n${refs()}`) },
    'updater.yaml',
  ],
  'ignore-tags-regexp': [inDev('ignore-tags: regexp:^v'), dev, 8],
  'ignore-tags-malformed': [inDev('ignore-tags: "[a"'), dev, 8],
  'ignore-tags-never-match': [
    { ...plain, 'updater.yaml': resource(`  commonUpdateSettings: { ignoreTags: ["a, b"] }\n${refs()}`) },
    'updater.yaml',
  ],
  'allow-tags-nothing': [inDev('allow-tags: ^v'), dev, 8],
  'resource-invalid': [
    { ...plain, 'updater.yaml': resource('  applicationRefs: [{ namePattern: 1 }]\n') },
    'updater.yaml',
  ],
  'environment-ambiguous': [
    {
      ...plain,
      'apps/dev/api/application.yaml': application('api', 'prod', '1.0.0'),
      'apps/prod/api/application.yaml': application('api', 'dev', '1.0.0'),
    },
    'apps/dev/api/application.yaml',
  ],
  'environment-evidence-differs': [
    {
      ...plain,
      'prod/sets/api-dev.yaml': application('api', 'dev', '1.0.0'),
      'prod/sets/api-qa.yaml': application('api', 'qa', '1.0.0'),
    },
    'prod/sets/api-dev.yaml',
  ],
  'environment-not-declared': [
    {
      ...plain,
      'gitops.yaml':
        'version: 1\nlayout: ["apps/{environment}/{application}/application.yaml"]\nenvironments: { dev: {} }\n',
    },
    prod,
  ],
  'freeze-expired': [
    { ...plain, '.gitops/freezes/prod.yaml': record('prod', '2026-11-02T00:00:00Z') },
    '.gitops/freezes/prod.yaml',
  ],
  'freeze-not-enforced': [
    { ...plain, '.gitops/freezes/dev.yaml': record('dev', '2027-01-01T00:00:00Z') },
    '.gitops/freezes/dev.yaml',
  ],
  'freeze-of-no-environment': [
    { ...plain, '.gitops/freezes/qa.yaml': record('qa', '2027-01-01T00:00:00Z') },
    '.gitops/freezes/qa.yaml',
  ],
};

describe.each(Object.entries(broken))('%s', (rule, [files, file, line]) => {
  it('is found where it is, and not where it is not', () => {
    const found = lint(files).findings.filter((one) => one.rule === rule);
    expect(found, JSON.stringify(lint(files), null, 1)).not.toEqual([]);
    expect(found.map((one) => one.at?.file)).toContain(file);
    if (line !== undefined) expect(found.map((one) => one.at?.line)).toContain(line);
    expect(lint(plain).findings.filter((one) => one.rule === rule)).toEqual([]);
  });
});

describe('a finding', () => {
  const files = broken['mutable-tag'][0];
  const silenced = (line: string): Files => ({
    ...files,
    [prod]: (files[prod] ?? '').replace('latest   # promoted', line),
  });
  const mutable = (given: Files) => {
    const report = lint(given);
    const of = (list: readonly LintFinding[]) => list.filter((one) => one.rule === 'mutable-tag').length;
    return [of(report.findings), of(report.silenced)];
  };

  it('is silenced in its line, or above it, with a reason', () => {
    expect(mutable(files)).toEqual([1, 0]);
    expect(mutable(silenced('latest # gitops-lint: ignore mutable-tag -- a demo'))).toEqual([0, 1]);
    const above = (files[prod] ?? '').replace(
      '          value: latest',
      '          # gitops-lint: ignore mutable-tag -- a demo\n          value: latest',
    );
    expect(mutable({ ...files, [prod]: above })).toEqual([0, 1]);
  });

  it('is not silenced without a reason, or for another rule', () => {
    expect(mutable(silenced('latest # gitops-lint: ignore mutable-tag'))).toEqual([1, 0]);
    expect(mutable(silenced('latest # gitops-lint: ignore masked-pin -- a demo'))).toEqual([1, 0]);
  });

  it('is silenced in gitops.yaml, in some files or everywhere', () => {
    const config = (entry: string): Files => ({
      ...files,
      'gitops.yaml': `version: 1\nlint: { ignore: [${entry}] }\n`,
    });
    expect(mutable(config('{ rule: mutable-tag, reason: a demo }'))).toEqual([0, 1]);
    expect(mutable(config('{ rule: mutable-tag, files: [apps/prod/**], reason: a demo }'))).toEqual([0, 1]);
    expect(mutable(config('{ rule: mutable-tag, files: [apps/dev/**], reason: a demo }'))).toEqual([1, 0]);
    const without = fleetOf(snapshotOf(config('{ rule: mutable-tag }')));
    expect(without._unsafeUnwrapErr().kind).toBe('config-invalid');
  });
});

it('says once that many Applications have one name, with three of their files', () => {
  const copies = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [`copies/${index}.yaml`, plain[prod] ?? '']),
  );
  const { findings } = lint({ ...plain, ...copies });
  expect(findings.filter((one) => one.rule === 'duplicate-application')).toMatchObject([
    {
      at: { file: 'copies/1.yaml', line: 5 },
      message: `The Application users-prod stands in copies/0.yaml, copies/2.yaml, copies/3.yaml and 2 more as well.`,
    },
  ]);
});

it('docs/lint.md lists every rule as it is', () => {
  const table = Object.entries(lintRules).map(
    ([id, { severity, about, why, fix }]) => `| \`${id}\` | ${severity} | ${about} | ${why} | ${fix ?? ''} |`,
  );
  const docs = readFileSync(new URL('../../../docs/lint.md', import.meta.url), 'utf8');
  expect(docs).toContain(table.join('\n'));
});
