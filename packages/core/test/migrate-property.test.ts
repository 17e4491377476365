import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resolveUpdater, updaterResource } from '../src/image-updater/index.js';
import {
  type Fleet,
  fleetOf,
  type Plan,
  planMigration,
  type SimulatedImage,
  simulateUpdates,
  snapshotOf,
} from '../src/index.js';
import { withSchemaDefaults } from './image-updater/plain.js';

const prefix = 'argocd-image-updater.argoproj.io/';
const now = '2026-11-26T10:00:00Z';

/** A generator that always gives the same numbers. */
function chanceOf(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const of = <T>(...values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const some = <T>(values: readonly T[], share: number): readonly T[] => values.filter(() => next() < share);
  return { of, some };
}

type Chance = ReturnType<typeof chanceOf>;

const values: Readonly<Record<string, readonly string[]>> = {
  'update-strategy': ['semver', 'digest', 'newest-build', 'latest', 'alphabetical', 'NAME', 'newest', ''],
  'force-update': ['true', 'false', 'TRUE', 'yes', ''],
  'allow-tags': ['any', 'regexp:^v?1', 'regexp:rc', '^v', 'regexp:(', ''],
  'ignore-tags': ['*', 'latest', 'latest, *-rc*', '[', '', ' , ', 'v?.*', '1.[0-9].*'],
  'pull-secret': ['pullsecret:argocd/ghcr', 'secret:argocd/a#b', 'env:TOKEN', 'ext:/bin/auth', 'nonsense', ''],
  platforms: ['linux/amd64', 'linux/amd64, linux/arm64', ''],
  'tag-match': ['regexp:^1', ''],
  'helm.image-name': ['image.repository', ''],
  'helm.image-tag': ['image.tag', ''],
  'helm.image-spec': ['image', ''],
};
const wide = ['update-strategy', 'force-update', 'allow-tags', 'ignore-tags', 'pull-secret'];
const images = ['ghcr.io/acme/web', 'ghcr.io/acme/api', 'redis', 'localhost:5000/tool', 'docker.io/library/nginx'];
const constraints = ['', ':1.x', ':~1.2', ':^0.2', ':latest', ':>1.0 <2.0', ':1.2.3-0', ':v1'];

/** Annotations as people write them, broken ones among them. */
function annotationsOf(chance: Chance): Readonly<Record<string, string>> {
  const entries = chance.some(images, 0.5).map((image, index) => {
    const alias = chance.of(`a${index}`, `a${index}`, `a${index}`, 'a0', `t/a${index}`, '');
    return `${alias === '' ? '' : `${alias}=`}${image}${chance.of(...constraints)}`;
  });
  const aliases = ['a0', 'a1', 'a2', 't_a0', 't_a1', 'gone'];
  const keys = [
    ...chance.some(wide, 0.3),
    ...aliases.flatMap((alias) => chance.some(Object.keys(values), 0.2).map((key) => `${alias}.${key}`)),
  ];
  const settings = keys.map((key) => [
    key,
    chance.of(...(values[key.slice(key.indexOf('.') + 1)] ?? values[key] ?? [''])),
  ]);
  const writeBack = chance.some(
    [
      ['write-back-method', chance.of('git', 'argocd', 'git:repocreds', 'git:secret:argocd/git')],
      ['write-back-target', chance.of('helmvalues', 'helmvalues:./values.yaml', 'helmvalues:/x/values.yaml')],
      ['git-branch', chance.of('main', 'main:auto-{{.SHA256}}')],
    ],
    0.5,
  );
  return Object.fromEntries([['image-list', entries.join(', ')], ...settings, ...writeBack]) as Record<string, string>;
}

function filesOf(annotations: Readonly<Record<string, string>>, rules: '0' | '1'): Record<string, string> {
  const lines = Object.entries(annotations)
    // a key with two slashes is none, so no alias with one has settings
    .map(([key, value]) => `    ${prefix}${key}: ${JSON.stringify(value)}\n`)
    .join('');
  return {
    'apps/dev/web/application.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web-dev
  namespace: argocd
  annotations:
    acme.example/owner: web
${lines}spec:
  source: {repoURL: https://git.example/acme/gitops.git, path: charts/web, helm: {}}
`,
    ...(rules === '0'
      ? {}
      : {
          'updater.yaml':
            'apiVersion: argocd-image-updater.argoproj.io/v1alpha1\nkind: ImageUpdater\nmetadata: {name: all, namespace: argocd}\nspec: {applicationRefs: [{namePattern: "*", useAnnotations: true}]}\n',
        }),
  };
}

const fleet = (files: Record<string, string>) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();

function merged(files: Record<string, string>, plan: Plan): Record<string, string> {
  const changed = plan.changes.flatMap((change) => change.files.map((file) => [file.path, file.after ?? ''] as const));
  return { ...files, ...Object.fromEntries(changed) };
}

/** What is decided of a list of tags, by the way that `gitops simulate` takes. */
function decisions(fleetOfFiles: Fleet, tags: readonly string[]): readonly Partial<SimulatedImage>[] {
  const given = images.map((image) => ({ image, tags: tags.map((name, index) => ({ name, unixDate: index % 7 })) }));
  return simulateUpdates(fleetOfFiles, { tags: given }).map(({ image, strategy, decision, tags: chosen, writes }) => ({
    image,
    strategy,
    decision,
    tags: chosen === null ? null : { ...chosen, refused: [] },
    writes,
  }));
}

/** Without pre-releases: where there is no constraint, 0.x takes them and the simulation, which is of 1.3, does not. */
const releases = ['1.0.0', 'v1.2.3', '1.2.9', '0.2.5', '0.3.0', '1.9', '2.0.0', 'latest', 'main-3f2c1ab', '20240105'];
const all = [...releases, '1.2.3-rc1', 'v1.3.0-rc.2', '2.1.0-beta'];

describe.each(['0', '1'] as const)('annotations that %s.x reads', (rules) => {
  const runs = Array.from({ length: 300 }, (_, index) => annotationsOf(chanceOf(index * 7919 + Number(rules))));
  const planned = runs.map((annotations) => {
    const files = filesOf(annotations, rules);
    return { annotations, files, plan: planMigration(fleet(files), { now, by: 'ana' }) };
  });
  const done = planned.flatMap(({ annotations, files, plan }) =>
    plan.isOk() && plan.value.changes.length > 0
      ? [{ annotations, files, plan: plan.value, after: merged(files, plan.value) }]
      : [],
  );

  it('are carried over, or kept back with a reason: never carried over otherwise than they decide', () => {
    for (const { annotations, plan } of planned) {
      const kind = plan.isErr() ? plan.error.kind : 'planned';
      expect(['planned', 'not-migrated'], JSON.stringify(annotations)).toContain(kind);
    }
    expect(done.length).toBeGreaterThan(100);
  });

  it('decide the same afterwards, by the way that `gitops simulate` takes', () => {
    for (const { annotations, files, after } of done) {
      const [before, later] = [fleet(files), fleet(after)];
      const open = Object.entries(annotations).some(([key, list]) => key === 'image-list' && isOpen(list));
      for (const tags of [releases, ...releases.map((tag) => [tag]), ...(open && rules === '0' ? [] : [all])]) {
        expect(decisions(later, tags), JSON.stringify(annotations)).toEqual(decisions(before, tags));
      }
    }
  });

  it('are taken out byte for byte, with nothing else', () => {
    for (const { files, after } of done) {
      const path = 'apps/dev/web/application.yaml';
      const lines = (files[path] ?? '').split('\n').filter((line) => !line.includes(prefix));
      expect(after[path]).toBe(lines.join('\n'));
    }
  });

  it('decide the same in the resource that the cluster keeps, with the defaults of its schema', () => {
    for (const { after } of done) {
      const value = parse(after['apps/dev/web/image-updater-dev.yaml'] ?? '') as unknown;
      const views = [value, withSchemaDefaults(value)].map((one) => {
        const placed = { file: 'x.yaml', document: { index: 0 } };
        const application = { name: 'web-dev', namespace: 'argocd', labels: {}, annotations: {}, base: [], ...placed };
        return resolveUpdater(application, [updaterResource(placed, one)]).images.map(
          ({ decidedAt: _at, ...rest }) => rest,
        );
      });
      expect(views[1]).toEqual(views[0]);
    }
  });
});

/** True where an image stands without a constraint. */
function isOpen(list: string): boolean {
  return list.split(',').some((entry) => !entry.trim().replace('localhost:5000', 'localhost').includes(':'));
}
