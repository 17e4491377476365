import { type Credential, fail, openTransport, parseAddress, type RequestEvent, redact } from '@gitops/provider-http';
import { whoIs } from '../identity.js';
import { readSettings } from '../isomorphic/config.js';
import type { Disk } from '../isomorphic/disk.js';
import { takeMirror } from '../mirror-cache.js';
import type { Backend } from '../store/store.js';
import { readAdvertisement } from './advertisement.js';
import { explainLibrary } from './answers.js';
import { GitClient } from './client.js';
import { makeMirror } from './mirror.js';
import { type HttpRemote, HttpStore } from './store.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface HttpOptions {
  readonly url: string;
  readonly env: Env;
  readonly cacheFolder: string | undefined;
  readonly caFile: string | undefined;
  readonly onRequest: ((event: RequestEvent) => void) | undefined;
  readonly credential: Credential | null;
  readonly lookUp: (signal: AbortSignal) => Promise<Credential | null>;
}

/** A repository behind an HTTP(S) address, by isomorphic-git alone. */
export async function openHttp(disk: Disk, options: HttpOptions, signal: AbortSignal): Promise<Backend> {
  const address = plainAddress(options.url);
  const { env, caFile, onRequest } = options;
  const transport = openTransport({
    env,
    trustedOrigins: [new URL(address).origin],
    userAgent: 'git/gitops',
    ...(caFile === undefined ? {} : { caFile }),
    ...(onRequest === undefined ? {} : { onRequest }),
  });
  const client = new GitClient({ address, transport, credential: options.credential, lookUp: options.lookUp });
  // takes long to load, and is not needed where `git` is installed
  const library = await import('isomorphic-git');
  const http = client.during(signal);
  try {
    // asked once, so that a wrong address or missing credentials are told at the start
    await readAdvertisement(library, http, address);
  } catch (error) {
    return explainLibrary(error, http.broken(), client.host);
  }
  const place = { env, folder: options.cacheFolder, key: `isomorphic ${address}` };
  const mirror = await takeMirror(place, (gitDir) => makeMirror(library, disk, gitDir));
  const remote: HttpRemote = { library, disk, mirror, client, address, seen: null };
  return {
    kind: 'remote',
    facts: { name: redact(options.url), address: redact(options.url), bare: true, hash: 'sha1' },
    ssh: false,
    atomicPush: false,
    session: (during, maxAgeMs) => Promise.resolve(new HttpStore(remote, during, maxAgeMs)),
    identities: async () => {
      const settings = await readSettings(disk, { commonDir: mirror.gitDir, gitDir: mirror.gitDir }, env);
      return { author: whoIs('author', settings, env), committer: whoIs('committer', settings, env) };
    },
  };
}

/** Without user, password and slash at the end. */
function plainAddress(url: string): string {
  if (parseAddress(url) === null || !URL.canParse(url)) {
    return fail('usage', `${redact(url)} is no address of a repository.`, 'Give one like https://host/path.git', {
      what: 'url',
    });
  }
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
