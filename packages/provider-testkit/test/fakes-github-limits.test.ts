import { describe, expect, it } from 'vitest';
import { call, git, seed, start } from './fakes-github-support.js';

const repo = '/repos/acme/gitops';

describe('limits', () => {
  it('counts down, refuses, and starts again with the next window', async () => {
    const fake = await start({ rateLimit: { limit: 2 } });
    expect((await call(fake, 'GET', repo)).headers.get('x-ratelimit-remaining')).toBe('1');
    await call(fake, 'GET', repo);
    const refused = await call(fake, 'GET', repo);
    expect([refused.status, refused.message]).toEqual([403, 'API rate limit exceeded for user ID 2.']);
    expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(fake.clock.now() / 1000);
    expect((await call(fake, 'GET', '/rate_limit')).get('resources.core.remaining')).toBe(0);
    expect((await call(fake, 'GET', repo, { token: fake.tokens.bob })).status).toBe(200);
    fake.clock.advance(3_600_001);
    expect((await call(fake, 'GET', repo)).status).toBe(200);
  });

  it('has a secondary limit', async () => {
    const fake = await start();
    fake.secondaryLimit({ retryAfterSeconds: 7, status: 429 });
    const refused = await call(fake, 'GET', repo);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await call(fake, 'GET', repo)).status).toBe(200);
  });

  it('says that nothing changed', async () => {
    const fake = await start();
    const etag = (await call(fake, 'GET', repo)).headers.get('etag') ?? '';
    expect((await call(fake, 'GET', repo, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('faults', () => {
  it('breaks before and after a write', async () => {
    const fake = await start();
    const sha = await seed(fake, 'main', { a: '1' });
    const create = (name: string) =>
      call(fake, 'POST', `${repo}/git/refs`, { body: { ref: `refs/heads/${name}`, sha } });
    fake.faults.next({ match: { method: 'POST', path: '/git/refs' }, do: 'before-write' });
    await expect(create('before')).rejects.toThrow();
    fake.faults.next({ match: { method: 'POST' }, do: 'after-write' });
    await expect(create('after')).rejects.toThrow();
    expect(await git(fake, ['for-each-ref', '--format=%(refname:short)'])).toBe('after\nmain');
    expect(fake.log.entries.map((entry) => entry.status)).toEqual([0, 0]);
  });

  it('answers instead, cuts, sends HTML, hangs', async () => {
    const fake = await start();
    fake.faults.next({ times: 2, do: { status: 502, body: { message: 'Bad gateway' } } });
    expect([(await call(fake, 'GET', repo)).status, (await call(fake, 'GET', repo)).status]).toEqual([502, 502]);
    fake.faults.next({ do: 'not-json' });
    expect((await call(fake, 'GET', repo)).get('text')).toContain('<!DOCTYPE html>');
    fake.faults.next({ do: 'cut' });
    await expect(call(fake, 'GET', repo)).rejects.toThrow();
    fake.faults.next({ after: 1, do: 'hang' });
    expect((await call(fake, 'GET', repo)).status).toBe(200);
    const controller = new AbortController();
    const hanging = fetch(`${fake.apiUrl}${repo}`, { signal: controller.signal });
    const ended = expect(hanging).rejects.toThrow();
    controller.abort();
    await ended;
  });
});

describe('names and doors', () => {
  it('leads from an old name to the new one', async () => {
    const fake = await start();
    await seed(fake, 'main', { a: '1' });
    fake.moveRepository('acme/gitops', 'acme/renamed');
    const moved = await call(fake, 'GET', `${repo}/git/ref/heads/main?x=1`.replace('?x=1', ''));
    expect(moved.status).toBe(301);
    const followed = await call(fake, 'GET', moved.headers.get('location') ?? '');
    expect(followed.get('ref')).toBe('refs/heads/main');
  });

  it('serves the addresses of an Enterprise Server', async () => {
    const fake = await start({ base: '/api/v3' });
    expect(fake.apiUrl.endsWith('/api/v3')).toBe(true);
    expect((await call(fake, 'GET', '/meta', { token: null })).get('installed_version')).toBe('3.19.0');
    expect((await call(fake, 'GET', `${fake.webUrl}/repos/acme/gitops`)).status).toBe(404);
    expect((await call(fake, 'GET', repo)).get('url')).toBe(`${fake.apiUrl}/repos/acme/gitops`);
  });

  it('refuses an archived repository', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', archived: true }] });
    await seed(fake, 'main', { a: '1' });
    const refused = await call(fake, 'POST', `${repo}/git/blobs`, { body: { content: '' } });
    expect([refused.status, refused.message]).toEqual([403, 'Repository was archived so is read-only.']);
  });

  it('tells administrators of protection and everybody of rulesets', async () => {
    const fake = await start();
    await seed(fake, 'main', { a: '1' });
    fake.protect('acme/gitops', 'main', { requiredChecks: ['build'], requiredApprovals: 2, strict: true });
    const path = `${repo}/branches/main/protection`;
    const told = await call(fake, 'GET', path);
    expect([
      told.get('required_status_checks.contexts'),
      told.get('required_pull_request_reviews.required_approving_review_count'),
    ]).toEqual([['build'], 2]);
    expect((await call(fake, 'GET', path, { token: fake.tokens.bob })).status).toBe(403);
    expect((await call(fake, 'GET', `${repo}/rules/branches/main`)).value).toEqual([]);
    fake.protect('acme/gitops', 'main', { requiredApprovals: 1, ruleset: true });
    expect((await call(fake, 'GET', path)).status).toBe(404);
    const rules = await call(fake, 'GET', `${repo}/rules/branches/main`, { token: fake.tokens.rita });
    expect(rules.list().map((rule) => rule.get('type'))).toEqual(['deletion', 'non_fast_forward', 'pull_request']);
    const branch = await call(fake, 'GET', `${repo}/branches/main`);
    expect(branch.get('protected')).toBe(true);
  });

  it('keeps a protected branch', async () => {
    const fake = await start();
    const one = await seed(fake, 'main', { a: '1' });
    const two = await seed(fake, 'next', { a: '2' }, { parent: one });
    fake.protect('acme/gitops', 'main', { pullRequests: true });
    const move = (token: string, sha: string) =>
      call(fake, 'PATCH', `${repo}/git/refs/heads/main`, { token, body: { sha, force: true } });
    const refused = await move(fake.tokens.bob, two);
    expect([refused.status, refused.message]).toEqual([422, 'Changes must be made through a pull request.']);
    expect((await move(fake.tokens.alice, two)).status).toBe(200);
    expect((await move(fake.tokens.alice, one)).message).toBe('Cannot force-push to this protected branch');
    expect((await call(fake, 'DELETE', `${repo}/git/refs/heads/main`)).status).toBe(422);
  });

  it('counts a request that does not fit the description as a violation', async () => {
    const fake = await start();
    const sha = await seed(fake, 'main', { a: '1' });
    const bad = await call(fake, 'POST', `${repo}/git/refs`, { body: { reference: 'x', sha } });
    expect([bad.status, (await call(fake, 'GET', '/nowhere')).status]).toEqual([500, 500]);
    expect((await call(fake, 'GET', `${repo}/pulls?stat=open`)).status).toBe(500);
    expect(fake.violations).toEqual([
      "POST /repos/{owner}/{repo}/git/refs: body: the whole must have required property 'ref'",
      'POST /repos/{owner}/{repo}/git/refs: body: unknown reference',
      'GET /nowhere: no such endpoint in this fake',
      'GET /repos/{owner}/{repo}/pulls: query: unknown stat',
    ]);
    (fake.violations as string[]).length = 0;
  });
});
