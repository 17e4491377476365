import type { KustomizeObject } from './kustomize.js';
import { type MapValue, mapAt, stringAt, type Value, valueAt } from './value.js';

/** What a selector asks of an object, and what the object has: a name is any that it has had. */
type Facts = Readonly<Record<string, readonly string[]>>;

/** What fields of selectors are held against. */
export function factsOf({ value, names, namespaces }: KustomizeObject): Facts {
  const group = groupOf(value);
  return {
    kind: [stringAt(value, ['kind']) ?? ''],
    name: names.length === 0 ? [''] : names,
    namespace: namespaces.map(effective),
    group: [group],
    version: [(stringAt(value, ['apiVersion']) ?? '').slice(group === '' ? 0 : group.length + 1)],
  };
}

const fields = ['group', 'version', 'kind', 'name', 'namespace'] as const;

/** Whether this is an object that the source of a replacement names: fields are exact, and a missing one fits any. */
export function isExactly(object: KustomizeObject, selector: MapValue): boolean {
  const facts = factsOf(object);
  return fields.every((field) => {
    const wanted = stringAt(selector, [field]) ?? '';
    return wanted === '' || (facts[field]?.includes(wanted) ?? false);
  });
}

/** Whether a target of a replacement is this object: by patterns and labels (`select`), and not among those rejected. */
export function isChosen(object: KustomizeObject, target: MapValue): boolean {
  const select = mapAt(target, ['select']);
  if (select === null) return false;
  const facts = factsOf(object);
  const fits = fields.every((field) => {
    const pattern = stringAt(select, [field]) ?? '';
    return pattern === '' || (facts[field]?.some((fact) => matchesWhole(pattern, fact)) ?? false);
  });
  if (!fits || !matchesLabels(object.value, 'labels', stringAt(select, ['labelSelector']))) return false;
  if (!matchesLabels(object.value, 'annotations', stringAt(select, ['annotationSelector']))) return false;
  const rejected = target.entries.get('reject');
  return rejected?.type !== 'list' || !rejected.items.some((one) => one.type === 'map' && isExactly(object, one));
}

/** Whether an object has what a label selector asks for: `a=b`, `a==b` or `a`, divided by commas. */
export function matchesLabels(value: Value, where: 'labels' | 'annotations', selector: string | null): boolean {
  return (selector ?? '')
    .split(',')
    .filter((one) => one.trim() !== '')
    .every((one) => {
      const [key = '', wanted] = one.trim().split(/==?/);
      const found = valueAt(value, ['metadata', where, key.trim()]);
      return wanted === undefined ? found !== undefined : stringAt(found, []) === wanted.trim();
    });
}

/** Kustomize takes the fields of a target for patterns of the whole text. */
export function matchesWhole(pattern: string, text: string): boolean {
  if (/^[\w./-]*$/.test(pattern) && !pattern.includes('.')) return pattern === text;
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}

/** A namespace as Kustomize compares it. */
export function effective(namespace: string | null): string {
  return namespace === null || namespace === '' ? 'default' : namespace;
}

export function groupOf(value: Value): string {
  const version = stringAt(value, ['apiVersion']) ?? '';
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
}
