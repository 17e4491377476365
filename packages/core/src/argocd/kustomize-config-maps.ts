import { textAt } from './files.js';
import type { KustomizeObject } from './kustomize.js';
import type { Origin } from './origin.js';
import { baseName, joinPath } from './paths.js';
import type { SourceContext } from './source-context.js';
import { type MapValue, mapOf, type ScalarValue, scalar, stringAt, type Value } from './value.js';

/**
 * A ConfigMap as Kustomize 5.8 generates it, of literals, files of variables and files, under its name without the hash.
 * A literal is known with its place; what a file holds, without.
 */
export function configMapOf(entry: MapValue, folder: string, context: SourceContext): KustomizeObject {
  const name = stringAt(entry, ['name']) ?? stringAt(entry, ['metadata', 'name']) ?? '';
  const namespace = stringAt(entry, ['namespace']);
  const text = (path: string): string | null => textAt(context.cache, joinPath(folder, path) ?? '');
  const data = new Map<string, Value>();
  for (const file of textsAt(entry, 'files')) {
    const [key, path] = splitOnce(String(file.value), '=');
    const content = text(path ?? key);
    if (content !== null) data.set(path === undefined ? baseName(key) : key, scalar(content));
  }
  for (const file of [...textsAt(entry, 'envs'), ...textsAt(entry, 'env')]) {
    for (const line of (text(String(file.value)) ?? '').split(/\r?\n/)) {
      const [key, value] = splitOnce(line.trim(), '=');
      if (value !== undefined && !key.startsWith('#')) data.set(key, scalar(value));
    }
  }
  for (const literal of textsAt(entry, 'literals')) {
    const [key, value] = splitOnce(String(literal.value), '=');
    if (value !== undefined) data.set(key, literalOf(value, literal.origin));
  }
  const metadata = mapOf([
    ['name', scalar(name)],
    ...(namespace === null ? [] : [['namespace', scalar(namespace)] as const]),
  ]);
  const value = mapOf([
    ['apiVersion', scalar('v1')],
    ['kind', scalar('ConfigMap')],
    ['metadata', metadata],
    ['data', { type: 'map', entries: data, origin: null }],
  ]);
  return { value, names: [name], namespaces: [namespace ?? ''] };
}

/** Without its quotes. A version between quotes of its own is read, and not written. */
function literalOf(text: string, origin: Origin | null): ScalarValue {
  const value = text.replace(/^(["'])(.*)\1$/, '$2');
  const writable = value === text && origin?.writable === true;
  return scalar(value, origin === null ? null : { ...origin, kind: 'config-map-literal', writable });
}

function textsAt(entry: MapValue, key: string): readonly ScalarValue[] {
  const found = entry.entries.get(key);
  const items = found?.type === 'list' ? found.items : found === undefined ? [] : [found];
  return items.flatMap((one) => (one.type === 'scalar' && typeof one.value === 'string' ? [one] : []));
}

function splitOnce(text: string, divider: string): readonly [string, string?] {
  const at = text.indexOf(divider);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + divider.length)];
}
