/** UTF-8, since Go's matching counts bytes in some places and characters in others. */
export function utf8Of(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    // A lone half of a surrogate pair has no UTF-8; like everybody, write U+FFFD.
    const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), continuation(point));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), continuation(point >> 6), continuation(point));
    else bytes.push(0xf0 | (point >> 18), continuation(point >> 12), continuation(point >> 6), continuation(point));
  }
  return bytes;
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** The character that starts at `at`, and its size. A byte that starts none is U+FFFD of size 1, as Go decodes it. */
export function runeAt(bytes: readonly number[], at: number): { readonly rune: number; readonly size: number } {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { rune: first, size: 1 };
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  // `utf8Of` makes well-formed text only, so a start byte is always followed by its continuation bytes.
  if (size === 1) return { rune: 0xfffd, size: 1 };
  let rune = first & (0xff >> (size + 1));
  for (let index = 1; index < size; index += 1) rune = (rune << 6) | ((bytes[at + index] ?? 0) & 0x3f);
  return { rune, size };
}
