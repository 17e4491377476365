import { join } from 'node:path';
import { fail } from '@gitops/provider-http';
import type { Disk } from '../isomorphic/disk.js';
import { readText } from '../isomorphic/disk.js';
import { durableFs, writeDurably } from '../isomorphic/durable-fs.js';
import type { Library } from '../isomorphic/store.js';
import type { Oid } from '../store/store.js';
import { type Advertisement, offeredRef, offerOf } from './advertisement.js';
import { explainLibrary } from './answers.js';
import type { GitClient } from './client.js';
import { fetchingFs, remote } from './mirror.js';

export interface FetchPlace {
  readonly library: Library;
  readonly disk: Disk;
  readonly gitDir: string;
  readonly client: GitClient;
  readonly address: string;
  readonly signal: AbortSignal;
}

const marker = (gitDir: string): string => join(gitDir, 'gitops-whole');

/** Whether the mirror holds the history behind what it has; else only the trees of single commits. */
export async function isWhole(disk: Disk, gitDir: string): Promise<boolean> {
  return (await readText(disk, marker(gitDir))) !== null;
}

/** Brings these commits without their history. */
export async function fetchTips(place: FetchPlace, advertised: Advertisement, tips: readonly Oid[]): Promise<void> {
  await fetchObjects(place, advertised, tips, { depth: advertised.capabilities.includes('shallow') ? 1 : null });
}

/** Brings these commits with all their history; the mirror stays whole from then on. */
export async function fetchWhole(place: FetchPlace, advertised: Advertisement, tips: readonly Oid[]): Promise<void> {
  const whole = await isWhole(place.disk, place.gitDir);
  await fetchObjects(place, advertised, tips, { depth: null, afresh: !whole });
  if (!whole) await writeDurably(place.disk, marker(place.gitDir), '');
}

async function fetchObjects(
  place: FetchPlace,
  advertised: Advertisement,
  tips: readonly Oid[],
  { depth, afresh = false }: { readonly depth: number | null; readonly afresh?: boolean },
): Promise<void> {
  const [first] = tips;
  if (first === undefined) return;
  const http = place.client.during(place.signal, offerOf(tips, advertised.capabilities));
  try {
    await place.library.fetch({
      fs: fetchingFs(place.disk, place.gitDir, place.client.host, afresh),
      http,
      gitdir: place.gitDir,
      url: place.address,
      remote,
      ref: offeredRef(first),
      remoteRef: offeredRef(first),
      singleBranch: false,
      tags: false,
      ...(depth === null ? {} : { depth }),
    });
  } catch (error) {
    explainLibrary(error, http.broken(), place.client.host);
  }
  const broken = http.broken();
  if (broken !== null) throw broken;
  for (const oid of tips) if (!(await isThere(place, oid))) notSent(place.client.host, oid);
}

async function isThere({ library, disk, gitDir }: FetchPlace, oid: Oid): Promise<boolean> {
  try {
    await library.readObject({ fs: durableFs(disk), gitdir: gitDir, oid, format: 'content' });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') return false;
    throw error;
  }
}

/** An answer that ends where it begins is no error to isomorphic-git. */
function notSent(host: string, oid: Oid): never {
  return fail('unavailable', `${host} did not send ${oid}, which it had offered.`, 'Run again.', {
    what: 'pack',
    host,
  });
}
