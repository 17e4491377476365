import { type Answer, orThrow } from '@gitops/core';
import { afterEach, describe, expect, it } from 'vitest';
import { github } from '../src/index.js';
import { makeForge, optionsFor } from './forge.js';

type Under = Awaited<ReturnType<typeof makeForge>>;
let under: Under;
afterEach(() => under.dispose());

const value = <T>(answer: Answer<T>): Promise<T> => orThrow(answer);
const repository = 'acme/gitops';

async function opened(settings: Partial<Parameters<Under['fake']['changeSettings']>[1]> = {}) {
  under = await makeForge();
  const { fake, seed } = under;
  fake.changeSettings(repository, { allowAutoMerge: true, ...settings });
  const base = await seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
  const notices: string[] = [];
  const forge = github(optionsFor(fake, { token: fake.tokens.alice, onNotice: (message) => notices.push(message) }));
  const files = [{ path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' }];
  const { commit: head } = await value(
    forge.git.commit({ branch: 'topic', expectedHead: null, base, files, message: 'm' }),
  );
  const { id } = await value(
    forge.pullRequests.open({ source: 'topic', target: 'main', title: 'T', description: '', reviewers: ['bob'] }),
  );
  const merge = (more: object = {}) =>
    value(
      forge.pullRequests.merge(id, {
        method: 'squash',
        expectedHead: head,
        expectedTarget: base,
        message: { title: 'Title', body: 'Body' },
        approvals: 0,
        deleteSource: true,
        auto: true,
        ...more,
      }),
    );
  return { base, head, id, forge, merge, notices, status: () => value(forge.pullRequests.status(id)) };
}

describe('a protected branch', () => {
  it('says what is awaited and by whom, and merges by itself once that is there', async () => {
    const { head, id, merge, status, forge } = await opened();
    const { fake } = under;
    fake.protect(repository, 'main', { requiredApprovals: 1, requiredChecks: ['build'] });
    const first = await status();
    expect(first.awaits.join('; ')).toMatch(/check build, which has not reported yet/);
    expect(first.awaits.join('; ')).toMatch(/1 approval \(asked: bob\)/);
    expect(await merge()).toMatchObject({ kind: 'waiting' });
    expect((await status()).queued).toBe(true);
    await fake.review(repository, Number(id), 'bob', 'APPROVED');
    await value(forge.pullRequests.setStatus(head, { name: 'build', state: 'success' }));
    const merged = await value(forge.pullRequests.get(id));
    expect(merged.state).toBe('merged');
    const tip = (await under.inspect.branches())['main'] ?? '';
    expect(merged.landed).toEqual({ first: tip, last: tip });
    expect((await under.inspect.commit(tip)).message.trimEnd()).toBe('Title\n\nBody');
    // what somebody or something else merged is merged, and its branch goes
    expect(await merge()).toEqual({ kind: 'merged', landed: { first: tip, last: tip } });
    expect(Object.keys(await under.inspect.branches())).toEqual(['main']);
  });

  it('is not left to GitHub where approvals of an earlier head would count', async () => {
    const { base, id, merge, status, forge } = await opened();
    const { fake } = under;
    fake.protect(repository, 'main', { requiredApprovals: 1, requiredChecks: ['build'], dismissStale: false });
    await fake.review(repository, Number(id), 'bob', 'APPROVED');
    const head = (await under.inspect.branches())['topic'] ?? '';
    const files = [{ path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 3\n' }];
    const next = await value(forge.git.commit({ branch: 'topic', expectedHead: head, base, files, message: 'other' }));
    expect(await merge({ expectedHead: next.commit })).toMatchObject({ kind: 'waiting' });
    expect(await status()).toMatchObject({ queued: false, approvals: [] });
  });

  it('by a ruleset tells the same', async () => {
    const { status } = await opened();
    under.fake.protect(repository, 'main', { requiredApprovals: 2, requiredChecks: ['build'], ruleset: true });
    expect((await status()).awaits.join('; ')).toMatch(/check build.*2 approvals/);
  });

  it('is waited for without auto-merge where that is turned off', async () => {
    const { merge, status, notices } = await opened({ allowAutoMerge: false });
    under.fake.protect(repository, 'main', { requiredApprovals: 1 });
    expect(await merge()).toMatchObject({ kind: 'waiting' });
    expect((await status()).queued).toBe(false);
    expect(notices.join()).toContain('Auto-merge is turned off');
  });
});

it('a method that the repository forbids is refused in GitHub’s words', async () => {
  const { merge } = await opened({ mergeMethods: ['merge'] });
  expect(await merge()).toMatchObject({ kind: 'refused', why: expect.stringMatching(/squash/i) });
});

it('reviewers who cannot be asked do not keep the others from it, and are told', async () => {
  const { forge, notices } = await opened();
  const { seed } = under;
  await seed.commit({ branch: 'second', files: { 'b.yaml': 'b\n' } });
  const base = (await under.inspect.branches())['main'] ?? '';
  const files = [{ path: 'c.yaml', before: null, after: 'c\n' }];
  await value(forge.git.commit({ branch: 'third', expectedHead: null, base, files, message: 'm' }));
  const reviewers = ['alice', 'bob', 'nobody-knows', 'platform', '@other/team'];
  const draft = { source: 'third', target: 'main', title: 'T', description: '' };
  const made = await value(forge.pullRequests.open({ ...draft, reviewers }));
  expect([...made.reviewers].sort()).toEqual(['acme/platform', 'bob']);
  expect(notices.join(' ')).toMatch(/nobody-knows cannot be asked/);
  expect(notices.join(' ')).toMatch(/other\/team cannot be asked/);
  const update = await forge.pullRequests.update(made.id, { reviewers: ['nobody-knows'] });
  expect(update.isErr() && update.error.kind).toBe('rejected');
});

describe('a token that may not read check runs', () => {
  const refused = {
    status: 403,
    body: { message: 'Resource not accessible by personal access token', documentation_url: 'https://docs.github.com' },
  };
  const hide = () => under.fake.faults.next({ match: { path: /check-runs$/ }, times: 100, do: refused });

  it('merges what GitHub calls clean', async () => {
    const { merge, status } = await opened();
    hide();
    expect((await status()).awaits).toEqual([]);
    expect(await merge({ auto: false })).toMatchObject({ kind: 'merged' });
  });

  it('waits where one may run or fail', async () => {
    const { head, merge, status } = await opened();
    under.fake.addCheckRun(repository, head, 'build', 'failure');
    hide();
    expect((await status()).awaits).toEqual(['checks, which this token may not read']);
    expect(await merge({ auto: false })).toMatchObject({ kind: 'waiting' });
  });
});

it('comments that cannot be read keep nobody from merging', async () => {
  const { merge, status } = await opened();
  const off = { status: 410, body: { message: 'Issues are disabled for this repo' } };
  under.fake.faults.next({ match: { method: 'GET', path: /\/comments$/ }, times: 100, do: off });
  expect((await status()).comments).toEqual([]);
  expect(await merge({ auto: false })).toMatchObject({ kind: 'merged' });
});
