import type { Forge } from '@gitops/core';
import { gitRepository } from '@gitops/provider-testkit/contract';
import { type FakeGitLab, type FaultKind, startGitLab } from '@gitops/provider-testkit/fakes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitlab } from '../src/index.js';
import { okOf, optionsFor } from './forge.js';

let fake: FakeGitLab;
let forge: Forge;
let base: string;
let branches: () => Promise<Readonly<Record<string, string>>>;

const file = { path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' };
const change = () => ({ branch: 'topic', expectedHead: null, base, files: [file], message: 'Two' });
const draft = { source: 'topic', target: 'main', title: 'Two', description: 'D' };

beforeEach(async () => {
  fake = await startGitLab();
  const { seed, inspect } = gitRepository(fake.folder(fake.project.path));
  ({ branches } = inspect);
  base = await seed.commit({ branch: 'main', files: { 'a.yaml': file.before } });
  const clock = {
    now: () => new Date(fake.clock.now()).toISOString(),
    sleep: async (milliseconds: number) => fake.clock.advance(milliseconds),
  };
  forge = gitlab({ ...optionsFor(fake, fake.tokens.ana), clock });
});

afterEach(async () => {
  const { violations } = fake;
  await fake.close();
  expect(violations).toEqual([]);
});

function posts(path: RegExp): number {
  return fake.log.entries.filter((one) => one.method === 'POST' && path.test(one.path)).length;
}

const kinds: readonly FaultKind[] = [
  'after-write',
  'before-write',
  'cut',
  'not-json',
  { status: 502, body: 'Bad Gateway' },
  { status: 429, headers: { 'retry-after': '3' }, body: { message: 'x' } },
];

describe.each(kinds)('a create that meets %j', (kind) => {
  it('is one commit', async () => {
    fake.faults.next({ match: { method: 'POST', path: /\/repository\/commits$/ }, do: kind });
    const { commit } = await okOf(forge.git.commit(change()));
    expect((await branches())['topic']).toBe(commit);
    expect(fake.faults.waiting).toBe(0);
    const happened = kind === 'after-write' || kind === 'cut' || kind === 'not-json';
    expect(posts(/\/repository\/commits$/)).toBe(happened ? 1 : 2);
  });

  it('is one merge request', async () => {
    await okOf(forge.git.commit(change()));
    fake.faults.next({ match: { method: 'POST', path: /\/merge_requests$/ }, do: kind });
    const { id } = await okOf(forge.pullRequests.open(draft));
    const all = await okOf(forge.pullRequests.list({ state: 'all', limit: 10 }));
    expect(all.map((one) => one.id)).toEqual([id]);
  });

  it('is one comment', async () => {
    await okOf(forge.git.commit(change()));
    const { id } = await okOf(forge.pullRequests.open(draft));
    fake.faults.next({ match: { method: 'POST', path: /\/notes$/ }, do: kind });
    await okOf(forge.pullRequests.comment(id, { text: 'Once.' }));
    const { comments } = await okOf(forge.pullRequests.status(id));
    expect(comments.map((one) => one.text)).toEqual(['Once.']);
  });

  it('is one merge', async () => {
    const { commit } = await okOf(forge.git.commit(change()));
    const { id } = await okOf(forge.pullRequests.open(draft));
    fake.faults.next({ match: { method: 'PUT', path: /\/merge$/ }, do: kind });
    const answer = await okOf(
      forge.pullRequests.merge(id, {
        method: 'merge',
        expectedHead: commit,
        expectedTarget: base,
        message: { title: 'Land', body: '' },
        approvals: 0,
        deleteSource: true,
      }),
    );
    const tip = (await branches())['main'] ?? '';
    expect(answer).toEqual({ kind: 'merged', landed: { first: tip, last: tip } });
    expect(await branches()).not.toHaveProperty('topic');
  });
});

describe('what is read', () => {
  it.each<FaultKind>(['reset', 'cut', { status: 503, body: 'x' }])('is asked for again after %j', async (kind) => {
    fake.faults.next({ match: { method: 'GET', path: /archive/ }, do: kind });
    const { files } = await okOf(forge.git.snapshot({ branch: 'main' }, ['**']));
    expect({ ...files }).toEqual({ 'a.yaml': file.before });
  });

  it('is not waited for without end', async () => {
    const hasty = gitlab({ ...optionsFor(fake, fake.tokens.ana), timeoutMs: 300 });
    fake.faults.next({ match: { method: 'GET' }, times: 9, do: 'hang' });
    expect(await hasty.git.head('main')).toMatchObject({ error: { kind: 'timed-out' } });
  });
});

describe('a project that was moved', () => {
  it('is found again, for writing as well', async () => {
    const { path } = fake.project;
    fake.move(path, 'other/gitops');
    const { commit } = await okOf(forge.git.commit(change()));
    expect((await branches())['topic']).toBe(commit);
    expect((await okOf(forge.pullRequests.open(draft))).head).toBe(commit);
  });
});

describe('lines that GitLab would carry out', () => {
  it('are kept as text, and come back as they were', async () => {
    await okOf(forge.git.commit(change()));
    const description = 'First\n/merge\n  /approve\n\\/close\nhttps://x/y';
    const { id } = await okOf(forge.pullRequests.open({ ...draft, description }));
    await okOf(forge.pullRequests.comment(id, { text: '/close\nplain' }));
    const sent = await fetch(`${fake.apiUrl}/projects/${fake.project.id}/merge_requests/${id}`, {
      headers: { 'private-token': fake.tokens.ana },
    });
    const { description: kept } = (await sent.json()) as { readonly description: string };
    expect(kept).not.toMatch(/^\s*\/(merge|approve|close)/m);
    expect((await okOf(forge.pullRequests.get(id))).description).toBe(description);
    const { comments } = await okOf(forge.pullRequests.status(id));
    expect(comments.map((one) => one.text)).toEqual(['/close\nplain']);
  });
});

describe('a server that lacks', () => {
  const missing = { status: 404, body: { error: '404 Not Found' } };

  it('comparisons is asked for both commits', async () => {
    const { commit } = await okOf(forge.git.commit(change()));
    fake.faults.next({ match: { path: /\/repository\/compare$/ }, times: 100, do: missing });
    expect(await okOf(forge.git.holds(commit, { base, files: [file] }))).toBe(true);
    expect(await okOf(forge.git.holds(commit, { base, files: [{ ...file, after: 'tag: 3\n' }] }))).toBe(false);
  });

  it('trials shows the result of a branch on the tip, and of no other', async () => {
    const { commit } = await okOf(forge.git.commit(change()));
    const { id } = await okOf(forge.pullRequests.open(draft));
    fake.faults.next({ match: { path: /\/merge_ref$/ }, times: 100, do: missing });
    expect((await okOf(forge.pullRequests.status(id))).trial).toEqual({ target: base, result: commit });
    const { seed } = gitRepository(fake.folder(fake.project.path));
    await seed.commit({ branch: 'main', files: { 'b.yaml': 'b\n' } });
    const status = await okOf(forge.pullRequests.status(id));
    expect(status.trial).toBeNull();
    expect(status.awaits.join()).toContain('GitLab to try the merge');
  });
});
