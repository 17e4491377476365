import { expect, it } from 'vitest';
import { project, startForTest } from './fakes-gitlab-support.js';

const requests = `${project}/merge_requests`;

it('opens a merge request, and shows it', async () => {
  const { gitlab, call, opened, request } = await startForTest();
  const ben = (await call('GET', '/users?username=ben')).body[0].id;
  const olga = (await call('GET', '/users?username=olga')).body[0].id;
  const milestone = gitlab.addMilestone('acme/gitops', 'Q4');
  const { base, head, created } = await opened({
    description: 'All of it.',
    labels: 'promotion,to/prod',
    reviewer_ids: [ben, olga],
    assignee_ids: [ben],
    milestone_id: milestone,
  });
  expect(created).toMatchObject({
    iid: 1,
    state: 'opened',
    sha: head,
    merge_status: 'checking',
    diff_refs: null,
    changes_count: null,
  });
  const seen = await request();
  expect(seen).toMatchObject({
    title: 'Promote dev to prod',
    description: 'All of it.',
    source_branch: 'topic',
    target_branch: 'main',
    sha: head,
    draft: false,
    author: { username: 'ana' },
    labels: ['promotion', 'to/prod'],
    reviewers: [{ username: 'ben' }],
    assignee: { username: 'ben' },
    milestone: { title: 'Q4' },
    merge_status: 'can_be_merged',
    detailed_merge_status: 'mergeable',
    has_conflicts: false,
    changes_count: '1',
    diff_refs: { base_sha: base, head_sha: head, start_sha: base },
    references: { short: '!1', full: 'acme/gitops!1' },
    web_url: `${gitlab.webUrl}/acme/gitops/-/merge_requests/1`,
    head_pipeline: null,
    user: { can_merge: true },
  });
  expect((await call('GET', `${requests}/1/commits`)).body.map((one: { id: string }) => one.id)).toEqual([head]);
  expect((await call('GET', `${requests}/1/diffs`)).body).toMatchObject([{ new_path: 'apps/prod/a.yaml' }]);
  expect((await call('GET', `${requests}/1/changes`)).body).toMatchObject({
    overflow: false,
    changes: [{ new_path: 'apps/prod/a.yaml' }],
  });
  expect((await call('GET', `${requests}/1/participants`)).body).toHaveLength(2);
  expect((await call('GET', `${project}/labels`)).body.map((one: { name: string }) => one.name)).toEqual([
    'promotion',
    'to/prod',
  ]);
});

it('opens one for two branches, and no second', async () => {
  const { gitlab, call, opened } = await startForTest();
  await opened();
  const draft = { source_branch: 'topic', target_branch: 'main', title: 'T' };
  const second = await call('POST', requests, draft, { token: gitlab.tokens.ben });
  expect([second.status, second.body]).toEqual([
    409,
    { message: ['Another open merge request already exists for this source branch: !1'] },
  ]);
  await call('PUT', `${requests}/1`, { state_event: 'close' });
  expect((await call('POST', requests, draft)).body.iid).toBe(2);
  const reopened = await call('PUT', `${requests}/1`, { state_event: 'reopen' });
  expect([reopened.status, reopened.body.message[0]]).toEqual([409, expect.stringContaining('!2')]);
});

it('says what a merge request lacks', async () => {
  const { call, seeded } = await startForTest({ descriptionLimit: 100 });
  await seeded();
  const attempt = async (fields: object) => {
    const answer = await call('POST', requests, {
      source_branch: 'topic',
      target_branch: 'main',
      title: 'T',
      ...fields,
    });
    return [answer.status, answer.body.message ?? answer.body.error];
  };
  expect(await attempt({ title: ' ' })).toEqual([400, { title: ["can't be blank"] }]);
  expect(await attempt({ title: 'x'.repeat(256) })).toEqual([
    400,
    { title: ['is too long (maximum is 255 characters)'] },
  ]);
  expect(await attempt({ description: 'x'.repeat(101) })).toEqual([
    400,
    { description: [expect.stringContaining('too long')] },
  ]);
  expect(await attempt({ source_branch: 'none' })).toEqual([400, { source_branch: ['does not exist'] }]);
  expect(await attempt({ target_branch: 'none' })).toEqual([400, { target_branch: ['does not exist'] }]);
  expect(await attempt({ target_branch: 'topic' })).toEqual([
    422,
    ["You can't use same project/branch for source and target"],
  ]);
  const missing = await call('GET', `${requests}/100000000000000000000`);
  expect([missing.status, missing.body]).toEqual([404, { message: '404 Not found' }]);
});

it('lists by state, branches, labels and author, newest first, by pages', async () => {
  const { gitlab, call, opened, seed } = await startForTest();
  const { base } = await opened({ labels: ['promotion'] });
  for (const name of ['two', 'three']) {
    await seed.commit({ branch: name, parent: base, files: { 'x.txt': name } });
    gitlab.clock.advance(1000);
    await call(
      'POST',
      requests,
      { source_branch: name, target_branch: 'main', title: `Draft: ${name}` },
      { token: gitlab.tokens.ben },
    );
  }
  await call('PUT', `${requests}/2`, { state_event: 'close' });
  const list = async (query: string) =>
    (await call('GET', `${requests}?${query}`)).body.map((one: { iid: number }) => one.iid);
  expect(await list('')).toEqual([3, 2, 1]);
  expect(await list('state=opened')).toEqual([3, 1]);
  expect(await list('state=closed')).toEqual([2]);
  expect(await list('state=opened&source_branch=topic&target_branch=main')).toEqual([1]);
  expect(await list('target_branch=other')).toEqual([]);
  expect(await list('labels=promotion')).toEqual([1]);
  expect(await list('author_username=ben')).toEqual([3, 2]);
  expect(await list('sort=asc')).toEqual([1, 2, 3]);
  expect(await list('wip=yes')).toEqual([3, 2]);
  expect(await list('iids=1,3')).toEqual([3, 1]);
  expect(await list('search=promote')).toEqual([1]);
  const page = await call('GET', `${requests}?per_page=2`);
  expect([page.body.length, page.headers.get('x-total'), page.headers.get('x-next-page')]).toEqual([2, '3', '2']);
  const details = await call('GET', `${requests}?with_labels_details=true&labels=promotion`);
  expect(details.body[0].labels).toMatchObject([{ name: 'promotion', color: expect.any(String) }]);
  expect(page.body[0]).not.toHaveProperty('diff_refs');
});

it('changes text, labels, people, draft, target and state', async () => {
  const { gitlab, call, opened, seed } = await startForTest();
  const { base } = await opened({ labels: ['a', 'b'] });
  const change = async (fields: object) => (await call('PUT', `${requests}/1`, fields)).body;
  expect(await change({ title: 'Draft: Other', description: 'D' })).toMatchObject({
    title: 'Draft: Other',
    draft: true,
    description: 'D',
  });
  expect((await change({ add_labels: 'c', remove_labels: ['a'] })).labels).toEqual(['b', 'c']);
  expect((await change({ labels: [] })).labels).toEqual([]);
  const ben = (await call('GET', '/users?username=ben')).body[0].id;
  expect((await change({ reviewer_ids: [ben] })).reviewers).toMatchObject([{ username: 'ben' }]);
  await seed.setBranch('release', base);
  expect((await change({ target_branch: 'release' })).target_branch).toBe('release');
  expect(await change({ state_event: 'close' })).toMatchObject({
    state: 'closed',
    closed_by: { username: 'ana' },
    detailed_merge_status: 'not_open',
  });
  expect(await change({ state_event: 'reopen' })).toMatchObject({ state: 'opened', closed_at: null });
  const denied = await call('PUT', `${requests}/1`, { title: 'x' }, { token: gitlab.tokens.rob });
  expect(denied.status).toBe(403);
  expect((await call('PUT', `${requests}/1`, {})).body.error).toContain('at least one parameter must be provided');
});

it('keeps one reviewer and one assignee in the Community Edition', async () => {
  const { opened } = await startForTest({ edition: 'ce' });
  const { created } = await opened({ reviewer_ids: [102, 103], assignee_ids: [102, 103] });
  expect([created.reviewers.length, created.assignees.length]).toEqual([1, 1]);
  expect(created).not.toHaveProperty('approvals_before_merge');
});

it('finds out about mergeability when it is asked, and not at once', async () => {
  const { call, opened, seed, request } = await startForTest({ asyncMergeability: 2 });
  const { created, head } = await opened();
  expect(created).toMatchObject({ merge_status: 'checking', detailed_merge_status: 'preparing', prepared_at: null });
  const merge = await call('PUT', `${requests}/1/merge`, { sha: head });
  expect([merge.status, merge.body]).toEqual([405, { message: '405 Method Not Allowed' }]);
  const status = async () => (await request()).detailed_merge_status;
  expect([await status(), await status(), await status()]).toEqual(['checking', 'checking', 'mergeable']);
  await seed.commit({ branch: 'main', files: { 'apps/prod/a.yaml': 'tag: "7"\n' } });
  const listed = (await call('GET', requests)).body[0];
  expect([listed.detailed_merge_status, listed.merge_status]).toEqual(['unchecked', 'unchecked']);
  expect([await status(), await status()]).toEqual(['checking', 'checking']);
  expect(await request()).toMatchObject({
    detailed_merge_status: 'conflict',
    merge_status: 'cannot_be_merged',
    has_conflicts: true,
  });
});

it('names the first obstacle', async () => {
  const { gitlab, call, opened, request, seed } = await startForTest();
  const { head } = await opened({ title: 'Draft: x' });
  const status = async () => (await request()).detailed_merge_status;
  const change = (settings: Parameters<typeof gitlab.change>[1]) => gitlab.change('acme/gitops', settings);
  change({
    only_allow_merge_if_pipeline_succeeds: true,
    only_allow_merge_if_all_discussions_are_resolved: true,
    approvals_required: 1,
    merge_method: 'ff',
  });
  await gitlab.rejectMergeRequest('acme/gitops', 1, 'No.');
  expect(await status()).toBe('requested_changes');
  expect((await call('GET', `${requests}/1/reviewers`)).body).toMatchObject([
    { user: { username: 'mia' }, state: 'requested_changes' },
  ]);
  await call('POST', `${requests}/1/approve`, {}, { token: gitlab.tokens.mia });
  expect(await status()).toBe('draft_status');
  await call('POST', `${requests}/1/unapprove`, {}, { token: gitlab.tokens.mia });
  expect(await status()).toBe('not_approved');
  await call('POST', `${requests}/1/approve`, {}, { token: gitlab.tokens.ben });
  await call('PUT', `${requests}/1`, { title: 'x' });
  const note = await gitlab.startThread('acme/gitops', 1, 'Why?');
  expect(await status()).toBe('discussions_not_resolved');
  await gitlab.resolveThread('acme/gitops', 1, note);
  expect(await status()).toBe('ci_must_pass');
  await gitlab.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'running' });
  expect(await status()).toBe('ci_still_running');
  await gitlab.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'success' });
  expect(await status()).toBe('mergeable');
  expect((await request()).head_pipeline).toMatchObject({ sha: head, status: 'success' });
  await seed.commit({ branch: 'main', files: { 'other.txt': 'x' } });
  expect(await status()).toBe('need_rebase');
  expect((await call('GET', `${requests}/1?include_diverged_commits_count=true`)).body.diverged_commits_count).toBe(1);
  change({ automatic_rebase_enabled: true });
  expect(await status()).toBe('mergeable');
  await call('DELETE', `${project}/repository/branches/topic`);
  expect(await request()).toMatchObject({ state: 'opened', sha: head, detailed_merge_status: 'commits_status' });
});

it('follows what is pushed, and takes approvals back where it says so', async () => {
  for (const [edition, left] of [
    ['ee', 0],
    ['ce', 1],
  ] as const) {
    const { gitlab, call, opened, seed, request } = await startForTest({ edition });
    const { head } = await opened();
    await call('POST', `${requests}/1/approve`, { sha: head }, { token: gitlab.tokens.ben });
    const next = await seed.commit({ branch: 'topic', files: { 'README.md': 'more\n' } });
    expect((await request()).sha).toBe(next);
    expect((await call('GET', `${requests}/1/approvals`)).body.approved_by).toHaveLength(left);
    expect(
      (await call('GET', `${requests}/1/versions`)).body.map((one: { head_commit_sha: string }) => one.head_commit_sha),
    ).toEqual([next, head]);
    const notes = (await call('GET', `${requests}/1/notes?activity_filter=only_activity&sort=asc`)).body;
    expect(notes.map((one: { body: string }) => one.body)).toEqual(['approved this merge request', 'added 1 commit']);
  }
});

it('is merged when its commits land by a push', async () => {
  const { gitlab, call, opened, seed, request } = await startForTest();
  const { head } = await opened();
  await seed.setBranch('main', head);
  expect(await request()).toMatchObject({ state: 'merged', sha: head, merge_commit_sha: null });
  expect((await call('GET', `${requests}?state=opened`)).body).toEqual([]);
  expect(gitlab.violations).toEqual([]);
});

it('keeps notes: newest first, changed by their author only', async () => {
  const { gitlab, call, opened } = await startForTest();
  await opened();
  const notes = `${requests}/1/notes`;
  const first = await call('POST', notes, { body: 'First\nline two 😀' });
  expect([first.status, first.body]).toEqual([
    201,
    expect.objectContaining({ system: false, noteable_iid: 1, resolvable: false }),
  ]);
  gitlab.clock.advance(1000);
  await call('POST', notes, { body: 'Second' }, { token: gitlab.tokens.rob });
  const texts = async (query: string) =>
    (await call('GET', `${notes}?${query}`)).body.map((one: { body: string }) => one.body);
  expect(await texts('')).toEqual(['Second', 'First\nline two 😀']);
  expect(await texts('sort=asc&per_page=1&page=2')).toEqual(['Second']);
  const one = `${notes}/${first.body.id}`;
  expect((await call('PUT', one, { body: 'Changed' })).body.body).toBe('Changed');
  expect((await call('PUT', one, { body: 'Mine' }, { token: gitlab.tokens.ben })).status).toBe(403);
  expect((await call('GET', one)).body.body).toBe('Changed');
  expect((await call('POST', notes, { body: ' ' })).status).toBe(400);
  expect((await call('DELETE', one)).status).toBe(204);
  expect((await call('GET', one)).body).toEqual({ message: '404 Not found' });
  expect((await call('GET', `${requests}/9/notes`)).status).toBe(404);
});

it('keeps labels and milestones', async () => {
  const { gitlab, call } = await startForTest();
  const label = { name: 'promotion', color: '#00ff00', description: 'By gitops' };
  expect((await call('POST', `${project}/labels`, label)).status).toBe(201);
  const again = await call('POST', `${project}/labels`, label);
  expect([again.status, again.body]).toEqual([409, { message: 'Label already exists' }]);
  expect((await call('POST', `${project}/labels`, { name: 'x', color: 'not a color' })).status).toBe(400);
  expect((await call('GET', `${project}/labels/promotion`)).body).toMatchObject(label);
  expect((await call('GET', `${project}/labels/none`)).body).toEqual({ message: '404 Label Not Found' });
  expect((await call('GET', `${project}/labels?search=pro`)).body).toHaveLength(1);
  gitlab.addMilestone('acme/gitops', 'Q4');
  expect((await call('GET', `${project}/milestones?title=Q4`)).body).toMatchObject([
    { iid: 1, title: 'Q4', state: 'active' },
  ]);
  expect((await call('GET', `${project}/milestones?title=Q5`)).body).toEqual([]);
});
