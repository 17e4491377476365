import type { Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import type { Deployed } from './deployed.js';
import { isPlainlyRead } from './plainly-read.js';

/** A name of a YAML file as it may stand in another one, with placeholders of templates, variables and globs. */
const token = /(?:\{\{.*?\}\}|\$\{[^}]*\}|[^\s"'`,;:()[\]{}<>|#])+\.ya?ml(?![\w-])/g;
const placeholder = /\{\{.*?\}\}|\$\{[^}]*\}|\*+/;

/** Whether some file of a place, or an Application that cannot be read wholly, may mean a file by its name. */
export function mentionsIn(tree: Tree, place: Place, deployed: readonly Deployed[]): (path: string) => boolean {
  const { files } = tree.at(place).cache.snapshot;
  const isPlain = isPlainlyRead(tree, place, deployed);
  const mentions: { readonly from: string; readonly pattern: RegExp; readonly isLone: boolean }[] = [];
  const add = (from: string, text: string): void => {
    const path = text.replace(/^\$[\w-]+\//, '').replace(/^(?:\.{0,2}\/)+/, '');
    const isLone = !path.includes('/') && !placeholder.test(path);
    mentions.push({ from, isLone, pattern: new RegExp(`(?:^|/)${toPattern(path)}$`) });
  };
  for (const [from, text] of Object.entries(files)) {
    for (const [found] of text.matchAll(token)) if (!isPlain(from) || found.includes('*')) add(from, found);
  }
  for (const { manifest, place: stands } of deployed) {
    if (stands.id === place.id && isPlain(manifest.file)) continue;
    for (const { helm, path } of manifest.sources)
      for (const file of helm?.valueFiles ?? []) add('', file.text.includes('/') ? file.text : `${path}/${file.text}`);
  }
  return (path) =>
    mentions.some(({ from, pattern, isLone }) => {
      if (from === path || !pattern.test(path)) return false;
      // what many files are called means the one beside it
      return !isLone || from === '' || !/(?:^|\/)values\.ya?ml$/.test(path) || folderOf(from) === folderOf(path);
    });
}

function toPattern(path: string): string {
  return path
    .split(/(\{\{.*?\}\}|\$\{[^}]*\}|\*+)/)
    .map((part, index) => {
      if (index % 2 === 1) return part === '*' ? '[^/]*' : '.*';
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
