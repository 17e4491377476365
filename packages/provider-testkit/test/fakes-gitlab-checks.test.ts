import { expect, it } from 'vitest';
import { project, startForTest } from './fakes-gitlab-support.js';

const one = `${project}/merge_requests/1`;

it('counts approvals by head, person and edition', async () => {
  const { gitlab, call, opened } = await startForTest();
  gitlab.change('acme/gitops', { approvals_required: 2 });
  const { head } = await opened();
  const approve = (token: string, body: object = {}) => call('POST', `${one}/approve`, body, { token });
  const stale = await approve(gitlab.tokens.ben, { sha: '1'.repeat(40) });
  expect([stale.status, stale.body]).toEqual([409, { message: `SHA does not match HEAD of source branch: ${head}` }]);
  for (const token of [gitlab.tokens.ana, gitlab.tokens.rob]) expect((await approve(token)).status).toBe(401);
  const first = await approve(gitlab.tokens.ben, { sha: head });
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({
    approved: false,
    approvals_required: 2,
    approvals_left: 1,
    user_has_approved: true,
    user_can_approve: false,
  });
  expect((await approve(gitlab.tokens.ben)).status).toBe(401);
  await approve(gitlab.tokens.mia);
  const all = (await call('GET', `${one}/approvals`)).body;
  expect(all).toMatchObject({ approved: true, approvals_left: 0, user_can_approve: false });
  expect(all.approved_by.map((entry: { user: { username: string } }) => entry.user.username)).toEqual(['ben', 'mia']);
  expect((await call('GET', `${one}/approval_state`)).body.rules).toMatchObject([
    { approvals_required: 2, approved: true },
  ]);
  const back = await call('POST', `${one}/unapprove`, {}, { token: gitlab.tokens.mia });
  expect([back.status, back.body.approvals_left]).toEqual([201, 1]);
  expect((await call('POST', `${one}/unapprove`, {}, { token: gitlab.tokens.mia })).status).toBe(404);
});

it('has approvals but no rules in the Community Edition', async () => {
  const { gitlab, call, opened } = await startForTest({ edition: 'ce' });
  gitlab.change('acme/gitops', { approvals_required: 2 });
  await opened();
  const before = (await call('GET', `${one}/approvals`)).body;
  expect(before).toEqual({ user_has_approved: false, user_can_approve: true, approved: false, approved_by: [] });
  expect((await call('POST', `${one}/approve`, {})).body.approved).toBe(true);
  expect((await call('GET', `${one}/approval_state`)).status).toBe(404);
  expect((await call('GET', one)).body.detailed_merge_status).toBe('mergeable');
});

it('shows a rejection to whoever looks, and stops the merge in the Enterprise Edition', async () => {
  for (const [edition, status] of [
    ['ee', 'requested_changes'],
    ['ce', 'mergeable'],
  ] as const) {
    const { gitlab, call, opened } = await startForTest({ edition });
    await opened();
    await gitlab.rejectMergeRequest('acme/gitops', 1, 'Not this one.');
    expect((await call('GET', `${one}/reviewers`)).body).toMatchObject([
      { user: { username: 'mia' }, state: 'requested_changes' },
    ]);
    expect((await call('GET', one)).body).toMatchObject({
      detailed_merge_status: status,
      reviewers: [{ username: 'mia' }],
    });
    const notes = (await call('GET', `${one}/notes?sort=asc`)).body;
    expect(notes.map((note: { body: string; system: boolean }) => [note.body, note.system])).toEqual([
      ['Not this one.', false],
      ['requested changes', true],
    ]);
    const merge = await call('PUT', `${one}/merge`, {});
    expect(merge.status).toBe(edition === 'ee' ? 405 : 200);
  }
});

it('keeps statuses of a commit, the last of each name', async () => {
  const { call, opened } = await startForTest();
  const { head } = await opened();
  const set = (body: object) => call('POST', `${project}/statuses/${head}`, body);
  const statuses = async (query = '') =>
    (await call('GET', `${project}/repository/commits/${head}/statuses?${query}`)).body;
  expect(await statuses()).toEqual([]);
  const first = await set({
    state: 'pending',
    name: 'build',
    target_url: 'https://ci.example.com/1',
    description: 'D',
  });
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({
    sha: head,
    ref: 'topic',
    status: 'pending',
    name: 'build',
    target_url: 'https://ci.example.com/1',
    author: { username: 'ana' },
  });
  const refused = await set({ state: 'pending', name: 'build' });
  expect([refused.status, refused.body.message]).toEqual([
    400,
    'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")',
  ]);
  expect((await set({ state: 'running', name: 'build' })).body.id).toBe(first.body.id);
  expect((await set({ state: 'running', name: 'build' })).body.message).toContain('via :run from :running');
  expect((await set({ state: 'success', name: 'build' })).body.finished_at).not.toBeNull();
  const again = await set({ state: 'failed', name: 'build' });
  expect(again.body.id).not.toBe(first.body.id);
  await set({ state: 'success', context: 'lint' });
  const shown = async (query = '') =>
    (await statuses(query)).map((status: { name: string; status: string }) => [status.name, status.status]);
  expect(await shown()).toEqual([
    ['build', 'failed'],
    ['lint', 'success'],
  ]);
  expect(await shown('all=true')).toHaveLength(3);
  expect(await shown('name=lint')).toEqual([['lint', 'success']]);
  expect((await call('GET', `${project}/repository/commits/${head}`)).body).toMatchObject({
    status: 'failed',
    last_pipeline: { source: 'external' },
  });
  expect((await call('GET', `${one}/pipelines`)).body).toMatchObject([{ sha: head, status: 'failed' }]);
  expect((await call('GET', one)).body.head_pipeline.status).toBe('failed');
  const nowhere = await call('POST', `${project}/statuses/${'4'.repeat(40)}`, { state: 'success' });
  expect([nowhere.status, nowhere.body]).toEqual([404, { message: '404 Commit Not Found' }]);
});

it('does not let reporters report, nor developers on a protected branch', async () => {
  const { gitlab, call, opened } = await startForTest();
  const { base, head } = await opened();
  const set = (sha: string, token: string) =>
    call('POST', `${project}/statuses/${sha}`, { state: 'success', ref: sha === base ? 'main' : 'topic' }, { token });
  expect((await set(head, gitlab.tokens.rob)).status).toBe(403);
  gitlab.protect('acme/gitops', { name: 'main', push: 'maintainer' });
  expect((await set(base, gitlab.tokens.ben)).status).toBe(403);
  expect((await set(head, gitlab.tokens.ben)).status).toBe(201);
});

it('merges when the statuses of an armed merge request are all good', async () => {
  const { gitlab, call, opened, request } = await startForTest();
  gitlab.change('acme/gitops', { only_allow_merge_if_pipeline_succeeds: true });
  const { head } = await opened();
  const set = (name: string, state: string) => call('POST', `${project}/statuses/${head}`, { state, name });
  await set('build', 'pending');
  await set('lint', 'pending');
  expect((await call('PUT', `${one}/merge`, {})).status).toBe(405);
  await call('PUT', `${one}/merge`, { auto_merge: true, sha: head });
  await set('build', 'success');
  expect((await request()).state).toBe('opened');
  await set('lint', 'success');
  expect((await request()).state).toBe('merged');
});
