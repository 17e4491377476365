import type { Response as UndiciResponse } from 'undici';
import type { PlainRequest } from './redirects.js';

/** What `fetch` was asked for, with the body read whole: it may have to be sent twice. */
export async function toPlainRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  userAgent: string,
): Promise<{ readonly request: PlainRequest; readonly redirect: string }> {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.username !== '' || url.password !== '') {
    // the platform's own error would repeat the address
    throw new TypeError(`an address with user or password was given for ${url.host}`);
  }
  const { signal: _, ...rest } = init ?? {};
  const standard = new Request(input, { ...rest, duplex: 'half' } as RequestInit);
  const headers = new Headers(standard.headers);
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
  const body = standard.body === null ? null : new Uint8Array(await standard.arrayBuffer());
  return { request: { method: standard.method, url, headers, body }, redirect: standard.redirect };
}

const withoutBody = new Set([204, 205, 304]);

/** The platform's own Response, so that it looks like the global `fetch`'s to every library. */
export function toResponse(answer: UndiciResponse, url: URL, body: ReadableStream<Uint8Array> | null): Response {
  const response = new Response(withoutBody.has(answer.status) ? null : body, {
    status: answer.status,
    statusText: /^[\t\x20-\x7e\x80-\xff]*$/.test(answer.statusText) ? answer.statusText : '',
    headers: [...answer.headers],
  });
  return Object.defineProperty(response, 'url', { value: url.href });
}
