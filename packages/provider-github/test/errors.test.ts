import { type Answer, errorKinds, type Forge, type GitOpsError } from '@gitops/core';
import { afterEach, describe, expect, it } from 'vitest';
import { forgeOn, type Reply, secret, startServer } from './server.js';

const oid = '1'.repeat(40);
const file = { path: 'a.yaml', before: 'a', after: 'b' };

/** Every call of both ports. */
const calls: Readonly<Record<string, (forge: Forge) => Answer<unknown>>> = {
  head: ({ git }) => git.head('main'),
  'head of the default branch': ({ git }) => git.head(null),
  'snapshot of a branch': ({ git }) => git.snapshot({ branch: 'main' }, ['**']),
  'snapshot of a commit': ({ git }) => git.snapshot({ commit: oid }, ['**']),
  holds: ({ git }) => git.holds(oid, { base: oid, files: [file] }),
  changes: ({ git }) => git.changes(oid),
  commit: ({ git }) => git.commit({ branch: 'b', expectedHead: null, base: oid, files: [file], message: 'm' }),
  deleteBranch: ({ git }) => git.deleteBranch('b', oid),
  log: ({ git }) => git.log({ from: oid, limit: 3 }),
  identity: ({ git }) => git.identity(),
  findOpen: ({ pullRequests }) => pullRequests.findOpen({ source: 'b', target: 'main' }),
  list: ({ pullRequests }) => pullRequests.list({ state: 'all', limit: 3 }),
  get: ({ pullRequests }) => pullRequests.get('1'),
  open: ({ pullRequests }) => pullRequests.open({ source: 'b', target: 'main', title: 'T', description: '' }),
  update: ({ pullRequests }) => pullRequests.update('1', { title: 'T' }),
  status: ({ pullRequests }) => pullRequests.status('1'),
  setStatus: ({ pullRequests }) => pullRequests.setStatus(oid, { name: 'x', state: 'success' }),
  approve: ({ pullRequests }) => pullRequests.approve('1', { head: oid }),
  merge: ({ pullRequests }) =>
    pullRequests.merge('1', {
      method: 'merge',
      expectedHead: oid,
      expectedTarget: null,
      message: { title: 'T', body: '' },
      approvals: 0,
      deleteSource: false,
    }),
  close: ({ pullRequests }) => pullRequests.close('1', { reason: 'r' }),
  comment: ({ pullRequests }) => pullRequests.comment('1', { text: 't' }),
};

/** What a server that answers everything this way means, whatever was asked. */
const meanings: readonly (readonly [string, Reply, readonly GitOpsError['kind'][]])[] = [
  ['400', { status: 400, body: { message: 'Problems parsing JSON' } }, ['rejected']],
  ['401', { status: 401, body: { message: 'Bad credentials' } }, ['unauthenticated']],
  ['403', { status: 403, body: { message: 'Resource not accessible by integration' } }, ['forbidden']],
  ['403 archived', { status: 403, body: { message: 'Repository was archived so is read-only.' } }, ['rejected']],
  ['404', { status: 404, body: { message: 'Not Found' } }, ['not-found']],
  ['405', { status: 405, body: { message: 'Not allowed' } }, ['unsupported']],
  ['409', { status: 409, body: { message: 'Conflict' } }, ['stale-head', 'not-found']],
  ['410', { status: 410, body: { message: 'Gone' } }, ['unsupported']],
  ['413', { status: 413, body: '<html>too large</html>' }, ['rejected']],
  ['415', { status: 415, body: { message: 'Unsupported' } }, ['rejected']],
  ['418', { status: 418, body: { message: 'Teapot' } }, ['rejected']],
  ['422', { status: 422, body: { message: 'Validation Failed', errors: ['x'] } }, ['rejected']],
  [
    '422 of no commit',
    { status: 422, body: { message: `No commit found for SHA: ${oid}` } },
    ['rejected', 'not-found'],
  ],
  ['429', { status: 429, body: { message: 'Too many' } }, ['rate-limited']],
  ['451', { status: 451, body: { message: 'Blocked' } }, ['forbidden']],
  ['500', { status: 500, body: '<html>500</html>' }, ['unavailable']],
  ['501', { status: 501, body: { message: 'Not here' } }, ['unsupported']],
  ['502', { status: 502, body: '<html>502</html>' }, ['unavailable']],
  ['503', { status: 503, body: { message: 'Down' } }, ['unavailable']],
  ['504', { status: 504, body: '' }, ['unavailable']],
  ['a page in the place of JSON', { status: 200, body: '<html>Log in</html>' }, ['response-invalid']],
  [
    'an answer that is cut off',
    { status: 200, body: { data: 'x'.repeat(99) }, cutAt: 20 },
    ['response-invalid', 'unavailable'],
  ],
  ['another answer', { status: 200, body: { hello: 'world' } }, ['response-invalid']],
  ['an empty answer', { status: 200 }, ['response-invalid']],
];

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function on(reply: Parameters<typeof startServer>[0], more: Parameters<typeof forgeOn>[1] = {}) {
  const server = await startServer(reply);
  close = server.close;
  return { ...forgeOn(server.origin, more), server };
}

async function errorOf(answer: Answer<unknown>): Promise<GitOpsError> {
  return (await answer).match(
    (value): GitOpsError => {
      throw new Error(`expected an error, got ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
}

function expectForPeople(error: GitOpsError): void {
  expect(error.message).toMatch(/^\S.*[.!]$/s);
  expect(error.remedy).toMatch(/^\S.*[.)\w]$/s);
  expect(errorKinds).toHaveProperty(error.kind);
  expect(JSON.stringify(error)).not.toContain(secret);
}

describe.each(meanings)('%s', (_, reply, kinds) => {
  it.each(Object.keys(calls))('is explained by %s', async (name) => {
    const { forge } = await on(() => reply);
    const error = await errorOf((calls[name] as (forge: Forge) => Answer<unknown>)(forge));
    // an archive is no JSON: whatever comes in its place is found to be none
    expect(kinds, error.message).toContain(error.kind);
    expectForPeople(error);
  });
});

describe('a refusal names what to do', () => {
  const refusal = async (reply: Reply, call = 'get') => {
    const { forge } = await on(() => reply);
    const error = await errorOf((calls[call] as (forge: Forge) => Answer<unknown>)(forge));
    expectForPeople(error);
    return `${error.kind}: ${error.message} ${error.remedy}`;
  };
  const message = { message: 'Forbidden' };

  it('single sign-on', async () => {
    const headers = { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=SECRET' };
    const text = await refusal({ status: 403, body: message, headers });
    expect(text).toMatch(/^forbidden: .*single sign-on.*Configure SSO/);
    expect(text).not.toContain('SECRET');
  });

  it('a scope that is missing', async () => {
    const headers = { 'x-oauth-scopes': 'gist', 'x-accepted-oauth-scopes': 'repo' };
    expect(await refusal({ status: 403, body: message, headers })).toMatch(/has the scopes "gist"; make one with repo/);
  });

  it('a permission that is missing', async () => {
    const headers = { 'x-accepted-github-permissions': 'pull_requests=write' };
    expect(await refusal({ status: 403, body: message, headers })).toContain('pull_requests=write');
  });

  it('where the token was found, and never the token', async () => {
    expect(await refusal({ status: 401, body: message })).toContain('the token of the options');
    const { forge } = await on(() => ({ status: 401, body: message }), { token: undefined as never, env: {} });
    const error = await errorOf(forge.pullRequests.get('1'));
    expect(`${error.message} ${error.remedy}`).toMatch(/no token was found.*GH_TOKEN/);
  });

  it('a token that was passed over, since it is for another host', async () => {
    const { forge, server } = await on(() => ({ status: 401, body: message }), {
      repository: 'https://git.example.com/acme/gitops',
      token: undefined as never,
      env: { GITHUB_TOKEN: secret },
    });
    // the address of the API is named by the caller: its host may be sent the token, the repository's may not
    const error = await errorOf(forge.pullRequests.get('1'));
    expect(`${error.message} ${error.remedy}`).toMatch(
      /GITHUB_TOKEN is set, but was not sent.*--allow-host git\.example\.com/,
    );
    expect(server.asked.map((one) => one.authorization)).toEqual([undefined]);
  });

  it('the field of an answer that is not as described', async () => {
    const { forge } = await on(() => ({ status: 200, body: { number: 1, html_url: 'x', state: 'half-open' } }));
    const error = await errorOf(forge.pullRequests.get('1'));
    expect(error).toMatchObject({
      kind: 'response-invalid',
      details: { what: 'show the pull request 1', field: 'state' },
    });
  });
});

describe('limits', () => {
  const limited = (headers: Record<string, string>, message = 'API rate limit exceeded'): Reply => ({
    status: 403,
    headers,
    body: { message },
  });
  const user: Reply = { status: 200, body: { login: 'ana', name: null } };
  const graphql: Reply = { status: 404, body: { message: 'Not Found' } };

  it('are waited for, told, and sent again', async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 30);
    for (const reply of [
      limited({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }),
      limited({ 'retry-after': '20' }, 'You have exceeded a secondary rate limit. Please wait.'),
      limited({}, 'You have exceeded a secondary rate limit. Please wait.'),
      limited({ 'retry-after': '20' }, 'Some words that are not known'),
      { status: 429, headers: { 'retry-after': '20' }, body: { message: 'Too many requests' } },
      { status: 503, headers: { 'retry-after': '20' }, body: { message: 'Down for a moment' } },
    ]) {
      const { forge, waits, server } = await on(({ path }, count) =>
        path === '/graphql' ? graphql : count === 2 ? reply : user,
      );
      expect((await forge.git.identity())._unsafeUnwrap()).toEqual({ name: 'ana', email: null });
      expect(waits, JSON.stringify(reply)).toHaveLength(1);
      expect(server.asked).toHaveLength(3);
      await server.close();
    }
  });

  it('are answered where they would pass the time of the call', async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 3600);
    const reply = limited({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
    const { forge, waits, server } = await on(() => reply);
    const error = await errorOf(forge.git.identity());
    expect(error).toMatchObject({ kind: 'rate-limited', details: { retryAt: expect.stringMatching(/^\d{4}-/) } });
    expectForPeople(error);
    expect(waits).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  it('are not waited for without end', async () => {
    const { forge, waits } = await on(() => limited({ 'retry-after': '1' }, 'secondary rate limit'));
    expect((await errorOf(forge.git.identity())).kind).toBe('rate-limited');
    expect(waits.length).toBeGreaterThan(2);
    expect(waits.length).toBeLessThan(20);
  });

  it('end with an abort', async () => {
    const controller = new AbortController();
    const { forge } = await on(() => limited({ 'retry-after': '20' }, 'secondary rate limit'), {
      clock: {
        now: () => '2026-01-01T00:00:00Z',
        sleep: async () => controller.abort(),
      },
    });
    expect((await errorOf(forge.git.identity({ signal: controller.signal }))).kind).toBe('aborted');
  });
});

describe('what cannot be reached', () => {
  it('is unavailable, and says which host', async () => {
    const { forge, server } = await on(() => ({ status: 200 }));
    await server.close();
    const error = await errorOf(forge.pullRequests.get('1'));
    expect(error.kind).toBe('unavailable');
    expect(error.message).toContain('127.0.0.1');
    expectForPeople(error);
  });

  it('is given up after the time of a call', async () => {
    const server = await startServer(() => ({ status: 200, headers: { 'content-length': '100' } }));
    close = server.close;
    const { forge } = forgeOn(server.origin, { timeoutMs: 300 });
    expect((await errorOf(forge.pullRequests.get('1'))).kind).toBe('timed-out');
  });
});

it('answers usage for a repository that is none, from every call', async () => {
  const { forge } = forgeOn('http://127.0.0.1:1', { repository: 'nothing' });
  for (const call of Object.values(calls)) expect((await errorOf(call(forge))).kind).toBe('usage');
});
