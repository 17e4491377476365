import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { FileChange } from '../model.js';

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export function digestOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** One digest for a set of changed files, independent of their order and of what stood there before. */
export function digestOfFiles(files: readonly FileChange[]): string {
  const lines = files.map((file) => `${file.path}\u0000${file.after === null ? '-' : digestOf(file.after)}`).sort();
  return digestOf(lines.join('\n'));
}

/** Short enough for a branch name, long enough to tell selections apart. */
export function shortHash(value: unknown): string {
  return digestOf(JSON.stringify(value)).slice(0, 8);
}
