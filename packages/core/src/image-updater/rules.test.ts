import { describe, expect, it } from 'vitest';
import { parseIdentifier } from '../image/index.js';
import { baseName, joinPath, trimSpace } from './go-text.js';
import {
  annotatedImage,
  annotatedImages,
  isBrokenAllowTags,
  isFrozenBy,
  isMalformedGlob,
  isTagAllowed,
  isTagIgnored,
  labelsMatch,
  matchGlob,
  nameMatches,
  parseCredentialSource,
  readImageUpdater,
  resolveWriteBack,
  selects,
  settingKeysOf,
  updateSettingsFromAnnotations,
} from './index.js';

const prefix = 'argocd-image-updater.argoproj.io/';

describe('matchGlob', () => {
  it.each([
    ['', '', 'match'],
    ['', 'a', 'no-match'],
    ['a', 'A', 'no-match'],
    ['[^a-z]', '1', 'match'],
    ['[!a]', '!', 'match'],
    ['[!a]', 'b', 'no-match'],
    ['[\\]]', ']', 'match'],
    ['[\\-x]', '-', 'match'],
    ['[]a]', 'a', 'malformed'],
    ['[-a]', 'a', 'malformed'],
    ['[x-]', 'x', 'malformed'],
    ['[a', 'a', 'malformed'],
    ['a\\', 'a', 'malformed'],
    ['\\*', '*', 'match'],
    ['\\*', 'x', 'no-match'],
    ['*', 'a/b', 'no-match'],
    ['?', '/', 'no-match'],
    ['[^a]', '/', 'match'],
    ['?', 'é', 'match'],
    ['[à-ü]', 'é', 'match'],
    ['a?b', 'a😀b', 'match'],
    ['*??', '€', 'match'],
    ['{a,b}', 'a', 'no-match'],
    ['*a*b', 'xaxxb', 'match'],
    ['*[*]', 'a*', 'match'],
    ['a[', 'b', 'malformed'],
    ['a*[', 'b', 'no-match'],
  ] as const)('%s on %s: %s', (pattern, text, expected) => {
    expect(matchGlob(pattern, text)).toBe(expected);
  });

  it('finds a broken part wherever it stands', () => {
    expect(['a*[', '[]', '\\', '[a-'].map(isMalformedGlob)).toEqual([true, true, true, true]);
    expect(['*', 'a]', '[^]', '', '[a-z]*'].map(isMalformedGlob)).toEqual([false, false, true, false, false]);
  });
});

describe('isFrozenBy', () => {
  it.each([
    ['*'],
    ['**'],
    ['?*'],
    ['*?'],
    ['*?*'],
    ['[!-~]*'],
    ['*[A-Za-z0-9_.\\-]'],
    ['[A-Za-z0-9_]*'],
    ['*[A-Za-z0-9_]*'],
  ])('%s leaves no tag', (pattern) => {
    expect(isFrozenBy(['latest', pattern])).toBe(true);
  });

  it.each([
    ...[
      '',
      '?',
      '??*',
      'v*',
      '*.*',
      '[A-Z]*',
      '*[A-Za-z0-9_]',
      '[^v]*',
      'regexp:.*',
      '[',
      '*[',
      ' *',
      '* ',
      '\\*',
      '*\\*',
      '.*',
    ],
  ])('"%s" leaves some', (pattern) => {
    expect(isFrozenBy([pattern])).toBe(false);
  });

  it('agrees with the tags that are ignored', () => {
    const tags = ['latest', '1', 'v1.2.3', '_', 'a-', 'a.', 'A'.repeat(128)];
    expect(tags.every((tag) => isTagIgnored(['*[A-Za-z0-9_.\\-]'], tag))).toBe(true);
    expect(isFrozenBy([])).toBe(false);
  });
});

describe('isTagAllowed', () => {
  it.each([
    [null, 'x', 'yes'],
    ['', 'x', 'yes'],
    ['ANY', 'x', 'yes'],
    ['any ', 'x', 'no'],
    ['^v', 'v1', 'no'],
    ['RegExp:2', '1.0.2', 'yes'],
    ['regexp: ^v', 'v1', 'no'],
    ['regexp:', 'x', 'yes'],
    ['regexp:^v\\d+\\.\\d+$', 'v1.20', 'yes'],
    ['regexp:^v\\d+\\.\\d+$', 'v1.20.1', 'no'],
    ['regexp:^(?:main|dev)-[0-9a-f]{7,}$', 'main-3f2c1ab', 'yes'],
    ['regexp:(?i)^RC', 'rc1', 'yes'],
    ['regexp:^[^-]+$', '1.0-rc', 'no'],
    ['regexp:^[[:alpha:]]+$', 'latest', 'yes'],
    ['regexp:a{,2}', 'a{,2}', 'yes'],
    ['regexp:^(?!rc)', '1', 'no'],
    ['regexp:(a)\\1', 'aa', 'no'],
    ['regexp:a**', 'a', 'no'],
    ['regexp:[z-a]', 'z', 'no'],
    ['regexp:x{1001}', 'x', 'no'],
    ['regexp:(', '(', 'no'],
    ['regexp:\\pL', 'a', 'unknown'],
    ['regexp:(a+)+$', `${'a'.repeat(127)}!`, 'no'],
    [`regexp:${'('.repeat(5000)}`, 'a', 'unknown'],
  ] as const)('%s on %s: %s', (allowTags, tag, expected) => {
    expect(isTagAllowed(allowTags, tag)).toBe(expected);
  });

  it('tells which values let nothing pass', () => {
    expect(['v2.*', 'regexp:(', 'regex:x'].every(isBrokenAllowTags)).toBe(true);
    expect(['', 'any', 'regexp:x', 'regexp:\\pL'].some(isBrokenAllowTags)).toBe(false);
  });
});

describe('what v0.x and v1 read differently', () => {
  const annotations = {
    [`${prefix}image-list`]: 'a/b=nginx,',
    [`${prefix}a_b.ignore-tags`]: '',
    [`${prefix}a_b.force-update`]: '1',
    [`${prefix}a_b.tag-match`]: 'regexp:^v',
    [`${prefix}ignore-tags`]: 'x',
    [`${prefix}force-update`]: 'true',
  };

  it('v0.x: an empty own value counts, `1` is not true, tag-match stands in', () => {
    expect(annotatedImages(annotations)).toMatchObject([
      { ignoreTags: null, ignoreTagsKey: `${prefix}a_b.ignore-tags`, forceUpdate: false, allowTags: 'regexp:^v' },
    ]);
  });

  it('v0.x: an image without alias has the settings of the application', () => {
    const odd = { ...annotations, [`${prefix}.ignore-tags`]: 'y' };
    expect(annotatedImage(odd, parseIdentifier('nginx'))).toMatchObject({
      ignoreTags: ['x'],
      forceUpdate: true,
      allowTags: null,
    });
  });

  it('v1: an empty list holds an empty pattern; blank values of the others are absent; white space is Go’s', () => {
    const keys = settingKeysOf('a');
    const blank = {
      [keys.ignoreTags]: '',
      [keys.allowTags]: ' ',
      [keys.updateStrategy]: '\u0085digest\u3000',
      [keys.forceUpdate]: ' T ',
    };
    expect(updateSettingsFromAnnotations(blank, keys)._unsafeUnwrap()).toEqual({
      ignoreTags: [''],
      updateStrategy: 'digest',
      forceUpdate: true,
    });
    expect(updateSettingsFromAnnotations({ [keys.forceUpdate]: '' }, keys)._unsafeUnwrapErr()).toMatchObject({
      kind: 'force-update-invalid',
      key: keys.forceUpdate,
    });
  });

  it('does not take what objects inherit for an annotation', () => {
    expect(
      updateSettingsFromAnnotations({}, { ...settingKeysOf('a'), ignoreTags: 'constructor' })._unsafeUnwrap(),
    ).toBeNull();
  });
});

describe('parseCredentialSource', () => {
  it.each([
    ['PullSecret:ns/name', { type: 'pullsecret', namespace: 'ns', name: 'name' }],
    ['reg:5000=env:A', { type: 'env', registry: 'reg:5000', variable: 'A' }],
    ['ext:/a=b.sh', 'invalid-spec'],
    ['r=file:x', 'unknown-source'],
    ['r=secret:a/b/c#f', 'invalid-secret'],
    ['secret:a/b#c#d', 'invalid-secret'],
    ['pullsecret: a / b ', { type: 'pullsecret', namespace: ' a ', name: ' b ' }],
    ['env:A:B', 'invalid-spec'],
    ['', 'invalid-spec'],
  ] as const)('%s', (text, expected) => {
    const parsed = parseCredentialSource(text).match<unknown>(
      (source) => source,
      (error) => error,
    );
    if (typeof expected === 'string') expect(parsed).toBe(expected);
    else expect(parsed).toMatchObject(expected);
  });
});

describe('labelsMatch', () => {
  const labels = { env: 'prod', 'acme.io/team': 'a' };

  it.each([
    ['an illegal key', { matchLabels: { 'not a key': 'x' } }, false],
    ['a legal key with prefix', { matchLabels: { 'acme.io/team': 'a' } }, true],
    ['a prefix in upper case', { matchExpressions: [{ key: 'ACME.io/team', operator: 'DoesNotExist' }] }, false],
    [
      'a value of 64 characters',
      { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['x'.repeat(64)] }] },
      false,
    ],
    ['an empty value', { matchExpressions: [{ key: 'env', operator: 'NotIn', values: [''] }] }, true],
    ['In without values', { matchExpressions: [{ key: 'env', operator: 'In' }] }, false],
    ['NotIn without values', { matchExpressions: [{ key: 'env', operator: 'NotIn', values: [] }] }, false],
    ['Exists with values', { matchExpressions: [{ key: 'env', operator: 'Exists', values: ['prod'] }] }, false],
    ['NotIn of an absent key', { matchExpressions: [{ key: 'gone', operator: 'NotIn', values: ['a'] }] }, true],
    ['an operator in lower case', { matchExpressions: [{ key: 'env', operator: 'in', values: ['prod'] }] }, false],
  ])('%s', (_what, selector, expected) => {
    expect(labelsMatch(selector, labels)).toBe(expected);
  });
});

describe('readImageUpdater', () => {
  it('takes null for absent, and notes what has a wrong type', () => {
    const found = readImageUpdater({
      metadata: { name: 'x', namespace: null },
      spec: {
        commonUpdateSettings: { ignoreTags: '*', forceUpdate: 'true', allowTags: null },
        applicationRefs: [{ namePattern: 'a', images: [{ alias: 'w', imageName: 'nginx' }, 'nginx'] }, null],
      },
    });
    expect(found.namespace).toBeNull();
    expect(found.commonUpdateSettings).toEqual({});
    expect(found.applicationRefs[0]?.images).toEqual([{ index: 0, alias: 'w', imageName: 'nginx' }]);
    expect(found.problems.map(({ path }) => path)).toEqual([
      ['spec', 'applicationRefs', 1],
      ['spec', 'applicationRefs', 0, 'images', 1],
      ['spec', 'commonUpdateSettings', 'forceUpdate'],
      ['spec', 'commonUpdateSettings', 'ignoreTags'],
    ]);
  });

  it.each([null, undefined, 'x', [], { spec: [] }])('reads %s as nothing', (value) => {
    expect(readImageUpdater(value).applicationRefs).toEqual([]);
  });
});

describe('resolveWriteBack', () => {
  const application = { name: 'shop', namespace: 'argocd', spec: { source: { path: 'apps/shop', repoURL: 'r' } } };
  const resolve = (method: string, gitConfig: object = {}, namespace = 'argocd') =>
    resolveWriteBack({ ...application, namespace }, { method, gitConfig }, 'argocd').match<unknown>(
      (found) => found,
      (error) => error,
    );

  it.each([
    [' argocd ', {}, { method: 'argocd', target: 'apps/shop/.argocd-source-shop.yaml' }],
    ['git', { writeBackTarget: 'helmvalues:../../x/values.yaml' }, { target: 'x/values.yaml' }],
    ['git', { writeBackTarget: 'helmvalues:/x.yaml' }, { target: 'x.yaml' }],
    ['git', { writeBackTarget: 'kustomization.yaml' }, { kustomizeBase: 'apps/shop/yaml' }],
    ['git', { writeBackTarget: 'x/kustomization.yml' }, 'plain-kustomization'],
    ['git:secret:argocd/x', { branch: ' main:b ' }, { gitBranch: 'main', gitWriteBranch: 'b', gitRepo: 'r' }],
    ['git:other', {}, 'credentials'],
    ['git', { branch: 'a:b:c' }, 'branch-format'],
    ['git', { branch: 'a:b', pullRequest: { github: {} } }, 'pull-request-branch'],
    ['git', { pullRequest: {} }, 'pull-request-provider'],
    ['Git', {}, 'unknown-method'],
  ] as const)('%s %o', (method, gitConfig, expected) => {
    if (typeof expected === 'string') expect(resolve(method, gitConfig)).toBe(expected);
    else expect(resolve(method, gitConfig)).toMatchObject(expected);
  });

  it('puts another namespace into the name of the file', () => {
    expect(resolve('git', {}, 'team')).toMatchObject({ target: 'apps/shop/.argocd-source-team_shop.yaml' });
  });
});

describe('small things', () => {
  it('names an image by alias, by name, or by the end of it', () => {
    const image = { alias: 'web', image: 'docker.io/library/nginx' };
    expect(['web', 'nginx', 'library/nginx', 'docker.io/nginx'].every((one) => selects([one], image))).toBe(true);
    expect(['', 'ginx', 'acme/nginx'].some((one) => selects([one], image))).toBe(false);
    expect(selects(null, image)).toBe(true);
    expect(selects(['api'], { alias: null, image: 'ghcr.io/acme/api' })).toBe(true);
  });

  it('follows Go with paths and white space', () => {
    expect([joinPath('a', '../../b'), joinPath('', ''), joinPath('.', '.'), joinPath('/a', '../..')]).toEqual([
      '../b',
      '',
      '.',
      '/',
    ]);
    expect([baseName('a/b/'), baseName(''), baseName('//')]).toEqual(['b', '.', '/']);
    expect(trimSpace('\ufeffx\u00a0')).toBe('\ufeffx');
  });

  it('takes a malformed pattern for an error of the pattern', () => {
    expect(nameMatches('app', 'app[').isErr()).toBe(true);
    expect(nameMatches('app', 'ap?')._unsafeUnwrap()).toBe(true);
  });
});
