import { type ReadCache, textAt } from '../argocd/files.js';
import { type Kustomization, readKustomization } from '../argocd/kustomization.js';
import { folderOf, joinPath } from '../argocd/paths.js';
import { kustomizationNames } from '../argocd/source-type.js';

/** A kustomization that no other one includes, and the files of some kind that it is built of. */
export interface Overlay {
  readonly folder: string;
  readonly file: string;
  readonly holds: ReadonlySet<string>;
}

/** The kustomizations that can be read, by their folders. */
export type Kustomizations = ReadonlyMap<string, Kustomization>;

export function readKustomizations(cache: ReadCache): Kustomizations {
  const read = new Map<string, Kustomization>();
  for (const path of Object.keys(cache.snapshot.files)) {
    if (!kustomizationNames.some((name) => path === name || path.endsWith(`/${name}`))) continue;
    const folder = folderOf(path);
    const kustomization = readKustomization(cache, folder)?.unwrapOr(null) ?? null;
    if (kustomization !== null) read.set(folder, kustomization);
  }
  return read;
}

/** Files that are patches: what looks like an Application there is a part of one. */
export function patchFilesOf(kustomizations: Kustomizations): ReadonlySet<string> {
  return new Set(
    [...kustomizations.values()].flatMap(({ folder, patches, latePatches }) =>
      [...patches, ...latePatches].flatMap(({ path }) => (path === null ? [] : (joinPath(folder, path.text) ?? []))),
    ),
  );
}

/** The outermost kustomizations that some of these files are built into. */
export function overlaysOver(files: ReadonlySet<string>, read: Kustomizations, cache: ReadCache): readonly Overlay[] {
  const held = new Map<string, ReadonlySet<string>>();
  const holdsOf = (folder: string): ReadonlySet<string> => {
    const known = held.get(folder);
    if (known !== undefined) return known;
    const own = new Set<string>();
    // also what ends a circle, which building tells
    held.set(folder, own);
    for (const path of includedBy(read.get(folder))) {
      if (files.has(path)) own.add(path);
      else if (textAt(cache, path) === null) for (const one of holdsOf(path)) own.add(one);
    }
    return own;
  };
  const inner = new Set([...read.values()].flatMap(includedBy));
  return [...read.values()]
    .filter(({ folder }) => !inner.has(folder) && holdsOf(folder).size > 0)
    .map(({ folder, file }) => ({ folder, file, holds: holdsOf(folder) }));
}

function includedBy(kustomization: Kustomization | undefined): readonly string[] {
  if (kustomization === undefined) return [];
  return [...kustomization.resources, ...kustomization.components].flatMap(
    ({ text }) => joinPath(kustomization.folder, text) ?? [],
  );
}
