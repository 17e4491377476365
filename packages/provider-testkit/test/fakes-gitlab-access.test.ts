import { expect, it } from 'vitest';
import { project, startForTest } from './fakes-gitlab-support.js';

it('answers who a token belongs to, whichever header brings it', async () => {
  const { gitlab, call } = await startForTest();
  const { tokens } = gitlab;
  expect((await call('GET', '/user')).body).toMatchObject({ username: 'ana', bot: false, email: 'ana@example.com' });
  const bearer = { token: null, headers: { authorization: `Bearer ${tokens.ben}` } };
  expect((await call('GET', '/user', undefined, bearer)).body.username).toBe('ben');
  expect((await call('GET', `/user?private_token=${tokens.rob}`, undefined, { token: null })).body.username).toBe(
    'rob',
  );
  const bot = await call('GET', '/user', undefined, { token: tokens.project });
  expect(bot.body).toMatchObject({ bot: true, username: expect.stringMatching(/^project_\d+_bot/) });
  expect(gitlab.log.lines().join('\n')).not.toContain(tokens.rob);
});

it('refuses without a token, with a wrong one, and with one that was good once', async () => {
  const { gitlab, call } = await startForTest();
  const user = (token: string | null) => call('GET', '/user', undefined, { token });
  for (const token of [null, 'glpat-nobody']) {
    const answer = await user(token);
    expect([answer.status, answer.body]).toEqual([401, { message: '401 Unauthorized' }]);
  }
  const expired = await user(gitlab.tokens.expired);
  expect([expired.status, expired.body.error]).toEqual([401, 'invalid_token']);
  expect(expired.body.error_description).toContain('expired');
  const revoked = await user(gitlab.tokens.revoked);
  expect([revoked.status, revoked.body.error]).toEqual([401, 'invalid_token']);
  expect(revoked.body.error_description).toContain('revoked');
});

it('lets a token expire while time goes on', async () => {
  const { gitlab, call } = await startForTest({ now: Date.parse('2026-11-25T10:00:00Z') });
  const token = gitlab.newToken({ account: 'ben', expiresAt: '2026-11-26' });
  expect((await call('GET', '/user', undefined, { token })).status).toBe(200);
  const self = await call('GET', '/personal_access_tokens/self', undefined, { token });
  expect(self.body).toMatchObject({ active: true, expires_at: '2026-11-26', scopes: ['api'] });
  gitlab.clock.advance(86_400_000);
  expect((await call('GET', '/user', undefined, { token })).body.error).toBe('invalid_token');
});

it('names the scope that a token lacks', async () => {
  const { gitlab, call, seeded } = await startForTest();
  await seeded();
  const reads = { token: gitlab.tokens.readOnly };
  expect((await call('GET', project, undefined, reads)).status).toBe(200);
  const write = await call('POST', `${project}/labels`, { name: 'x', color: '#fff' }, reads);
  expect([write.status, write.body.error, write.body.scope]).toEqual([403, 'insufficient_scope', 'api']);
  const git = { token: gitlab.tokens.repository };
  const denied = await call('GET', project, undefined, git);
  expect([denied.status, denied.body.scope]).toEqual([403, 'api read_api']);
  expect((await call('GET', `${project}/repository/archive.tar.gz`, undefined, git)).status).toBe(200);
  expect((await call('GET', '/personal_access_tokens/self', undefined, git)).status).toBe(200);
});

it('hides a private project, and shows a public one to everybody', async () => {
  const { gitlab, call } = await startForTest({
    projects: [
      { path: 'acme/gitops' },
      { path: 'acme/open', visibility: 'public' },
      { path: 'acme/in', visibility: 'internal' },
    ],
  });
  const hidden = [404, { message: '404 Project Not Found' }];
  for (const token of [null, gitlab.tokens.olga]) {
    const answer = await call('GET', project, undefined, { token });
    expect([answer.status, answer.body]).toEqual(hidden);
    const missing = await call('GET', '/projects/acme%2Fnone', undefined, { token });
    expect([missing.status, missing.body]).toEqual(hidden);
  }
  const open = await call('GET', '/projects/acme%2Fopen', undefined, { token: null });
  expect([open.status, open.body.merge_method, open.body.permissions]).toEqual([200, undefined, undefined]);
  expect((await call('GET', '/projects/acme%2Fin', undefined, { token: null })).status).toBe(404);
  const outsider = await call('GET', '/projects/acme%2Fin', undefined, { token: gitlab.tokens.olga });
  expect([outsider.status, outsider.body.permissions.project_access]).toEqual([200, null]);
  const body = { name: 'x', color: '#fff' };
  const label = await call('POST', '/projects/acme%2Fopen/labels', body, { token: gitlab.tokens.olga });
  expect([label.status, label.body]).toEqual([403, { message: '403 Forbidden' }]);
  expect((await call('POST', '/projects/acme%2Fopen/labels', body, { token: null })).status).toBe(401);
});

it('knows a project by number and by path, below groups, sub-groups and a sub-path', async () => {
  const { gitlab, call } = await startForTest({ base: '/gitlab', projects: [{ path: 'acme/platform/gitops' }] });
  expect(gitlab.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/gitlab\/api\/v4$/);
  const byPath = await call('GET', '/projects/acme%2Fplatform%2Fgitops');
  expect(byPath.body).toMatchObject({
    path: 'gitops',
    namespace: { full_path: 'acme/platform', kind: 'group' },
    web_url: `${gitlab.webUrl}/acme/platform/gitops`,
    http_url_to_repo: gitlab.cloneUrl('acme/platform/gitops'),
    default_branch: null,
    empty_repo: true,
    permissions: { project_access: { access_level: 40 } },
  });
  expect((await call('GET', `/projects/${byPath.body.id}`)).body).toEqual(byPath.body);
  expect((await call('GET', '/projects/ACME%2Fplatform%2FGitOps')).status).toBe(200);
  const outside = await fetch(`${gitlab.webUrl.replace('/gitlab', '')}/api/v4/version`);
  expect(outside.status).toBe(404);
});

it('redirects reads of a moved project, and refuses the rest', async () => {
  const { gitlab, call } = await startForTest();
  gitlab.move('acme/gitops', 'acme/new-home');
  const moved = await call('GET', `${project}/repository/branches?search=a`);
  const home = `${gitlab.apiUrl}/projects/${gitlab.project.id}/repository/branches?search=a`;
  expect([moved.status, moved.headers.get('location')]).toEqual([301, home]);
  expect(moved.body).toBe(`This resource has been moved permanently to ${home}`);
  const write = await call('POST', `${project}/labels`, { name: 'x', color: '#fff' });
  expect([write.status, write.body.message]).toEqual([405, 'Non GET methods are not allowed for moved projects']);
  expect((await call('GET', '/projects/acme%2Fnew-home')).status).toBe(200);
  expect((await call('GET', project, undefined, { token: gitlab.tokens.olga })).status).toBe(404);
});

it('lets a job token do what GitLab lets it, and nothing more', async () => {
  const { gitlab, call, opened } = await startForTest();
  const { head } = await opened();
  const job = { token: null, headers: { 'job-token': gitlab.tokens.job } };
  for (const path of [
    '/repository/branches',
    `/repository/commits/${head}`,
    '/merge_requests',
    '/merge_requests/1',
    '/merge_requests/1/notes',
  ]) {
    expect([path, (await call('GET', `${project}${path}`, undefined, job)).status]).toEqual([path, 200]);
  }
  for (const path of ['', '/repository/archive.tar.gz', '/repository/tree', '/merge_requests/1/approvals']) {
    expect([path, (await call('GET', `${project}${path}`, undefined, job)).status]).toEqual([path, 404]);
  }
  expect((await call('GET', '/user', undefined, job)).status).toBe(401);
  expect((await call('GET', '/job', undefined, job)).body).toMatchObject({
    status: 'running',
    user: { username: 'ana' },
  });
  expect((await call('GET', '/job')).body).toEqual({ message: '404 Job Not Found' });
  const note = await call('POST', `${project}/merge_requests/1/notes`, { body: 'x' }, job);
  expect([note.status, note.body]).toEqual([401, { message: '401 Unauthorized' }]);
});

it('gives people their roles', async () => {
  const { gitlab, call, seeded } = await startForTest();
  await seeded();
  const draft = { source_branch: 'topic', target_branch: 'main', title: 'T' };
  expect((await call('POST', `${project}/merge_requests`, draft, { token: gitlab.tokens.rob })).status).toBe(403);
  expect(
    (await call('POST', `${project}/labels`, { name: 'a', color: '#fff' }, { token: gitlab.tokens.rob })).status,
  ).toBe(201);
  const ben = (await call('GET', '/users?username=BEN')).body;
  expect(ben).toMatchObject([{ username: 'ben' }]);
  expect((await call('GET', `${project}/members/all/${ben[0].id}`)).body.access_level).toBe(30);
  const olga = (await call('GET', '/users?username=olga')).body[0];
  const none = await call('GET', `${project}/members/all/${olga.id}`);
  expect([none.status, none.body]).toEqual([404, { message: '404 Not found' }]);
  expect((await call('GET', '/users?username=nobody')).body).toEqual([]);
  expect(
    (await call('GET', '/groups/acme/members/all')).body.map((one: { username: string }) => one.username),
  ).toContain('mia');
  expect((await call('GET', '/groups/none')).body).toEqual({ message: '404 Group Not Found' });
  gitlab.change('acme/gitops', { archived: true });
  expect((await call('POST', `${project}/merge_requests`, draft)).status).toBe(403);
});

it('tells settings to those who may know them', async () => {
  const { gitlab, call } = await startForTest();
  gitlab.change('acme/gitops', { approvals_required: 2 });
  const settings = await call('GET', `${project}/approvals`);
  expect(settings.body).toMatchObject({ approvals_before_merge: 2, reset_approvals_on_push: true });
  expect((await call('GET', `${project}/job_token_scope`)).body).toEqual({
    inbound_enabled: true,
    outbound_enabled: false,
  });
  const developer = { token: gitlab.tokens.ben };
  expect((await call('GET', `${project}/job_token_scope`, undefined, developer)).status).toBe(403);
  const free = await startForTest({ edition: 'ce' });
  expect((await free.call('GET', `${project}/approvals`)).status).toBe(404);
});

it('counts requests, tells what is left, and says when to come back', async () => {
  const { gitlab, call } = await startForTest({ rateLimit: 2, now: Date.parse('2026-11-25T10:00:10Z') });
  const first = await call('GET', '/version');
  expect(first.headers.get('ratelimit-limit')).toBe('2');
  expect(first.headers.get('ratelimit-remaining')).toBe('1');
  expect(first.headers.get('ratelimit-reset')).toBe(String(Date.parse('2026-11-25T10:01:00Z') / 1000));
  await call('GET', '/version');
  const refused = await call('GET', '/version');
  expect([refused.status, refused.body, refused.headers.get('retry-after')]).toEqual([429, 'Retry later\n', '50']);
  expect((await call('GET', '/version', undefined, { token: gitlab.tokens.ben })).status).toBe(200);
  gitlab.clock.advance(50_000);
  expect((await call('GET', '/version')).status).toBe(200);
});

it('dresses its answers as GitLab does', async () => {
  const { call } = await startForTest({ edition: 'ce', version: '17.4.1' });
  const answer = await call('GET', '/version');
  expect(answer.body).toMatchObject({ version: '17.4.1', enterprise: false });
  expect(JSON.parse(answer.headers.get('x-gitlab-meta') ?? '')).toMatchObject({ version: '1' });
  expect(answer.headers.get('ratelimit-limit')).toBeNull();
  const etag = answer.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"/);
  const again = await call('GET', '/version', undefined, { headers: { 'if-none-match': etag } });
  expect([again.status, again.body]).toEqual([304, '']);
});

it('breaks where a test wants it to', async () => {
  const { gitlab, call } = await startForTest();
  gitlab.faults.next({
    match: { path: '/version' },
    do: { status: 502, body: Buffer.from('<html>Bad Gateway</html>') },
  });
  expect((await call('GET', '/version')).status).toBe(502);
  gitlab.faults.next({ match: { path: '/labels' }, do: 'after-write' });
  await expect(call('POST', `${project}/labels`, { name: 'a', color: '#fff' })).rejects.toThrow();
  expect((await call('GET', `${project}/labels`)).body).toMatchObject([{ name: 'a' }]);
});
