import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ObjectType, RawObject } from '../store/store.js';

const numbers: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3, tag: 4 };

/** Objects as one pack without deltas, so that one `git` process takes any number of them. */
export function packOf(objects: Iterable<RawObject>, count: number, hash: 'sha1' | 'sha256'): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK', 0, 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(count, 8);
  const parts: Buffer[] = [head];
  for (const object of objects) parts.push(entryHead(object), deflateSync(object.bytes));
  const body = Buffer.concat(parts);
  return Buffer.concat([body, createHash(hash).update(body).digest()]);
}

/** Type and size: four bits of size in the first byte, then seven a byte, lowest first. */
function entryHead(object: RawObject): Buffer {
  let size = object.bytes.length;
  const bytes: number[] = [(numbers[object.type] << 4) | (size & 0x0f)];
  size = Math.floor(size / 16);
  while (size > 0) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(size & 0x7f);
    size = Math.floor(size / 128);
  }
  return Buffer.from(bytes);
}
