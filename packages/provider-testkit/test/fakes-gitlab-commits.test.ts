import { expect, it } from 'vitest';
import { project, startForTest } from './fakes-gitlab-support.js';

const commits = `${project}/repository/commits`;
const update = (path: string, content: string, more: object = {}) => ({
  action: 'update',
  file_path: path,
  content,
  ...more,
});

it('makes one commit of several files on a new branch from a commit', async () => {
  const { call, seeded, inspect } = await startForTest();
  const { base } = await seeded();
  const answer = await call('POST', commits, {
    branch: 'gitops/promote/dev/prod',
    start_sha: base,
    commit_message: 'Promote\n\nGitOps-Operation: promote',
    actions: [
      update('apps/prod/a.yaml', 'tag: "1.0"\n'),
      {
        action: 'create',
        file_path: 'bin/run',
        content: Buffer.from('#!/bin/sh\r\n\0').toString('base64'),
        encoding: 'base64',
        execute_filemode: true,
      },
      { action: 'move', file_path: 'docs/README.md', previous_path: 'README.md' },
      { action: 'delete', file_path: 'apps/dev/a.yaml' },
    ],
  });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    title: 'Promote',
    message: 'Promote\n\nGitOps-Operation: promote',
    trailers: { 'GitOps-Operation': 'promote' },
    parent_ids: [base],
    author_name: 'Ana Maintainer',
    author_email: 'ana@example.com',
    stats: { additions: 1, deletions: 2, total: 3 },
    status: null,
  });
  expect((await inspect.branches())['gitops/promote/dev/prod']).toBe(answer.body.id);
  const tree = await inspect.tree(answer.body.id);
  expect(Object.keys(tree).sort()).toEqual(['apps/prod/a.yaml', 'bin/run', 'docs/README.md']);
  expect(tree['bin/run']?.mode).toBe('100755');
  expect(Buffer.from(await inspect.bytes(answer.body.id, 'bin/run')).toString()).toBe('#!/bin/sh\r\n\0');
  const chmod = { action: 'chmod', file_path: 'bin/run', execute_filemode: false };
  const next = await call('POST', commits, {
    branch: 'gitops/promote/dev/prod',
    commit_message: 'C',
    actions: [chmod],
    author_name: 'Bot',
    author_email: 'bot@example.com',
  });
  expect(next.body).toMatchObject({
    parent_ids: [answer.body.id],
    author_name: 'Bot',
    committer_name: 'Ana Maintainer',
  });
  expect((await inspect.tree(next.body.id))['bin/run']?.mode).toBe('100644');
  expect(await inspect.faults()).toEqual([]);
});

it('makes the first commit of an empty project', async () => {
  const { call, inspect } = await startForTest();
  const actions = [{ action: 'create', file_path: 'a.yaml', content: 'a: 1\n' }];
  const answer = await call('POST', commits, { branch: 'main', commit_message: 'First', actions });
  expect(answer.body.parent_ids).toEqual([]);
  expect(await inspect.branches()).toEqual({ main: answer.body.id });
  expect((await call('GET', project)).body).toMatchObject({ default_branch: 'main', empty_repo: false });
});

it('replaces a branch only by force', async () => {
  const { call, seeded, inspect } = await startForTest();
  const { base, head } = await seeded();
  const body = { branch: 'topic', start_sha: base, commit_message: 'Again', actions: [update('README.md', 'x\n')] };
  const refused = await call('POST', commits, body);
  expect([refused.status, refused.body.message]).toEqual([
    400,
    "A branch called 'topic' already exists. Switch to that branch in order to make changes",
  ]);
  expect((await inspect.branches())['topic']).toBe(head);
  const forced = await call('POST', commits, { ...body, force: true });
  expect(forced.body.parent_ids).toEqual([base]);
  expect((await inspect.branches())['topic']).toBe(forced.body.id);
});

it('says what is wrong with each file', async () => {
  const { call, seeded, inspect } = await startForTest();
  await seeded();
  const before = await inspect.branches();
  const attempt = async (action: object, more: object = {}) => {
    const answer = await call('POST', commits, { branch: 'main', commit_message: 'C', actions: [action], ...more });
    expect(answer.status).toBe(400);
    return answer.body.message ?? answer.body.error;
  };
  const readme = { file_path: 'README.md', content: 'x' };
  expect(await attempt({ action: 'create', ...readme })).toBe('A file with this name already exists');
  expect(await attempt({ action: 'create', file_path: 'apps', content: '' })).toBe(
    'A directory with this name already exists',
  );
  expect(await attempt({ action: 'create', file_path: 'README.md/x', content: '' })).toBe(
    'A file with this name already exists',
  );
  for (const action of [
    update('none', 'x'),
    { action: 'delete', file_path: 'none' },
    { action: 'chmod', file_path: 'none', execute_filemode: true },
    { action: 'move', file_path: 'y', previous_path: 'none' },
    update('apps', 'x'),
  ]) {
    expect(await attempt(action)).toBe("A file with this name doesn't exist");
  }
  expect(await attempt(update('../x', 'x'))).toBe('Path cannot include directory traversal');
  expect(await attempt(update('.git/config', 'x'))).toContain('invalid path');
  expect(
    await attempt(update('README.md', 'x'), { start_branch: 'main', start_sha: '1'.repeat(40), branch: 'n' }),
  ).toBe("You can't pass both start_branch and start_sha");
  expect(await attempt(update('README.md', 'x'), { start_sha: 'abc', branch: 'n' })).toBe("Invalid start_sha 'abc'");
  const gone = '1'.repeat(40);
  expect(await attempt(update('README.md', 'x'), { start_sha: gone, branch: 'n' })).toBe(
    `Cannot find start_sha '${gone}'`,
  );
  expect(await attempt(update('README.md', 'x'), { branch: 'n' })).toBe(
    'You can only create or edit files when you are on a branch',
  );
  expect(await attempt(update('README.md', 'x'), { branch: 'a..b', start_branch: 'main' })).toContain(
    'Something went wrong',
  );
  expect(await inspect.branches()).toEqual(before);
});

it('holds a file to the last commit that touched it', async () => {
  const { call, seeded, seed } = await startForTest();
  const { base } = await seeded();
  const later = await seed.commit({ branch: 'main', files: { 'apps/dev/a.yaml': 'tag: "2"\n' } });
  const attempt = (path: string, last: string) =>
    call('POST', commits, {
      branch: 'main',
      commit_message: 'C',
      actions: [update(path, 'x', { last_commit_id: last })],
    });
  const stale = await attempt('apps/dev/a.yaml', base);
  expect([stale.status, stale.body.message]).toEqual([
    400,
    'The file has changed since you started editing it: apps/dev/a.yaml',
  ]);
  expect((await attempt('README.md', base)).status).toBe(201);
  expect((await attempt('apps/dev/a.yaml', later)).status).toBe(201);
});

it('keeps people off protected branches', async () => {
  const { gitlab, call, seeded, inspect } = await startForTest();
  const { base } = await seeded();
  gitlab.protect('acme/gitops', { name: 'main', push: 'maintainer', merge: 'developer' });
  gitlab.protect('acme/gitops', { name: 'release/*', push: null, merge: 'maintainer' });
  const body = { branch: 'main', commit_message: 'C', actions: [update('README.md', 'x')] };
  const denied = await call('POST', commits, body, { token: gitlab.tokens.ben });
  expect([denied.status, denied.body.message]).toEqual([
    403,
    '403 Forbidden - You are not allowed to push into this branch',
  ]);
  const start = { ...body, branch: 'release/1', start_sha: base };
  expect((await call('POST', commits, start)).status).toBe(403);
  expect((await call('POST', `${project}/repository/branches`, { branch: 'release/1', ref: 'main' })).status).toBe(403);
  expect((await call('POST', commits, body)).status).toBe(201);
  const force = await call('POST', commits, { ...body, start_sha: base, force: true });
  expect([force.status, force.body.message]).toEqual([
    400,
    'You are not allowed to force push code to a protected branch on this project.',
  ]);
  expect((await call('DELETE', `${project}/repository/branches/main`)).status).toBe(400);
  expect(Object.keys(await inspect.branches())).toEqual(['main', 'topic']);
  expect((await call('GET', `${project}/protected_branches`)).body).toMatchObject([
    {
      name: 'main',
      push_access_levels: [{ access_level: 40 }],
      merge_access_levels: [{ access_level: 30 }],
      allow_force_push: false,
    },
    { name: 'release/*', push_access_levels: [{ access_level: 0 }] },
  ]);
  expect((await call('GET', `${project}/protected_branches/main`)).body.name).toBe('main');
  expect((await call('GET', `${project}/protected_branches`, undefined, { token: gitlab.tokens.rob })).status).toBe(
    403,
  );
  expect((await call('GET', `${project}/repository/branches/main`)).body).toMatchObject({
    protected: true,
    can_push: true,
    developers_can_merge: true,
    developers_can_push: false,
  });
});

it('takes a thousand files in one commit', async () => {
  const { call, seeded, inspect } = await startForTest();
  const { base } = await seeded();
  const actions = Array.from({ length: 1000 }, (_, index) => ({
    action: 'create',
    file_path: `apps/${index}.yaml`,
    content: `n: ${index}\n`,
  }));
  const answer = await call('POST', commits, {
    branch: 'many',
    start_sha: base,
    commit_message: 'Many',
    actions,
    stats: false,
  });
  expect([answer.status, answer.body.stats]).toEqual([201, undefined]);
  expect(Object.keys(await inspect.tree(answer.body.id))).toHaveLength(1003);
  expect(Buffer.from(await inspect.bytes(answer.body.id, 'apps/999.yaml')).toString()).toBe('n: 999\n');
});

it('complains of a form that is wrong as the parameter check does', async () => {
  const { call, seeded } = await startForTest({ checkRequests: false });
  await seeded();
  const error = async (body: object) => {
    const answer = await call('POST', commits, body);
    expect(answer.status).toBe(400);
    return answer.body.error;
  };
  expect(await error({})).toBe('branch is missing, commit_message is missing, actions is missing');
  const rest = { branch: 'main', commit_message: 'C' };
  expect(await error({ ...rest, actions: [{ action: 'rename', file_path: 'x' }] })).toBe(
    'actions[0][action] does not have a valid value',
  );
  expect(await error({ ...rest, actions: [{ action: 'update', file_path: 'x' }] })).toBe(
    'actions[0][content] is missing',
  );
  expect(await error({ ...rest, actions: [{ action: 'move', file_path: 'x' }] })).toBe(
    'actions[0][previous_path] is missing',
  );
  expect(await error({ ...rest, actions: 'x' })).toBe('actions is invalid');
  const page = await call('GET', `${commits}?per_page=0`);
  expect([page.status, page.body.error]).toEqual([400, 'per_page does not have a valid value']);
  const path = await call('GET', `${project}/nothing/here`);
  expect([path.status, path.body]).toEqual([404, { error: '404 Not Found' }]);
});

it('lists commits by branch, path, first parents and range', async () => {
  const { call, seeded, seed } = await startForTest();
  const { base, head } = await seeded();
  const second = await seed.commit({ branch: 'main', files: { 'README.md': '2\n' }, message: 'Second' });
  const ids = async (query: string) => {
    const answer = await call('GET', `${commits}?${query}`);
    expect(answer.headers.get('x-total')).toBeNull();
    return answer.body.map((one: { id: string }) => one.id);
  };
  expect(await ids('ref_name=main')).toEqual([second, base]);
  expect(await ids(`ref_name=${base}..main`)).toEqual([second]);
  expect(await ids('ref_name=topic&path=apps/prod/a.yaml')).toEqual([head, base]);
  expect(await ids('ref_name=topic&path=apps/prod&per_page=1&page=2')).toEqual([base]);
  expect(await ids('ref_name=main&first_parent=true&pagination=keyset&per_page=1')).toEqual([second]);
  expect(await ids(`ref_name=main&pagination=keyset&per_page=1&page_token=${second}`)).toEqual([base]);
  expect((await call('GET', `${commits}?ref_name=none`)).body).toEqual({ message: '404 Commit Not Found' });
  expect((await call('GET', `${commits}/topic`)).body).toMatchObject({
    id: head,
    parent_ids: [base],
    message: 'Promote',
  });
  expect((await call('GET', `${commits}/${'4'.repeat(40)}`)).body).toEqual({ message: '404 Commit Not Found' });
  expect((await call('GET', `${commits}/${head}/diff`)).body).toMatchObject([
    {
      new_path: 'apps/prod/a.yaml',
      diff: '@@ -1 +1 @@\n-tag: "0.9"\n+tag: "1.0"\n',
      new_file: false,
      a_mode: '100644',
    },
  ]);
  expect(
    (await call('GET', `${commits}/${base}/refs?type=branch`)).body.map((one: { name: string }) => one.name),
  ).toEqual(['main', 'topic']);
});
