import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GitHubOptions, github } from '../src/index.js';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is a string. */
  readonly body?: unknown;
  /** Ends the connection after so many bytes of the body. */
  readonly cutAt?: number;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server on this machine that answers as it is told, and remembers what it was asked. */
export async function startServer(reply: (asked: Asked, count: number) => Reply) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body,
      };
      asked.push(one);
      const { status, headers, body: content, cutAt } = reply(one, asked.length);
      const text = content === undefined ? '' : typeof content === 'string' ? content : JSON.stringify(content);
      const type = typeof content === 'string' ? 'text/html' : 'application/json; charset=utf-8';
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
      if (cutAt === undefined) response.end(text);
      else response.write(text.slice(0, cutAt), () => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export const secret = `ghp_${'a1B2'.repeat(9)}`;

/** A forge on such a server, whose waits pass at once. */
export function forgeOn(origin: string, more: Partial<GitHubOptions> = {}) {
  const waits: string[] = [];
  const notices: string[] = [];
  const forge = github({
    repository: `${origin}/acme/gitops`,
    apiUrl: origin,
    token: secret,
    env: {},
    cache: false,
    clock: { now: () => '2026-01-01T00:00:00Z', sleep: async () => undefined },
    onWait: ({ why }) => waits.push(why),
    onNotice: (message) => notices.push(message),
    ...more,
  });
  return { forge, waits, notices };
}
