import { fail } from '@gitops/provider-http';
import type { HttpClient } from 'isomorphic-git';
import type { Library } from '../isomorphic/store.js';
import type { Oid } from '../store/store.js';

/** What a server says of itself before anything is fetched. */
export interface Advertisement {
  /** All refs, `HEAD` and tags included. */
  readonly refs: ReadonlyMap<string, Oid>;
  /** The branch that HEAD names, as a full ref; null where there is none. */
  readonly head: string | null;
  readonly capabilities: readonly string[];
}

/** Asks a server for its refs (smart HTTP, protocol version 0, as gitprotocol-http has it). */
export async function readAdvertisement(library: Library, http: HttpClient, url: string): Promise<Advertisement> {
  const info = await library.getRemoteInfo2({ http, url, protocolVersion: 1 });
  const capabilities = Object.entries(info.capabilities).map(([name, value]) =>
    value === true ? name : `${name}=${String(value)}`,
  );
  if (info.protocolVersion !== 1 || capabilities.some((one) => /^object-format=(?!sha1$)/.test(one))) {
    fail(
      'repository-unsupported',
      'The server speaks of a repository (its protocol or its SHA-256) that cannot be served without the git program.',
      'Install git and put it on the PATH.',
      { what: 'protocol' },
    );
  }
  const refs = new Map((info.refs ?? []).map(({ ref, oid }) => [ref, oid]));
  const named = (info.refs ?? []).find(({ ref }) => ref === 'HEAD')?.target ?? null;
  return { refs, head: named ?? guessedHead(refs), capabilities };
}

/** Servers that do not name HEAD's branch (before Git 1.8.5, CodeCommit) still tell its commit. */
function guessedHead(refs: ReadonlyMap<string, Oid>): string | null {
  const commit = refs.get('HEAD');
  const same = [...refs.keys()].filter((ref) => ref.startsWith('refs/heads/') && refs.get(ref) === commit);
  const usual = ['refs/heads/main', 'refs/heads/master'].find((ref) => same.includes(ref));
  return usual ?? (same.length === 1 ? (same[0] ?? null) : null);
}

/**
 * An advertisement of these objects alone, under names that cannot clash. isomorphic-git fetches all branches that it
 * is shown, or one; this way one fetch takes whichever refs are wanted, and in a single request.
 */
export function offerOf(objects: readonly Oid[], capabilities: readonly string[]): Uint8Array {
  const [first = ''] = objects;
  const known = capabilities.filter((one) => !one.startsWith('symref='));
  const lines = [
    `${first} HEAD\0${known.join(' ')}\n`,
    ...[...new Set(objects)].map((oid) => `${oid} ${offeredRef(oid)}\n`),
  ];
  return Buffer.from(`${pktLine('# service=git-upload-pack\n')}0000${lines.map(pktLine).join('')}0000`);
}

/** The name under which an object is offered. */
export const offeredRef = (oid: Oid): string => `refs/heads/${oid}`;

function pktLine(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;
}
