import { threadsOf } from './discussion.js';
import { after, type CommentLine, commentHash } from './lines.js';

/**
 * The line that makes the comment of this author and marker say what `wanted` says; null where it says so already.
 * Lines are only ever added: a changed comment is a line whose `original` names the first one, which is how
 * git-appraise itself edits, so that its readers see the newest text where the first one was.
 */
export function stickyLine(lines: readonly CommentLine[], wanted: CommentLine): CommentLine | null {
  const standing = threadsOf(lines).findLast(
    ({ comment }) => comment.marker === wanted.marker && comment.author === wanted.author,
  );
  if (standing === undefined) return distinct(lines, wanted);
  if (standing.comment.description === wanted.description) return null;
  const versions = lines.filter((line) => line.original === standing.hash || commentHash(line) === standing.hash);
  return { ...wanted, timestamp: after(Number(wanted.timestamp), versions.at(-1)), original: standing.hash };
}

/**
 * Comments are known by a hash that leaves the marker out: a line that would have the hash of one with another marker
 * gets a later time.
 */
export function distinct(lines: readonly CommentLine[], wanted: CommentLine): CommentLine {
  const taken = new Map(lines.map((line) => [commentHash(line), line.marker]));
  let line = wanted;
  for (let hash = commentHash(line); taken.has(hash) && taken.get(hash) !== line.marker; hash = commentHash(line)) {
    line = { ...line, timestamp: after(Number(line.timestamp), line) };
  }
  return line;
}
