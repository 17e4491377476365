import { createSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FakeGitHub } from '../src/fakes/github/index.js';
import { call, seed, start } from './fakes-github-support.js';

const repo = '/repos/acme/gitops';

async function withPull(fake: FakeGitHub): Promise<string> {
  const base = await seed(fake, 'main', { a: '1\n' });
  const head = await seed(fake, 'topic', { a: '2\n' }, { parent: base });
  await call(fake, 'POST', `${repo}/pulls`, { body: { title: 't', head: 'topic', base: 'main' } });
  return head;
}

function jwt(fake: FakeGitHub, claims: object = {}): string {
  const now = Math.floor(fake.clock.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 30, exp: now + 500, iss: fake.app.id, ...claims })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(fake.app.privateKey, 'base64url')}`;
}

describe('people and labels', () => {
  it('asks reviewers and teams, but no outsider and not the author', async () => {
    const fake = await start();
    await withPull(fake);
    const ask = (body: object) => call(fake, 'POST', `${repo}/pulls/1/requested_reviewers`, { body });
    const asked = await ask({ reviewers: ['Bob'], team_reviewers: ['platform'] });
    expect([asked.status, asked.get('requested_reviewers.0.login'), asked.get('requested_teams.0.slug')]).toEqual([
      201,
      'bob',
      'platform',
    ]);
    expect((await ask({ reviewers: ['oscar'] })).status).toBe(422);
    expect((await ask({ reviewers: ['alice'] })).message).toContain('author');
    await call(fake, 'POST', `${repo}/pulls/1/reviews`, { token: fake.tokens.bob, body: { event: 'APPROVE' } });
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).list('requested_reviewers')).toEqual([]);
  });

  it('files a pull request as an issue', async () => {
    const fake = await start();
    await withPull(fake);
    const label = { name: 'promotion', color: 'ff0000' };
    expect((await call(fake, 'POST', `${repo}/labels`, { body: label })).status).toBe(201);
    const again = await call(fake, 'POST', `${repo}/labels`, { body: { ...label, name: 'Promotion' } });
    expect([again.status, again.get('errors.0.code')]).toEqual([422, 'already_exists']);
    const labels = await call(fake, 'POST', `${repo}/issues/1/labels`, { body: { labels: ['PROMOTION', 'new'] } });
    expect(labels.list().map((one) => one.get('name'))).toEqual(['promotion', 'new']);
    await call(fake, 'POST', `${repo}/milestones`, { body: { title: 'v1' } });
    const filed = await call(fake, 'PATCH', `${repo}/issues/1`, { body: { milestone: 1, assignees: ['bob'] } });
    expect([filed.get('milestone.title'), filed.get('assignees.0.login')]).toEqual(['v1', 'bob']);
    const silent = await call(fake, 'POST', `${repo}/issues/1/assignees`, { body: { assignees: ['oscar', 'carol'] } });
    expect(silent.list('assignees').map((one) => one.get('login'))).toEqual(['bob', 'carol']);
    expect((await call(fake, 'PATCH', `${repo}/issues/1`, { body: { milestone: 9 } })).get('errors.0.field')).toBe(
      'milestone',
    );
    const listed = await call(fake, 'GET', `${repo}/pulls`);
    expect([listed.get('0.milestone.title'), listed.list('0.labels').length]).toEqual(['v1', 2]);
  });

  it('keeps comments, a page at a time', async () => {
    const fake = await start();
    await withPull(fake);
    for (const text of ['one', 'two', 'three']) {
      await call(fake, 'POST', `${repo}/issues/1/comments`, { token: fake.tokens.rita, body: { body: text } });
    }
    const page = await call(fake, 'GET', `${repo}/issues/1/comments?per_page=2`);
    expect(page.list().map((one) => one.get('body'))).toEqual(['one', 'two']);
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    expect((await call(fake, 'GET', next)).get('0.body')).toBe('three');
    const path = `${repo}/issues/comments/${page.get('0.id')}`;
    expect((await call(fake, 'PATCH', path, { token: fake.tokens.rita, body: { body: 'new' } })).get('body')).toBe(
      'new',
    );
  });
});

describe('Apps and workflows', () => {
  it('turns a JWT into a token that expires, for the permissions asked', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', private: true }] });
    await seed(fake, 'main', { a: '1' });
    const installation = await call(fake, 'GET', `${repo}/installation`, { token: jwt(fake) });
    expect(installation.get('id')).toBe(fake.app.installationId);
    const ask = (body: object) =>
      call(fake, 'POST', `/app/installations/${fake.app.installationId}/access_tokens`, { token: jwt(fake), body });
    const made = await ask({ repositories: ['gitops'], permissions: { contents: 'read' } });
    const token = made.text('token');
    expect((await call(fake, 'GET', `${repo}/git/trees/main`, { token })).status).toBe(200);
    const refused = await call(fake, 'POST', `${repo}/git/blobs`, { token, body: { content: '' } });
    expect([refused.status, refused.message]).toEqual([403, 'Resource not accessible by integration']);
    expect((await call(fake, 'GET', '/user', { token })).status).toBe(403);
    expect((await ask({ permissions: { administration: 'write' } })).status).toBe(422);
    fake.clock.advance(3_600_000);
    expect((await call(fake, 'GET', repo, { token })).status).toBe(401);
    for (const claims of [{ iss: 1 }, { exp: 1 }, { exp: fake.clock.now() / 1000 + 3600 }]) {
      expect((await call(fake, 'GET', '/app', { token: jwt(fake, claims) })).status).toBe(401);
    }
    expect((await call(fake, 'GET', '/app', { token: `${jwt(fake).slice(0, -4)}AAAA` })).status).toBe(401);
  });

  it('signs what an App commits without an author, and nothing else', async () => {
    const fake = await start();
    const base = await seed(fake, 'main', { a: '1' });
    const made = await call(fake, 'POST', `/app/installations/${fake.app.installationId}/access_tokens`, {
      token: jwt(fake),
    });
    const token = made.text('token');
    const tree = (await call(fake, 'GET', `${repo}/git/trees/${base}`)).text('sha');
    const commit = (more: object) =>
      call(fake, 'POST', `${repo}/git/commits`, { token, body: { message: 'm', tree, parents: [base], ...more } });
    expect((await commit({})).get('verification.verified')).toBe(true);
    expect((await commit({ author: { name: 'A', email: 'a@b.c' } })).get('verification.verified')).toBe(false);
  });

  it('refuses fine-grained tokens by permission and workflows by setting', async () => {
    const fake = await start();
    await withPull(fake);
    const narrow = fake.issueToken({ login: 'bob', kind: 'fine-grained', permissions: { contents: 'read' } });
    const refused = await call(fake, 'POST', `${repo}/issues/1/comments`, { token: narrow, body: { body: 'x' } });
    expect([refused.status, refused.message]).toEqual([403, 'Resource not accessible by personal access token']);
    expect(refused.headers.get('x-accepted-github-permissions')).toContain('issues=write');
    expect(refused.headers.has('x-oauth-scopes')).toBe(false);
    fake.changeSettings('acme/gitops', { actionsPullRequests: false });
    const token = fake.issueToken({ login: 'github-actions[bot]', kind: 'actions', repositories: ['acme/gitops'] });
    await seed(fake, 'other', { a: '3' }, { parent: null });
    const opened = await call(fake, 'POST', `${repo}/pulls`, {
      token,
      body: { title: 't', head: 'topic', base: 'other' },
    });
    expect([opened.status, opened.message]).toEqual([
      403,
      'GitHub Actions is not permitted to create or approve pull requests.',
    ]);
    const scopeless = fake.issueToken({ login: 'bob', kind: 'classic', scopes: ['read:org'] });
    const answer = await call(fake, 'GET', repo, { token: scopeless });
    expect([answer.get('permissions.push'), answer.headers.get('x-oauth-scopes')]).toEqual([false, 'read:org']);
  });
});
