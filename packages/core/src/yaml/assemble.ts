import type { GitOpsError } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { type Draft, overlapping, type Splice } from './draft.js';

/** A text with its splices made. */
export interface Assembled {
  readonly text: string;
  /** Where the text of a splice begins in the new text. */
  startOf(splice: Splice): number;
  /** Where a character that was not touched stands in the new text. */
  moved(offset: number): number;
}

/** Makes all splices in one pass; an error where two of them want the same characters. */
export function assemble(draft: Draft): Result<Assembled, GitOpsError> {
  const { text } = draft.edited;
  const ordered = draft.splices
    .map((splice, order) => ({ splice, order }))
    .sort(
      (a, b) =>
        a.splice.start - b.splice.start ||
        a.splice.end - a.splice.start - (b.splice.end - b.splice.start) ||
        b.splice.rank - a.splice.rank ||
        a.order - b.order,
    );
  const starts = new Map<Splice, number>();
  const shifts: { readonly from: number; readonly by: number }[] = [];
  const pieces: string[] = [];
  let at = 0;
  let length = 0;
  for (const { splice } of ordered) {
    if (splice.start < at) return err(overlapping(draft.edited, [splice.start, Math.max(at - 1, 0)], null));
    const kept = text.slice(at, splice.start);
    const written = splice.text();
    pieces.push(kept, written);
    starts.set(splice, length + kept.length);
    length += kept.length + written.length;
    at = splice.end;
    shifts.push({ from: splice.end, by: length - at });
  }
  pieces.push(text.slice(at));
  return ok({
    text: pieces.join(''),
    startOf: (splice) => starts.get(splice) ?? 0,
    moved(offset) {
      let low = 0;
      let high = shifts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((shifts[middle]?.from ?? 0) <= offset) low = middle + 1;
        else high = middle;
      }
      return offset + (shifts[low - 1]?.by ?? 0);
    },
  });
}
