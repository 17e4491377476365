import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { noteEntity } from '../entities/notes.js';
import { badRequest, forbidden, notFound } from '../failure.js';
import { atLeast } from '../instance.js';
import { addNote } from '../merge-requests/notes.js';
import { paged } from '../paginate.js';
import type { MergeRequest, Note } from '../state.js';
import { mergeRequestOf } from './merge-requests.js';

async function list(call: ProjectCall) {
  const { params } = call;
  const mergeRequest = await mergeRequestOf(call, 'noteable_id');
  const filter =
    params.oneOf('activity_filter', ['all_notes', 'only_comments', 'only_activity'] as const) ?? 'all_notes';
  const order = params.oneOf('order_by', ['created_at', 'updated_at'] as const) ?? 'created_at';
  const ascending = params.oneOf('sort', ['asc', 'desc'] as const) === 'asc';
  const key = (note: Note) =>
    `${order === 'created_at' ? note.createdAt : note.updatedAt} ${String(note.id).padStart(9, '0')}`;
  const found = mergeRequest.notes.filter(
    (note) => filter === 'all_notes' || note.system === (filter === 'only_activity'),
  );
  found.sort((one, other) => (key(one) < key(other) === ascending ? -1 : 1));
  return paged(call, found, (note) => noteEntity(call.instance, mergeRequest, note));
}

async function noteOf(call: ProjectCall): Promise<{ readonly mergeRequest: MergeRequest; readonly note: Note }> {
  const mergeRequest = await mergeRequestOf(call, 'noteable_id');
  const note = mergeRequest.notes.find((one) => one.id === call.params.integer('note_id'));
  if (note === undefined) throw notFound();
  return { mergeRequest, note };
}

async function get(call: ProjectCall) {
  const { mergeRequest, note } = await noteOf(call);
  return { body: noteEntity(call.instance, mergeRequest, note) };
}

function readBody(call: ProjectCall): string {
  const body = call.params.text('body') ?? '';
  if (body.trim() === '') throw badRequest('400 Bad request - Note {:note=>["can\'t be blank"]}');
  return body;
}

async function create(call: ProjectCall) {
  const mergeRequest = await mergeRequestOf(call, 'noteable_id');
  call.params.require('body');
  const internal = call.params.boolean('internal') ?? call.params.boolean('confidential') ?? false;
  const note = addNote(call.instance, mergeRequest, { author: accountOf(call), body: readBody(call), internal });
  return { status: 201, body: noteEntity(call.instance, mergeRequest, note) };
}

/** The author may change a note, and nobody else; maintainers may delete. */
async function update(call: ProjectCall) {
  const { mergeRequest, note } = await noteOf(call);
  if (note.system || note.author !== accountOf(call)) throw forbidden();
  if (call.params.has('body')) note.body = readBody(call);
  note.updatedAt = call.instance.now();
  return { body: noteEntity(call.instance, mergeRequest, note) };
}

async function remove(call: ProjectCall) {
  const { mergeRequest, note } = await noteOf(call);
  if (note.author !== accountOf(call) && !atLeast(call.level, 'maintainer')) throw forbidden();
  mergeRequest.notes.splice(mergeRequest.notes.indexOf(note), 1);
  return { status: 204 };
}

const all = '/projects/{id}/merge_requests/{noteable_id}/notes';

export const noteOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: all, jobToken: true, handle: list }),
  ofProject({ method: 'POST', path: all, handle: create }),
  ofProject({ method: 'GET', path: `${all}/{note_id}`, jobToken: true, handle: get }),
  ofProject({ method: 'PUT', path: `${all}/{note_id}`, handle: update }),
  ofProject({ method: 'DELETE', path: `${all}/{note_id}`, handle: remove }),
];
