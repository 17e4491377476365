import { describe, expect, it } from 'vitest';
import { fixFleet, type LintRuleId, lintFleet, lintRules } from '../src/index.js';
import { changed, dev, type Files, fleetIn, inDev, lint, now, plain, prod, refs, resource } from './lint-files.js';

const prefix = 'argocd-image-updater.argoproj.io';
const fix = (files: Files) => fixFleet(fleetIn(files), { now });
const set = (element: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: s }\nspec:\n  generators: [{ list: { elements: [${element}] } }]\n  template:\n    metadata: { name: 's-{{a}}', namespace: argocd }\n    spec: { project: x, source: { repoURL: https://git.example/acme/gitops.git, path: charts/users }, destination: { namespace: s } }\n`;
const settings = (ignoreTags: string): Files => ({
  ...plain,
  'updater.yaml': resource(`  commonUpdateSettings:\n    ignoreTags: ${ignoreTags} # not these\n${refs()}`),
});
/** The application of dev as an overlay, written back to `target`. */
const inOverlay = (target: string): Files => ({
  ...inDev(`write-back-target: ${target}`),
  [dev]: (inDev(`write-back-target: ${target}`)[dev] ?? '')
    .replace(/ {4}helm:\n(?: {6}.*\n)*/, '')
    .replace('charts/users', 'overlay'),
  'overlay/kustomization.yaml': 'resources: [users.yaml]\n',
  'overlay/users.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: { name: users }\nspec: { containers: [{ name: a, image: "ghcr.io/acme/users:1.0.0" }] }\n',
});
const noParameter = changed(prod, / {8}- name: image\.tag\n.*\n.*\n/, '');

/** What is fixed: the rule, the broken files, where, and what becomes of the text. */
const cases: readonly (readonly [what: string, LintRuleId, Files, file: string, from: string, to: string])[] = [
  ['a misspelt setting of an image', 'unknown-annotation', inDev('users.alow-tags: any'), dev, 'alow-', 'allow-'],
  [
    'a misspelt setting of the application',
    'unknown-annotation',
    inDev('ignore-tag: x'),
    dev,
    'ignore-tag:',
    'ignore-tags:',
  ],
  [
    'a misspelt setting in quotes',
    'unknown-annotation',
    changed(dev, '  annotations:\n', `  annotations:\n    "${prefix}/ignore-tagz" : x # no\n`),
    dev,
    'tagz"',
    'tags"',
  ],
  [
    'a setting without its alias',
    'unknown-annotation',
    inDev('helm.image-tag: image.tag'),
    dev,
    '/helm.',
    '/users.helm.',
  ],
  [
    'a misspelt prefix',
    'unknown-annotation',
    changed(dev, '  annotations:\n', '  annotations:\n    argocd-image-updater.argoproj-labs.io/ignore-tags: x\n'),
    dev,
    'argoproj-labs.io',
    'argoproj.io',
  ],
  ['a misspelt alias', 'alias-not-in-list', inDev("user.ignore-tags: '*'"), dev, '/user.', '/users.'],
  ['an expression without regexp:', 'allow-tags-nothing', inDev('allow-tags: ^v'), dev, '^v', 'regexp:^v'],
  [
    'an expression behind a blank',
    'allow-tags-nothing',
    inDev('allow-tags: "regexp: ^v"'),
    dev,
    'regexp: ^v',
    'regexp:^v',
  ],
  ['a misspelt regexp:', 'allow-tags-nothing', inDev('allow-tags: regex:^v'), dev, 'regex:', 'regexp:'],
  [
    'an expression in ignore-tags',
    'ignore-tags-regexp',
    inDev('ignore-tags: rc, regexp:^v1\\.2-.*$'),
    dev,
    'regexp:^v1\\.2-.*$',
    'v1.2-*',
  ],
  [
    'an expression in ignoreTags',
    'ignore-tags-regexp',
    settings('[latest, "regexp:-rc"]'),
    'updater.yaml',
    '"regexp:-rc"',
    '"*-rc*"',
  ],
  ['ignoreTags that is a string', 'ignore-tags-not-a-list', settings('"*"'), 'updater.yaml', '"*"', '["*"]'],
  [
    'ignoreTags with commas',
    'ignore-tags-not-a-list',
    settings('latest, dev-*'),
    'updater.yaml',
    'latest, dev-*',
    '["latest", "dev-*"]',
  ],
  [
    'a pattern with a blank',
    'ignore-tags-never-match',
    settings('[" latest"]'),
    'updater.yaml',
    '" latest"',
    '"latest"',
  ],
  [
    'a pattern with a comma',
    'ignore-tags-never-match',
    settings('["a, b", c]'),
    'updater.yaml',
    '"a, b", c',
    '"a", c, b',
  ],
  [
    'a tag that is a number',
    'float-tag',
    { ...noParameter, 'charts/users/values.yaml': 'image:\n  name: ""\n  tag: 1.10 # now\n' },
    'charts/users/values.yaml',
    '1.10',
    "'1.10'",
  ],
  [
    'a parameter that is a number',
    'unreadable-file',
    changed(prod, '2.0.4', '20240101'),
    prod,
    '20240101',
    "'20240101'",
  ],
  [
    'an override that is a number',
    'argocd-refuses',
    {
      ...plain,
      'charts/users/.argocd-source-users-dev.yaml':
        'helm:\n  parameters:\n  - name: image.name\n    value: ghcr.io/acme/users\n  - name: image.tag\n    value: 20240101\n    forcestring: true\n',
    },
    'charts/users/.argocd-source-users-dev.yaml',
    '20240101',
    "'20240101'",
  ],
  [
    'an element that is a number',
    'application-set-refused',
    { ...plain, 'set.yaml': set('{ a: 1 }') },
    'set.yaml',
    'a: 1',
    "a: '1'",
  ],
  [
    'a constraint with a comma',
    'image-list-misread',
    changed(dev, 'users:1.x', 'users:>=1.0, <2.0'),
    dev,
    '>=1.0, <2.0',
    '>=1.0 <2.0',
  ],
  [
    'a misspelt strategy',
    'setting-unreadable',
    changed(dev, 'semver # the', 'semvr # the'),
    dev,
    'semvr # the',
    'semver # the',
  ],
  [
    'a misspelt strategy of a resource',
    'setting-unreadable',
    { ...plain, 'updater.yaml': resource(`  commonUpdateSettings: { updateStrategy: alphabetic } # so\n${refs()}`) },
    'updater.yaml',
    'alphabetic',
    'alphabetical',
  ],
  [
    'a strategy by its former name',
    'setting-former',
    changed(dev, 'semver # the', 'latest # the'),
    dev,
    'latest',
    'newest-build',
  ],
  [
    'a filter by its former name',
    'setting-former',
    inDev('users.tag-match: regexp:^1 # ours'),
    dev,
    'tag-match',
    'allow-tags',
  ],
  [
    'a misspelt value of the chart',
    'helm-target-unknown',
    inDev('users.helm.image-tag: image.tagg'),
    dev,
    'image.tagg',
    'image.tag',
  ],
  [
    'a write-back target that names the file of a kustomization',
    'write-back-impossible',
    inOverlay('overlay/kustomization.yaml'),
    dev,
    'target: overlay/kustomization.yaml',
    'target: kustomization:/overlay',
  ],
];

it('what rules say of their fixes is what is fixed', () => {
  const told = Object.entries(lintRules).flatMap(([id, { fix: does }]) => (does === null ? [] : [id]));
  expect([...new Set(cases.map(([, id]) => id))].sort()).toEqual(told.sort());
});

describe.each(cases)('%s (%s)', (_, rule, files, file, from, to) => {
  it('is fixed: that text changes, no other byte, and nothing new is found', () => {
    const before = lint(files);
    const found = before.findings.filter((one) => one.rule === rule);
    expect(found.map((one) => one.fix?.at.file)).toEqual([file]);
    const { fixed, files: changes, report } = fix(files);
    expect(changes).toEqual([{ path: file, before: files[file], after: files[file]?.replace(from, () => to) }]);
    expect(changes[0]?.after).not.toBe(files[file]);
    expect(fixed).toEqual(found);
    // an override that is read again hides what it is there to hide
    const left = ['masked-pin', ...before.findings.filter((one) => one.rule !== rule).map((one) => one.rule)];
    expect(report.findings.map((one) => one.rule).filter((one) => !left.includes(one))).toEqual([]);
    // what a second run finds is what the first one said
    const again = fix({ ...files, [file]: changes[0]?.after ?? '' });
    expect(again.files).toEqual([]);
    expect(again.report).toEqual(report);
  });
});

describe('what is not certain', () => {
  it.each<[what: string, LintRuleId, Files]>([
    ['a name that is near to none', 'unknown-annotation', inDev('users.filter-tag: x')],
    [
      'a name that stands there already',
      'unknown-annotation',
      changed(dev, '  annotations:\n', `  annotations:\n    ${prefix}/ignore-tags: a\n    ${prefix}/ignore-tagz: b\n`),
    ],
    [
      'a setting without its alias, of several',
      'unknown-annotation',
      changed(dev, /image-list: .*/, `image-list: users=a/users, side=a/side\n    ${prefix}/helm.image-tag: x`),
    ],
    ['an alias that is near to none', 'alias-not-in-list', inDev("payments.ignore-tags: '*'")],
    [
      'an alias that is near to two',
      'alias-not-in-list',
      changed(dev, /image-list: .*/, `image-list: usera=a/users, userb=a/side\n    ${prefix}/userc.ignore-tags: x`),
    ],
    ['what may be a glob', 'allow-tags-nothing', inDev('allow-tags: 1.*')],
    ['an expression that Go refuses', 'allow-tags-nothing', inDev('allow-tags: ^(v')],
    ['an expression that no glob says', 'ignore-tags-regexp', inDev('ignore-tags: regexp:^v[0-9]+$')],
    ['a malformed pattern', 'ignore-tags-malformed', inDev('ignore-tags: "[a"')],
    ['a pattern with a blank inside', 'ignore-tags-never-match', settings('["a b"]')],
    ['a tag that moves', 'mutable-tag', changed(prod, 'value: 2.0.4', 'value: latest')],
    [
      'annotations of an anchor',
      'unknown-annotation',
      changed(
        dev,
        '  annotations:\n',
        `  labels: &more\n    ${prefix}/ignore-tagz: x\n  annotations:\n    <<: *more\n`,
      ),
    ],
  ])('%s is found (%s), and not touched', (_, rule, files) => {
    expect(lint(files).findings.map((one) => one.rule)).toContain(rule);
    const { fixed, files: changes } = fix(files);
    expect(fixed).toEqual([]);
    expect(changes).toEqual([]);
  });

  it('is a fix that would bring another finding: the setting that it wakes lets no tag pass', () => {
    const files = inDev('users.alow-tags: 1.*');
    expect(lint(files).findings.find((one) => one.rule === 'unknown-annotation')?.fix?.text).toBe('l');
    const { fixed, report } = fix(files);
    expect(fixed).toEqual([]);
    expect(report).toEqual(lint(files));
  });
});

it('several are fixed in one go, those that touch each other one after the other', () => {
  const files: Files = {
    ...changed(
      dev,
      '  annotations:\n',
      `  annotations:\n    ${prefix}/user.ignore-tags: regexp:^rc\n    ${prefix}/allow-tags: ^v\n`,
    ),
    ...{ 'updater.txt': 'no' },
  };
  const { fixed, files: changes } = fix(files);
  expect(fixed.map((one) => one.rule).sort()).toEqual([
    'alias-not-in-list',
    'allow-tags-nothing',
    'ignore-tags-regexp',
  ]);
  expect(changes.map((one) => one.after)).toEqual([
    files[dev]?.replace('/user.ignore-tags: regexp:^rc', '/users.ignore-tags: rc*').replace('^v', 'regexp:^v'),
  ]);
});

it('a file keeps its line ends, its byte order mark and the blanks at its end', () => {
  const text = `\uFEFF${inDev('users.alow-tags: any   ')[dev]?.replaceAll('\n', '\r\n')}   `;
  const { files } = fix({ ...plain, [dev]: text });
  expect(files).toEqual([{ path: dev, before: text, after: text.replace('alow', 'allow') }]);
});

it('a finding that is silenced is not fixed', () => {
  const files = inDev('users.alow-tags: any # gitops-lint: ignore unknown-annotation -- for a fork of it');
  expect(fix(files).files).toEqual([]);
  expect(lintFleet(fleetIn(files), { now }).silenced).toHaveLength(1);
});
