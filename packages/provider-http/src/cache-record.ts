import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { CachedCommit } from './cache.js';
import { blobId, formatOf, type TreeEntry, treeId } from './git-objects.js';

const schema = v.strictObject({
  version: v.literal(1),
  key: v.string(),
  /** `[path, mode, oid, size]`, size -1 where it is not known. */
  entries: v.nullable(v.array(v.tuple([v.string(), v.string(), v.string(), v.number()]))),
  tree: v.nullable(v.string()),
  /** `[path, oid, text]`. */
  files: v.array(v.tuple([v.string(), v.string(), v.string()])),
  skipped: v.array(
    v.strictObject({ path: v.string(), reason: v.picklist(['not-utf8', 'link', 'submodule', 'too-large']) }),
  ),
});

const hashOf = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** A record as it stands on the disk: the hash of the rest, a line break, JSON. */
export function toRecord(key: string, commit: CachedCommit): Buffer {
  const oids = new Map((commit.entries ?? []).map((entry) => [entry.path, entry.oid]));
  const format = formatOf(commit.entries?.[0]?.oid ?? '');
  const record: v.InferOutput<typeof schema> = {
    version: 1,
    key,
    entries: commit.entries?.map(({ path, mode, oid, size }) => [path, mode, oid, size ?? -1]) ?? null,
    tree: commit.entries === null ? null : treeId(commit.entries),
    files: Object.entries(commit.files).map(([path, text]) => [path, oids.get(path) ?? blobId(text, format), text]),
    skipped: [...commit.skipped],
  };
  const body = JSON.stringify(record);
  return Buffer.from(`${hashOf(body)}\n${body}`, 'utf8');
}

/** The record for a key; null for any damage, a record of another key or version, a text that is not its object's. */
export function parseRecord(key: string, bytes: Buffer): CachedCommit | null {
  const end = bytes.indexOf(0x0a);
  const body = bytes.subarray(end + 1);
  if (end === -1 || bytes.toString('latin1', 0, end) !== hashOf(body)) return null;
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success || parsed.output.key !== key) return null;
  const { tree, skipped } = parsed.output;
  const entries =
    parsed.output.entries?.map(
      ([path, mode, oid, size]): TreeEntry => (size < 0 ? { path, mode, oid } : { path, mode, oid, size }),
    ) ?? null;
  if (entries !== null && treeOf(entries) !== tree) return null;
  const oids = new Map((entries ?? []).map((entry) => [entry.path, entry.oid]));
  const files: Record<string, string> = Object.create(null);
  for (const [path, oid, text] of parsed.output.files) {
    if (blobId(text, formatOf(oid)) !== oid || (oids.get(path) ?? oid) !== oid) return null;
    files[path] = text;
  }
  return { entries, files, skipped };
}

function treeOf(entries: readonly TreeEntry[]): string | null {
  try {
    return treeId(entries);
  } catch {
    // a path that stands twice
    return null;
  }
}
