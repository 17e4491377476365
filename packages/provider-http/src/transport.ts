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

export function openTransport(_options: TransportOptions): Transport {
  throw new Error('being written');
}
