import type { Instance } from '../instance.js';
import type { MergeRequest, Note } from '../state.js';
import { userBasic } from './users.js';

export function noteEntity(instance: Instance, mergeRequest: MergeRequest, note: Note) {
  const resolvable = note.resolved !== null;
  return {
    id: note.id,
    type: resolvable ? 'DiscussionNote' : null,
    body: note.body,
    author: userBasic(instance, note.author),
    created_at: note.createdAt,
    updated_at: note.updatedAt,
    system: note.system,
    noteable_id: mergeRequest.id,
    noteable_type: 'MergeRequest',
    project_id: mergeRequest.project.id,
    resolvable,
    ...(resolvable ? { resolved: note.resolved, resolved_by: null, resolved_at: null } : {}),
    confidential: note.internal,
    internal: note.internal,
    imported: false,
    imported_from: 'none',
    noteable_iid: mergeRequest.iid,
    commands_changes: {},
  };
}
