import { describe, expect, it } from 'vitest';
import { type UpdaterApplication, updaterResource } from '../image-updater/index.js';
import { compareImages } from './compare.js';
import { type DecidedImage, decidedV0 } from './decided.js';
import { compareConfigurations } from './verify.js';

const prefix = 'argocd-image-updater.argoproj.io/';

const image = (selection: Partial<DecidedImage['selection']>, more: Partial<DecidedImage> = {}): DecidedImage => ({
  image: 'ghcr.io/acme/web',
  selection: { strategy: 'semver', constraint: '1.x', allowTags: null, ignoreTags: [], ...selection },
  emptyTakesAll: false,
  forceUpdate: false,
  pullSecret: null,
  platforms: [],
  targets: { helm: ['', '', ''], kustomize: '' },
  frozen: false,
  ...more,
});

const differences = (one: DecidedImage, other: DecidedImage) => compareImages([one], [other]).differences;

describe('generated lists of tags tell apart', () => {
  it.each<[string, Partial<DecidedImage['selection']>, Partial<DecidedImage['selection']>]>([
    ['a narrower constraint', { constraint: '1.x' }, { constraint: '1.2.x' }],
    ['a bound that is one patch off', { constraint: '>=7.3.4 <8' }, { constraint: '>=7.3.5 <8' }],
    ['an open and a closed bound', { constraint: '<7.3.4' }, { constraint: '<=7.3.4' }],
    ['pre-releases', { constraint: '7.x' }, { constraint: '7.x-0' }],
    ['tilde and caret', { constraint: '~7.3' }, { constraint: '^7.3' }],
    ['a filter and none', { allowTags: 'regexp:^v7-alpine' }, {}],
    ['an anchor', { constraint: '*', allowTags: 'regexp:^1' }, { constraint: '*', allowTags: 'regexp:1' }],
    [
      'patterns',
      { strategy: 'alphabetical', ignoreTags: ['pr-*'] },
      { strategy: 'alphabetical', ignoreTags: ['pr-1'] },
    ],
    ['a pattern and a class', { ignoreTags: ['1.[0-4].*'] }, { ignoreTags: ['1.[0-5].*'] }],
    ['a tracked tag', { strategy: 'digest', constraint: 'edge' }, { strategy: 'digest', constraint: 'stable' }],
    ['an invalid constraint', { constraint: '1.x' }, { constraint: 'latest' }],
  ])('%s', (_name, one, other) => {
    const found = differences(image(one), image(other));
    expect(found.filter((each) => each.includes('was chosen') || each.includes('ignoreTags'))).not.toEqual([]);
  });

  it('the empty constraint of 0.x and of 1.3, and not what takes the same', () => {
    const old = image({ constraint: null }, { emptyTakesAll: true });
    expect(differences(old, image({ constraint: null })).join()).toContain('was chosen');
    expect(differences(old, image({ constraint: 'x-0' }))).toEqual([]);
  });

  it('the same from the same', () => {
    expect(differences(image({}), image({}))).toEqual([]);
    expect(differences(image({ constraint: '1' }), image({ constraint: '1.x' }))).toEqual([]);
  });
});

describe('annotations and a resource', () => {
  const annotations = {
    [`${prefix}image-list`]: 'web=ghcr.io/acme/web:1.x, db=redis:7.x',
    [`${prefix}ignore-tags`]: 'latest',
    [`${prefix}web.force-update`]: 'true',
    [`${prefix}web.pull-secret`]: 'env:TOKEN',
    [`${prefix}web.platforms`]: 'linux/amd64',
    [`${prefix}web.helm.image-tag`]: 'web.tag',
    [`${prefix}write-back-method`]: 'git',
    [`${prefix}git-branch`]: 'main',
  };
  const placed = { file: 'web.yaml', document: { index: 0 } };
  const spec = { source: { repoURL: 'https://git.example/acme/gitops.git', path: 'charts/web', helm: {} } };
  const application: UpdaterApplication = {
    ...{ name: 'web-dev', namespace: 'argocd', labels: {}, annotations, spec, base: [] },
    ...placed,
  };
  const entry = {
    namePattern: 'web-dev',
    commonUpdateSettings: { updateStrategy: 'semver', ignoreTags: ['latest'] },
    writeBackConfig: { method: 'git', gitConfig: { branch: 'main' } },
    images: [
      {
        alias: 'web',
        imageName: 'ghcr.io/acme/web:1.x',
        commonUpdateSettings: {
          ...{ updateStrategy: 'semver', forceUpdate: true, pullSecret: 'env:TOKEN', platforms: ['linux/amd64'] },
        },
        manifestTargets: { helm: { tag: 'web.tag' } },
      },
      { alias: 'db', imageName: 'redis:7.x' },
    ],
  };
  const compare = (ref: unknown, ...others: readonly unknown[]) => {
    const resources = [ref, ...others].map((one, index) =>
      updaterResource(placed, {
        apiVersion: 'argocd-image-updater.argoproj.io/v1alpha1',
        kind: 'ImageUpdater',
        metadata: { name: `updater-${index}`, namespace: 'argocd' },
        spec: { applicationRefs: [one] },
      }),
    );
    return compareConfigurations({
      rules: '0',
      before: { application, resources: [] },
      after: { application: { ...application, annotations: {} }, resources },
      controllerNamespace: 'argocd',
    });
  };

  it('that say the same are the same, as written and as the cluster keeps it', () => {
    expect(decidedV0(annotations)).toHaveLength(2);
    const compared = compare(entry);
    expect(compared.differences).toEqual([]);
    expect(compared.tagLists).toBeGreaterThan(200);
  });

  const [web, db] = entry.images;
  const withWeb = (more: object) => ({ ...entry, images: [{ ...web, ...more }, db] });
  const withSettings = (more: object) => withWeb({ commonUpdateSettings: { ...web?.commonUpdateSettings, ...more } });
  it.each<[string, object, string]>([
    ['another constraint', withWeb({ imageName: 'ghcr.io/acme/web:2.x' }), 'was chosen'],
    ['another image', withWeb({ imageName: 'ghcr.io/acme/api:1.x' }), 'imageName'],
    ['an image less', { ...entry, images: [web] }, '2 images would be updated before, and 1 after'],
    ['another strategy', withSettings({ updateStrategy: 'newest-build' }), 'updateStrategy'],
    ['no force', withSettings({ forceUpdate: false }), 'forceUpdate'],
    ['a force that only defaults take back', withSettings({ forceUpdate: undefined }), 'forceUpdate'],
    ['a strategy that only defaults replace', strategyByDefault(), 'updateStrategy'],
    ['another secret', withSettings({ pullSecret: 'env:OTHER' }), 'pullSecret'],
    ['other platforms', withSettings({ platforms: ['linux/arm64'] }), 'platforms'],
    ['a filter more', withSettings({ allowTags: 'regexp:^v' }), 'was chosen'],
    ['a freeze', withSettings({ ignoreTags: ['*'] }), 'whether it is frozen'],
    ['another place of the version', withWeb({ manifestTargets: { helm: { tag: 'tag' } } }), 'manifestTargets'],
    ['another branch', { ...entry, writeBackConfig: { method: 'git', gitConfig: { branch: 'x' } } }, 'the write-back'],
    ['no write-back to Git', { ...entry, writeBackConfig: { method: 'argocd' } }, 'the write-back'],
    [
      'a method that only defaults replace',
      { ...entry, writeBackConfig: { gitConfig: { branch: 'main' } } },
      'write-back',
    ],
    ['signatures', { ...entry, imagesVerification: { enabled: false } }, 'imagesVerification'],
    ['a pattern that matches nothing', { ...entry, namePattern: 'web-prod' }, 'No entry'],
    ['a shape that the cluster refuses', { ...entry, useAnnotations: 'false' }, 'the cluster refuses'],
    ['an alias twice', { ...entry, images: [web, { ...db, alias: 'web' }] }, 'alias web stands twice'],
  ])('%s is a difference', (_name, ref, message) => {
    expect(compare(ref).differences.join(' ')).toContain(message);
  });

  it('two resources that take it in are a difference', () => {
    expect(compare(entry, { ...entry, namePattern: '*' }).differences.join()).toContain('Several resources');
  });

  /** The other image inherits, the first has a block without a strategy: 1.0 to 1.3 make it `semver`. */
  function strategyByDefault(): object {
    const block = { ...web?.commonUpdateSettings, updateStrategy: undefined };
    const common = { updateStrategy: 'digest', ignoreTags: ['latest'] };
    return { ...entry, commonUpdateSettings: common, images: [{ ...web, commonUpdateSettings: block }, db] };
  }
});
