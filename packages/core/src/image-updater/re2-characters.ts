/** A run of characters, both ends included, as code points. */
export type CharacterRange = readonly [low: number, high: number];

export const largestCharacter = 0x10ffff;

export const digits: readonly CharacterRange[] = [[0x30, 0x39]];
export const words: readonly CharacterRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
export const spaces: readonly CharacterRange[] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
/** Classes such as `[:alpha:]`. */
export const posixClasses: Readonly<Record<string, readonly CharacterRange[]>> = {
  alnum: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  alpha: [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  ascii: [[0, 0x7f]],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [0x7f, 0x7f],
  ],
  digit: digits,
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[0x41, 0x5a]],
  word: words,
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
};

/** Both cases of ASCII letters: tags have no others. */
export function bothCases(range: CharacterRange): readonly CharacterRange[] {
  const [low, high] = range;
  const shifted = (from: number, to: number, by: number): CharacterRange[] => {
    const [start, end] = [Math.max(low, from), Math.min(high, to)];
    return start <= end ? [[start + by, end + by]] : [];
  };
  return [range, ...shifted(0x41, 0x5a, 32), ...shifted(0x61, 0x7a, -32)];
}

/** All other characters. */
export function without(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const rest: CharacterRange[] = [];
  let from = 0;
  for (const [low, high] of sorted) {
    if (low > from) rest.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= largestCharacter) rest.push([from, largestCharacter]);
  return rest;
}
