import { type Answer, type CommitId, type Forge, orThrow } from '@gitops/core';
import { afterEach, describe, expect, it } from 'vitest';
import { type GitHubOptions, github } from '../src/index.js';
import { makeForge, optionsFor } from './forge.js';

type Under = Awaited<ReturnType<typeof makeForge>>;
let under: Under;
afterEach(() => under.dispose());

const recent = { maxAgeMs: 60_000 };
const branch = 'gitops/promote/dev/prod';

async function seeded(applications: number, variant: Parameters<typeof makeForge>[0] = {}) {
  under = await makeForge(variant);
  const paths = Array.from({ length: applications }, (_, n) => `apps/prod/a${n}/app.yaml`);
  const text = (path: string, tag: string): string => `# ${path}\ntag: "${tag}"\n`;
  const base = await under.seed.commit({
    branch: 'main',
    files: Object.fromEntries(paths.map((path) => [path, text(path, '1')])),
  });
  const files = paths.map((path) => ({ path, before: text(path, '1'), after: text(path, '2') }));
  under.fake.log.clear();
  return { base, files };
}

function forgeOf(more: Partial<GitHubOptions> = {}): Forge {
  return github(optionsFor(under.fake, { token: under.fake.tokens.alice, ...more }));
}

const value = <T>(answer: Answer<T>): Promise<T> => orThrow(answer);

/** What core does where it opens a pull request. */
async function openingRun(forge: Forge, files: Awaited<ReturnType<typeof seeded>>['files'], people = {}) {
  const snapshot = await value(forge.git.snapshot({ branch: null }, ['apps/**'], recent));
  const head = await value(forge.git.head(snapshot.branch, recent));
  const open = await value(forge.pullRequests.list({ state: 'open', limit: 100 }, recent));
  expect([head?.commit, open, Object.keys(snapshot.files).length]).toEqual([snapshot.commit, [], files.length]);
  const input = { branch, expectedHead: null, base: snapshot.commit, files, message: 'Promote\n\nBody' };
  const { commit } = await value(forge.git.commit(input));
  const draft = { source: branch, target: 'main', title: 'Promote', description: 'Text', ...people };
  return { commit, pullRequest: await value(forge.pullRequests.open(draft)) };
}

/** And where it finds it. */
async function secondRun(forge: Forge, files: Awaited<ReturnType<typeof seeded>>['files'], head: CommitId) {
  const snapshot = await value(forge.git.snapshot({ branch: null }, ['apps/**'], recent));
  const main = await value(forge.git.head(snapshot.branch, recent));
  const [open] = await value(forge.pullRequests.list({ state: 'open', limit: 100 }, recent));
  expect(open).toMatchObject({ head, source: branch });
  expect(await value(forge.git.holds(head, { base: main?.commit ?? '', files }))).toBe(true);
}

describe.each([1, 50, 1000])('a promotion of %i applications', (applications) => {
  it('is opened with at most six requests, and found again with at most three', async () => {
    const { files } = await seeded(applications);
    const { commit, pullRequest } = await openingRun(forgeOf(), files);
    expect(pullRequest.head).toBe(commit);
    expect(under.fake.log.count(), under.fake.log.lines('api').join('\n')).toBe(6);
    under.fake.log.clear();
    await secondRun(forgeOf(), files, commit);
    expect(under.fake.log.count(), under.fake.log.lines('api').join('\n')).toBe(2);
  });

  it('is signed with even less', async () => {
    const { files } = await seeded(applications);
    await openingRun(forgeOf({ signedCommits: true }), files);
    expect(under.fake.log.count(), under.fake.log.lines('api').join('\n')).toBe(5);
    expect(Object.keys(await under.inspect.branches()).sort()).toEqual([branch, 'main']);
  });
});

describe('requests', () => {
  it('are one more each for labels, reviewers and assignees', async () => {
    const { files } = await seeded(1);
    const people = { labels: ['promotion', 'to/prod'], reviewers: ['bob', '@acme/platform'], assignees: ['carol'] };
    const { pullRequest } = await openingRun(forgeOf(), files, people);
    expect(under.fake.log.count()).toBe(9);
    expect(pullRequest).toMatchObject({ reviewers: ['bob', 'acme/platform'], assignees: ['carol'] });
    expect(await value(forgeOf().pullRequests.get(pullRequest.id))).toEqual(pullRequest);
  });

  it('are three in a run that finds its pull request on an older base', async () => {
    const { files } = await seeded(3);
    const { commit } = await openingRun(forgeOf(), files);
    await under.seed.commit({ branch: 'main', files: { 'other.txt': 'x\n' } });
    under.fake.log.clear();
    const forge = forgeOf();
    const snapshot = await value(forge.git.snapshot({ branch: null }, ['apps/**'], recent));
    await value(forge.pullRequests.list({ state: 'open', limit: 100 }, recent));
    expect(await value(forge.git.holds(commit, { base: snapshot.commit, files }))).toBe(true);
    expect(under.fake.log.count(), under.fake.log.lines('api').join('\n')).toBe(3);
  });

  it('do without GraphQL after one question, whatever there is instead', async () => {
    const { files } = await seeded(2, { fake: { graphql: false } });
    const forge = forgeOf();
    const { commit } = await openingRun(forge, files);
    await value(forge.git.deleteBranch(branch, commit));
    const queries = under.fake.log.lines('api').filter((line) => line.includes('/graphql'));
    expect(queries).toHaveLength(1);
  });

  it('follow a repository that has moved, and take an owner in any letter case', async () => {
    const { files } = await seeded(1);
    under.fake.moveRepository('acme/gitops', 'acme/deployments');
    const forge = forgeOf({ repository: `${under.fake.webUrl}/ACME/GitOps` });
    const { pullRequest } = await openingRun(forge, files);
    expect(await value(forge.pullRequests.findOpen({ source: branch, target: 'main' }))).toEqual(pullRequest);
    await under.fake.moveRepository('acme/deployments', 'acme/gitops');
  });

  it('send the token to the API alone', async () => {
    const { files } = await seeded(1);
    await openingRun(forgeOf(), files);
    for (const { area, authorization } of under.fake.log.entries) {
      expect(authorization).toBe(area === 'api' ? 'token' : 'none');
    }
  });

  it('log a thousand commits by the page, and look for paths many commits at once', async () => {
    await seeded(1);
    let tip = '';
    for (let n = 0; n < 30; n++)
      tip = await under.seed.commit({ branch: 'main', files: { [`x/${n % 2}/a.txt`]: `${n}` } });
    under.fake.log.clear();
    const found = await value(forgeOf().git.log({ from: tip, limit: 10, paths: ['x/1/**'] }));
    expect(found).toHaveLength(10);
    expect(under.fake.log.count(), under.fake.log.lines('api').join('\n')).toBeLessThanOrEqual(4);
  });
});

describe('an answer that is lost', () => {
  const draft = { source: branch, target: 'main', title: 'Promote', description: 'Text' };

  it.each(['after-write', 'cut', 'not-json', 'reset'] as const)(
    '(%s) is looked up before a pull request is opened again',
    async (fault) => {
      const { files, base } = await seeded(1);
      const forge = forgeOf();
      await value(forge.git.commit({ branch, expectedHead: null, base, files, message: 'm' }));
      under.fake.faults.next({ match: { method: 'POST', path: /\/pulls$/ }, do: fault });
      await value(forge.pullRequests.open(draft));
      expect(await value(forge.pullRequests.list({ state: 'all', limit: 10 }))).toHaveLength(1);
    },
  );

  it.each(['after-write', 'cut', 'not-json', 'reset'] as const)(
    '(%s) is looked up before a branch is made again',
    async (fault) => {
      const { files, base } = await seeded(1);
      under.fake.faults.next({ match: { method: 'POST', path: /\/git\/refs$/ }, do: fault });
      const { commit } = await value(forgeOf().git.commit({ branch, expectedHead: null, base, files, message: 'm' }));
      expect((await under.inspect.branches())[branch]).toBe(commit);
    },
  );

  it.each(['after-write', 'cut', 'not-json', 'reset'] as const)('(%s) leaves no temporary branch', async (fault) => {
    const { files, base } = await seeded(1);
    for (const body of ['createCommitOnBranch', 'updateRefs']) {
      under.fake.faults.next({ match: { method: 'POST', path: '/graphql', body }, do: fault });
    }
    const forge = forgeOf({ signedCommits: true });
    const { commit } = await value(forge.git.commit({ branch, expectedHead: null, base, files, message: 'm' }));
    expect(await under.inspect.branches()).toEqual({ main: base, [branch]: commit });
  });

  it.each(['after-write', 'cut', 'not-json', 'reset'] as const)(
    '(%s) is looked up before a comment is made again',
    async (fault) => {
      const { files, base } = await seeded(1);
      const forge = forgeOf();
      await value(forge.git.commit({ branch, expectedHead: null, base, files, message: 'm' }));
      const { id } = await value(forge.pullRequests.open(draft));
      under.fake.faults.next({ match: { method: 'POST', path: /\/comments$/ }, do: fault });
      await value(forge.pullRequests.comment(id, { text: 'Once.' }));
      expect((await value(forge.pullRequests.status(id))).comments.map(({ text }) => text)).toEqual(['Once.']);
    },
  );
});
