import { type ReadCache, yamlAt } from '../argocd/index.js';
import type { UpdaterApplication } from '../image-updater/index.js';
import { findDocument, nodeAt, type Path } from '../yaml/index.js';
import type { Repair } from './make.js';

/** Another value for an annotation. Null where it does not stand in the file as it is: from a template, or an anchor. */
export function rewrittenAnnotation(
  { file, document, base }: Pick<UpdaterApplication, 'file' | 'document' | 'base'>,
  key: string,
  [from, to]: readonly [string, string],
  cache: ReadCache,
): Repair | null {
  const path: Path = [...base, 'metadata', 'annotations', key];
  const read = yamlAt(cache, file)?.unwrapOr(null) ?? null;
  const found = read === null ? null : findDocument(read, document);
  const node = found === null ? null : nodeAt(found, path);
  return node?.type === 'scalar' && node.value === from
    ? { does: `write ${to}`, edits: [{ at: { document, path }, set: to }] }
    : null;
}
