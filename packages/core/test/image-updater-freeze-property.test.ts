import { expect, it } from 'vitest';
import { freezeUpdater, resolveUpdater, selects, type UpdaterImage, verifyFrozen } from '../src/image-updater/index.js';
import { applicationIn, applyPlainly, resourceIn, type Tree, withSchemaDefaults } from './image-updater/plain.js';

const prefix = 'argocd-image-updater.argoproj.io/';

/** A generator that always gives the same numbers. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

class Chance {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = numbers(seed);
  }

  of<T>(...values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)] as T;
  }

  some<T>(values: readonly T[]): readonly T[] {
    return values.filter(() => this.next() < 0.5);
  }

  maybe<T extends object>(value: T): T | object {
    return this.next() < 0.5 ? value : {};
  }
}

const names = ['shop-dev', 'shop-prod', 'pay-dev'];
const images = ['ghcr.io/acme/web', 'ghcr.io/acme/api', 'redis'];

function settings(chance: Chance): object {
  return chance.maybe({
    commonUpdateSettings: {
      ...chance.maybe({ ignoreTags: chance.of<string[]>(['*'], [], ['latest'], ['nightly', '*'], ['regexp:.*', '[']) }),
      ...chance.maybe({ updateStrategy: chance.of('digest', 'newest-build', 'semver') }),
      ...chance.maybe({ forceUpdate: chance.of(true, false) }),
      ...chance.maybe({ allowTags: 'any' }),
    },
  });
}

function applicationFile(name: string, chance: Chance): unknown {
  const list = chance
    .some(images)
    .map((image, index) => `${chance.of('', `a${index}=`, `a${index}=`, 't/x=')}${image}:1`);
  const keys = ['ignore-tags', 'a0.ignore-tags', 'a1.ignore-tags', 't_x.ignore-tags', 'gone.ignore-tags'];
  const ignored = chance.some(keys).map((key) => [`${prefix}${key}`, chance.of('*', '', 'latest', 'x, *', '[')]);
  const annotations = { ...chance.maybe({ [`${prefix}image-list`]: list.join(',') }), ...Object.fromEntries(ignored) };
  const metadata = { name, namespace: 'argocd', labels: chance.maybe({ team: 'a' }) };
  return { metadata: { ...metadata, ...chance.maybe({ annotations }) } };
}

function resourceFile(name: string, chance: Chance): unknown {
  const patterns = chance.some(['*', '*-dev', 'shop-*', 'shop-dev', 'pay-dev', 'elsewhere']);
  const applicationRefs = patterns.map((namePattern) => ({
    namePattern,
    ...chance.maybe({ labelSelectors: { matchLabels: { team: 'a' } } }),
    ...(chance.of(true, false, false, false) ? { useAnnotations: true } : {}),
    ...settings(chance),
    images: chance.some(images).map((imageName, index) => ({ alias: `i${index}`, imageName, ...settings(chance) })),
  }));
  return { metadata: { name, namespace: 'argocd' }, spec: { ...settings(chance), applicationRefs } };
}

function treeOf(chance: Chance): Tree {
  const resources = chance.of([], [], ['u1'], ['u1'], ['u1', 'u2']);
  return Object.fromEntries([
    ...names.map((name) => [name, applicationFile(name, chance)]),
    ...resources.map((name) => [name, resourceFile(name, chance)]),
  ]);
}

function sceneOf(tree: Tree) {
  return {
    applications: names.map((name) => applicationIn(tree, name)),
    resources: ['u1', 'u2'].filter((name) => name in tree).map((name) => resourceIn(tree, name)),
  };
}

/** Everything that decides about an image, but for what a freeze is there to change. */
const rest = ({ alias, image, strategy, allowTags, constraint }: UpdaterImage) => ({
  alias,
  image,
  strategy,
  allowTags,
  constraint,
});

it('freezes what is wanted, nothing else, and changes nothing but what is ignored', () => {
  const outcomes = { edited: 0, untouched: 0, split: 0, refused: 0 };
  for (let seed = 1; seed <= 4000; seed += 1) {
    const chance = new Chance(seed);
    const tree = treeOf(chance);
    const wanted = new Map(
      chance.some(names).map((name) => [name, chance.of<readonly string[] | null>(null, null, chance.some(images))]),
    );
    const { applications, resources } = sceneOf(tree);
    const targets = applications
      .filter(({ name }) => wanted.has(name))
      .map((application) => ({ application, images: wanted.get(application.name) ?? null, inSharedTemplate: false }));
    const planned = freezeUpdater({ targets, applications, resources });
    if (planned.isErr()) {
      expect([seed, planned.error.kind]).toEqual([seed, 'freeze-covers-neighbour']);
      outcomes.refused += 1;
      continue;
    }
    const after = applyPlainly(tree, planned.value.edits);
    outcomes[planned.value.edits.length > 0 ? 'edited' : 'untouched'] += 1;
    outcomes.split += planned.value.notes.filter(({ kind }) => kind === 'freeze-split').length;
    // With the schema of v1.0-v1.3, which fills in defaults, and with the one after it.
    for (const asApplied of [(value: Tree) => value, withSchemaDefaults<Tree>]) {
      const [was, is] = [sceneOf(asApplied(tree)), sceneOf(asApplied(after))];
      for (const [index, application] of was.applications.entries()) {
        const before = resolveUpdater(application, was.resources);
        const now = resolveUpdater(is.applications[index] ?? application, is.resources);
        expect([seed, application.name, now.images.map(rest)]).toEqual([
          seed,
          application.name,
          before.images.map(rest),
        ]);
        const selection = wanted.has(application.name) ? (wanted.get(application.name) ?? null) : [];
        expect([seed, verifyFrozen(now, selection)]).toEqual([seed, expect.objectContaining({ frozen: true })]);
        const others = (view: typeof now) =>
          view.images.filter((image) => !selects(selection, image)).map(({ ignoreTags }) => ignoreTags);
        expect([seed, application.name, others(now)]).toEqual([seed, application.name, others(before)]);
      }
    }
    const again = sceneOf(after);
    const targetsAgain = targets.map((target) => ({
      ...target,
      application: again.applications.find(({ name }) => name === target.application.name) ?? target.application,
    }));
    expect([seed, freezeUpdater({ ...again, targets: targetsAgain })._unsafeUnwrap().edits]).toEqual([seed, []]);
  }
  // The generator reaches every outcome, or the rest proves little.
  for (const [outcome, count] of Object.entries(outcomes)) expect([outcome, count > 50]).toEqual([outcome, true]);
});
