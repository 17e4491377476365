import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FakeAnswer, Json } from '../host/request.js';
import type { Reply } from './call.js';
import { ApiFailure } from './failure.js';

/** A handler's reply as it goes out. */
export function toAnswer(reply: Reply): FakeAnswer {
  const { body } = reply;
  const raw = Buffer.isBuffer(body) || body instanceof Readable;
  return {
    status: reply.status ?? 200,
    headers: reply.headers ?? {},
    body: body === undefined ? null : raw ? body : (body as Json),
  };
}

export async function answering(handle: () => Promise<Reply>): Promise<FakeAnswer> {
  try {
    return toAnswer(await handle());
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return { status: error.status, headers: error.headers, body: error.body as Json };
  }
}

/** Headers that stand on every answer of the API; a GET whose answer the caller has already is 304. */
export function dress(
  answer: FakeAnswer,
  asked: { readonly method: string; readonly etag: string | undefined },
): FakeAnswer {
  const id = randomUUID().replaceAll('-', '').toUpperCase().slice(0, 26);
  const headers: Record<string, string> = {
    'cache-control': 'max-age=0, private, must-revalidate',
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
    'x-gitlab-meta': JSON.stringify({ correlation_id: id, version: '1' }),
    'x-request-id': id,
    'x-runtime': '0.05',
    ...answer.headers,
  };
  const { body } = answer;
  const json = body !== null && !Buffer.isBuffer(body) && !(body instanceof Readable);
  if (json) headers['content-type'] ??= 'application/json';
  if (!json || asked.method !== 'GET' || answer.status !== 200) return { ...answer, headers };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32);
  headers['etag'] = `W/"${digest}"`;
  if (asked.etag === headers['etag']) {
    const { 'content-type': _type, ...kept } = headers;
    return { status: 304, headers: kept, body: null };
  }
  return { ...answer, headers };
}
