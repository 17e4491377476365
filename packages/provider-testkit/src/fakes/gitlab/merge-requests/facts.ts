import type { MergeRequest } from '../state.js';

/** A title that begins like this marks a draft. */
const draftPrefix = /^\s*(\[draft\]|\(draft\)|draft:|draft\s-\s)/i;

export function isDraft(mergeRequest: MergeRequest): boolean {
  return draftPrefix.test(mergeRequest.title);
}

/** Threads that wait for an answer. */
export function openThreads(mergeRequest: MergeRequest): number {
  return mergeRequest.notes.filter((note) => note.resolved === false).length;
}

/** Whether a merge squashes: the project's word first, then the merge request's. */
export function squashes(mergeRequest: MergeRequest): boolean {
  const option = mergeRequest.project.settings.squash_option;
  return option === 'always' || (option !== 'never' && mergeRequest.squash);
}
