import { setTimeout as pause } from 'node:timers/promises';
import { fail, redact } from '@gitops/provider-http';
import type { Oid, RefMove } from '../store/store.js';
import { explainLibrary } from './answers.js';
import type { FetchPlace } from './fetch.js';
import { pushingFs, remote } from './mirror.js';

/** How often a push is sent again because another one held the ref's lock on the server. */
const mostAttempts = 8;

const nothing: Oid = '0'.repeat(40);

/** `elsewhere`: the ref was not where it was expected; nothing moved. */
export type PushOutcome = 'moved' | 'elsewhere';

/**
 * Moves one ref on the server, from exactly where it is expected. The server's word for that place is compared before
 * anything is sent; a ref that moves between that and the push is refused by the server itself, which compares again.
 * `standing` looks where the ref is now, `madeOn` is a branch on whose tip the pushed commit was made.
 */
export async function push(
  place: FetchPlace,
  move: RefMove,
  madeOn: string | null,
  standing: () => Promise<Oid | null>,
): Promise<PushOutcome> {
  for (let attempt = 1; ; attempt++) {
    const refused = await send(place, move, madeOn);
    if (refused === null) return 'moved';
    // a push that arrived although its answer did not is no failure
    const now = await standing();
    if (now === move.to) return 'moved';
    if (refused === 'elsewhere' || now !== move.from) return 'elsewhere';
    if (refused instanceof Error) throw refused;
    if (!refused.locked || attempt === mostAttempts) return rejected(move, refused.said, place.client.host);
    await pause(Math.random() * 50 * attempt, undefined, { signal: place.signal });
  }
}

interface Refusal {
  /** What the server says, hooks included. */
  readonly said: string;
  /** Another push is at work on the same ref. */
  readonly locked: boolean;
}

/** Null: it was accepted. */
async function send(
  place: FetchPlace,
  move: RefMove,
  madeOn: string | null,
): Promise<null | 'elsewhere' | Refusal | Error> {
  const http = place.client.during(place.signal);
  const said: string[] = [];
  let isThere = true;
  try {
    await place.library.push({
      fs: pushingFs(place.disk, place.gitDir, madeOn),
      http,
      gitdir: place.gitDir,
      url: place.address,
      remote,
      ref: move.to ?? move.from ?? nothing,
      remoteRef: move.ref,
      // without it only fast-forwards are let through; the lease below is the stricter guard
      force: true,
      delete: move.to === null,
      onPrePush: ({ remoteRef }) => {
        isThere = remoteRef.oid === (move.from ?? nothing);
        return isThere;
      },
      onMessage: (line) => void said.push(line.trim()),
    });
    return null;
  } catch (error) {
    if (!isThere) return 'elsewhere';
    if (place.signal.aborted) throw error;
    if (error instanceof Error && error.name === 'GitPushError') {
      const reason = reasonOf(error, move.ref);
      const words = [...said.filter((line) => line !== ''), reason];
      return { said: redact(words.slice(-4).join('; ')), locked: /lock|failed to update ref/.test(words.join('\n')) };
    }
    try {
      return explainLibrary(error, http.broken(), place.client.host);
    } catch (failure) {
      if (failure instanceof Error) return failure;
      throw failure;
    }
  }
}

function reasonOf(error: Error, ref: string): string {
  const { data } = error as Error & { readonly data?: { readonly result?: PushReport } };
  return data?.result?.refs?.[ref]?.error ?? data?.result?.error ?? error.message;
}

interface PushReport {
  readonly error?: string;
  readonly refs?: Readonly<Record<string, { readonly error?: string }>>;
}

function rejected(move: RefMove, said: string, host: string): never {
  return fail(
    'rejected',
    `${host} refused to move "${move.ref.replace(/^refs\/heads\//, '')}": ${said}.`,
    'Read what the other side says, and change the branch or its protection.',
    { ref: move.ref },
  );
}
