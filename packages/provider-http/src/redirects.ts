import { fail } from './failure.js';

/** A request with its body at hand, so that it can be sent again. */
export interface PlainRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array | null;
}

const credentialHeaders = ['authorization', 'private-token', 'job-token', 'deploy-token', 'cookie'];
const credentialParameters = /^(access_token|private_token|job_token|oauth_token)$/i;

/** Whether a request carries something that proves who asks. */
export function hasCredentials(request: PlainRequest): boolean {
  return (
    credentialHeaders.some((name) => request.headers.has(name)) ||
    [...request.url.searchParams.keys()].some((name) => credentialParameters.test(name))
  );
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The request that a redirect leads to. On the same origin it keeps headers and, with 307 and 308, method and body;
 * another origin gets no credentials and nothing but GET and HEAD; https never becomes http. Failure:
 * `response-invalid`, naming the address to use instead.
 */
export function follow(request: PlainRequest, status: number, location: string): PlainRequest {
  const refuse = (why: string, to: string): never =>
    fail(
      'response-invalid',
      `${request.url.host} answered ${request.method} with a redirect that is not followed: ${why}.`,
      'If the repository or the server has moved, use its new address.',
      { what: 'redirect', found: to, host: request.url.host },
    );
  if (!URL.canParse(location, request.url.href)) return refuse('its address cannot be read', '');
  const url = new URL(location, request.url);
  url.username = '';
  url.password = '';
  const shown = `${url.origin}${url.pathname}`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse(`it leads to ${url.protocol}`, shown);
  if (request.url.protocol === 'https:' && url.protocol === 'http:')
    return refuse('it leads from https to http', shown);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const same = url.origin === request.url.origin;
  if (!same) {
    if (!reads) return refuse(`it leads to ${url.host}, and nothing is written to another host`, shown);
    const headers = new Headers(request.headers);
    for (const name of credentialHeaders) headers.delete(name);
    return { method: request.method, url, headers, body: null };
  }
  if (status === 303 && !reads) {
    const headers = new Headers(request.headers);
    for (const name of ['content-type', 'content-length', 'content-encoding']) headers.delete(name);
    return { method: 'GET', url, headers, body: null };
  }
  if (!reads && (status === 301 || status === 302))
    return refuse(`status ${status} may not repeat a request that writes`, shown);
  return { ...request, url };
}
