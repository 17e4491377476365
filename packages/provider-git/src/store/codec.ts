import { createHash } from 'node:crypto';
import type { CommitId, Identity } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { ObjectType, Oid } from './store.js';

/** One entry of a tree. Modes as Git prints them: `100644`, `100755`, `120000`, `160000`, `40000`. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: Oid;
}

export interface Signature extends Identity {
  readonly email: string;
  /** Seconds since 1970. */
  readonly seconds: number;
}

export interface CommitObject {
  readonly tree: Oid;
  readonly parents: readonly CommitId[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function hashObject(algorithm: 'sha1' | 'sha256', type: ObjectType, bytes: Uint8Array): Oid {
  return createHash(algorithm).update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

export function decodeTree(bytes: Uint8Array, hash: 'sha1' | 'sha256'): TreeEntry[] {
  const width = hash === 'sha1' ? 20 : 32;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < buffer.length) {
    const space = buffer.indexOf(0x20, at);
    const zero = buffer.indexOf(0, space);
    if (space < 0 || zero < 0 || zero + 1 + width > buffer.length) corrupt('a tree');
    entries.push({
      mode: buffer.toString('latin1', at, space).replace(/^0+/, ''),
      name: buffer.toString('utf8', space + 1, zero),
      oid: buffer.toString('hex', zero + 1, zero + 1 + width),
    });
    at = zero + 1 + width;
  }
  return entries;
}

/** Sorts as Git does: by bytes, a folder as if its name ended with `/`. */
export function encodeTree(entries: readonly TreeEntry[]): Uint8Array {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.mode === '40000' ? `${entry.name}/` : entry.name),
  }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    keyed.flatMap(({ entry }) => [Buffer.from(`${entry.mode} ${entry.name}\0`), Buffer.from(entry.oid, 'hex')]),
  );
}

export function decodeCommit(bytes: Uint8Array): CommitObject {
  const text = utf8.decode(bytes);
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  let tree: Oid | null = null;
  const parents: CommitId[] = [];
  let author: Signature | null = null;
  let committer: Signature | null = null;
  for (const line of head.split('\n')) {
    const space = line.indexOf(' ');
    const value = line.slice(space + 1);
    switch (line.slice(0, space)) {
      case 'tree':
        tree ??= value;
        break;
      case 'parent':
        parents.push(value);
        break;
      case 'author':
        author ??= decodeSignature(value);
        break;
      case 'committer':
        committer ??= decodeSignature(value);
        break;
    }
  }
  if (tree === null || author === null || committer === null) return corrupt('a commit');
  return { tree, parents, author, committer, message: end < 0 ? '' : text.slice(end + 2) };
}

function decodeSignature(text: string): Signature {
  const found = /^(.*?) ?<([^>]*)>(?: (-?\d+))?/.exec(text);
  return { name: found?.[1] ?? '', email: found?.[2] ?? '', seconds: Number(found?.[3] ?? 0) };
}

/** Times are written in UTC, so that the same input gives the same bytes on every machine. */
export function encodeCommit(commit: CommitObject): Uint8Array {
  const sign = (who: Signature): string => `${who.name} <${who.email}> ${who.seconds} +0000`;
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${sign(commit.author)}`,
    `committer ${sign(commit.committer)}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${commit.message}`);
}

/** How a message is kept: without carriage returns, NULs or blank ends, with one newline at its end. */
export function normalMessage(message: string): string {
  return `${message.replaceAll('\r\n', '\n').replaceAll('\0', '').replace(/\s+$/, '')}\n`;
}

function corrupt(what: string): never {
  return fail(
    'repository-unsupported',
    `The repository holds ${what} that cannot be read.`,
    'Run "git fsck --full" there and restore the object from another clone.',
  );
}
