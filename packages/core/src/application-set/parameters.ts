import type { Segment } from '../argocd/segments.js';
import type { Result as TemplateResult } from '../argocd/template-value.js';
import { isNull, type MapValue, mapOf, type ScalarValue, scalar, type Value } from '../argocd/value.js';

/** One set of parameters that a generator yields: what the template is rendered with, once for each set. */
export interface ParameterSet {
  /**
   * With Go templates nested, as the generator's element is; without them flat, each key as the template writes it
   * (`path.basename`, `values.region`).
   */
  readonly entries: ReadonlyMap<string, TemplateResult>;
  /** The `template` of the generator itself, which goes before the one of the ApplicationSet; null for none. */
  readonly template: MapValue | null;
  /** Why some of it is not known from Git, such as the clusters that Argo CD has; null where all is known. */
  readonly unknown: string | null;
}

/** The two languages of an ApplicationSet's templates. */
export type Dialect = 'go' | 'plain';

export function isValue(result: TemplateResult): result is Value {
  return result.type === 'scalar' || result.type === 'map' || result.type === 'list';
}

/** A text with the places that its parts come from, as a value: with the place of the one part that is all of it. */
export function valueOfSegments(segments: readonly Segment[], from: ScalarValue): ScalarValue {
  const text = segments.map((segment) => (segment.known ? segment.text : '*')).join('');
  const [only, ...others] = segments.filter((segment) => segment.text !== '' || !segment.known);
  if (only !== undefined && others.length === 0 && only.known && only.origin !== null)
    return { type: 'scalar', value: text, integer: false, origin: only.origin, hides: only.hides };
  return scalar(text, from.origin === null ? null : { ...from.origin, writable: false });
}

/** Merges maps deeply as Argo CD does with Go templates: what `later` says wins unless it is empty. */
export function mergeDeep(earlier: Value, later: Value): Value {
  if (earlier.type === 'map' && later.type === 'map') {
    const entries = new Map(earlier.entries);
    for (const [key, value] of later.entries) {
      const there = entries.get(key);
      entries.set(key, there === undefined ? value : mergeDeep(there, value));
    }
    return { ...earlier, entries };
  }
  return isEmpty(later) ? earlier : later;
}

function isEmpty(value: Value): boolean {
  if (value.type === 'scalar') return isNull(value) || value.value === '' || value.value === false || value.value === 0;
  return value.type === 'map' ? value.entries.size === 0 : value.items.length === 0;
}

/** Merges two sets of parameters with Go templates. */
export function mergeEntries(
  earlier: ParameterSet['entries'],
  later: ParameterSet['entries'],
): Map<string, TemplateResult> {
  const merged = new Map(earlier);
  for (const [key, value] of later) {
    const there = merged.get(key);
    merged.set(key, there !== undefined && isValue(there) && isValue(value) ? mergeDeep(there, value) : value);
  }
  return merged;
}

/** A value laid flat, as labels are selected by: `metadata.labels.env`; items of lists by their index. */
export function flatten(value: Value, prefix = ''): Map<string, ScalarValue> {
  const flat = new Map<string, ScalarValue>();
  const inner = (key: string, item: Value): void => {
    for (const [path, scalarValue] of flatten(item, prefix === '' ? key : `${prefix}.${key}`))
      flat.set(path, scalarValue);
  };
  if (value.type === 'scalar') flat.set(prefix, value);
  else if (value.type === 'map') for (const [key, item] of value.entries) inner(key, item);
  else for (const [index, item] of value.items.entries()) inner(String(index), item);
  return flat;
}

/** A map of known texts, for parameters that a generator computes. */
export function texts(entries: Readonly<Record<string, string>>): MapValue {
  return mapOf(Object.entries(entries).map(([key, text]) => [key, scalar(text)] as const));
}
