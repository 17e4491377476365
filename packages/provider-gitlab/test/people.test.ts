import type { Forge, GitOpsError } from '@gitops/core';
import { gitRepository } from '@gitops/provider-testkit/contract';
import { type FakeGitLab, startGitLab } from '@gitops/provider-testkit/fakes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitlab } from '../src/index.js';
import { okOf, optionsFor } from './forge.js';

let fake: FakeGitLab;
let forge: Forge;
let base: string;
const draft = { source: 'topic', target: 'main', title: 'T', description: '' };

beforeEach(async () => {
  fake = await startGitLab({
    projects: [{ path: 'acme/platform/gitops', members: { ana: 'maintainer', ben: 'developer', mia: 'developer' } }],
  });
  const { seed } = gitRepository(fake.folder('acme/platform/gitops'));
  base = await seed.commit({ branch: 'main', files: { 'a.yaml': 'a: 1\n' } });
  await seed.commit({ branch: 'topic', parent: base, files: { 'a.yaml': 'a: 2\n' } });
  forge = gitlab(optionsFor(fake, fake.tokens.ana));
});

afterEach(async () => {
  const { violations } = fake;
  await fake.close();
  expect(violations).toEqual([]);
});

async function errorOf(more: object): Promise<GitOpsError> {
  return (await forge.pullRequests.open({ ...draft, ...more })).match(
    (value): GitOpsError => {
      throw new Error(`expected an error, got ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
}

describe('people', () => {
  it('are asked by name, in any letter case, with or without the sign; a group stands for its members', async () => {
    const made = await okOf(forge.pullRequests.open({ ...draft, reviewers: ['@BEN', 'mia'], assignees: ['ben'] }));
    expect([...made.reviewers].sort()).toEqual(['ben', 'mia']);
    expect(made.assignees).toEqual(['ben']);
    await okOf(forge.pullRequests.close(made.id, { reason: 'x' }));
    const group = await okOf(forge.pullRequests.open({ ...draft, reviewers: ['@acme/platform'] }));
    expect(group.reviewers).toEqual(expect.arrayContaining(['ben', 'mia']));
  });

  it('are added to those who are there, and asked for once', async () => {
    const { id } = await okOf(forge.pullRequests.open({ ...draft, reviewers: ['ben'], labels: ['one'] }));
    const both = await okOf(forge.pullRequests.update(id, { reviewers: ['mia'], labels: ['two', 'one'] }));
    expect([...both.reviewers].sort()).toEqual(['ben', 'mia']);
    expect([...both.labels].sort()).toEqual(['one', 'two']);
    fake.log.clear();
    expect(
      await okOf(forge.pullRequests.update(id, { reviewers: ['ben', '@mia'], labels: ['one'], title: 'T' })),
    ).toEqual(both);
    expect(fake.log.entries.map((one) => one.method)).toEqual(['GET']);
  });

  it('and groups, milestones that are not there are told, and nothing is opened', async () => {
    expect(await errorOf({ reviewers: ['nobody'] })).toMatchObject({
      kind: 'not-found',
      details: { subject: 'nobody' },
    });
    expect(await errorOf({ reviewers: ['acme/none'] })).toMatchObject({
      kind: 'not-found',
      details: { what: 'group' },
    });
    expect(await errorOf({ milestone: 'Never' })).toMatchObject({ kind: 'not-found', details: { what: 'milestone' } });
    expect(await okOf(forge.pullRequests.list({ state: 'all', limit: 9 }))).toEqual([]);
  });
});

describe('what GitLab refuses', () => {
  it('a branch that is protected', async () => {
    fake.protect('acme/platform/gitops', { name: 'gitops/*', push: 'owner' });
    const answer = await forge.git.commit({
      branch: 'gitops/x',
      expectedHead: null,
      base,
      files: [{ path: 'b.yaml', before: null, after: 'b' }],
      message: 'm',
    });
    expect(answer).toMatchObject({
      error: { kind: 'rejected', remedy: expect.stringContaining('Protected branches') },
    });
  });

  it('a reporter who writes, a token without the scope, a merge by somebody who may not', async () => {
    const change = {
      branch: 'b',
      expectedHead: null,
      base,
      files: [{ path: 'b', before: null, after: 'b' }],
      message: 'm',
    };
    fake.setMember('acme/platform/gitops', 'rob', 'reporter');
    const [rob, readOnly, ben] = [fake.tokens.rob, fake.tokens.readOnly, fake.tokens.ben].map((token) =>
      gitlab(optionsFor(fake, token)),
    );
    expect(await rob?.git.commit(change)).toMatchObject({ error: { kind: 'forbidden' } });
    expect(await readOnly?.git.commit(change)).toMatchObject({
      error: { kind: 'forbidden', remedy: expect.stringContaining('scope api') },
    });
    fake.protect('acme/platform/gitops', { name: 'main', merge: 'maintainer', push: null });
    const { id, head } = await okOf(forge.pullRequests.open(draft));
    const input = {
      method: 'merge',
      expectedHead: head,
      expectedTarget: null,
      message: { title: 'T', body: '' },
      approvals: 0,
      deleteSource: false,
    } as const;
    expect(await ben?.pullRequests.merge(id, input)).toMatchObject({ error: { kind: 'forbidden' } });
    expect((await okOf(forge.pullRequests.merge(id, input))).kind).toBe('merged');
  });
});
