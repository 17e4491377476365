import type { GitOpsError } from '../errors/error.js';
import type { PinKind } from '../fleet/fleet.js';
import type { Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import type { YamlFile } from '../yaml/node.js';
import { readYaml } from '../yaml/read.js';
import type { ChartReading } from './chart.js';
import { type FileText, fileText, selectorOf } from './origin.js';
import { toValue, type Value } from './value.js';

/**
 * What was read of one snapshot, kept so that many Applications that share a chart or a base read it once. Make one with
 * {@link createReadCache} for each snapshot and hand it to every `readImages` of that snapshot.
 */
export interface ReadCache {
  readonly snapshot: Snapshot;
  readonly texts: Map<string, FileText>;
  readonly parsed: Map<string, Result<YamlFile, GitOpsError>>;
  readonly values: Map<string, Result<readonly Value[], GitOpsError>>;
  readonly charts: Map<string, Result<ChartReading, GitOpsError>>;
  /** Paths of all files, sorted, made on the first question. */
  sorted: readonly string[] | null;
}

export function createReadCache(snapshot: Snapshot): ReadCache {
  return { snapshot, texts: new Map(), parsed: new Map(), values: new Map(), charts: new Map(), sorted: null };
}

export function textAt(cache: ReadCache, path: string): string | null {
  return Object.hasOwn(cache.snapshot.files, path) ? (cache.snapshot.files[path] ?? null) : null;
}

export function fileTextAt(cache: ReadCache, path: string): FileText | null {
  const known = cache.texts.get(path);
  if (known !== undefined) return known;
  const text = textAt(cache, path);
  if (text === null) return null;
  const made = fileText({ path, text });
  cache.texts.set(path, made);
  return made;
}

/** The file as YAML; null where there is no such file. */
export function yamlAt(cache: ReadCache, path: string): Result<YamlFile, GitOpsError> | null {
  const known = cache.parsed.get(path);
  if (known !== undefined) return known;
  const text = textAt(cache, path);
  if (text === null) return null;
  const read = readYaml(text, path);
  cache.parsed.set(path, read);
  return read;
}

/** The documents of a file as values of this kind; null where there is no such file. */
export function valuesAt(cache: ReadCache, path: string, kind: PinKind): Result<readonly Value[], GitOpsError> | null {
  const key = `${kind} ${path}`;
  const known = cache.values.get(key);
  if (known !== undefined) return known;
  const read = yamlAt(cache, path);
  const file = fileTextAt(cache, path);
  if (read === null || file === null) return null;
  const values: Result<readonly Value[], GitOpsError> = read.isErr()
    ? err(read.error)
    : ok(
        read.value.documents.map((document) =>
          toValue(document.root, { kind, file, document: selectorOf(read.value, document) }),
        ),
      );
  cache.values.set(key, values);
  return values;
}

/** Paths of the files in this folder (`''` for all), sorted; with `deep` those in the folders below too. */
export function filesUnder(cache: ReadCache, folder: string, deep: boolean): readonly string[] {
  cache.sorted ??= Object.keys(cache.snapshot.files).sort();
  const prefix = folder === '' ? '' : `${folder}/`;
  const found: string[] = [];
  for (let index = firstFrom(cache.sorted, prefix); index < cache.sorted.length; index++) {
    const path = cache.sorted[index] ?? '';
    if (!path.startsWith(prefix)) break;
    if (deep || !path.includes('/', prefix.length)) found.push(path);
  }
  return found;
}

export function hasFolder(cache: ReadCache, folder: string): boolean {
  if (folder === '') return true;
  cache.sorted ??= Object.keys(cache.snapshot.files).sort();
  const prefix = `${folder}/`;
  return (cache.sorted[firstFrom(cache.sorted, prefix)] ?? '').startsWith(prefix);
}

function firstFrom(sorted: readonly string[], prefix: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
