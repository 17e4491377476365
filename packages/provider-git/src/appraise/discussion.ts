import type { Comment, CommitId } from '@gitops/core';
import { type CommentLine, commentHash } from './lines.js';

export interface Thread {
  /** The comment as it was last edited, with the place and hash of the first version. */
  readonly hash: string;
  readonly comment: CommentLine;
  readonly replies: readonly Thread[];
}

/** Comments with their answers, oldest first; edits replace the text they edit. */
export function threadsOf(lines: readonly CommentLine[]): Thread[] {
  const byHash = new Map(lines.map((line) => [commentHash(line), line]));
  const latest = new Map(byHash);
  const answers = new Map<string, string[]>();
  const roots: string[] = [];
  for (const [hash, line] of byHash) {
    if (line.original !== undefined && line.original !== '') {
      if (byHash.has(line.original))
        latest.set(line.original, { ...line, timestamp: byHash.get(line.original)?.timestamp ?? line.timestamp });
    } else if (line.parent !== undefined && line.parent !== '') {
      if (byHash.has(line.parent)) answers.set(line.parent, [...(answers.get(line.parent) ?? []), hash]);
    } else {
      roots.push(hash);
    }
  }
  const thread = (hash: string): Thread => ({
    hash,
    comment: latest.get(hash) as CommentLine,
    replies: (answers.get(hash) ?? []).map(thread),
  });
  return roots.map(thread);
}

/** git-appraise's rule: an answer that settles a rejected comment makes it neither; one that does not settle it counts. */
export function resolvedOf(thread: Thread): boolean | null {
  const own = thread.comment.resolved ?? null;
  const below = thread.replies.map(resolvedOf).filter((one) => one !== null);
  if (below.length === 0) return own;
  if (below.includes(false)) return false;
  return own === true ? true : null;
}

interface Verdict {
  readonly by: string;
  readonly at: string;
}

export interface Verdicts {
  readonly approvals: readonly Verdict[];
  readonly rejections: readonly Verdict[];
}

/**
 * Each person's last word. An approval counts for exactly the commit it names, and not from before the review was
 * (last) opened; a rejection stands, also on later commits, until it is answered or its author approves.
 */
export function verdictsOf(threads: readonly Thread[], head: CommitId, openedAt: number): Verdicts {
  const words = new Map<
    string,
    { readonly approves: boolean; readonly commit: CommitId | null; readonly at: string }
  >();
  for (const thread of threads) {
    const resolved = resolvedOf(thread);
    const { author, timestamp, location } = thread.comment;
    if (resolved === null || Number(timestamp) < openedAt) continue;
    words.set(author, { approves: resolved, commit: location?.commit ?? null, at: isoOf(timestamp) });
  }
  const verdicts = [...words].map(([by, word]) => ({ by, ...word }));
  const plain = ({ by, at }: Verdict): Verdict => ({ by, at });
  return {
    approvals: verdicts.filter((one) => one.approves && one.commit === head).map(plain),
    rejections: verdicts.filter((one) => !one.approves).map(plain),
  };
}

export function commentsOf(threads: readonly Thread[]): Comment[] {
  const flat = (thread: Thread, depth: number): Comment[] => [
    {
      author: thread.comment.author,
      at: isoOf(thread.comment.timestamp),
      text: thread.comment.description ?? '',
      approves: depth === 0 ? (thread.comment.resolved ?? null) : null,
      commit: thread.comment.location?.commit ?? null,
    },
    ...thread.replies.flatMap((reply) => flat(reply, depth + 1)),
  ];
  return threads.flatMap((thread) => flat(thread, 0));
}

export function isoOf(timestamp: string): string {
  return `${new Date(Number(timestamp) * 1000).toISOString().slice(0, 19)}Z`;
}
