import { afterEach, expect } from 'vitest';
import { type FakeGitHub, type GitHubOptions, startGitHub } from '../src/fakes/github/index.js';
import { gitText } from '../src/fakes/host/git-run.js';
import { editTree, writeBlob, writeCommit } from '../src/fakes/host/objects.js';
import { moveRefs, resolveCommit } from '../src/fakes/host/repository.js';

const started: FakeGitHub[] = [];
/** Violations that a test has caused on purpose are taken out of the list by the test itself. */
afterEach(async () => {
  for (const fake of started.splice(0)) {
    await fake.close();
    expect(fake.violations).toEqual([]);
  }
});

export async function start(options: GitHubOptions = {}): Promise<FakeGitHub> {
  const fake = await startGitHub(options);
  started.push(fake);
  return fake;
}

/** JSON of any shape, read by dotted paths: `object.sha`, `0.name`. */
export interface View {
  readonly value: unknown;
  get(path: string): unknown;
  text(path: string): string;
  list(path?: string): readonly View[];
}

export function view(value: unknown): View {
  const get = (path: string): unknown =>
    path
      .split('.')
      .filter((name) => name !== '')
      .reduce<unknown>(
        (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
        value,
      );
  return {
    value,
    get,
    text: (path) => {
      const found = get(path);
      if (typeof found !== 'string') throw new Error(`no text at ${path} of ${JSON.stringify(value)}`);
      return found;
    },
    list: (path = '') => {
      const found = get(path);
      if (!Array.isArray(found)) throw new Error(`no list at ${path} of ${JSON.stringify(value)}`);
      return found.map(view);
    },
  };
}

export interface Reply extends View {
  readonly status: number;
  readonly headers: Headers;
  readonly message: unknown;
}

export interface CallOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function call(fake: FakeGitHub, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const token = options.token === undefined ? fake.tokens.alice : options.token;
  const response = await fetch(path.startsWith('http') ? path : `${fake.apiUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      accept: 'application/vnd.github+json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true;
  const seen = view(json ? JSON.parse(text) : { text });
  return { ...seen, status: response.status, headers: response.headers, message: seen.get('message') };
}

export async function graphql(
  fake: FakeGitHub,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  token?: string | null,
): Promise<Reply> {
  const options = { body: { query, variables }, ...(token === undefined ? {} : { token }) };
  return call(fake, 'POST', fake.graphqlUrl, options);
}

/** One commit on a branch, made past the API. */
export async function seed(
  fake: FakeGitHub,
  branch: string,
  files: Readonly<Record<string, string | null>>,
  options: { readonly parent?: string | null; readonly message?: string; readonly repository?: string } = {},
): Promise<string> {
  const folder = fake.folder(options.repository ?? 'acme/gitops');
  const there = await resolveCommit(folder, branch);
  const parent = options.parent === undefined ? there : options.parent;
  const changes = [];
  for (const [path, text] of Object.entries(files)) {
    changes.push({ path, mode: '100644', oid: text === null ? null : await writeBlob(folder, Buffer.from(text)) });
  }
  const tree = await editTree(folder, parent, changes);
  const who = { name: 'Seed', email: 'seed@example.com', at: 1_700_000_000_000 };
  const message = options.message ?? 'seed\n';
  const oid = await writeCommit(folder, {
    tree,
    parents: parent === null ? [] : [parent],
    author: who,
    committer: who,
    message,
  });
  expect(await moveRefs(folder, [{ ref: `refs/heads/${branch}`, to: oid }])).toBeNull();
  return oid;
}

export async function git(fake: FakeGitHub, args: readonly string[], repository = 'acme/gitops'): Promise<string> {
  return gitText(fake.folder(repository), args);
}
