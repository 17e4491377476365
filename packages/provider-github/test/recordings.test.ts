import { readFileSync } from 'node:fs';
import type { Answer, Forge, GitOpsError } from '@gitops/core';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as schema from '../src/schema.js';
import { forgeOn, startServer } from './server.js';

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const { exchanges } = JSON.parse(readFileSync(new URL('recordings/github.json', import.meta.url), 'utf8')) as {
  readonly exchanges: readonly Exchange[];
};

/** Whose answers are read with which shape; the first that fits the method and the path. */
const shapes: readonly (readonly [RegExp, v.GenericSchema])[] = [
  [/^POST .*\/pulls$|^PATCH .*\/pulls\/\d+$|^(POST|DELETE) .*\/requested_reviewers$/, schema.pull],
  [/^GET .*\/pulls\/\d+$/, schema.wholePull],
  [/^GET .*\/commits\/[0-9a-f]+\/pulls/, schema.pulls],
  [/^GET .*\/pulls\/\d+\/reviews/, schema.reviews],
  [/^POST .*\/pulls\/\d+\/reviews/, schema.madeReview],
  [/^GET .*\/issues\/\d+\/comments/, schema.comments],
  [/^POST .*\/issues\/\d+\/comments/, schema.comment],
  [/^(POST|PUT|DELETE) .*\/issues\/\d+\/labels|^GET .*\/labels\?/, schema.labels],
  [/^GET .*\/pulls\/\d+\/commits/, schema.commits],
  [/^GET .*\/commits\/[^/]+\/check-runs/, schema.checkRuns],
  [/^GET .*\/commits\/[^/]+\/status$/, schema.combinedStatus],
  [/^POST .*\/statuses\//, schema.madeStatus],
  [/^(GET|POST) .*\/git\/commits/, schema.gitCommit],
  [/^GET .*\/commits\/[^/]+$/, schema.commit],
  [/^GET .*\/git\/trees\//, schema.tree],
  [/^GET .*\/git\/blobs\//, schema.blob],
  [/^POST .*\/git\/blobs$/, schema.made],
  [/^GET .*\/git\/refs?\/|^(POST|PATCH) .*\/git\/refs/, schema.refs],
  [/^GET .*\/branches\/[^/?]+$/, schema.branch],
  [/^GET \/user$/, schema.user],
  [/^GET \/app$/, schema.app],
  [/^GET \/rate_limit$/, schema.rateLimit],
  [/^(GET|PATCH) \/repos\/[^/]+\/[^/]+$/, schema.repository],
];

const shapeOf = ({ method, url }: Exchange): v.GenericSchema | undefined =>
  shapes.find(([pattern]) => pattern.test(`${method} ${url}`))?.[1];

const success = exchanges.filter((one) => one.status === 200 || one.status === 201);
const read = success.filter((one) => shapeOf(one) !== undefined);

describe('recorded answers of api.github.com', () => {
  it('are many', () => {
    expect(exchanges).toHaveLength(118);
    expect(read.length).toBe(59);
  });

  it.each(read.map((one) => [one.method, one.url, one] as const))(
    'have the shape that is read: %s %s',
    (_, __, one) => {
      const shape = shapeOf(one) as v.GenericSchema;
      const result = v.safeParse(shape, one.body);
      expect(result.issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toBeUndefined();
    },
  );
});

describe('the provider on recorded answers', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  const wanted = new Map(exchanges.map((one) => [`${one.method} ${one.url.replace(/\?.*$/, '')}`, one]));

  beforeAll(async () => {
    server = await startServer(({ method, path }) => {
      const key = `${method} ${decodeURIComponent(path).replace(/\?.*$/, '')}`;
      const one = wanted.get(key);
      if (one === undefined) return { status: 404, body: { message: 'Not Found' } };
      // where they lead is another server
      const { link, location, ...headers } = one.headers;
      const {
        'content-length': _length,
        'content-encoding': _encoding,
        'transfer-encoding': _chunked,
        ...kept
      } = headers;
      return { status: one.status, headers: kept, body: one.body ?? undefined };
    });
  });
  afterAll(() => server.close());

  const forgeOf = (repository: string): Forge =>
    forgeOn(server.origin, { repository: `${server.origin}/${repository}`, graphql: false }).forge;
  const answerOf = async <T>(answer: Answer<T>): Promise<T | GitOpsError> =>
    (await answer).match<T | GitOpsError>(
      (found) => found,
      (error) => error,
    );

  it('reads a merged pull request', async () => {
    const found = await answerOf(forgeOf('sigmavirus24/github3.py').pullRequests.get('235'));
    expect(found).toMatchObject({
      id: '235',
      state: 'merged',
      landed: { last: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
  });

  it('says who acts', async () => {
    expect(await answerOf(forgeOf('a/b').git.identity())).toMatchObject({
      name: expect.stringMatching(/\S/),
      email: null,
    });
  });

  it('sets a status', async () => {
    const forge = forgeOf('github3py/github3.py');
    const check = { name: 'x', state: 'success' } as const;
    expect(
      await answerOf(forge.pullRequests.setStatus('24893ec07db2a12073703258f0089f105906d2e4', check)),
    ).toBeUndefined();
  });

  it('opens a pull request', async () => {
    const draft = { source: 'x', target: 'master', title: 'T', description: '' };
    const found = await answerOf(forgeOf('github3py/fork_this').pullRequests.open(draft));
    expect(found).toMatchObject({
      state: 'open',
      id: expect.stringMatching(/^\d+$/),
      head: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it('classifies what is refused', async () => {
    const commit = await answerOf(forgeOf('nobody/nothing').pullRequests.get('1'));
    expect(commit).toMatchObject({ kind: 'not-found' });
    const moved = await answerOf(forgeOf('sigmavirus24/betamax').pullRequests.list({ state: 'open', limit: 1 }));
    // a redirect that leads nowhere
    expect(moved).toMatchObject({ kind: expect.stringMatching(/^(not-found|unavailable|response-invalid)$/) });
  });
});
