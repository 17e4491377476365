import { afterEach, expect } from 'vitest';
import { gitRepository } from '../src/contract/git-repository.js';
import { type FakeGitLab, type FakeGitLabOptions, startGitLab } from '../src/fakes/index.js';

const running: FakeGitLab[] = [];

afterEach(async () => {
  const violations = running.flatMap((gitlab) => gitlab.violations);
  await Promise.all(running.splice(0).map((gitlab) => gitlab.close()));
  expect(violations).toEqual([]);
});

export const project = '/projects/acme%2Fgitops';

/** A GitLab for one test, closed after it; a violation fails the test. */
export async function startForTest(options: FakeGitLabOptions = {}) {
  const gitlab = await startGitLab(options);
  running.push(gitlab);
  const repository = gitRepository(gitlab.folder(gitlab.project.path));

  /** Calls the API; the body is what JSON gives, or a text. */
  async function call(
    method: string,
    path: string,
    body?: unknown,
    more: { readonly token?: string | null; readonly headers?: Record<string, string> } = {},
  ) {
    const token = more.token === undefined ? gitlab.tokens.ana : more.token;
    const answer = await fetch(`${gitlab.apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { 'private-token': token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = text !== '' && /json/.test(answer.headers.get('content-type') ?? '');
    const headers = { get: (name: string) => answer.headers.get(name) };
    return { status: answer.status, headers, body: json ? JSON.parse(text) : text };
  }

  /** The first commit on main, and a topic branch with one change. */
  async function seeded() {
    const { seed } = repository;
    const base = await seed.commit({
      branch: 'main',
      files: { 'README.md': '# Shop\n', 'apps/dev/a.yaml': 'tag: "1.0"\n', 'apps/prod/a.yaml': 'tag: "0.9"\n' },
      message: 'First',
    });
    const files = { 'apps/prod/a.yaml': 'tag: "1.0"\n' };
    const head = await seed.commit({ branch: 'topic', parent: base, files, message: 'Promote' });
    return { base, head };
  }

  /** The same with an open merge request of ana's, number 1. */
  async function opened(fields: Record<string, unknown> = {}) {
    const commits = await seeded();
    const answer = await call('POST', `${project}/merge_requests`, {
      source_branch: 'topic',
      target_branch: 'main',
      title: 'Promote dev to prod',
      ...fields,
    });
    expect(answer.status).toBe(201);
    return { ...commits, created: answer.body };
  }

  const request = async (iid = 1) => (await call('GET', `${project}/merge_requests/${iid}`)).body;
  return { gitlab, call, seeded, opened, request, ...repository };
}

/** Forgets what the description complained of, for a test that provokes it. */
export function expectViolations(gitlab: FakeGitLab, pattern: RegExp): void {
  running.splice(running.indexOf(gitlab), 1);
  expect(gitlab.violations.join('\n')).toMatch(pattern);
}
