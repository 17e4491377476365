import type { Fleet } from '../fleet/fleet.js';
import { home } from '../fleet/place.js';
import type { SourcePosition } from '../model.js';
import { editYaml, positionAt } from '../yaml/index.js';
import type { LintFinding, LintFix } from './finding.js';
import type { Found } from './make.js';

/** Makes the edits of a finding a fix; one that cannot be made byte for byte is none. */
export function withFix(fleet: Fleet, { repair, ...found }: Found): LintFinding {
  if (repair === undefined || found.at === null) return found;
  const { file } = found.at;
  const id = found.place?.id ?? home.id;
  const text = fleet.places.find(({ place }) => place.id === id)?.snapshot.files[file];
  if (text === undefined) return found;
  return editYaml(text, repair.edits, { file }).match(
    (edited) => (edited.text === text ? found : { ...found, fix: fixBetween(file, text, edited.text, repair.does) }),
    () => found,
  );
}

/** The one run of characters that differs. */
function fixBetween(file: string, before: string, after: string, does: string): LintFix {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  // half of a character is none
  if (/[\uDC00-\uDFFF]/.test(before[start] ?? '')) start -= 1;
  if (/[\uDC00-\uDFFF]/.test(before[before.length - tail] ?? '')) tail -= 1;
  return {
    does,
    at: positionAt(file, before, start),
    end: positionAt(file, before, before.length - tail),
    text: after.slice(start, after.length - tail),
  };
}

/** A text with these fixes, none of which overlaps another one. */
export function applyFixes(text: string, fixes: readonly LintFix[]): string {
  const offset = offsetsIn(text);
  let result = text;
  for (const fix of [...fixes].sort((a, b) => offset(b.at) - offset(a.at)))
    result = result.slice(0, offset(fix.at)) + fix.text + result.slice(offset(fix.end));
  return result;
}

export function doOverlap(a: LintFix, b: LintFix): boolean {
  const isBefore = (one: SourcePosition, other: SourcePosition): boolean =>
    one.line === other.line ? one.column < other.column : one.line < other.line;
  return a.at.file === b.at.file && !isBefore(a.end, b.at) && !isBefore(b.end, a.at);
}

/** From lines and columns back to offsets; a byte order mark has no column of its own. */
function offsetsIn(text: string): (at: SourcePosition) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const mark = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return ({ line, column }) => (starts[line - 1] ?? 0) + column - 1 + (line === 1 ? mark : 0);
}
