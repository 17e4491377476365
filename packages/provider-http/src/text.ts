/** Files above this many bytes are not read: no manifest is that large. 5 MiB, as in `@gitops/provider-git`. */
export const largestFile: number = 5 * 1024 * 1024;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a file, its byte order mark kept; null for bytes that are no UTF-8. NUL bytes mean binary as well. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
