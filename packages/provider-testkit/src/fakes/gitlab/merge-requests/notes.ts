import type { Account } from '../accounts.js';
import type { Instance } from '../instance.js';
import type { MergeRequest, Note } from '../state.js';

/** Adds what a person wrote, or what GitLab itself notes down (`system`). */
export function addNote(
  instance: Instance,
  mergeRequest: MergeRequest,
  note: Pick<Note, 'author' | 'body'> & Partial<Pick<Note, 'system' | 'resolved' | 'internal'>>,
): Note {
  const now = instance.now();
  const added: Note = {
    id: instance.nextId(),
    system: false,
    resolved: null,
    internal: false,
    createdAt: now,
    updatedAt: now,
    ...note,
  };
  mergeRequest.notes.push(added);
  return added;
}

export function addSystemNote(instance: Instance, mergeRequest: MergeRequest, author: Account, body: string): void {
  addNote(instance, mergeRequest, { author, body, system: true });
}
