import { printValue } from '../argocd/go-text.js';
import type { Result as TemplateResult } from '../argocd/template-value.js';
import { type Dialect, isValue, mergeEntries, type ParameterSet } from './parameters.js';

/** One set out of two, or why Argo CD refuses that. With Go templates the first of a matrix wins; else both must agree. */
export function combine(first: ParameterSet, second: ParameterSet, dialect: Dialect): ParameterSet | string {
  const rest = {
    template: second.template ?? first.template,
    unknown: first.unknown ?? second.unknown,
  };
  if (dialect === 'go') return { entries: mergeEntries(second.entries, first.entries), ...rest };
  const entries = new Map(first.entries);
  for (const [key, value] of second.entries) {
    const there = entries.get(key);
    if (there !== undefined && textOf(there) !== textOf(value))
      return `both generators of the matrix set the parameter "${key}", to different texts`;
    entries.set(key, value);
  }
  return { entries, ...rest };
}

/** The sets of the first generator, each with what the later ones say of the same keys. */
export function merge(
  generators: readonly (readonly ParameterSet[])[],
  keys: readonly string[],
  dialect: Dialect,
): readonly ParameterSet[] | string {
  const [base = [], ...others] = generators;
  const keyed = new Map<string, ParameterSet>();
  for (const set of base) {
    const key = keyOf(set, keys);
    if (keyed.has(key)) return `two elements of the first generator have the same merge keys ${key}`;
    keyed.set(key, set);
  }
  for (const sets of others) {
    for (const set of sets) {
      const key = keyOf(set, keys);
      const there = keyed.get(key);
      if (there === undefined) continue;
      const entries =
        dialect === 'go' ? mergeEntries(there.entries, set.entries) : new Map([...there.entries, ...set.entries]);
      keyed.set(key, {
        entries,
        template: set.template ?? there.template,
        unknown: there.unknown ?? set.unknown,
      });
    }
  }
  return [...keyed.values()];
}

function keyOf(set: ParameterSet, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => textOf(set.entries.get(key))));
}

function textOf(value: TemplateResult | undefined): string | null {
  return value !== undefined && isValue(value) ? printValue(value) : null;
}
