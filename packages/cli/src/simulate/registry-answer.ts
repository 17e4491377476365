import { createHash } from 'node:crypto';
import { fail } from '@gitops/provider-http';

/** An answer of a registry, read whole. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Where it came from, redirects followed. */
  readonly url: URL;
  readonly body: Buffer;
}

/** Reads at most so many bytes. Failure: `response-invalid` where there are more. */
export async function readBody(response: Response, most: number, what: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += piece.byteLength;
    if (length > most) {
      // leaving the loop gives the rest up
      const host = new URL(response.url).host;
      return invalid(host, `${what} of more than ${most} bytes`, { expected: most });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

type Json = Readonly<Record<string, unknown>>;

/** The object in an answer. Failure: `response-invalid` where it holds none. */
export function objectIn({ body, url }: Pick<RegistryAnswer, 'body' | 'url'>, what: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    value = null;
  }
  if (!isObject(value)) return invalid(url.host, `${what} that is no JSON object`);
  return value;
}

/** Ends with `response-invalid`. */
export function invalid(host: string, what: string, details: { readonly expected?: number } = {}): never {
  return fail(
    'response-invalid',
    `${host} answered with ${what}.`,
    'Look whether the host is a registry of container images, and whether a proxy changes its answers.',
    { what: 'registry', host, ...details },
  );
}

/** `sha256:…` of these bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** True for a digest that can be checked and asked for. */
export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(value);
}

/** True where these are the bytes that a digest names. */
export function isContentOf(bytes: Buffer, digest: string): boolean {
  const [algorithm = '', hex] = digest.split(':');
  return createHash(algorithm).update(bytes).digest('hex') === hex;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A code of the distribution API (`TOOMANYREQUESTS`); what else a registry writes is not repeated. */
export function codeIn(body: Buffer): string | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const errors = isObject(value) ? value['errors'] : null;
    const first: unknown = Array.isArray(errors) ? errors[0] : null;
    const code = isObject(first) ? first['code'] : null;
    return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : null;
  } catch {
    return null;
  }
}
