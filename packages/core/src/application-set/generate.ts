import { isNull, type MapValue, mapAt, stringAt, type Value, valueAt } from '../argocd/value.js';
import type { LabelSelector } from '../image-updater/labels.js';
import { labelsMatch } from '../image-updater/labels.js';
import { clusterParameters } from './clusters.js';
import { combine, merge } from './combine.js';
import { gitParameters } from './git-generator.js';
import { listParameters } from './list-generator.js';
import { type Dialect, flatten, isValue, type ParameterSet } from './parameters.js';
import { renderValue, type TemplateOptions } from './template.js';

/** What generators look at besides themselves. */
export interface GeneratorContext extends TemplateOptions {
  readonly dialect: Dialect;
  /** Folders of the repository that are no hidden ones, sorted. */
  readonly folders: () => readonly string[];
  /** Paths of its files, sorted. */
  readonly files: () => readonly string[];
  /** The documents of a file of YAML or JSON; null where it is none. */
  readonly documents: (path: string) => readonly Value[] | null;
}

/** What a generator yields, or the reason why Argo CD would refuse it, or why Git alone cannot tell. */
export type Generated =
  | { readonly kind: 'sets'; readonly sets: readonly ParameterSet[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly at: Value | null }
  | { readonly kind: 'elsewhere'; readonly reason: string };

export function refused(reason: string, at: Value | null): Generated {
  return { kind: 'refused', reason, at };
}

/** What only something outside of Git can tell. */
const elsewhere: Readonly<Record<string, string>> = {
  scmProvider: 'the repositories of an organization',
  pullRequest: 'the open pull requests of a repository',
  clusterDecisionResource: 'a resource in the cluster',
  plugin: 'a plugin',
};

/** The parameters that one generator yields, as Argo CD 3.5.1 makes them. */
export function generate(generator: Value, context: GeneratorContext): Generated {
  if (generator.type !== 'map') return refused('a generator is a map', generator);
  const template = mapAt(generator, ['template']);
  const made = ofKind(generator, context);
  if (made.kind !== 'sets') return made;
  const selector = selectorOf(mapAt(generator, ['selector']));
  const own = templateOf(generator) ?? template;
  const sets = made.sets
    .filter((set) => selector === null || set.unknown !== null || labelsMatch(selector, labelsOf(set)))
    .map((set) => (own === null || set.template !== null ? set : { ...set, template: own }));
  return { kind: 'sets', sets };
}

const kinds = ['list', 'git', 'clusters', 'matrix', 'merge', ...Object.keys(elsewhere)] as const;

function ofKind(generator: MapValue, context: GeneratorContext): Generated {
  const kind = kinds.find((one) => generator.entries.has(one));
  const found = kind === undefined ? undefined : generator.entries.get(kind);
  if (kind === undefined || found === undefined) return refused('it names no generator that Argo CD knows', generator);
  if (found.type !== 'map' && !isNull(found)) return refused(`"${kind}" of a generator is a map`, found);
  const settings: MapValue = found.type === 'map' ? found : { type: 'map', entries: new Map(), origin: found.origin };
  switch (kind) {
    case 'list':
      return listParameters(settings, context);
    case 'git':
      return gitParameters(settings, context);
    case 'clusters':
      return clusterParameters(settings, context);
    case 'matrix':
      return matrix(settings, context);
    case 'merge':
      return mergeGenerators(settings, context);
    default:
      return { kind: 'elsewhere', reason: `${elsewhere[kind]} decide which applications there are` };
  }
}

/** The `template` that stands inside of the generator, such as `list.template`. */
function templateOf(generator: MapValue): MapValue | null {
  for (const kind of kinds) {
    const template = mapAt(generator, [kind, 'template']);
    if (template !== null && mapAt(template, ['metadata']) !== null) return template;
  }
  return null;
}

function selectorOf(selector: MapValue | null): LabelSelector | null {
  if (selector === null) return null;
  const matchLabels = Object.fromEntries(
    [...(mapAt(selector, ['matchLabels'])?.entries ?? [])].map(([key, value]) => [key, textOf(value)]),
  );
  const expressions = valueAt(selector, ['matchExpressions']);
  const matchExpressions = (expressions?.type === 'list' ? expressions.items : []).map((one) => {
    const values = valueAt(one, ['values']);
    return {
      key: stringAt(one, ['key']) ?? '',
      operator: stringAt(one, ['operator']) ?? '',
      values: values?.type === 'list' ? values.items.map(textOf) : [],
    };
  });
  return { matchLabels, matchExpressions };
}

function textOf(value: Value): string {
  return value.type === 'scalar' ? String(value.value ?? '') : '';
}

function labelsOf(set: ParameterSet): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null);
  for (const [key, value] of set.entries) {
    if (!isValue(value)) continue;
    for (const [path, scalar] of flatten(value, key)) labels[path] = String(scalar.value ?? '');
  }
  return labels;
}

function generatorsOf(settings: MapValue): readonly Value[] {
  const list = valueAt(settings, ['generators']);
  return list?.type === 'list' ? list.items : [];
}

/** Every set of the first with every set of the second, which may use the parameters of the first. */
function matrix(settings: MapValue, context: GeneratorContext): Generated {
  const [first, second, ...more] = generatorsOf(settings);
  if (first === undefined || second === undefined || more.length > 0)
    return refused('a matrix generator takes exactly two generators', settings);
  const outer = generate(first, context);
  if (outer.kind !== 'sets') return outer;
  const sets: ParameterSet[] = [];
  for (const set of outer.sets) {
    const written = second.type === 'map' ? second : null;
    if (written === null) return refused('a generator is a map', second);
    const rendered = renderValue(withoutTemplate(written), set, context);
    if (rendered.failure !== null) return refused(rendered.failure, second);
    const inner = generate(rendered.value, context);
    if (inner.kind !== 'sets') return inner;
    for (const one of inner.sets) {
      const combined = combine(set, one, context.dialect);
      if (typeof combined === 'string') return refused(combined, settings);
      sets.push(combined);
    }
  }
  return { kind: 'sets', sets };
}

/** A generator's own template is rendered later, with all parameters. */
function withoutTemplate(generator: MapValue): MapValue {
  const entries = [...generator.entries].map(([key, value]) => {
    if (value.type !== 'map' || !value.entries.has('template')) return [key, value] as const;
    const inner = new Map(value.entries);
    inner.delete('template');
    return [key, { ...value, entries: inner }] as const;
  });
  return { ...generator, entries: new Map(entries) };
}

function mergeGenerators(settings: MapValue, context: GeneratorContext): Generated {
  const keys = valueAt(settings, ['mergeKeys']);
  const mergeKeys = keys?.type === 'list' ? keys.items.map(textOf) : [];
  if (mergeKeys.length === 0) return refused('a merge generator needs mergeKeys', settings);
  const generators = generatorsOf(settings);
  if (generators.length < 2) return refused('a merge generator takes two generators or more', settings);
  const made: (readonly ParameterSet[])[] = [];
  for (const generator of generators) {
    const one = generate(generator, context);
    if (one.kind !== 'sets') return one;
    made.push(one.sets);
  }
  const merged = merge(made, mergeKeys, context.dialect);
  return typeof merged === 'string' ? refused(merged, settings) : { kind: 'sets', sets: merged };
}
