/**
 * What is waited for, and for how long. GitLab computes much in the background (mergeability, the diffs of a merge
 * request after a push, the deletion of a merged branch): it is asked again until it has, or until the time is up.
 */
export const limits = {
  /** Total time of one call of a port, in milliseconds, unless the options say otherwise. */
  totalMs: 600_000,
  /** How long GitLab may take to say whether a merge request can be merged. */
  mergeabilityMs: 15_000,
  /** How long a merge request may lag behind a branch that was pushed to. */
  followMs: 15_000,
  /** How long the deletion of a merged source branch may take before it is done here. */
  deletionMs: 3_000,
  /** The pause between two questions grows from the first to the second. */
  firstPauseMs: 100,
  longestPauseMs: 2_000,
  /** Entries of a page; 100 is GitLab's most. */
  perPage: 100,
  /** Pages of one list that are followed. */
  mostPages: 100,
  /** Pages of a listing of files; a larger repository is read by its archive alone. */
  mostTreePages: 60,
  /** Requests at a time where many of one kind are needed. */
  atOnce: 6,
  /** Up to so many files a comparison is asked for; above, an archive tells more for one request. */
  comparedFiles: 30,
  /** Up to so many files are read one by one where their ids are known. */
  fewBlobs: 20,
  /** A refused archive is waited for if it needs more single files than this. */
  mostBlobs: 150,
  /** Characters of a description (`description_limit` of an issuable, GitLab 19.5). */
  description: 1_048_576,
} as const;

/** Does the same for many, a few at a time; results in the order of the items. The first failure ends it. */
export async function severally<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limits.atOnce, items.length) }, worker));
  } finally {
    next = items.length;
  }
  return results;
}
