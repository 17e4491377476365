// Pull requests and checks as JSON in blobs that refs point to. So they move by the same transaction as branches do:
// whoever comes second finds a ref elsewhere, and nothing of his is written.
import { createHash } from 'node:crypto';
import type { Check, Comment, CommitId, PullRequest } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { RefMove, Repository } from './repository.ts';

export interface Entry extends Comment {
  readonly marker: string | null;
}
/** `head` of an open one is the last that was seen, should the branch be gone. */
export interface PullRequestRecord extends Omit<PullRequest, 'url' | 'milestone'> {
  readonly entries: readonly Entry[];
}
/** A record with the blob that it was read from. */
export interface Stored {
  readonly record: PullRequestRecord;
  readonly blob: string;
}

const folder = 'refs/folder/pull/';
const checksRef = (commit: CommitId): string => `refs/folder/checks/${commit}`;
/** Exists while a pull request of these branches is open, so that there is never a second one. */
const openRef = (source: string, target: string): string =>
  `refs/folder/open/${createHash('sha256').update(`${source}\0${target}`).digest('hex')}`;

export async function readAll(repository: Repository): Promise<Stored[]> {
  const blobs = [...(await repository.refs(folder)).values()];
  const texts = await repository.objects(blobs);
  const all = texts.map((text, index) => {
    const blob = blobs[index] ?? '';
    return { record: parsed<PullRequestRecord>(text, blob), blob };
  });
  return all.sort((a, b) => Number(b.record.id) - Number(a.record.id));
}

export async function readOne(repository: Repository, id: string): Promise<Stored> {
  const blob = /^[1-9]\d{0,8}$/.test(id) ? await repository.ref(`${folder}${id}`) : null;
  if (blob === null) {
    return fail('not-found', `There is no pull request "${id}".`, 'List them to see which there are.', { id });
  }
  const [text] = await repository.objects([blob]);
  return { record: parsed<PullRequestRecord>(text, blob), blob };
}

/** Null where somebody else opened one at the same time. */
export async function create(
  repository: Repository,
  draft: Omit<PullRequestRecord, 'id'>,
): Promise<PullRequestRecord | null> {
  const last = [...(await repository.refs(folder)).keys()].map((ref) => Number(ref.slice(folder.length)));
  const record = { id: String(Math.max(0, ...last) + 1), ...draft };
  const blob = await write(repository, record);
  const isMade = await repository.move([
    { ref: openRef(draft.source, draft.target), from: null, to: blob },
    { ref: `${folder}${record.id}`, from: null, to: blob },
  ]);
  return isMade ? record : null;
}

/** Replaces a record, together with `beside`, if all of it still is as it was read. */
export async function replace(
  repository: Repository,
  { record: before, blob }: Stored,
  after: PullRequestRecord,
  beside: readonly RefMove[] = [],
): Promise<boolean> {
  const isEnded = before.state === 'open' && after.state !== 'open';
  const guard = { ref: openRef(before.source, before.target), to: null };
  const from = isEnded ? await repository.ref(guard.ref) : null;
  if (isEnded && from === null) return false; // somebody else ended it meanwhile
  return repository.move([
    { ref: `${folder}${before.id}`, from: blob, to: await write(repository, after) },
    ...(isEnded ? [{ ...guard, from }] : []),
    ...beside,
  ]);
}

/** Reads, changes and replaces until nobody comes between. `change` gives null where nothing is to be written. */
export async function change(
  repository: Repository,
  id: string,
  how: (record: PullRequestRecord) => PullRequestRecord | null | Promise<PullRequestRecord | null>,
): Promise<PullRequestRecord> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const stored = await readOne(repository, id);
    const after = await how(stored.record);
    if (after === null) return stored.record;
    if (await replace(repository, stored, after)) return after;
  }
  return busy(id);
}

export async function checksOf(repository: Repository, commit: CommitId): Promise<readonly Check[]> {
  const blob = await repository.ref(checksRef(commit));
  return blob === null ? [] : readChecks(repository, blob);
}

export async function setCheck(repository: Repository, commit: CommitId, check: Check): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const from = await repository.ref(checksRef(commit));
    const standing = from === null ? [] : await readChecks(repository, from);
    const to = await write(repository, [...standing.filter(({ name }) => name !== check.name), check]);
    if (from === to || (await repository.move([{ ref: checksRef(commit), from, to }]))) return;
  }
  busy(commit);
}

function busy(what: string): never {
  return fail('stale-head', `Others keep changing ${what}.`, 'Run again.');
}

async function write(repository: Repository, value: unknown): Promise<string> {
  const out = await repository.must(['hash-object', '-w', '--stdin'], `${JSON.stringify(value, null, 2)}\n`);
  return out.toString('utf8').trim();
}

async function readChecks(repository: Repository, blob: string): Promise<readonly Check[]> {
  return parsed<readonly Check[]>((await repository.objects([blob]))[0], blob);
}

/** What only this provider writes; whoever can write to the folder can break it, and is told where. */
function parsed<T>(text: Buffer | null | undefined, blob: string): T {
  try {
    return JSON.parse(text?.toString('utf8') ?? '') as T;
  } catch {
    return fail('response-invalid', `The record in ${blob} is no JSON.`, 'Look at it with git cat-file.', { blob });
  }
}
