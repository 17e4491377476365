import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A request that a server of the test saw. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Loopback {
  readonly origin: string;
  readonly port: number;
  readonly seen: Seen[];
}

type Handler = (request: IncomingMessage, response: ServerResponse, seen: Seen) => void;

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-http-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function listen(server: Server, protocol: string, seen: Seen[], host = '127.0.0.1'): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `${protocol}://${host}:${port}`, port, seen };
}

function recording(seen: Seen[], handle: Handler) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      seen.push(one);
      handle(incoming, outgoing, one);
    });
  };
}

/** An HTTP server on a free port of this machine. */
export function serve(handle: Handler): Promise<Loopback> {
  const seen: Seen[] = [];
  return listen(createServer(recording(seen, handle)), 'http', seen);
}

export interface Authority {
  /** PEM file of the authority's own certificate. */
  readonly file: string;
  readonly key: string;
  readonly certificate: string;
}

/** A certificate for `localhost`, signed by an authority made for this test. */
export function makeAuthority(options: { readonly name?: string } = {}): Authority {
  const folder = temporaryFolder();
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=authority of a test',
  );
  openssl('req', ...key, '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${options.name ?? 'localhost'}\n`);
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'own.csr', ...by, '-out', 'own.pem');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { file: join(folder, 'ca.pem'), key: read('own.key'), certificate: read('own.pem') };
}

/** An HTTPS server that is reached as `localhost`. */
export function serveTls(authority: Authority, handle: Handler): Promise<Loopback> {
  const seen: Seen[] = [];
  const server = createTlsServer({ key: authority.key, cert: authority.certificate }, recording(seen, handle));
  return listen(server as unknown as Server, 'https', seen, 'localhost');
}

export interface LoopbackProxy extends Loopback {
  /** Targets of CONNECT, in order. */
  readonly tunnels: string[];
}

/** A proxy that tunnels by CONNECT and forwards plain requests; `user:password` is demanded where it is given. */
export async function serveProxy(
  options: { readonly credentials?: string; readonly refuse?: number } = {},
): Promise<LoopbackProxy> {
  const seen: Seen[] = [];
  const tunnels: string[] = [];
  const wanted =
    options.credentials === undefined ? undefined : `Basic ${Buffer.from(options.credentials).toString('base64')}`;
  const server = createServer(
    recording(seen, (_, outgoing, one) => {
      const forward = request(one.url, { method: one.method, headers: one.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forward.end(one.body);
    }),
  );
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined);
    tunnels.push(incoming.url ?? '');
    const status = wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted ? 407 : options.refuse;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (incoming.url ?? '').split(':');
    const far = connect(Number(port), host === 'localhost' ? '127.0.0.1' : host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      far.pipe(socket);
      socket.pipe(far);
    });
    far.on('error', () => socket.destroy());
    socket.on('close', () => far.destroy());
  });
  return { ...(await listen(server, 'http', seen)), tunnels };
}
