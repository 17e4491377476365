import { describe, expect, it } from 'vitest';
import type { FreezeTarget, UpdaterFreeze } from '../src/image-updater/index.js';
import {
  freezeUpdater,
  lintApplication,
  lintResource,
  resolveUpdater,
  verifyFrozen,
} from '../src/image-updater/index.js';
import { applicationIn, applyPlainly, resourceIn, type Tree } from './image-updater/plain.js';

const prefix = 'argocd-image-updater.argoproj.io/';

function application(name: string, annotations?: Record<string, string>, labels?: Record<string, string>): unknown {
  const named = Object.entries(annotations ?? {}).map(([key, value]) => [`${prefix}${key}`, value]);
  return {
    kind: 'Application',
    metadata: { name, namespace: 'argocd', labels, ...(annotations && { annotations: Object.fromEntries(named) }) },
  };
}

function updater(spec: object, name = 'updater'): unknown {
  return {
    apiVersion: 'argocd-image-updater.argoproj.io/v1alpha1',
    kind: 'ImageUpdater',
    metadata: { name, namespace: 'argocd' },
    spec,
  };
}

/** Files that start with `u` are resources, the others applications. */
function scene(tree: Tree) {
  const files = Object.keys(tree);
  const resources = files.filter((file) => file.startsWith('u')).map((file) => resourceIn(tree, file));
  const applications = files.filter((file) => !file.startsWith('u')).map((file) => applicationIn(tree, file));
  return { applications, resources };
}

type Wanted = Readonly<Record<string, readonly string[] | null>>;

function freeze(tree: Tree, wanted: Wanted, more: Partial<FreezeTarget> = {}) {
  const { applications, resources } = scene(tree);
  const targets = Object.entries(wanted).map(([file, images]) => {
    const found = applications.find((one) => one.file === file);
    if (found === undefined) throw new Error(`no ${file}`);
    return { application: found, images, inSharedTemplate: false, ...more };
  });
  return freezeUpdater({ targets, applications, resources });
}

function viewOf(tree: Tree, file: string) {
  return resolveUpdater(applicationIn(tree, file), scene(tree).resources);
}

const edited = (freezing: UpdaterFreeze) =>
  freezing.edits.map(({ file, edit }) => {
    const { at, ...what } = edit;
    return [file, at.path, what];
  });

/** Freezes, then proves: the wanted images are frozen, and a second freeze has nothing to do. */
function frozen(tree: Tree, wanted: Wanted): { readonly after: Tree; readonly freezing: UpdaterFreeze } {
  const freezing = freeze(tree, wanted)._unsafeUnwrap();
  const after = applyPlainly(tree, freezing.edits);
  for (const [file, images] of Object.entries(wanted))
    expect(verifyFrozen(viewOf(after, file), images).frozen).toBe(true);
  expect(freeze(after, wanted)._unsafeUnwrap().edits).toEqual([]);
  return { after, freezing };
}

const annotationPath = (key: string) => ['metadata', 'annotations', `${prefix}${key}`];

describe('annotations without any resource', () => {
  it('freezes a whole application by one key, and every alias that would beat it', () => {
    const tree = { a: application('shop', { 'image-list': 'web=nginx,api=acme/api', 'api.ignore-tags': 'nightly' }) };
    const { freezing } = frozen(tree, { a: null });
    expect(edited(freezing)).toEqual([
      ['a', annotationPath('ignore-tags'), { insert: '*' }],
      ['a', annotationPath('api.ignore-tags'), { set: '*', quote: 'single' }],
    ]);
  });

  it('replaces an own list, also an empty one', () => {
    const tree = {
      a: application('shop', { 'image-list': 'web=nginx', 'ignore-tags': 'latest', 'web.ignore-tags': '' }),
    };
    expect(edited(frozen(tree, { a: null }).freezing).map(([, path]) => path)).toEqual([
      annotationPath('ignore-tags'),
      annotationPath('web.ignore-tags'),
    ]);
  });

  it('freezes single images by their alias, and leaves the others alone', () => {
    const tree = { a: application('shop', { 'image-list': 'team/web=ghcr.io/acme/web,api=ghcr.io/acme/api' }) };
    const { after, freezing } = frozen(tree, { a: ['ghcr.io/acme/web'] });
    expect(edited(freezing)).toEqual([['a', annotationPath('team_web.ignore-tags'), { insert: '*' }]]);
    expect(viewOf(after, 'a').images.map((image) => image.frozen)).toEqual([true, false]);
  });

  it('freezes an image again where only the whole application is frozen, since that may be resumed first', () => {
    const tree = { a: application('shop', { 'image-list': 'web=nginx,api=acme/api', 'ignore-tags': '*' }) };
    expect(edited(frozen(tree, { a: ['web'] }).freezing)).toEqual([
      ['a', annotationPath('web.ignore-tags'), { insert: '*' }],
    ]);
  });

  it('claims what is frozen already', () => {
    const tree = {
      a: application('shop', { 'image-list': 'web=nginx', 'ignore-tags': '?*', 'web.ignore-tags': 'x, **' }),
    };
    const { held, edits } = freeze(tree, { a: null })._unsafeUnwrap();
    expect(edits).toEqual([]);
    expect(held.map(({ at }) => at.path)).toEqual([annotationPath('ignore-tags'), annotationPath('web.ignore-tags')]);
  });

  it.each([
    ['without alias', 'acme/web,api=acme/api', 'web=acme/web'],
    ['with an alias that no annotation can have', '-w=acme/web,api=acme/api', 'web=acme/web'],
    ['with an alias that is shared', 'x=acme/web,x=acme/api', 'web=acme/web'],
  ])('refuses one image %s, and says what to write', (_what, list, remedy) => {
    const refused = freeze({ a: application('shop', { 'image-list': list }) }, { a: ['acme/web'] })._unsafeUnwrapErr();
    expect(refused.kind).toBe('freeze-covers-neighbour');
    expect(refused.remedy).toContain(remedy);
    expect(refused.details['neighbours']).toEqual(['acme/api']);
  });

  it('freezes the application-wide key where the image without alias is the only one', () => {
    const { freezing } = frozen({ a: application('shop', { 'image-list': 'acme/web:~1' }) }, { a: ['acme/web'] });
    expect(edited(freezing)).toEqual([['a', annotationPath('ignore-tags'), { insert: '*' }]]);
  });

  it.each([
    ['no annotations at all', undefined],
    ['no image list', { 'ignore-tags': 'x' }],
    ['a blank image list', { 'image-list': ' , ' }],
  ])('makes no edit for an application with %s', (_what, annotations) => {
    expect(freeze({ a: application('shop', annotations) }, { a: null })._unsafeUnwrap()).toEqual({
      edits: [],
      held: [],
      notes: [],
    });
  });

  it('refuses a template that serves others, unless nothing has to change', () => {
    const tree = { a: application('shop', { 'image-list': 'web=nginx' }) };
    expect(freeze(tree, { a: null }, { inSharedTemplate: true })._unsafeUnwrapErr().kind).toBe('freeze-in-template');
    const { after } = frozen(tree, { a: null });
    expect(freeze(after, { a: null }, { inSharedTemplate: true })._unsafeUnwrap().edits).toEqual([]);
  });

  it('points into the template of an ApplicationSet', () => {
    const tree = { a: { spec: { template: application('shop', { 'image-list': 'web=nginx' }) } } };
    const found = applicationIn(tree, 'a', ['spec', 'template']);
    const { edits } = freezeUpdater({
      targets: [{ application: found, images: null, inSharedTemplate: false }],
      applications: [found],
      resources: [],
    })._unsafeUnwrap();
    expect(edits[0]?.edit.at.path).toEqual(['spec', 'template', ...annotationPath('ignore-tags')]);
  });
});

const web = { alias: 'web', imageName: 'ghcr.io/acme/web:1.x' };
const api = { alias: 'api', imageName: 'ghcr.io/acme/api:1.x' };
const refPath = (pattern: string) => ['spec', 'applicationRefs', { where: { namePattern: pattern } }];

describe('resources', () => {
  it('freezes the whole resource where it covers nothing else', () => {
    const tree = {
      a: application('shop-dev'),
      u: updater({ applicationRefs: [{ namePattern: '*-dev', images: [web, api] }] }),
    };
    expect(edited(frozen(tree, { a: null }).freezing)).toEqual([
      ['u', ['spec', 'commonUpdateSettings'], { insert: { ignoreTags: ['*'] } }],
    ]);
  });

  it('changes the level that decides: the first pattern of a list, an empty list, a block without list', () => {
    const refs = [
      { namePattern: 'a', commonUpdateSettings: { ignoreTags: ['latest', 'dev'] }, images: [web] },
      { namePattern: 'b', images: [{ ...web, commonUpdateSettings: { ignoreTags: [] } }] },
      { namePattern: 'c', commonUpdateSettings: { allowTags: 'any' }, images: [web] },
      { namePattern: 'elsewhere', images: [web] },
    ];
    const tree = {
      a: application('a'),
      b: application('b'),
      c: application('c'),
      u: updater({ applicationRefs: refs }),
    };
    const settings = (name: string) => [...refPath(name), 'commonUpdateSettings', 'ignoreTags'];
    expect(edited(frozen(tree, { a: null, b: null, c: null }).freezing)).toEqual([
      ['u', [...settings('a'), 0], { set: '*' }],
      [
        'u',
        [...refPath('b'), 'images', { where: { alias: 'web' } }, 'commonUpdateSettings', 'ignoreTags', 0],
        { insert: '*' },
      ],
      ['u', settings('c'), { insert: ['*'] }],
    ]);
  });

  it('mends a list that is written as a string', () => {
    const spec = { commonUpdateSettings: { ignoreTags: '*' }, applicationRefs: [{ namePattern: 'a', images: [web] }] };
    const tree = { a: application('a'), u: updater(spec) };
    expect(edited(frozen(tree, { a: null }).freezing)).toEqual([
      ['u', ['spec', 'commonUpdateSettings', 'ignoreTags'], { replace: '["*"]' }],
    ]);
  });

  it('repeats what a new block would override with the defaults of v1.0-v1.3', () => {
    const spec = {
      commonUpdateSettings: { updateStrategy: 'digest', forceUpdate: true, allowTags: 'any' },
      applicationRefs: [
        { namePattern: 'a', images: [web, api] },
        { namePattern: 'elsewhere', images: [web] },
      ],
    };
    const tree = { a: application('a'), u: updater(spec) };
    expect(edited(frozen(tree, { a: null }).freezing)).toEqual([
      [
        'u',
        [...refPath('a'), 'commonUpdateSettings'],
        { insert: { updateStrategy: 'digest', forceUpdate: true, ignoreTags: ['*'] } },
      ],
    ]);
    expect(edited(frozen(tree, { a: ['web'] }).freezing)[0]?.[2]).toEqual({
      insert: { updateStrategy: 'digest', forceUpdate: true, ignoreTags: ['*'] },
    });
  });

  it('splits an entry that also covers a neighbour', () => {
    const spec = {
      commonUpdateSettings: { updateStrategy: 'newest-build' },
      applicationRefs: [
        {
          namePattern: 'shop-*',
          labelSelectors: { matchLabels: { team: 'a' } },
          writeBackConfig: { method: 'git', gitConfig: { pullRequest: { github: {} } } },
          images: [{ ...web, commonUpdateSettings: { ignoreTags: ['x'], updateStrategy: 'digest' } }, api],
        },
      ],
    };
    const labels = { team: 'a' };
    const tree = {
      a: application('shop-dev', undefined, labels),
      b: application('shop-prod', undefined, labels),
      u: updater(spec),
    };
    const { after, freezing } = frozen(tree, { a: null });
    expect(edited(freezing)).toEqual([
      [
        'u',
        refPath('shop-dev'),
        {
          insert: {
            namePattern: 'shop-dev',
            writeBackConfig: { method: 'git', gitConfig: { pullRequest: { github: {} } } },
            images: [{ ...web, commonUpdateSettings: { ignoreTags: ['*'], updateStrategy: 'digest' } }, api],
            commonUpdateSettings: { updateStrategy: 'newest-build', ignoreTags: ['*'] },
          },
        },
      ],
    ]);
    expect(freezing.notes.map(({ kind }) => kind)).toEqual(['freeze-split']);
    expect(viewOf(after, 'b')).toEqual(viewOf(tree, 'b'));
  });

  it.each([
    [
      'an entry of its name is there already',
      { namePattern: 'shop-dev', labelSelectors: { matchLabels: { no: 'match' } }, images: [web] },
      web,
    ],
    ['a value is no text', null, { ...web, commonUpdateSettings: { forceUpdate: 1 } }],
  ])('refuses to split where %s', (_what, other, image) => {
    const refs = [{ namePattern: 'shop-*', images: [image] }, ...(other === null ? [] : [other])];
    const tree = { a: application('shop-dev'), b: application('shop-prod'), u: updater({ applicationRefs: refs }) };
    const refused = freeze(tree, { a: null })._unsafeUnwrapErr();
    expect(refused.kind).toBe('freeze-covers-neighbour');
    expect(refused.remedy).toContain('namePattern: shop-dev');
    expect(refused.details['neighbours']).toEqual(['shop-prod']);
  });

  it('does not freeze an entry about applications that live elsewhere', () => {
    const refs = [
      { namePattern: 'a', images: [web] },
      { namePattern: 'elsewhere', images: [web] },
    ];
    const { freezing } = frozen({ a: application('a'), u: updater({ applicationRefs: refs }) }, { a: null });
    expect(edited(freezing).map(([, path]) => path)).toEqual([[...refPath('a'), 'commonUpdateSettings']]);
  });

  it('freezes all resources that match, and inert annotations too', () => {
    const tree = {
      a: application('a', { 'image-list': 'web=ghcr.io/acme/web' }),
      u1: updater({ applicationRefs: [{ namePattern: 'a', images: [web] }] }, 'one'),
      u2: updater({ applicationRefs: [{ namePattern: '*', images: [web] }] }, 'two'),
    };
    expect(viewOf(tree, 'a')).toMatchObject({
      configuredBy: 'resource',
      inertAnnotations: true,
      resources: ['one', 'two'],
    });
    const { freezing } = frozen(tree, { a: null });
    expect(freezing.edits.map(({ file }) => file)).toEqual(['u1', 'u2', 'a']);
    expect(freezing.notes.map(({ kind }) => kind)).toEqual(['inert-annotations']);
  });

  it('freezes the annotations where a resource uses them', () => {
    const tree = {
      a: application('a', { 'image-list': 'a/b=ghcr.io/acme/web,web=nginx' }),
      u: updater({
        commonUpdateSettings: { ignoreTags: ['*'] },
        applicationRefs: [{ namePattern: 'a', useAnnotations: true }],
      }),
    };
    expect(viewOf(tree, 'a')).toMatchObject({
      configuredBy: 'annotations',
      inertAnnotations: false,
      resources: ['updater'],
    });
    expect(edited(frozen(tree, { a: ['nginx'] }).freezing)).toEqual([
      ['a', annotationPath('web.ignore-tags'), { insert: '*' }],
    ]);
    // v1 does not write `/` as `_`, so no annotation reaches this alias.
    expect(freeze(tree, { a: ['ghcr.io/acme/web'] })._unsafeUnwrapErr().kind).toBe('freeze-covers-neighbour');
  });

  it('freezes what decides when broken annotations hand the application to a broader entry', () => {
    const refs = [
      { namePattern: 'a', useAnnotations: true },
      { namePattern: '*', images: [api] },
    ];
    const tree = {
      a: application('a', { 'image-list': 'web=nginx', 'force-update': 'yes' }),
      u: updater({ applicationRefs: refs }),
    };
    const view = viewOf(tree, 'a');
    expect(view.images.map(({ image }) => image)).toEqual(['ghcr.io/acme/api']);
    expect(view.problems).toEqual([
      'ImageUpdater/updater passes over "a": argocd-image-updater.argoproj.io/force-update is not true or false.',
    ]);
    frozen(tree, { a: null });
  });

  it('leaves alone what no resource matches, though its annotations are frozen for an older release', () => {
    const tree = {
      a: application('a', { 'image-list': 'web=nginx' }),
      u: updater({ applicationRefs: [{ namePattern: 'b', images: [web] }] }),
    };
    expect(viewOf(tree, 'a')).toMatchObject({ configuredBy: 'none', inertAnnotations: true, images: [] });
    expect(frozen(tree, { a: null }).freezing.edits.map(({ file }) => file)).toEqual(['a']);
  });

  it('does not match across namespaces', () => {
    const other = {
      ...(updater({ applicationRefs: [{ namePattern: '*', images: [web] }] }) as object),
      metadata: { name: 'x', namespace: 'team' },
    };
    expect(viewOf({ a: application('a'), u: other }, 'a').configuredBy).toBe('none');
  });
});

describe('resolveUpdater', () => {
  it('tells where ignored tags are decided', () => {
    const tree = {
      a: application('a'),
      u: updater({
        applicationRefs: [{ namePattern: 'a', commonUpdateSettings: { ignoreTags: ['x'] }, images: [web] }],
      }),
    };
    const placed = {
      ...resourceIn(tree, 'u'),
      locate: (path: readonly unknown[]) => ({ file: 'u', line: path.length, column: 3 }),
    };
    expect(resolveUpdater(applicationIn(tree, 'a'), [placed]).images[0]).toEqual({
      alias: 'web',
      image: 'ghcr.io/acme/web',
      constraint: '1.x',
      strategy: 'semver',
      allowTags: null,
      ignoreTags: ['x'],
      frozen: false,
      decidedAt: {
        file: 'u',
        at: { file: 'u', line: 5, column: 3 },
        pointer: { document: { index: 0 }, path: [...refPath('a'), 'commonUpdateSettings', 'ignoreTags'] },
      },
      resource: 'updater',
    });
  });

  it('says what stands in the annotations of v0.x', () => {
    const annotations = {
      'image-list': 'web=nginx:~1.2',
      'update-strategy': 'latest',
      'write-back-method': 'git:secret:argocd/x',
      'write-back-target': 'helmvalues:./values.yaml',
      'git-branch': 'main:image-{{.SHA256}}',
    };
    const { images, writeBack } = viewOf({ a: application('a', annotations) }, 'a');
    expect(images).toMatchObject([{ alias: 'web', constraint: '~1.2', strategy: 'newest-build', decidedAt: null }]);
    expect(writeBack).toEqual({ method: 'git', target: 'helmvalues:./values.yaml', branch: 'main' });
  });
});

describe('lints', () => {
  const kinds = (notes: readonly { readonly kind: string }[]) => notes.map(({ kind }) => kind);
  const lint = (annotations: Record<string, string>) => {
    const tree = { a: application('a', annotations) };
    return kinds(lintApplication(applicationIn(tree, 'a'), viewOf(tree, 'a')));
  };

  it.each([
    ['a malformed pattern', { 'image-list': 'web=nginx', 'web.ignore-tags': 'x,[a-' }, ['ignore-tags-malformed']],
    ['an expression', { 'image-list': 'web=nginx', 'ignore-tags': 'regexp:.*' }, ['ignore-tags-regexp']],
    ['allow-tags without regexp', { 'image-list': 'web=nginx', 'allow-tags': '^v' }, ['allow-tags-nothing']],
    ['nothing odd', { 'image-list': 'web=nginx', 'allow-tags': 'regexp:^v', 'ignore-tags': 'dev,*-rc?' }, []],
    [
      'a sibling of a frozen image with helmvalues',
      {
        'image-list': 'web=nginx,api=api',
        'web.ignore-tags': '*',
        'write-back-method': 'git',
        'write-back-target': 'helmvalues',
      },
      ['sibling-write-back'],
    ],
  ])('find %s in annotations', (_what, annotations, expected) => {
    expect(lint(annotations as unknown as Record<string, string>)).toEqual(expected);
  });

  it('find what is wrong in a resource', () => {
    const spec = {
      commonUpdateSettings: { ignoreTags: '*' },
      applicationRefs: [
        {
          namePattern: 'a',
          useAnnotations: 'true',
          commonUpdateSettings: { ignoreTags: ['a, b', '[', 'regexp:x'], allowTags: 'v2.*' },
          images: [web],
        },
      ],
    };
    expect(kinds(lintResource(resourceIn({ u: updater(spec) }, 'u')))).toEqual([
      'ignore-tags-not-a-list',
      'ignore-tags-never-match',
      'ignore-tags-malformed',
      'ignore-tags-regexp',
      'allow-tags-nothing',
      'resource-invalid',
    ]);
  });

  it('find inert annotations', () => {
    const tree = {
      a: application('a', { 'image-list': 'web=nginx' }),
      u: updater({ applicationRefs: [{ namePattern: 'b' }] }),
    };
    expect(kinds(lintApplication(applicationIn(tree, 'a'), viewOf(tree, 'a')))).toEqual(['inert-annotations']);
  });
});
