/** A part of a unified diff: what stands from a line on, and what comes in its place. */
interface Hunk {
  /** Lines before it in the old text. */
  readonly start: number;
  /** Each with its line end, if it has one. */
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/**
 * The text that a unified diff of one file makes of another. Null where the diff does not belong to that text, or is
 * no diff of a text. Context lines, removed lines and places must fit exactly; nothing is searched for.
 */
export function applyDiff(before: string, patch: string): string | null {
  const hunks = hunksOf(patch);
  if (hunks === null) return null;
  const lines = linesOf(before);
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    if (hunk.start < at || hunk.start + hunk.old.length > lines.length) return null;
    result.push(...lines.slice(at, hunk.start), ...hunk.new);
    for (const [index, line] of hunk.old.entries()) if (lines[hunk.start + index] !== line) return null;
    at = hunk.start + hunk.old.length;
  }
  result.push(...lines.slice(at));
  return result.join('');
}

/**
 * Whether a diff that fits a text shows all of it, so that the text it was made from can have been no other one: every
 * line stands in it, and the lines behind the last change are fewer than a diff shows where there are more.
 */
export function showsAll(before: string, patch: string): boolean {
  const hunks = hunksOf(patch);
  if (hunks === null) return false;
  const shown = hunks.reduce((sum, hunk) => sum + hunk.old.length, 0);
  const last = hunks.at(-1);
  const tail = patch.split('\n').filter((row) => row !== '' && !row.startsWith('\\'));
  const behind = tail.length - 1 - tail.findLastIndex((row) => row.startsWith('+') || row.startsWith('-'));
  return shown === linesOf(before).length && last !== undefined && behind < contextLines;
}

/** Lines around a change that Git shows. */
const contextLines = 3;

interface OpenHunk {
  readonly start: number;
  readonly old: string[];
  readonly new: string[];
  /** Lines that each side still lacks. */
  lacks: { old: number; new: number };
  /** The sides that the last line stands on. */
  last: readonly string[][];
}

function hunksOf(patch: string): readonly Hunk[] | null {
  const rows = patch.split('\n');
  if (rows.at(-1) === '') rows.pop();
  const first = rows.findIndex((row) => row.startsWith('@@ '));
  if (first < 0) return null;
  const hunks: OpenHunk[] = [];
  for (const row of rows.slice(first)) {
    const hunk = hunks.at(-1);
    const isOpen = hunk !== undefined && (hunk.lacks.old > 0 || hunk.lacks.new > 0);
    const head = isOpen ? null : /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(row);
    if (head !== null) {
      const lacks = { old: Number(head[2] ?? 1), new: Number(head[3] ?? 1) };
      // a side without lines names the line before it
      const start = lacks.old === 0 ? Number(head[1]) : Number(head[1]) - 1;
      hunks.push({ start, old: [], new: [], lacks, last: [] });
    } else if (hunk === undefined || !take(hunk, row)) return null;
  }
  return hunks.every(({ lacks }) => lacks.old === 0 && lacks.new === 0) ? hunks : null;
}

/** Adds a row to the sides that it stands on; false where no such row can be here. */
function take(hunk: OpenHunk, row: string): boolean {
  const sign = row[0] ?? ' ';
  if (sign === '\\') {
    // "\ No newline at end of file" is about the row above
    for (const side of hunk.last) side.push((side.pop() ?? '').replace(/\n$/, ''));
    return true;
  }
  const sides = { ' ': [hunk.old, hunk.new], '-': [hunk.old], '+': [hunk.new] }[sign];
  if (sides === undefined) return false;
  for (const side of sides) side.push(`${row.slice(1)}\n`);
  hunk.last = sides;
  if (sign !== '+') hunk.lacks.old--;
  if (sign !== '-') hunk.lacks.new--;
  return hunk.lacks.old >= 0 && hunk.lacks.new >= 0;
}

/** Lines with their ends; the last may have none. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
