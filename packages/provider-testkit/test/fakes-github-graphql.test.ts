import { describe, expect, it } from 'vitest';
import type { FakeGitHub } from '../src/fakes/github/index.js';
import { call, git, graphql, seed, start } from './fakes-github-support.js';

const repo = '/repos/acme/gitops';
const zero = '0'.repeat(40);

async function withPull(fake: FakeGitHub): Promise<{ readonly base: string; readonly head: string }> {
  const base = await seed(fake, 'main', { 'a.yaml': '1\n', 'dir/b.yaml': 'b\n' });
  const head = await seed(fake, 'topic', { 'a.yaml': '2\n' }, { parent: base, message: 'Topic\n\nWhy\n' });
  await call(fake, 'POST', `${repo}/pulls`, { body: { title: 'Promote', body: 'text', head: 'topic', base: 'main' } });
  return { base, head };
}

const repositoryId = async (fake: FakeGitHub): Promise<string> => (await call(fake, 'GET', repo)).text('node_id');

const pullId = async (fake: FakeGitHub): Promise<string> =>
  (await call(fake, 'GET', `${repo}/pulls/1`)).text('node_id');

async function mutate(fake: FakeGitHub, name: string, input: object, fields = 'clientMutationId', token?: string) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return graphql(fake, `mutation M($input: ${type}!) { ${name}(input: $input) { ${fields} } }`, { input }, token);
}

describe('queries', () => {
  it('tells a repository, its branch and its pull requests at once', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', private: true }] });
    const { base, head } = await withPull(fake);
    const query = `query Opening($owner: String!, $name: String!) {
      viewer { login name }
      rateLimit { limit remaining }
      repository(owner: $owner, name: $name) {
        id nameWithOwner isPrivate viewerPermission
        defaultBranchRef { name target { oid ... on Commit { tree { oid } parents(first: 3) { nodes { oid } } } } }
        pullRequests(states: OPEN, first: 100, orderBy: { field: CREATED_AT, direction: DESC }) {
          pageInfo { hasNextPage endCursor } totalCount
          nodes {
            number title body isDraft state mergeable mergeStateStatus headRefOid author { __typename login }
            headRef { target { oid ... on Commit { messageHeadline messageBody parents(first: 1) { nodes { oid } } } } }
            commits(last: 1) { nodes { commit { oid statusCheckRollup { state } } } }
          }
        }
      }
    }`;
    const told = await graphql(fake, query, { owner: 'ACME', name: 'gitops' });
    expect(told.get('errors')).toBeUndefined();
    const repository = told.get('data.repository') as object;
    expect(repository).toMatchObject({
      nameWithOwner: 'acme/gitops',
      isPrivate: true,
      viewerPermission: 'ADMIN',
      defaultBranchRef: {
        name: 'main',
        target: { oid: base, tree: { oid: await git(fake, ['rev-parse', 'main^{tree}']) } },
      },
      pullRequests: {
        pageInfo: { hasNextPage: false },
        totalCount: 1,
        nodes: [
          {
            number: 1,
            state: 'OPEN',
            mergeable: 'MERGEABLE',
            mergeStateStatus: 'CLEAN',
            headRefOid: head,
            author: { __typename: 'User', login: 'alice' },
            headRef: { target: { messageHeadline: 'Topic', messageBody: 'Why', parents: { nodes: [{ oid: base }] } } },
            commits: { nodes: [{ commit: { oid: head, statusCheckRollup: null } }] },
          },
        ],
      },
    });
    expect(fake.log.entries.at(-1)?.operation).toBe('query Opening');
    const hidden = await graphql(fake, query, { owner: 'acme', name: 'gitops' }, fake.tokens.oscar);
    expect([hidden.get('data.repository'), hidden.get('errors.0.type')]).toEqual([null, 'NOT_FOUND']);
    expect(hidden.list('errors.0.path').map((one) => one.value)).toEqual(['repository']);
    const none = await call(fake, 'POST', fake.graphqlUrl, { token: null, body: { query: '{ viewer { login } }' } });
    expect(none.status).toBe(401);
  });

  it('reads objects by expression and id', async () => {
    const fake = await start();
    await withPull(fake);
    const fields = `__typename oid ... on Blob { text isBinary byteSize } ... on Tree { entries { name mode type } }`;
    const read = async (args: string): Promise<unknown> => {
      const query = `{ repository(owner: "acme", name: "gitops") { object(${args}) { ${fields} } } }`;
      return (await graphql(fake, query)).get('data.repository.object');
    };
    expect(await read('expression: "main:dir/b.yaml"')).toMatchObject({ text: 'b\n', isBinary: false, byteSize: 2 });
    expect(await read('expression: "main:"')).toMatchObject({
      entries: [
        { name: 'a.yaml', mode: 0o100644, type: 'blob' },
        { name: 'dir', mode: 0o40000, type: 'tree' },
      ],
    });
    expect(await read('expression: "main:none"')).toBeNull();
    expect(await read(`oid: "${zero}"`)).toBeNull();
  });

  it('tells what a pull request awaits', async () => {
    const rules = { requiredChecks: ['build'], requiredApprovals: 1 };
    const fake = await start({
      asyncMergeability: 1,
      repositories: [{ name: 'acme/gitops', protection: { main: rules } }],
    });
    const { head } = await withPull(fake);
    await call(fake, 'POST', `${repo}/statuses/${head}`, { body: { state: 'pending', context: 'build' } });
    fake.addCheckRun('acme/gitops', head, 'lint', 'success');
    await fake.review('acme/gitops', 1, 'bob', 'APPROVED');
    const body = { reviewers: ['carol'], team_reviewers: ['platform'] };
    await call(fake, 'POST', `${repo}/pulls/1/requested_reviewers`, { body });
    const query = `{ repository(owner: "acme", name: "gitops") { pullRequest(number: 1) {
      mergeable mergeStateStatus reviewDecision isInMergeQueue viewerCanEnableAutoMerge
      potentialMergeCommit { oid parents(first: 2) { nodes { oid } } }
      reviews(first: 10) { nodes { state author { login } commit { oid } } }
      reviewRequests(first: 10) { nodes { requestedReviewer { __typename ... on User { login } ... on Team { slug } } } }
      statusCheckRollup { state contexts(first: 10) { nodes { __typename
        ... on CheckRun { name conclusion isRequired(pullRequestNumber: 1) }
        ... on StatusContext { context state isRequired(pullRequestNumber: 1) } } } }
      baseRef { refUpdateRule { requiredStatusCheckContexts requiredApprovingReviewCount } }
    } } }`;
    const told = (await graphql(fake, query)).get('data.repository.pullRequest');
    expect(told).toMatchObject({
      mergeable: 'MERGEABLE',
      mergeStateStatus: 'BLOCKED',
      reviewDecision: 'APPROVED',
      viewerCanEnableAutoMerge: false,
      potentialMergeCommit: { parents: { nodes: [{ oid: await git(fake, ['rev-parse', 'main']) }, { oid: head }] } },
      reviews: { nodes: [{ state: 'APPROVED', author: { login: 'bob' }, commit: { oid: head } }] },
      reviewRequests: {
        nodes: [
          { requestedReviewer: { __typename: 'User', login: 'carol' } },
          { requestedReviewer: { __typename: 'Team', slug: 'platform' } },
        ],
      },
      statusCheckRollup: {
        state: 'PENDING',
        contexts: {
          nodes: [
            { name: 'lint', conclusion: 'SUCCESS', isRequired: false },
            { context: 'build', state: 'PENDING', isRequired: true },
          ],
        },
      },
      baseRef: { refUpdateRule: { requiredStatusCheckContexts: ['build'], requiredApprovingReviewCount: 1 } },
    });
  });

  it('pages by cursors and demands bounds', async () => {
    const fake = await start();
    await withPull(fake);
    await git(fake, ['branch', 'other', 'main']);
    const refs = (args: string) =>
      graphql(
        fake,
        `{ repository(owner: "acme", name: "gitops") { refs(refPrefix: "refs/heads/"${args}) {
        nodes { name } pageInfo { hasNextPage endCursor } } } }`,
      );
    const page = await refs(', first: 2');
    expect(page.list('data.repository.refs.nodes').map((one) => one.get('name'))).toEqual(['main', 'other']);
    const next = await refs(`, first: 2, after: "${page.text('data.repository.refs.pageInfo.endCursor')}"`);
    expect(next.get('data.repository.refs')).toMatchObject({
      nodes: [{ name: 'topic' }],
      pageInfo: { hasNextPage: false },
    });
    expect((await refs('')).get('errors.0.type')).toBe('MISSING_PAGINATION_BOUNDARIES');
    expect((await refs(', first: 101')).get('errors.0.type')).toBe('EXCESSIVE_PAGINATION');
  });

  it('refuses by scopes before it runs, and counts what does not fit as a violation', async () => {
    const fake = await start();
    const email = await graphql(fake, '{ viewer { login email } }');
    expect([email.get('data'), email.get('errors.0.type')]).toEqual([undefined, 'INSUFFICIENT_SCOPES']);
    for (const query of ['{ viewer { nothing } }', '{ viewer { login', '{ viewer { isEmployee } }']) {
      expect((await call(fake, 'POST', fake.graphqlUrl, { body: { query } })).status).toBe(500);
    }
    expect(fake.violations.length).toBe(3);
    expect(fake.violations[2]).toContain('does not serve User.isEmployee');
    (fake.violations as string[]).length = 0;
  });

  it('is not there on a server without it, and has its own path on an Enterprise Server', async () => {
    const without = await start({ graphql: false });
    expect((await call(without, 'POST', without.graphqlUrl, { body: { query: '{ viewer { login } }' } })).status).toBe(
      404,
    );
    const server = await start({ base: '/api/v3' });
    expect(server.graphqlUrl.endsWith('/api/graphql')).toBe(true);
    expect((await graphql(server, '{ viewer { login } }')).get('data.viewer.login')).toBe('alice');
  });

  it('says in a 200 that the limit is reached', async () => {
    const fake = await start({ rateLimit: { limit: 1 } });
    await graphql(fake, '{ viewer { login } }');
    const refused = await call(fake, 'POST', fake.graphqlUrl, { body: { query: '{ viewer { login } }' } });
    expect([refused.status, refused.get('errors.0.type'), refused.headers.get('x-ratelimit-remaining')]).toEqual([
      200,
      'RATE_LIMITED',
      '0',
    ]);
  });
});

describe('refs by mutation', () => {
  it('moves several together or none, compared with what they were', async () => {
    const fake = await start();
    const { base, head } = await withPull(fake);
    const id = await repositoryId(fake);
    const move = (refUpdates: readonly object[]) => mutate(fake, 'updateRefs', { repositoryId: id, refUpdates });
    const make = { name: 'refs/heads/new', beforeOid: zero, afterOid: head };
    const stale = await move([make, { name: 'refs/heads/topic', beforeOid: base, afterOid: base, force: true }]);
    expect(stale.get('errors.0.type')).toBe('STALE_DATA');
    expect(await git(fake, ['for-each-ref', '--format=%(refname:short)', 'refs/heads'])).toBe('main\ntopic');
    const backward = { name: 'refs/heads/topic', beforeOid: head, afterOid: base };
    expect((await move([make, backward])).get('errors.0.message')).toContain('not a fast forward');
    expect(
      (await move([make, { name: 'refs/heads/topic', beforeOid: head, afterOid: zero }])).get('errors'),
    ).toBeUndefined();
    expect(await git(fake, ['for-each-ref', '--format=%(refname:short)', 'refs/heads'])).toBe('main\nnew');
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('state')).toBe('closed');
    expect((await move([make])).get('errors.0.type')).toBe('STALE_DATA');
  });

  it('makes and deletes one', async () => {
    const fake = await start();
    const { head } = await withPull(fake);
    const input = { repositoryId: await repositoryId(fake), name: 'refs/heads/one', oid: head };
    const made = await mutate(fake, 'createRef', input, 'ref { id name target { oid } }');
    expect(made.get('data.createRef.ref')).toMatchObject({ name: 'one', target: { oid: head } });
    expect((await mutate(fake, 'createRef', input)).get('errors.0.message')).toContain('already exists');
    expect((await mutate(fake, 'createRef', input, 'clientMutationId', fake.tokens.rita)).get('errors.0.type')).toBe(
      'FORBIDDEN',
    );
    const refId = made.text('data.createRef.ref.id');
    expect((await mutate(fake, 'deleteRef', { refId })).get('errors')).toBeUndefined();
    expect((await mutate(fake, 'deleteRef', { refId })).get('errors.0.type')).toBe('NOT_FOUND');
  });

  it('appends a signed commit of plain files at an expected head', async () => {
    const fake = await start();
    const { base, head } = await withPull(fake);
    await git(fake, ['update-ref', 'refs/heads/temporary', base]);
    const input = {
      branch: { repositoryNameWithOwner: 'acme/gitops', branchName: 'temporary' },
      expectedHeadOid: head,
      message: { headline: 'Head', body: 'Body' },
      fileChanges: {
        additions: [{ path: 'a.yaml', contents: Buffer.from('3\n').toString('base64') }],
        deletions: [{ path: 'dir/b.yaml' }],
      },
    };
    const fields = 'commit { oid message tree { oid } parents(first: 2) { nodes { oid } } signature { isValid } }';
    expect((await mutate(fake, 'createCommitOnBranch', input, fields)).get('errors.0.type')).toBe('STALE_DATA');
    const made = await mutate(fake, 'createCommitOnBranch', { ...input, expectedHeadOid: base }, fields);
    expect(made.get('data.createCommitOnBranch.commit')).toMatchObject({
      message: 'Head\n\nBody',
      parents: { nodes: [{ oid: base }] },
      signature: { isValid: true },
    });
    expect(await git(fake, ['ls-tree', '-r', '--name-only', 'temporary'])).toBe('a.yaml');
    const sha = made.text('data.createCommitOnBranch.commit.oid');
    expect((await call(fake, 'GET', `${repo}/git/commits/${sha}`)).get('verification.verified')).toBe(true);
  });
});

describe('pull requests by mutation', () => {
  it('is told to merge by itself only while something is awaited', async () => {
    const rules = { requiredChecks: ['build'] };
    const fake = await start({ repositories: [{ name: 'acme/gitops', allowAutoMerge: true }] });
    const { base, head } = await withPull(fake);
    const pullRequestId = await pullId(fake);
    const arm = (more: object = {}) =>
      mutate(fake, 'enablePullRequestAutoMerge', { pullRequestId, mergeMethod: 'SQUASH', ...more });
    expect((await arm()).get('errors.0.message')).toContain('Protected branch rules not configured');
    fake.protect('acme/gitops', 'main', rules);
    expect((await arm({ expectedHeadOid: base })).get('errors.0.type')).toBe('UNPROCESSABLE');
    expect((await arm({ commitHeadline: 'Mine', commitBody: 'Ours' })).get('errors')).toBeUndefined();
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('auto_merge.merge_method')).toBe('squash');
    await mutate(fake, 'disablePullRequestAutoMerge', { pullRequestId });
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('auto_merge')).toBeNull();
    await arm({ commitHeadline: 'Mine', commitBody: 'Ours' });
    await call(fake, 'POST', `${repo}/statuses/${head}`, { body: { state: 'success', context: 'build' } });
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('merged')).toBe(true);
    expect(await git(fake, ['log', '-1', '--format=%B', 'main'])).toBe('Mine\n\nOurs');
    fake.protect('acme/gitops', 'main', { requiredChecks: [] });
    await seed(fake, 'two', { c: '2' }, { parent: await git(fake, ['rev-parse', 'main']) });
    const made = await call(fake, 'POST', `${repo}/pulls`, { body: { title: 'Two', head: 'two', base: 'main' } });
    const clean = await mutate(fake, 'enablePullRequestAutoMerge', { pullRequestId: made.text('node_id') });
    expect(clean.get('errors.0.message')).toContain('Pull request is in clean status');
  });

  it('joins a merge queue, which merges in its own time', async () => {
    const fake = await start({ repositories: [{ name: 'acme/gitops', mergeQueue: { main: { method: 'squash' } } }] });
    await withPull(fake);
    const direct = await call(fake, 'PUT', `${repo}/pulls/1/merge`, { body: {} });
    expect([direct.status, direct.message]).toEqual([405, 'Changes must be made through the merge queue']);
    const joined = await mutate(
      fake,
      'enqueuePullRequest',
      { pullRequestId: await pullId(fake) },
      'mergeQueueEntry { position state }',
    );
    expect(joined.get('data.enqueuePullRequest.mergeQueueEntry')).toMatchObject({ position: 1, state: 'QUEUED' });
    const told = await graphql(
      fake,
      '{ repository(owner: "acme", name: "gitops") { pullRequest(number: 1) { isInMergeQueue } } }',
    );
    expect(told.get('data.repository.pullRequest.isInMergeQueue')).toBe(true);
    expect(await fake.runMergeQueue('acme/gitops', 'main')).toBe(1);
    expect((await call(fake, 'GET', `${repo}/pulls/1`)).get('merged')).toBe(true);
  });

  it('opens a draft, makes it ready and asks reviewers', async () => {
    const fake = await start();
    await withPull(fake);
    const input = {
      repositoryId: await repositoryId(fake),
      baseRefName: 'main',
      headRefName: 'topic',
      title: 'Two',
      draft: true,
    };
    expect((await mutate(fake, 'createPullRequest', input)).get('errors.0.message')).toContain('already exists');
    await seed(fake, 'two', { c: '1' }, { parent: await git(fake, ['rev-parse', 'main']) });
    const made = await mutate(
      fake,
      'createPullRequest',
      { ...input, headRefName: 'two' },
      'pullRequest { id isDraft number }',
    );
    expect(made.get('data.createPullRequest.pullRequest')).toMatchObject({ isDraft: true, number: 2 });
    const pullRequestId = made.text('data.createPullRequest.pullRequest.id');
    expect((await call(fake, 'PUT', `${repo}/pulls/2/merge`, { body: {} })).message).toBe(
      'Pull Request is still a draft',
    );
    await mutate(fake, 'markPullRequestReadyForReview', { pullRequestId });
    expect((await call(fake, 'GET', `${repo}/pulls/2`)).get('draft')).toBe(false);
    await mutate(fake, 'convertPullRequestToDraft', { pullRequestId });
    expect((await call(fake, 'GET', `${repo}/pulls/2`)).get('draft')).toBe(true);
    await mutate(fake, 'requestReviews', { pullRequestId, userIds: ['U_3'], union: true });
    expect((await call(fake, 'GET', `${repo}/pulls/2`)).get('requested_reviewers.0.login')).toBe('bob');
  });
});
