import { yamlAt } from '../argocd/files.js';
import type { ReadCache } from '../argocd/index.js';
import { fileText, positionIn, selectorOf } from '../argocd/origin.js';
import { type Config, versionPatternsOf } from '../environment/index.js';
import { type GitOpsError, problem } from '../errors/error.js';
import { parseReference, parseVersion } from '../image/index.js';
import type { SourcePosition, Version } from '../model.js';
import { findDocument, nodeAt, parsePointer } from '../yaml/index.js';
import type { Pin, PinPart, TrackedImage } from './fleet.js';

/** A version that stands where `versions` of the configuration says. */
export interface VersionFile {
  readonly environment: string;
  readonly application: string;
  readonly file: string;
  readonly at: SourcePosition;
  readonly image: TrackedImage;
}

export interface FoundVersionFiles {
  readonly found: readonly VersionFile[];
  /** Files that match and hold no version at the key, each with its place. */
  readonly problems: readonly GitOpsError[];
}

/** Globs of the files that `versions` names. */
export function versionGlobs(config: Config): readonly string[] {
  const base = config.root === '' ? '' : `${config.root}/`;
  return config.versions.map(({ files }) => `${base}${files.replace(/\{(?:environment|application)\}/g, '*')}`);
}

/** Reads the versions that `versions` of the configuration tells the places of. */
export function readVersionFiles(cache: ReadCache, config: Config): FoundVersionFiles {
  const patterns = versionPatternsOf(config);
  const base = config.root === '' ? '' : `${config.root}/`;
  const found: VersionFile[] = [];
  const problems: GitOpsError[] = [];
  for (const [index, entry] of config.versions.entries()) {
    const pattern = patterns[index];
    for (const path of Object.keys(cache.snapshot.files).sort()) {
      const match = path.startsWith(base) ? (pattern?.match(path.slice(base.length)) ?? null) : null;
      if (match === null) continue;
      const application = match.application ?? entry.image.split('/').at(-1) ?? '';
      const filled = (text: string): string =>
        text.replaceAll('{environment}', match.environment).replaceAll('{application}', application);
      const read = readVersion(cache, path, filled(entry.key), filled(entry.image));
      if ('kind' in read) problems.push(read);
      else found.push({ environment: match.environment, application, file: path, ...read });
    }
  }
  return { found, problems };
}

function readVersion(
  cache: ReadCache,
  path: string,
  key: string,
  image: string,
): Pick<VersionFile, 'at' | 'image'> | GitOpsError {
  const file = yamlAt(cache, path);
  if (file === null) return problem('not-found', `There is no file ${path}.`, 'Read the repository again.');
  if (file.isErr()) return file.error;
  const missing = (at: SourcePosition): GitOpsError =>
    problem(
      'missing-version',
      `${path} has no version at ${key}, where "versions" in gitops.yaml says that one stands.`,
      'Add it there, correct "key", or narrow "files".',
      { at },
    );
  const pointer = parsePointer(key);
  if (pointer.isErr()) return { ...pointer.error, at: { file: path, line: 1, column: 1 } };
  const document = findDocument(file.value, pointer.value.document);
  const node = document === null ? null : nodeAt(document, pointer.value.path);
  if (document === null || node?.type !== 'scalar' || node.text === '')
    return missing({ file: path, line: 1, column: 1 });
  const at = positionIn(fileText(file.value), node.start);
  const read = versionIn(node.text);
  if (read === null) return missing(at);
  const pin: Pin = {
    kind: 'version-file',
    part: read.part,
    file: path,
    at,
    pointer: { document: selectorOf(file.value, document), path: pointer.value.path },
    inside: null,
    value: node.text,
  };
  return { at, image: { image: read.image ?? image, alias: null, version: read.version, pins: [pin], masked: [] } };
}

/** A tag, a digest or both; or a whole reference, which then names its image itself. */
function versionIn(
  text: string,
): { readonly version: Version; readonly part: PinPart; readonly image: string | null } | null {
  if (text.includes('/')) {
    const reference = parseReference(text).unwrapOr(null);
    if (reference === null || (reference.tag === null && reference.digest === null)) return null;
    const { tag, digest } = reference;
    return { version: { tag, digest }, part: 'reference', image: reference.image };
  }
  const version = parseVersion(text).unwrapOr(null);
  return version === null ? null : { version, part: 'version', image: null };
}
