import { type ReadCache, yamlAt } from '../argocd/index.js';
import { editDistance } from '../environment/index.js';
import type { UpdaterApplication } from '../image-updater/index.js';
import { findDocument, nodeAt, type Path } from '../yaml/index.js';
import { rawOf } from '../yaml/spans.js';
import type { Repair } from './make.js';

/** The one of these that a misspelt name is near to: two typing errors at most; null where there is none, or several. */
export function onlyNear(name: string, known: readonly string[]): string | null {
  const allowed = name.length <= 4 ? 1 : 2;
  const near = known.filter((one) => editDistance(name.toLowerCase(), one.toLowerCase(), allowed) <= allowed);
  return near.length === 1 ? (near[0] ?? null) : null;
}

/**
 * Another name for an annotation. Null where the new one is there already, and where the annotation does not stand in the
 * file as it is (an anchor, a merge key, a template of a chart).
 */
export function renamedAnnotation(
  application: Pick<UpdaterApplication, 'file' | 'document' | 'base'>,
  from: string,
  to: string,
  cache: ReadCache,
): Repair | null {
  return renamedKey(application, [...application.base, 'metadata', 'annotations'], [from, to], cache);
}

/** Another name for a key of the map at a path. */
export function renamedKey(
  { file, document }: Pick<UpdaterApplication, 'file' | 'document'>,
  path: Path,
  [from, to]: readonly [string, string],
  cache: ReadCache,
): Repair | null {
  const read = yamlAt(cache, file)?.unwrapOr(null) ?? null;
  const found = read === null ? null : findDocument(read, document);
  const map = found === null ? null : nodeAt(found, path);
  if (read === null || map?.type !== 'map' || map.entries.some(({ key }) => key === to)) return null;
  const entries = map.entries.filter(({ key }) => key === from);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return null;
  const written = read.text.slice(entry.keyStart, entry.keyEnd);
  if (!written.includes(from)) return null;
  const raw = rawOf(read.text, map);
  const at = entry.keyStart - map.start;
  const replace = raw.slice(0, at) + written.replace(from, () => to) + raw.slice(at + written.length);
  return { does: `write ${to}`, edits: [{ at: { document, path }, replace }] };
}
