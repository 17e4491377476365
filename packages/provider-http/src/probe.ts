import { fail } from './failure.js';
import type { Transport } from './transport.js';

export interface FoundForge {
  readonly forge: 'github' | 'gitlab';
  /** Where the forge's root is: the origin, or with the sub-path of a GitLab install (`https://example.com/gitlab`). */
  readonly base: string;
}

/** Steps of a repository's path that may be the sub-path of an install: nobody nests deeper. */
const deepest = 2;
/** An answer longer than this is a page, not the answer of an API. */
const longestAnswer = 64 * 1024;

/**
 * Asks an unknown host, without credentials, which forge it is. `path` is the repository's: its first steps may be the
 * sub-path of a GitLab install. Null where it is neither; a Failure where the host cannot be reached.
 *
 * GitHub Enterprise Server answers `GET /api/v3/meta` with its version or headers of its own (REST 2022-11-28); GitLab
 * answers `GET /api/v4/version` with 401 and a message in JSON, or names itself in a header (REST v4, 19.5).
 */
export async function whichForge(
  origin: string,
  transport: Transport,
  signal: AbortSignal,
  path = '',
): Promise<FoundForge | null> {
  const root = new URL(origin).origin;
  if (await isGitLab(root, transport, signal)) return { forge: 'gitlab', base: root };
  if (await isGitHub(root, transport, signal)) return { forge: 'github', base: root };
  // a repository has an owner and a name: what stands before them may be the install's
  const steps = path.split('/').filter((step) => step !== '');
  for (let count = 1; count <= Math.min(deepest, steps.length - 2); count++) {
    const base = `${root}/${steps.slice(0, count).map(encodeURIComponent).join('/')}`;
    if (await isGitLab(base, transport, signal)) return { forge: 'gitlab', base };
  }
  return null;
}

async function isGitLab(base: string, transport: Transport, signal: AbortSignal): Promise<boolean> {
  const { headers, status, json } = await ask(`${base}/api/v4/version`, transport, signal);
  if (headers.has('x-gitlab-meta')) return true;
  if (status === 200) return typeof json['version'] === 'string' && typeof json['revision'] === 'string';
  return status === 401 && json['message'] === '401 Unauthorized';
}

async function isGitHub(base: string, transport: Transport, signal: AbortSignal): Promise<boolean> {
  const { headers, status, json } = await ask(`${base}/api/v3/meta`, transport, signal);
  if ([...headers.keys()].some((name) => name.startsWith('x-github-'))) return true;
  return status === 200 && typeof json['verifiable_password_authentication'] === 'boolean';
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for what is no object of JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

async function ask(url: string, transport: Transport, signal: AbortSignal): Promise<Answered> {
  const response = await transport.fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal });
  const { status, headers } = response;
  const text = await beginning(response);
  if (status >= 500) {
    return fail(
      'unavailable',
      `${new URL(url).host} answered with status ${status}.`,
      'Run again, or name --provider.',
      {
        what: 'forge',
        found: status,
        host: new URL(url).host,
      },
    );
  }
  return { status, headers, json: objectOf(text) };
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > longestAnswer) break;
  }
  return text;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
