import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type FaultKind, type Faults, faultList } from './faults.js';
import { type Area, authorizationScheme, type RequestLog, requestLog } from './log.js';
import { type FakeAnswer, type FakeRequest, Refusal } from './request.js';

export interface FakeServer {
  /** `http://127.0.0.1:1234`, without a slash at the end. */
  readonly origin: string;
  readonly log: RequestLog;
  readonly faults: Faults;
  /** Milliseconds that every answer waits for; 0 at first. */
  setLatency(milliseconds: number): void;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Takes every request; what it throws, other than a Refusal, is answered with 500 and its text. */
  handle(request: FakeRequest): Promise<FakeAnswer>;
  area(path: string): Area;
  /** A defect of the fake: a handler that threw. */
  onDefect(text: string): void;
  /** Shares the log and the faults of another server. */
  readonly log?: ReturnType<typeof requestLog>;
  readonly faults?: ReturnType<typeof faultList>;
  readonly latencyMs?: number;
}

/** Starts a server on a free port of 127.0.0.1, with a log, and with faults that tests inject. */
export async function startServer(options: ServerOptions): Promise<FakeServer> {
  const log = options.log ?? requestLog();
  const faults = options.faults ?? faultList();
  let latency = options.latencyMs ?? 0;
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing);
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on('error', () => undefined);
    const request = readRequest(incoming);
    const area = options.area(request.path);
    const write = (status: number, bytes: number, operation: string | null): void => {
      const { method, path } = request;
      const authorization = authorizationScheme(request.headers);
      log.add({ method, path, query: hideSecrets(request.query), status, area, authorization, bytes, operation });
    };
    const fault = await faults.take(request);
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    if (fault === 'hang') return write(0, 0, null);
    if (fault === 'reset' || fault === 'before-write') {
      write(0, 0, null);
      incoming.socket.destroy();
      return;
    }
    const instead = fault !== null && typeof fault === 'object' ? fault : null;
    const answer = instead ?? (await run(request));
    const operation = area === 'api' ? graphqlOperation(request, await request.bytes()) : null;
    if (fault === 'after-write') {
      write(0, 0, operation);
      incoming.socket.destroy();
      return;
    }
    write(answer.status, await send(incoming, outgoing, answer, fault), operation);
  }

  async function run(request: FakeRequest): Promise<FakeAnswer> {
    try {
      return await options.handle(request);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      options.onDefect(`${request.method} ${request.path}: ${text}`);
      return { status: 500, body: { message: text } };
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    log,
    faults,
    setLatency: (milliseconds) => {
      latency = milliseconds;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function readRequest(incoming: IncomingMessage): FakeRequest {
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  let body: Promise<Buffer> | null = null;
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers,
    stream: incoming,
    bytes: () => {
      body ??= readAll(incoming);
      return body;
    },
  };
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch {
    // the client went away: what came is all there is
  }
  return Buffer.concat(chunks);
}

/** Sends an answer; the number of bytes of its body. */
async function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: FakeAnswer,
  fault: FaultKind | null,
): Promise<number> {
  const headers: Record<string, string> = { ...answer.headers };
  let body: Buffer;
  if (fault === 'not-json') {
    headers['content-type'] = 'text/html; charset=utf-8';
    body = Buffer.from('<!DOCTYPE html>\n<html><head><title>Unicorn!</title></head><body></body></html>\n');
  } else if (answer.body instanceof Readable) {
    if (fault !== 'cut') return sendStream(outgoing, answer.status, headers, answer.body);
    body = await readAll(answer.body);
  } else if (answer.body === null) {
    body = Buffer.alloc(0);
  } else if (Buffer.isBuffer(answer.body)) {
    body = answer.body;
  } else {
    headers['content-type'] ??= 'application/json; charset=utf-8';
    body = Buffer.from(JSON.stringify(answer.body));
  }
  if (answer.status !== 204 && answer.status !== 304) headers['content-length'] = String(body.length);
  outgoing.writeHead(answer.status, headers);
  if (incoming.method === 'HEAD') {
    outgoing.end();
    return 0;
  }
  if (fault === 'cut') {
    const half = body.subarray(0, Math.floor(body.length / 2));
    outgoing.write(half, () => incoming.socket.destroy());
    return half.length;
  }
  outgoing.end(body);
  return body.length;
}

async function sendStream(
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Readable,
): Promise<number> {
  let bytes = 0;
  outgoing.writeHead(status, headers);
  outgoing.on('close', () => body.destroy());
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (!outgoing.write(chunk))
        await new Promise((resolve) => outgoing.once('drain', resolve).once('close', resolve));
    }
  } catch {
    // the client went away
  }
  outgoing.end();
  return bytes;
}

/** The query as sent, but for values that are credentials. */
function hideSecrets(query: URLSearchParams): string {
  const shown = new URLSearchParams(query);
  for (const name of ['token', 'access_token', 'private_token', 'job_token'])
    if (shown.has(name)) shown.set(name, '***');
  return shown.toString();
}

function graphqlOperation(request: FakeRequest, body: Buffer): string | null {
  if (!request.path.endsWith('/graphql') || request.method !== 'POST') return null;
  const match = /\b(query|mutation)\s+(\w+)|\\n?\s*(mutation)|^\{"query":"\s*(mutation)/.exec(body.toString('utf8'));
  if (match === null) return 'query';
  return match[2] === undefined ? 'mutation' : `${match[1]} ${match[2]}`;
}
