import { expect, it } from 'vitest';
import { project, startForTest } from './fakes-gitlab-support.js';

const one = `${project}/merge_requests/1`;

it('merges by a merge commit, with the message that was given', async () => {
  const { call, opened, seed, inspect } = await startForTest();
  const { head } = await opened();
  const target = await seed.commit({ branch: 'main', files: { 'other.txt': 'x' } });
  const merged = await call('PUT', `${one}/merge`, { sha: head, merge_commit_message: 'Land it\n\nX: y' });
  const tip = (await inspect.branches())['main'] ?? '';
  expect(merged.status).toBe(200);
  expect(merged.body).toMatchObject({
    state: 'merged',
    sha: head,
    merge_commit_sha: tip,
    squash_commit_sha: null,
    merged_by: { username: 'ana' },
    detailed_merge_status: 'not_open',
  });
  expect(await inspect.commit(tip)).toMatchObject({ parents: [target, head], message: 'Land it\n\nX: y' });
  expect(Object.keys(await inspect.tree(tip))).toContain('other.txt');
  expect((await inspect.branches())['topic']).toBe(head);
  const again = await call('PUT', `${one}/merge`, { sha: head });
  expect([again.status, again.body]).toEqual([405, { message: '405 Method Not Allowed' }]);
  expect(await inspect.faults()).toEqual([]);
});

it('writes its own message where none is given, and removes the source branch when told', async () => {
  const { call, opened, inspect } = await startForTest();
  await opened();
  const merged = await call('PUT', `${one}/merge`, { should_remove_source_branch: true });
  const { message } = await inspect.commit(merged.body.merge_commit_sha);
  expect(message).toBe("Merge branch 'topic' into 'main'\n\nPromote dev to prod\n\nSee merge request acme/gitops!1");
  expect(await inspect.branches()).not.toHaveProperty('topic');
  expect((await call('GET', one)).body).toMatchObject({ source_branch: 'topic', state: 'merged' });
});

it('keeps the source branch on a plain no, whatever was wished before', async () => {
  const { call, opened, inspect } = await startForTest();
  await opened({ remove_source_branch: true });
  await call('PUT', `${one}/merge`, { should_remove_source_branch: false });
  expect(await inspect.branches()).toHaveProperty('topic');
});

it('squashes into one commit below the merge commit', async () => {
  const { call, opened, seed, inspect, request } = await startForTest();
  const { base } = await opened();
  const head = await seed.commit({ branch: 'topic', files: { 'two.txt': '2' }, message: 'Two' });
  expect((await request()).diff_refs).toEqual({ base_sha: base, head_sha: head, start_sha: base });
  const target = await seed.commit({ branch: 'main', files: { 'other.txt': 'x' } });
  const { body } = await call('PUT', `${one}/merge`, { sha: head, squash: true, squash_commit_message: 'All of it' });
  expect((await inspect.commit(body.merge_commit_sha)).parents).toEqual([target, body.squash_commit_sha]);
  const squashed = await inspect.commit(body.squash_commit_sha);
  expect(squashed).toMatchObject({ parents: [base], message: 'All of it', authorName: 'Ana Maintainer' });
  expect(Object.keys(await inspect.tree(body.merge_commit_sha)).sort()).toEqual([
    'README.md',
    'apps/dev/a.yaml',
    'apps/prod/a.yaml',
    'other.txt',
    'two.txt',
  ]);
});

it('squashes as the project says', async () => {
  for (const [squash_option, asked, squashes] of [
    ['never', true, false],
    ['always', false, true],
    ['default_on', undefined, true],
    ['default_off', undefined, false],
  ] as const) {
    const { gitlab, call, seeded, inspect } = await startForTest();
    gitlab.change('acme/gitops', { squash_option });
    await seeded();
    await call('POST', `${project}/merge_requests`, { source_branch: 'topic', target_branch: 'main', title: 'T' });
    const { body } = await call('PUT', `${one}/merge`, asked === undefined ? {} : { squash: asked });
    expect([squash_option, body.squash_commit_sha !== null]).toEqual([squash_option, squashes]);
    expect(await inspect.faults()).toEqual([]);
  }
});

it('fast-forwards, or wants a rebase first', async () => {
  const { gitlab, call, opened, seed, inspect, request } = await startForTest();
  gitlab.change('acme/gitops', { merge_method: 'ff' });
  await opened();
  const head = await seed.commit({ branch: 'topic', files: { 'two.txt': '2' }, message: 'Two' });
  const target = await seed.commit({ branch: 'main', files: { 'other.txt': 'x' } });
  const refused = await call('PUT', `${one}/merge`, { sha: head });
  expect([refused.status, refused.body]).toEqual([422, { message: 'Branch cannot be merged' }]);
  const rebase = await call('PUT', `${one}/rebase`, {});
  expect([rebase.status, rebase.body]).toEqual([202, { rebase_in_progress: true }]);
  const rebased = await request();
  expect(rebased.sha).not.toBe(head);
  expect((await call('GET', `${one}?include_rebase_in_progress=true`)).body).toMatchObject({
    rebase_in_progress: false,
    merge_error: null,
    detailed_merge_status: 'mergeable',
  });
  const { body } = await call('PUT', `${one}/merge`, { sha: rebased.sha });
  expect(body).toMatchObject({ state: 'merged', merge_commit_sha: null, squash_commit_sha: null, sha: rebased.sha });
  expect((await inspect.branches())['main']).toBe(rebased.sha);
  const first = (await inspect.commit(rebased.sha)).parents[0] ?? '';
  expect((await inspect.commit(first)).parents).toEqual([target]);
  expect((await inspect.commit(rebased.sha)).authorName).toBe('Seed');
});

it('fast-forwards a squashed commit', async () => {
  const { gitlab, call, opened, inspect } = await startForTest();
  gitlab.change('acme/gitops', { merge_method: 'ff' });
  const { base } = await opened();
  const { body } = await call('PUT', `${one}/merge`, { squash: true, squash_commit_message: 'One' });
  expect(body.merge_commit_sha).toBeNull();
  expect((await inspect.branches())['main']).toBe(body.squash_commit_sha);
  expect((await inspect.commit(body.squash_commit_sha)).parents).toEqual([base]);
});

it('takes a commit that is one already for squashed', async () => {
  const { gitlab, call, opened, inspect } = await startForTest();
  gitlab.change('acme/gitops', { merge_method: 'ff' });
  const { head } = await opened();
  const { body } = await call('PUT', `${one}/merge`, { squash: true, squash_commit_message: 'Promote' });
  expect([body.squash_commit_sha, (await inspect.branches())['main']]).toEqual([head, head]);
});

it('merges semi-linearly, rebasing by itself where the project wants it', async () => {
  const { gitlab, call, opened, seed, inspect } = await startForTest();
  gitlab.change('acme/gitops', { merge_method: 'rebase_merge', automatic_rebase_enabled: true });
  await opened();
  const target = await seed.commit({ branch: 'main', files: { 'other.txt': 'x' } });
  const { body } = await call('PUT', `${one}/merge`, {});
  expect((await inspect.commit(body.merge_commit_sha)).parents).toEqual([target, body.sha]);
  expect((await inspect.commit(body.sha)).parents).toEqual([target]);
});

it('says why a rebase stopped, and does it when it is looked at later', async () => {
  const { call, opened, seed, inspect, request } = await startForTest({ asyncMergeability: 1 });
  const { head } = await opened();
  await seed.commit({ branch: 'main', files: { 'apps/prod/a.yaml': 'tag: "7"\n' } });
  await call('PUT', `${one}/rebase`, {});
  const busy = await call('PUT', `${one}/rebase`, {});
  expect(busy.status).toBe(409);
  expect((await call('GET', `${one}?include_rebase_in_progress=true`)).body.rebase_in_progress).toBe(true);
  expect((await request()).merge_error).toContain('Rebase failed');
  expect((await inspect.branches())['topic']).toBe(head);
});

it('guards the head, the conflict and the branch', async () => {
  const { gitlab, call, opened, seed, inspect } = await startForTest();
  const { head } = await opened();
  const next = await seed.commit({ branch: 'topic', files: { 'apps/prod/a.yaml': 'tag: "2"\n' } });
  const moved = await call('PUT', `${one}/merge`, { sha: head });
  expect([moved.status, moved.body]).toEqual([409, { message: `SHA does not match HEAD of source branch: ${next}` }]);
  gitlab.protect('acme/gitops', { name: 'main', push: 'maintainer', merge: 'maintainer' });
  const denied = await call('PUT', `${one}/merge`, { sha: next }, { token: gitlab.tokens.ben });
  expect([denied.status, denied.body]).toEqual([401, { message: '401 Unauthorized' }]);
  const target = await seed.commit({ branch: 'main', files: { 'apps/prod/a.yaml': 'tag: "7"\n' } });
  const conflict = await call('PUT', `${one}/merge`, { sha: next });
  expect([conflict.status, conflict.body]).toEqual([422, { message: 'Branch cannot be merged' }]);
  expect((await inspect.branches())['main']).toBe(target);
});

it('lets developers merge where only maintainers push', async () => {
  const { gitlab, call, opened } = await startForTest();
  gitlab.protect('acme/gitops', { name: 'main', push: null, merge: 'developer' });
  await opened();
  expect((await call('PUT', `${one}/merge`, {}, { token: gitlab.tokens.ben })).body.state).toBe('merged');
});

it('lands once when two merge at once', async () => {
  const { gitlab, call, opened, inspect } = await startForTest();
  await opened();
  const answers = await Promise.all([
    call('PUT', `${one}/merge`, {}),
    call('PUT', `${one}/merge`, {}, { token: gitlab.tokens.ben }),
  ]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 405]);
  expect((await inspect.branches())['main']).toBe((await call('GET', one)).body.merge_commit_sha);
});

it('makes the result of a merge readable before it lands', async () => {
  const { call, opened, seed, inspect } = await startForTest();
  const { head, base } = await opened();
  const first = (await call('GET', `${one}/merge_ref`)).body.commit_id;
  expect((await inspect.commit(first)).parents).toEqual([base, head]);
  expect((await call('GET', `${one}/merge_ref`)).body.commit_id).toBe(first);
  const target = await seed.commit({ branch: 'main', files: { 'other.txt': 'x' } });
  const second = (await call('GET', `${one}/merge_ref`)).body.commit_id;
  expect((await inspect.commit(second)).parents).toEqual([target, head]);
  expect((await call('GET', `${project}/repository/commits/${second}`)).status).toBe(200);
  expect((await inspect.branches())['main']).toBe(target);
  await seed.commit({ branch: 'main', files: { 'apps/prod/a.yaml': 'tag: "7"\n' } });
  const conflict = await call('GET', `${one}/merge_ref`);
  expect([conflict.status, conflict.body]).toEqual([400, { message: 'Merge request is not mergeable' }]);
});

it('waits for a pipeline when armed, and lands by itself', async () => {
  const { gitlab, call, opened, request } = await startForTest();
  const { head } = await opened();
  const trap = await call('PUT', `${one}/merge`, { auto_merge: true, sha: head });
  expect(trap.status).toBe(405);
  await gitlab.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'running' });
  const armed = await call('PUT', `${one}/merge`, { auto_merge: true, sha: head, merge_commit_message: 'Auto' });
  expect(armed.body).toMatchObject({
    state: 'opened',
    merge_when_pipeline_succeeds: true,
    merge_user: { username: 'ana' },
  });
  await gitlab.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'success' });
  expect(await request()).toMatchObject({ state: 'merged', merge_when_pipeline_succeeds: false });
});

it('merges at once when armed after the pipeline passed', async () => {
  const { gitlab, call, opened } = await startForTest();
  const { head } = await opened();
  await gitlab.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'success' });
  expect((await call('PUT', `${one}/merge`, { merge_when_pipeline_succeeds: true })).body.state).toBe('merged');
});

it('waits for approvals when armed; a push or a word disarms it', async () => {
  const { gitlab, call, opened, seed, request } = await startForTest();
  gitlab.change('acme/gitops', { approvals_required: 1 });
  await opened();
  const arm = () => call('PUT', `${one}/merge`, { auto_merge: true });
  expect((await arm()).body.merge_when_pipeline_succeeds).toBe(true);
  expect((await call('POST', `${one}/cancel_merge_when_pipeline_succeeds`)).status).toBe(201);
  expect((await call('POST', `${one}/cancel_merge_when_pipeline_succeeds`)).status).toBe(406);
  await arm();
  await seed.commit({ branch: 'topic', files: { 'evil.txt': 'x' } });
  expect((await request()).merge_when_pipeline_succeeds).toBe(false);
  await arm();
  await call('POST', `${one}/approve`, {}, { token: gitlab.tokens.ben });
  expect((await request()).state).toBe('merged');
});

it('lets merge requests ride a train', async () => {
  const { gitlab, call, opened, request } = await startForTest();
  gitlab.change('acme/gitops', { merge_trains_enabled: true });
  const { head } = await opened();
  expect((await call('GET', project)).body.merge_trains_enabled).toBe(true);
  expect((await call('PUT', `${one}/merge`, { auto_merge: true, sha: head })).body).toMatchObject({
    state: 'opened',
    merge_when_pipeline_succeeds: true,
  });
  const car = { merge_request: { iid: 1 }, status: 'fresh', target_branch: 'main', user: { username: 'ana' } };
  expect((await call('GET', `${project}/merge_trains?scope=active`)).body).toMatchObject([car]);
  expect((await call('GET', `${project}/merge_trains/main`)).body).toMatchObject([car]);
  expect((await call('GET', `${project}/merge_trains/merge_requests/1`)).body).toMatchObject(car);
  expect(await gitlab.runTrain('acme/gitops', 'main')).toBe(true);
  expect(await request()).toMatchObject({ state: 'merged' });
  expect((await call('GET', `${project}/merge_trains?scope=complete`)).body).toMatchObject([{ status: 'merged' }]);
});

it('adds to a train by the train itself, guarded', async () => {
  const { gitlab, call, opened } = await startForTest();
  await opened();
  const add = (body: object) => call('POST', `${project}/merge_trains/merge_requests/1`, body);
  expect((await add({})).status).toBe(403);
  gitlab.change('acme/gitops', { merge_trains_enabled: true, merge_trains_skip_train_allowed: false });
  expect((await add({ sha: '1'.repeat(40) })).status).toBe(409);
  expect((await call('PUT', `${one}/merge`, { skip_merge_train: true })).status).toBe(405);
  expect((await add({ auto_merge: true })).body).toMatchObject([{ status: 'fresh' }]);
});

it('throws what cannot be merged any more off the train', async () => {
  const { gitlab, call, opened, seed, request } = await startForTest();
  gitlab.change('acme/gitops', { merge_trains_enabled: true, merge_method: 'ff' });
  await opened();
  await call('PUT', `${one}/merge`, { auto_merge: true });
  const target = await seed.commit({ branch: 'main', files: { 'other.txt': 'x' } });
  expect(await gitlab.runTrain('acme/gitops', 'main')).toBe(false);
  expect(await request()).toMatchObject({ state: 'opened', merge_when_pipeline_succeeds: false });
  expect((await call('GET', `${project}/merge_trains/merge_requests/1`)).body.status).toBe('skip_merged');
  expect((await call('GET', `${project}/repository/branches/main`)).body.commit.id).toBe(target);
});
