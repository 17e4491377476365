import { type Credential, Failure, type Transport } from '@gitops/provider-http';
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { userOf } from '../credential.js';
import { notGit, refuseStatus } from './answers.js';

/** The HTTP client of one call; what broke while an answer was read is kept, since isomorphic-git drops it. */
export interface CallClient extends HttpClient {
  readonly broken: () => Failure | null;
}

export interface RemoteServer {
  /** Address of the repository, without user, password and slash at the end. */
  readonly address: string;
  readonly transport: Transport;
  readonly credential: Credential | null;
  /** Asked once, when the server wants to know who it is and no credential was given. */
  readonly lookUp: (signal: AbortSignal) => Promise<Credential | null>;
}

/** Requests of isomorphic-git over our transport: proxies, certificates, redirects, credentials, failures. */
export class GitClient {
  readonly host: string;
  readonly #server: RemoteServer;
  #credential: Credential | null;
  #asked: Promise<Credential | null> | null = null;
  /** Where the repository has moved to. Git follows a first redirect, and stays there, too (http.followRedirects). */
  #address: string;

  constructor(server: RemoteServer) {
    this.host = new URL(server.address).host;
    this.#server = server;
    this.#credential = server.credential;
    this.#address = server.address;
  }

  /** A client for one call. With an `offer`, that is what the server is said to advertise for fetching. */
  during(signal: AbortSignal, offer: Uint8Array | null = null): CallClient {
    let broken: Failure | null = null;
    const keep = (error: unknown): void => {
      if (error instanceof Failure) broken ??= error;
    };
    return {
      broken: () => broken,
      request: async (request) => {
        if (offer !== null && request.url.endsWith('/info/refs?service=git-upload-pack')) {
          const headers = { 'content-type': 'application/x-git-upload-pack-advertisement' };
          return { url: request.url, headers, body: once(offer), statusCode: 200, statusMessage: 'OK' };
        }
        try {
          return await this.#request(request, signal, keep);
        } catch (error) {
          keep(error);
          throw error;
        }
      },
    };
  }

  async #request(
    request: GitHttpRequest,
    signal: AbortSignal,
    keep: (error: unknown) => void,
  ): Promise<GitHttpResponse> {
    const body = request.body === undefined ? null : await whole(request.body);
    let response = await this.#send(request, body, signal);
    if (
      (response.status === 401 || response.status === 203) &&
      this.#credential === null &&
      this.#isHome(response.url)
    ) {
      this.#asked ??= this.#server.lookUp(signal);
      this.#credential = await this.#asked;
      if (this.#credential !== null) {
        await response.body?.cancel();
        response = await this.#send(request, body, signal);
      }
    }
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200) {
      const said = /^text\/plain/.test(type) ? ((await response.text()).split('\n')[0] ?? '').slice(0, 200) : '';
      await response.body?.cancel().catch(() => undefined);
      const home = this.#isHome(response.url);
      refuseStatus(response.status, said, response.headers.get('retry-after'), {
        host: new URL(response.url).host,
        credential: home ? (this.#credential?.origin ?? null) : null,
        movedTo: home ? null : response.url.replace(/\/(info\/refs\?|git-(upload|receive)-pack$).*/, ''),
      });
    }
    if (!/^application\/x-git-/.test(type)) {
      await response.body?.cancel();
      notGit(this.host);
    }
    const moved = /^(.*)\/info\/refs\?/.exec(response.url)?.[1];
    if (moved !== undefined) this.#address = moved;
    return {
      url: response.url,
      method: request.method ?? 'GET',
      headers: Object.fromEntries(response.headers),
      body: chunks(response, keep),
      statusCode: response.status,
      statusMessage: response.statusText,
    };
  }

  #send(request: GitHttpRequest, body: Uint8Array | null, signal: AbortSignal): Promise<Response> {
    const url = `${this.#address}${request.url.slice(this.#server.address.length)}`;
    const headers: Record<string, string> = { ...request.headers };
    if (this.#credential !== null && this.#isHome(url)) headers['authorization'] = basic(this.#credential);
    return this.#server.transport.fetch(url, { method: request.method ?? 'GET', headers, body, signal });
  }

  /** Credentials are for the host that was named, wherever the repository may have gone. */
  #isHome(url: string): boolean {
    return new URL(url).origin === new URL(this.#server.address).origin;
  }
}

function basic(credential: Credential): string {
  return `Basic ${Buffer.from(`${userOf(credential)}:${credential.token}`).toString('base64')}`;
}

async function whole(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes;
}

async function* chunks(response: Response, keep: (error: unknown) => void): AsyncIterableIterator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    keep(error);
    throw error;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
