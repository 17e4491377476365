import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { gitEnvironment } from './git-run.js';
import type { FakeAnswer, FakeRequest } from './request.js';

export interface GitService {
  /** Path of the repository as the URL names it, without `.git`. */
  readonly repository: string;
  readonly service: 'upload-pack' | 'receive-pack';
  /** What follows the repository: `info/refs`, `git-upload-pack`, `git-receive-pack`. */
  readonly rest: string;
}

/** What of Git's smart HTTP a path asks for; null where it is something else. */
export function gitService(request: FakeRequest): GitService | null {
  const match = /^\/(.+?)(?:\.git)?\/(info\/refs|git-(?:upload|receive)-pack)$/.exec(request.path);
  if (match === null) return null;
  const [, repository = '', rest = ''] = match;
  const named = rest === 'info/refs' ? request.query.get('service') : rest;
  if (named !== 'git-upload-pack' && named !== 'git-receive-pack') return null;
  return { repository, rest, service: named === 'git-upload-pack' ? 'upload-pack' : 'receive-pack' };
}

/** The user name and password of Basic authentication; null where there is none. */
export function basicCredentials(request: FakeRequest): { readonly user: string; readonly password: string } | null {
  const match = /^basic (.+)$/i.exec(request.headers['authorization'] ?? '');
  if (match === null) return null;
  const text = Buffer.from(match[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { user: text.slice(0, Math.max(colon, 0)), password: text.slice(colon + 1) };
}

/**
 * Serves one request of a Git client by `git http-backend`. The answer is streamed; `onDone` is called when Git has
 * ended and before the client sees the end, so that a push is known by then.
 */
export function serveGit(
  request: FakeRequest,
  input: { readonly folder: string; readonly rest: string; readonly user: string | null; onDone(): Promise<void> },
): Promise<FakeAnswer> {
  const { headers } = request;
  const optional: Record<string, string | undefined> = {
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol'],
    REMOTE_USER: input.user ?? undefined,
  };
  const env: Record<string, string> = {
    GIT_PROJECT_ROOT: input.folder,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${input.rest}`,
    REQUEST_METHOD: request.method,
    QUERY_STRING: request.query.toString(),
    REMOTE_ADDR: '127.0.0.1',
  };
  for (const [name, value] of Object.entries(optional)) if (value !== undefined) env[name] = value;
  const child = spawn('git', ['http-backend'], {
    env: gitEnvironment(env),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.stream.pipe(child.stdin);
  return new Promise((resolve, reject) => {
    const body = new PassThrough();
    let head = Buffer.alloc(0);
    let started = false;
    child.on('error', reject);
    child.stdout.on('data', (chunk: Buffer) => {
      if (started) {
        body.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      started = true;
      body.write(head.subarray(end + 4));
      resolve({ ...parseHead(head.toString('latin1', 0, end)), body });
    });
    child.on('close', () => {
      if (!started) reject(new Error('git http-backend ended without an answer'));
      input.onDone().then(
        () => body.end(),
        (error: Error) => body.destroy(error),
      );
    });
    body.on('close', () => child.kill());
  });
}

function parseHead(text: string): { readonly status: number; readonly headers: Record<string, string> } {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number(value.slice(0, 3));
    else headers[name] = value;
  }
  return { status, headers };
}
