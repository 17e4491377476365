import type { Hash } from 'node:crypto';
import type { CommitId, SkipReason } from '@gitops/core';
import type { ArchiveReading } from './archive.js';
import { changesArchive } from './attributes.js';
import { blobId, type ObjectFormat, objectHash, type TreeEntry, treeId } from './git-objects.js';
import { pathFilter } from './globs.js';
import { TarInvalid, type TarMember, type TarReader } from './tar.js';
import { largestFile, textOf } from './text.js';

/** The file whose content is passing by; `pieces` where it is kept. */
interface Current {
  readonly path: string;
  readonly hash: Hash;
  readonly pieces: Buffer[] | null;
  readonly wanted: boolean;
  readonly isAttributes: boolean;
}

/** Gathers what the members of an archive of Git say; `reading` is asked for once, at the end. */
export function archiveContents(globs: readonly string[]): {
  readonly reader: TarReader;
  reading(): Omit<ArchiveReading, 'bytes'>;
} {
  const filter = pathFilter(globs);
  const files: Record<string, string> = Object.create(null);
  const skipped: { path: string; reason: SkipReason }[] = [];
  const entries = new Map<string, TreeEntry>();
  const named = new Set<string>();
  const parents = new Set<string>();
  let commit: CommitId | null = null;
  let format: ObjectFormat = 'sha1';
  let root: string | null = null;
  let attributes = false;
  let lossy = false;
  let current: Current | null = null;

  /** The path inside the root folder; null for the root folder itself. */
  const pathOf = (member: TarMember): string | null => {
    const name = member.name.toString('utf8');
    if (!Buffer.from(name, 'utf8').equals(member.name)) lossy = true;
    const steps = (member.type === 'folder' ? name.replace(/\/$/, '') : name).split('/');
    if (name.includes('\0') || steps.some((step) => step === '' || step === '.' || step === '..')) {
      throw new TarInvalid(`the path ${JSON.stringify(name)} is none inside a repository`);
    }
    const [first = '', ...rest] = steps;
    root ??= first;
    if (first !== root || (rest.length === 0 && member.type !== 'folder')) {
      throw new TarInvalid('it has more than one folder at its root');
    }
    return rest.length === 0 ? null : rest.join('/');
  };
  const add = (path: string, mode: string, oid: string, size: number): void => {
    entries.set(path, { path, mode, oid, size });
    addParents(path);
  };
  const addParents = (path: string): void => {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (parents.has(folder)) break;
      parents.add(folder);
    }
  };

  const reader: TarReader = {
    globals: (values) => {
      const comment = values.get('comment')?.toString('latin1') ?? '';
      if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(comment)) return;
      commit = comment;
      format = comment.length === 64 ? 'sha256' : 'sha1';
    },
    member: (member) => {
      const path = pathOf(member);
      if (path === null) return null;
      if (named.has(path) && !lossy) throw new TarInvalid(`the path ${JSON.stringify(path)} stands in it twice`);
      named.add(path);
      if (member.type === 'folder') {
        addParents(path);
        return null;
      }
      if (member.type === 'link') {
        add(path, '120000', blobId(member.target, format), member.target.length);
        if (filter.matches(path)) skipped.push({ path, reason: 'link' });
        return null;
      }
      const wanted = filter.matches(path);
      if (wanted && member.size > largestFile) skipped.push({ path, reason: 'too-large' });
      const hash = objectHash('blob', member.size, format);
      const isAttributes = path === '.gitattributes' || path.endsWith('/.gitattributes');
      const pieces: Buffer[] | null = (wanted || isAttributes) && member.size <= largestFile ? [] : null;
      if (isAttributes && pieces === null) attributes = true;
      current = { path, hash, pieces, wanted, isAttributes };
      return (piece) => {
        hash.update(piece);
        pieces?.push(piece);
      };
    },
    ended: (member) => {
      if (current === null) return;
      const { path, hash, pieces, wanted, isAttributes } = current;
      current = null;
      add(path, (member.mode & 0o100) === 0 ? '100644' : '100755', hash.digest('hex'), member.size);
      if (pieces === null) return;
      const text = textOf(Buffer.concat(pieces));
      if (isAttributes && (text === null || changesArchive(text))) attributes = true;
      if (!wanted) return;
      if (text === null) skipped.push({ path, reason: 'not-utf8' });
      else files[path] = text;
    },
  };

  return {
    reader,
    reading: () => {
      for (const path of entries.keys()) {
        if (parents.has(path)) throw new TarInvalid(`the path ${JSON.stringify(path)} is a file and a folder in it`);
      }
      const emptyFolders = [...named].filter((path) => !entries.has(path) && !parents.has(path)).sort();
      for (const path of emptyFolders) if (filter.matches(path)) skipped.push({ path, reason: 'submodule' });
      skipped.sort((a, b) => (a.path < b.path ? -1 : 1));
      const all = [...entries.values()];
      const known = emptyFolders.length === 0 && !lossy;
      return {
        commit,
        root: root ?? '',
        files,
        skipped,
        entries: all,
        emptyFolders,
        tree: known ? treeId(all, format) : null,
        attributes,
      };
    },
  };
}
