import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** One request as a fake's handlers see it. */
export interface FakeRequest {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** For a handler that reads the body itself; the others call `bytes`. */
  readonly stream: IncomingMessage;
  /** The whole body, read once. */
  bytes(): Promise<Buffer>;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object or array is sent as JSON, null as no body at all. */
  readonly body: Json | Buffer | Readable | null;
}

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json | null | undefined };

/** Thrown by a handler that has its answer already: the nearest server sends it. */
export class Refusal extends Error {
  readonly answer: FakeAnswer;

  constructor(answer: FakeAnswer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}
