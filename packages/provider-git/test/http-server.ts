import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { runGit } from '@gitops/provider-testkit/contract';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization: string | null;
}

/** Answers a request itself (true), or lets Git answer it. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface GitServer {
  /** Without a path. */
  readonly origin: string;
  readonly seen: SeenRequest[];
  intercept: Intercept | null;
  close(): Promise<void>;
}

/** `git http-backend` behind a small server, for the bare repositories of a folder; who is let in is `password`'s say. */
export async function serveGit(
  folder: string,
  options: {
    readonly password?: { readonly user?: string; readonly token: string };
    readonly tls?: { readonly key: string; readonly cert: string };
  } = {},
): Promise<GitServer> {
  const seen: SeenRequest[] = [];
  const wanted = options.password;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void (async () => {
      const authorization = request.headers.authorization ?? null;
      seen.push({ method: request.method ?? '', path: request.url ?? '', authorization });
      if (made.intercept !== null && (await made.intercept(request, response))) return;
      if (wanted !== undefined && !isLetIn(authorization, wanted)) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"', 'content-type': 'text/plain' });
        response.end('Access denied\n');
        return;
      }
      runBackend(folder, request, response);
    })();
  };
  const { tls } = options;
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: GitServer = {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    intercept: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return made;
}

/** Lets a repository be pushed to over HTTP. */
export async function allowPush(gitDir: string): Promise<void> {
  await runGit([`--git-dir=${gitDir}`, 'config', 'http.receivepack', 'true']);
}

function isLetIn(authorization: string | null, wanted: { readonly user?: string; readonly token: string }): boolean {
  const [user = '', ...rest] = Buffer.from((authorization ?? '').replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':');
  return rest.join(':') === wanted.token && (wanted.user === undefined || wanted.user === user);
}

/** CGI (RFC 3875): headers, an empty line, then the body. */
function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://server');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_USER: 'somebody',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  let started = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (started) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    started = true;
    const headers = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(/: ?(.*)/s).slice(0, 2) as [string, string]);
    const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1];
    response.writeHead(Number.parseInt(status ?? '200', 10), Object.fromEntries(headers));
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => {
    if (!started) response.writeHead(500);
    response.end();
  });
}
