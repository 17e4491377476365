import { describe, expect, it } from 'vitest';
import type { FakeGitHub } from '../src/fakes/github/index.js';
import { call, git, type Reply, seed, start } from './fakes-github-support.js';

const repo = '/repos/acme/gitops';

async function open(fake: FakeGitHub, head: string, more: object = {}, token?: string): Promise<Reply> {
  const body = { title: 'Promote', head, base: 'main', ...more };
  return call(fake, 'POST', `${repo}/pulls`, { body, ...(token === undefined ? {} : { token }) });
}

async function withTopic(fake: FakeGitHub): Promise<{ readonly base: string; readonly head: string }> {
  const base = await seed(fake, 'main', { a: '1\n', b: '1\n' });
  return { base, head: await seed(fake, 'topic', { a: '2\n' }, { parent: base, message: 'Topic\n\nWhy\n' }) };
}

describe('opening', () => {
  it('opens once, and says why not', async () => {
    const fake = await start();
    const { head } = await withTopic(fake);
    const opened = await open(fake, 'topic', { body: 'text' });
    expect([opened.status, opened.get('number'), opened.get('head.sha')]).toEqual([201, 1, head]);
    expect([opened.get('mergeable'), opened.get('mergeable_state')]).toEqual([true, 'clean']);
    const again = await open(fake, 'acme:topic');
    expect([again.status, again.get('errors.0.message')]).toEqual([
      422,
      'A pull request already exists for acme:topic.',
    ]);
    await seed(fake, 'same', {}, { parent: await git(fake, ['rev-parse', 'main']) });
    await git(fake, ['update-ref', 'refs/heads/same', 'main']);
    const same = await open(fake, 'same');
    expect([same.status, same.get('errors.0.message')]).toEqual([422, 'No commits between main and same']);
    const unknown = await open(fake, 'nowhere');
    expect([unknown.status, unknown.get('errors.0.field'), unknown.get('errors.0.code')]).toEqual([
      422,
      'head',
      'invalid',
    ]);
    expect((await open(fake, 'topic', {}, fake.tokens.oscar)).status).toBe(403);
  });

  it('filters lists by owner and branch, the owner in any letter case', async () => {
    const fake = await start();
    await withTopic(fake);
    await open(fake, 'topic');
    const count = async (query: string): Promise<number> =>
      (await call(fake, 'GET', `${repo}/pulls?${query}`)).list().length;
    expect(await count('head=ACME:topic')).toBe(1);
    expect(await count('head=acme:Topic')).toBe(0);
    expect(await count('head=topic-without-owner')).toBe(1);
    expect(await count('head=acme:topic&base=other')).toBe(0);
    expect(await count('state=closed')).toBe(0);
  });

  it('takes a head from a fork', async () => {
    const fake = await start({
      repositories: [{ name: 'acme/gitops' }, { name: 'oscar/gitops', forkOf: 'acme/gitops' }],
    });
    await withTopic(fake);
    await git(fake, ['fetch', '-q', fake.folder('acme/gitops'), '+main:main'], 'oscar/gitops');
    await seed(
      fake,
      'topic',
      { a: '3\n' },
      { parent: await git(fake, ['rev-parse', 'main']), repository: 'oscar/gitops' },
    );
    const opened = await open(fake, 'oscar:topic', {}, fake.tokens.oscar);
    expect([opened.status, opened.get('head.label'), opened.get('head.repo.full_name')]).toEqual([
      201,
      'oscar:topic',
      'oscar/gitops',
    ]);
    expect((await call(fake, 'GET', `${repo}/pulls?head=acme:topic`)).list()).toEqual([]);
  });
});

describe('following branches', () => {
  it('answers mergeable as null as often as it was asked to, and again after a move', async () => {
    const fake = await start({ asyncMergeability: 2 });
    await withTopic(fake);
    await open(fake, 'topic');
    const seen = async (): Promise<unknown> => (await call(fake, 'GET', `${repo}/pulls/1`)).get('mergeable');
    expect([await seen(), await seen(), await seen()]).toEqual([null, true, true]);
    await seed(fake, 'main', { a: 'other\n' });
    expect([await seen(), await seen(), await seen()]).toEqual([null, null, false]);
  });

  it('follows a head that moves, closes one that equals the base, keeps a closed one', async () => {
    const fake = await start();
    const { base } = await withTopic(fake);
    await open(fake, 'topic');
    const moved = await seed(fake, 'topic', { a: '3\n' });
    const pull = () => call(fake, 'GET', `${repo}/pulls/1`);
    expect((await pull()).get('head.sha')).toBe(moved);
    expect(await git(fake, ['rev-parse', 'refs/pull/1/head'])).toBe(moved);
    const reset = { body: { sha: base, force: true } };
    expect((await call(fake, 'PATCH', `${repo}/git/refs/heads/topic`, reset)).status).toBe(200);
    expect([(await pull()).get('state'), (await pull()).get('merged')]).toEqual(['closed', false]);
    await seed(fake, 'topic', { a: '4\n' });
    expect((await pull()).get('head.sha')).toBe(base);
    const reopened = await call(fake, 'PATCH', `${repo}/pulls/1`, { body: { state: 'open' } });
    expect([reopened.status, reopened.get('errors.0.field')]).toEqual([422, 'state']);
  });

  it('is merged when the base comes to hold the head', async () => {
    const fake = await start();
    const { head } = await withTopic(fake);
    await open(fake, 'topic');
    await git(fake, ['update-ref', 'refs/heads/main', head]);
    const pull = await call(fake, 'GET', `${repo}/pulls/1`);
    expect([pull.get('state'), pull.get('merged'), pull.get('merge_commit_sha')]).toEqual(['closed', true, head]);
  });

  it('has a test merge that Git made', async () => {
    const fake = await start();
    const { base, head } = await withTopic(fake);
    await seed(fake, 'main', { b: '2\n' });
    const opened = await open(fake, 'topic');
    const merge = opened.text('merge_commit_sha');
    expect(await git(fake, ['rev-parse', 'refs/pull/1/merge'])).toBe(merge);
    expect(await git(fake, ['show', `${merge}:a`])).toBe('2');
    expect(await git(fake, ['show', `${merge}:b`])).toBe('2');
    expect(await git(fake, ['rev-list', '--parents', '-1', merge])).toBe(
      `${merge} ${await git(fake, ['rev-parse', 'main'])} ${head}`,
    );
    expect(base).not.toBe(merge);
  });
});

describe('merging', () => {
  const merge = (fake: FakeGitHub, body: object, token?: string): Promise<Reply> =>
    call(fake, 'PUT', `${repo}/pulls/1/merge`, { body, ...(token === undefined ? {} : { token }) });

  it.each([
    ['merge', 2, 'Merge pull request #1 from acme/topic\n\nPromote', true],
    ['squash', 1, 'Promote (#1)\n\nWhy', true],
    ['rebase', 1, 'Topic\n\nWhy', false],
  ] as const)('by %s', async (method, parents, message, verified) => {
    const fake = await start();
    await withTopic(fake);
    await open(fake, 'topic');
    await seed(fake, 'main', { b: '2\n' });
    const merged = await merge(fake, { merge_method: method });
    expect([merged.status, merged.get('merged')]).toEqual([200, true]);
    const commit = await call(fake, 'GET', `${repo}/git/commits/${merged.text('sha')}`);
    expect([commit.list('parents').length, commit.get('message'), commit.get('verification.verified')]).toEqual([
      parents,
      message,
      verified,
    ]);
    expect(await git(fake, ['rev-parse', 'main'])).toBe(merged.text('sha'));
    expect(await git(fake, ['ls-tree', '-r', '--name-only', 'main'])).toBe('a\nb');
    const pull = await call(fake, 'GET', `${repo}/pulls/1`);
    expect([pull.get('merged'), pull.get('commits'), pull.get('merged_by.login')]).toEqual([true, 1, 'alice']);
    expect((await merge(fake, {})).status).toBe(405);
  });

  it('is guarded by the head, by conflicts and by what the repository allows', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', mergeMethods: ['squash'] }] });
    const { base } = await withTopic(fake);
    await open(fake, 'topic');
    expect((await merge(fake, { sha: base })).status).toBe(409);
    const method = await merge(fake, { merge_method: 'merge' });
    expect([method.status, method.message]).toEqual([405, 'Merge commits are not allowed on this repository.']);
    await seed(fake, 'main', { a: 'conflict\n' });
    const conflict = await merge(fake, { merge_method: 'squash' });
    expect([conflict.status, conflict.message]).toEqual([405, 'Pull Request is not mergeable']);
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('mergeable_state')).toBe('dirty');
    expect((await merge(fake, {}, fake.tokens.rita)).status).toBe(404);
  });

  it('waits for what the branch demands', async () => {
    const rules = { requiredChecks: ['build'], requiredApprovals: 1, dismissStale: true, enforceAdmins: true };
    const fake = await start({ repositories: [{ name: 'acme/gitops', protection: { main: rules } }] });
    const { head } = await withTopic(fake);
    await open(fake, 'topic');
    const state = async (): Promise<unknown> => (await call(fake, 'GET', `${repo}/pulls/1`)).get('mergeable_state');
    expect(await state()).toBe('blocked');
    expect((await merge(fake, {})).message).toBe(
      'At least 1 approving review is required by reviewers with write access.',
    );
    const approve = (token: string) =>
      call(fake, 'POST', `${repo}/pulls/1/reviews`, { token, body: { event: 'APPROVE' } });
    expect((await approve(fake.tokens.alice)).get('errors.0')).toBe('Review Can not approve your own pull request');
    expect((await approve(fake.tokens.bob)).get('state')).toBe('APPROVED');
    expect((await merge(fake, {})).message).toBe('Required status check "build" is expected.');
    const status = (state: string, sha: string) =>
      call(fake, 'POST', `${repo}/statuses/${sha}`, { body: { state, context: 'build' } });
    expect((await status('failure', head)).status).toBe(201);
    expect((await merge(fake, {})).message).toBe('Required status check "build" is failing.');
    await status('success', head);
    expect(await state()).toBe('clean');
    const moved = await seed(fake, 'topic', { a: '5\n' });
    await status('success', moved);
    expect(await state()).toBe('blocked');
    expect((await call(fake, 'GET', `${repo}/pulls/1/reviews`)).get('0.state')).toBe('DISMISSED');
    await approve(fake.tokens.carol);
    await fake.rejectPullRequest('acme/gitops', 1, 'no');
    expect((await merge(fake, {})).message).toBe('Changes have been requested.');
    await approve(fake.tokens.carol);
    expect((await merge(fake, {})).status).toBe(200);
  });

  it('demands code owners, linear history and a head that is up to date', async () => {
    const rules = { codeOwners: true, linearHistory: true, strict: true, enforceAdmins: true };
    const fake = await start({ repositories: [{ name: 'acme/gitops', protection: { main: rules } }] });
    await seed(fake, 'main', { '.github/CODEOWNERS': '* @alice\na @acme/platform\n' });
    await withTopic(fake);
    await open(fake, 'topic');
    expect((await merge(fake, { merge_method: 'squash' })).message).toBe('Waiting on code owner review.');
    await fake.review('acme/gitops', 1, 'bob', 'APPROVED');
    expect((await merge(fake, {})).message).toContain('linear history');
    await seed(fake, 'main', { c: '1' });
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('mergeable_state')).toBe('behind');
    expect((await call(fake, 'PUT', `${repo}/pulls/1/update-branch`, { body: {} })).status).toBe(202);
    expect((await merge(fake, { merge_method: 'squash' })).status).toBe(200);
  });

  it('deletes the branch where the repository says so', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', deleteBranchOnMerge: true }] });
    await withTopic(fake);
    await open(fake, 'topic');
    await merge(fake, {});
    expect((await call(fake, 'GET', `${repo}/git/ref/heads/topic`)).status).toBe(404);
  });
});
