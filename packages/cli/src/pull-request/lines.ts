/** One removed or added line; `line` counts from 1 in the old or the new text. */
export interface LineChange {
  readonly sign: '-' | '+';
  readonly line: number;
  readonly text: string;
}

/** Texts with more lines than this between the first and the last difference are shown as a whole block. */
const largest = 2_000;

/** The lines that differ between two texts, removed ones before added ones, by the longest common subsequence. */
export function changedLines(before: string, after: string): readonly LineChange[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  const common = removed.length * added.length > largest * largest ? [] : commonPairs(removed, added);
  const kept = { old: new Set(common.map(([i]) => i)), now: new Set(common.map(([, j]) => j)) };
  const changes: LineChange[] = [];
  for (let i = 0, j = 0; i < removed.length || j < added.length; i++, j++) {
    for (; i < removed.length && !kept.old.has(i); i++)
      changes.push({ sign: '-', line: start + i + 1, text: removed[i] ?? '' });
    for (; j < added.length && !kept.now.has(j); j++)
      changes.push({ sign: '+', line: start + j + 1, text: added[j] ?? '' });
  }
  return changes;
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** Positions of a longest common subsequence, in order. */
function commonPairs(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
