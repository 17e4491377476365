import { fetch } from 'undici';
import { type BodyEnd, countedBody } from './counted-body.js';
import { openDispatcher } from './dispatcher.js';
import { Failure, fail, redact } from './failure.js';
import { problemOfNetwork } from './network.js';
import { follow, hasCredentials, isRedirect, type PlainRequest } from './redirects.js';
import { toPlainRequest, toResponse } from './request.js';

/** One request that went over the network, redirects each for itself. Holds no secret. */
export interface RequestEvent {
  readonly method: string;
  /** Without user, password, tokens and signatures. */
  readonly url: string;
  /** Null where no answer came. */
  readonly status: number | null;
  /** From the request to the end of the body. */
  readonly milliseconds: number;
  /** Bytes of the body as it was read (decoded); null where no answer came. */
  readonly bytes: number | null;
}

export interface TransportOptions {
  /** Where proxies and certificates are named; `process.env` if left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A file of certificates (PEM) that are trusted besides those of Node and of `NODE_EXTRA_CA_CERTS`. */
  readonly caFile?: string;
  /** Origins (`https://api.github.com`) that credentials may be sent to. To any other it is a defect to send them. */
  readonly trustedOrigins: readonly string[];
  /** How long a server may be silent, in milliseconds. @default 60_000 */
  readonly idleMs?: number;
  /** Told once for each request when its body has ended, broken off or been given up. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** @default 'gitops' */
  readonly userAgent?: string;
}

export interface Transport {
  readonly fetch: typeof globalThis.fetch;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Redirects that one request may take. */
const mostRedirects = 5;

/**
 * Opens a `fetch` of its own connections, with the standard shape. Differences: proxies and certificates of `env`;
 * redirects by the rules of {@link follow}; a server that falls silent for `idleMs` ends the request; what goes wrong in
 * the network, in the body too, is a Failure (`unavailable`, `response-invalid`) that names the host and what to do.
 * An abort stays the abort's own error. Throws a Failure of kind `usage` for a proxy or certificate file that is unusable.
 */
export function openTransport(options: TransportOptions): Transport {
  const dispatcher = openDispatcher(options.env ?? process.env, options.caFile, options.idleMs ?? 60_000);
  const trusted = new Set(options.trustedOrigins.map((origin) => new URL(origin).origin));
  const unread = new Set<() => void>();

  const send = async (request: PlainRequest, signal: AbortSignal | undefined): Promise<Response> => {
    if (hasCredentials(request) && !trusted.has(request.url.origin)) {
      throw new Error(`credentials may not be sent to ${request.url.origin}`);
    }
    const start = performance.now();
    const report = (status: number | null, bytes: number | null): void => {
      const milliseconds = Math.round(performance.now() - start);
      options.onRequest?.({ method: request.method, url: redact(request.url.href), status, milliseconds, bytes });
    };
    const explain = (error: unknown): unknown => {
      if (signal?.aborted === true) return error;
      const problem = problemOfNetwork(error, request.url.host);
      return problem === undefined ? error : new Failure(problem, error);
    };
    let answer: Awaited<ReturnType<typeof fetch>>;
    try {
      answer = await fetch(request.url, {
        method: request.method,
        headers: [...request.headers],
        body: request.body,
        redirect: 'manual',
        dispatcher,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      report(null, null);
      throw explain(error);
    }
    let told = false;
    const ended = ({ bytes }: BodyEnd): void => {
      if (told) return;
      told = true;
      unread.delete(givenUp);
      report(answer.status, bytes);
    };
    const givenUp = (): void => ended({ bytes: 0 });
    const body = answer.body as ReadableStream<Uint8Array> | null;
    if (body === null) ended({ bytes: 0 });
    else unread.add(givenUp);
    return toResponse(answer, request.url, body === null ? null : countedBody(body, ended, explain));
  };

  return {
    fetch: async (input, init) => {
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      const wanted = await toPlainRequest(input, init, options.userAgent ?? 'gitops');
      let request = wanted.request;
      for (let redirects = 0; ; redirects++) {
        const response = await send(request, signal);
        const location = response.headers.get('location');
        if (!isRedirect(response.status) || location === null || wanted.redirect === 'manual') return response;
        await response.body?.cancel();
        if (redirects === mostRedirects) {
          fail(
            'response-invalid',
            `${request.url.host} answered with more than ${mostRedirects} redirects in a row.`,
            'Look at the address; a browser shows where it ends.',
            { what: 'redirects', expected: mostRedirects, host: request.url.host },
          );
        }
        request = follow(request, response.status, location);
      }
    },
    close: async () => {
      for (const tell of [...unread]) tell();
      await dispatcher.destroy();
    },
  };
}
