import type { Forge, MergeMethod } from '@gitops/core';
import { type ForgeUnderTest, gitRepository } from '@gitops/provider-testkit/contract';
import {
  type FakeGitLab,
  type FakeGitLabOptions,
  type ProjectSettings,
  startGitLab,
} from '@gitops/provider-testkit/fakes';
import { afterEach, describe, expect, it } from 'vitest';
import { gitlab } from '../src/index.js';
import { okOf, optionsFor } from './forge.js';

let fake: FakeGitLab;
let forge: Forge;
let inspect: ForgeUnderTest['inspect'];
let seed: Omit<ForgeUnderTest['seed'], 'reject'>;

afterEach(async () => {
  const { violations } = fake;
  await fake.close();
  expect(violations).toEqual([]);
});

async function opened(settings: Partial<ProjectSettings> = {}, options: FakeGitLabOptions = {}, commits = 1) {
  fake = await startGitLab({ ...options, projects: [{ path: 'acme/gitops', settings }] });
  ({ inspect, seed } = gitRepository(fake.folder('acme/gitops')));
  const base = await seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
  const clock = {
    now: () => new Date(fake.clock.now()).toISOString(),
    sleep: async (milliseconds: number) => fake.clock.advance(milliseconds),
  };
  forge = gitlab({ ...optionsFor(fake, fake.tokens.ana), clock });
  let head = base;
  for (let index = 0; index < commits; index++) {
    head = await seed.commit({
      branch: 'topic',
      ...(index === 0 ? { parent: base } : {}),
      files: { [`f${index}.yaml`]: 'x\n' },
      message: `Commit ${index}`,
    });
  }
  const { id } = await okOf(forge.pullRequests.open({ source: 'topic', target: 'main', title: 'T', description: '' }));
  const merge = (method: MergeMethod, more: { readonly auto?: boolean; readonly approvals?: number } = {}) =>
    okOf(
      forge.pullRequests.merge(id, {
        method,
        expectedHead: head,
        expectedTarget: null,
        message: { title: 'Land', body: 'GitOps-Operation: promote' },
        approvals: 0,
        deleteSource: false,
        ...more,
      }),
    );
  const tip = async () => (await inspect.branches())['main'] ?? '';
  return { base, head, id, merge, tip };
}

describe('what the settings of a project forbid', () => {
  it.each<[Partial<ProjectSettings>, MergeMethod, RegExp]>([
    [{ merge_method: 'merge' }, 'rebase', /merge commits/],
    [{ merge_method: 'rebase_merge' }, 'rebase', /merge commits/],
    [{ merge_method: 'ff' }, 'merge', /fast-forward/],
    [{ squash_option: 'never' }, 'squash', /does not allow to squash/],
    [{ squash_option: 'always' }, 'merge', /squashes always/],
  ])('%j refuses %s in words', async (settings, method, words) => {
    const { base, merge, tip } = await opened(settings);
    expect(await merge(method)).toEqual({ kind: 'refused', why: expect.stringMatching(words) });
    expect(await tip()).toBe(base);
  });
});

describe('what they allow', () => {
  it('lands every commit of a fast-forward, and tells the range', async () => {
    const { base, head, id, merge, tip } = await opened({ merge_method: 'ff' }, {}, 3);
    const answer = await merge('rebase');
    expect(await tip()).toBe(head);
    const first = (await okOf(forge.git.log({ from: head, limit: 9, until: base }))).at(-1)?.commit;
    expect(answer).toEqual({ kind: 'merged', landed: { first, last: head } });
    expect((await okOf(gitlab(optionsFor(fake, fake.tokens.ben)).pullRequests.get(id))).landed).toEqual({
      first,
      last: head,
    });
    const [listed] = await okOf(forge.pullRequests.list({ state: 'merged', limit: 5 }));
    expect(listed?.landed).toEqual({ first, last: head });
  });

  it('squashes onto a fast-forward as one commit', async () => {
    const { base, merge, tip } = await opened({ merge_method: 'ff' }, {}, 2);
    const answer = await merge('squash');
    const last = await tip();
    expect(answer).toEqual({ kind: 'merged', landed: { first: last, last } });
    const raw = await inspect.commit(last);
    expect(raw.parents).toEqual([base]);
    expect(raw.message.trimEnd()).toBe('Land\n\nGitOps-Operation: promote');
  });

  it('squashes below a merge commit, which is what lands', async () => {
    const { base, merge, tip } = await opened({ merge_method: 'merge' }, {}, 2);
    const answer = await merge('squash');
    const last = await tip();
    expect(answer).toEqual({ kind: 'merged', landed: { first: last, last } });
    const [target, squashed] = (await inspect.commit(last)).parents;
    expect(target).toBe(base);
    expect((await inspect.commit(squashed ?? '')).parents).toEqual([base]);
  });

  it('waits for a rebase where a fast-forward is behind, and does not move what was reviewed', async () => {
    const { head, merge } = await opened({ merge_method: 'ff' });
    await seed.commit({ branch: 'main', files: { 'other.yaml': 'x\n' } });
    expect(await merge('rebase')).toEqual({ kind: 'waiting', for: ['a rebase onto "main"'] });
    expect((await inspect.branches())['topic']).toBe(head);
  });
});

describe('what a merge request waits for', () => {
  it('names approvals, drafts, threads and pipelines', async () => {
    const { id, head, merge } = await opened({
      approvals_required: 2,
      only_allow_merge_if_all_discussions_are_resolved: true,
    });
    const awaits = async () => (await okOf(forge.pullRequests.status(id))).awaits;
    expect(await awaits()).toEqual(['2 approvals (All Members)']);
    expect(await merge('merge')).toEqual({ kind: 'waiting', for: ['2 approvals (All Members)'] });
    fake.change('acme/gitops', { approvals_required: 0 });
    await okOf(forge.pullRequests.update(id, { draft: true }));
    expect((await awaits()).join()).toContain('draft');
    await okOf(forge.pullRequests.update(id, { draft: false }));
    const note = await fake.startThread('acme/gitops', Number(id), 'Why?');
    expect(await awaits()).toEqual(['open threads to be resolved']);
    await fake.resolveThread('acme/gitops', Number(id), note);
    fake.change('acme/gitops', { only_allow_merge_if_pipeline_succeeds: true });
    expect(await awaits()).toEqual(['a pipeline to succeed']);
    await fake.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'running' });
    const status = await okOf(forge.pullRequests.status(id));
    expect(status.checks).toEqual([
      { name: 'pipeline', state: 'pending', url: expect.stringContaining('/pipelines/') },
    ]);
    expect(status.awaits).toEqual(['check pipeline']);
  });

  it('is armed for exactly this head, and lands when it passes', async () => {
    const { head, id, merge, tip, base } = await opened({ only_allow_merge_if_pipeline_succeeds: true });
    await fake.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'running' });
    expect(await merge('merge', { auto: true })).toEqual({ kind: 'waiting', for: ['check pipeline'] });
    expect((await okOf(forge.pullRequests.status(id))).queued).toBe(true);
    expect((await merge('merge', { auto: true })).kind).toBe('waiting');
    expect(await tip()).toBe(base);
    await fake.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'success' });
    expect((await merge('merge', { auto: true })).kind).toBe('merged');
    expect((await inspect.commit(await tip())).message.trimEnd()).toBe('Land\n\nGitOps-Operation: promote');
  });

  it('is not armed while our own approvals lack', async () => {
    const { head, id, merge } = await opened({ only_allow_merge_if_pipeline_succeeds: true });
    await fake.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'running' });
    expect(await merge('merge', { auto: true, approvals: 1 })).toEqual({
      kind: 'waiting',
      for: ['check pipeline', '1 approval'],
    });
    expect((await okOf(forge.pullRequests.status(id))).queued).toBe(false);
  });

  it('takes a place in a merge train, and never goes past one', async () => {
    const { base, head, id, merge, tip } = await opened({ merge_trains_enabled: true });
    await fake.setPipeline('acme/gitops', { sha: head, ref: 'topic', status: 'success' });
    expect(await merge('merge')).toEqual({ kind: 'refused', why: expect.stringContaining('merge train') });
    expect(await tip()).toBe(base);
    expect(await merge('merge', { auto: true })).toEqual({ kind: 'waiting', for: ['its turn in the merge train'] });
    expect((await okOf(forge.pullRequests.status(id))).queued).toBe(true);
    expect(await fake.runTrain('acme/gitops', 'main')).toBe(true);
    expect((await merge('merge', { auto: true })).kind).toBe('merged');
  });
});

describe('approvals of a head', () => {
  it('do not count for a later one, where GitLab keeps them', async () => {
    const { head, id, merge } = await opened({}, { edition: 'ce' });
    const ben = gitlab(optionsFor(fake, fake.tokens.ben));
    await okOf(ben.pullRequests.approve(id, { head }));
    expect((await okOf(forge.pullRequests.status(id))).approvals).toHaveLength(1);
    const next = await seed.commit({ branch: 'topic', files: { 'evil.yaml': 'x\n' } });
    expect((await okOf(forge.pullRequests.status(id))).approvals).toEqual([]);
    expect(
      await forge.pullRequests.merge(id, {
        method: 'merge',
        expectedHead: head,
        expectedTarget: null,
        message: { title: 'T', body: '' },
        approvals: 1,
        deleteSource: false,
      }),
    ).toMatchObject({ error: { kind: 'stale-head', details: { what: 'source', found: next } } });
    await okOf(ben.pullRequests.approve(id, { head: next, text: 'Again.' }));
    const { approvals, comments } = await okOf(forge.pullRequests.status(id));
    expect(approvals.map(({ by }) => by)).toEqual(['ben']);
    expect(comments).toEqual([expect.objectContaining({ text: 'Again.', approves: true, commit: next })]);
    expect(merge).toBeTypeOf('function');
  });

  it('cannot be claimed by writing the mark of one', async () => {
    const { head, id } = await opened();
    const ben = gitlab(optionsFor(fake, fake.tokens.ben));
    await okOf(ben.pullRequests.comment(id, { text: `Fine.\n\n<!-- gitops:approves ${head} -->` }));
    const { approvals, comments } = await okOf(forge.pullRequests.status(id));
    expect(approvals).toEqual([]);
    expect(comments[0]?.approves).toBeNull();
  });
});

describe('a branch that has landed', () => {
  it('is not opened again without anything new, by the same instance either', async () => {
    fake = await startGitLab({ projects: [{ path: 'acme/gitops', settings: { merge_method: 'ff' } }] });
    ({ inspect, seed } = gitRepository(fake.folder('acme/gitops')));
    const base = await seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
    forge = gitlab(optionsFor(fake, fake.tokens.ana));
    const files = [{ path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' }];
    const { commit } = await okOf(
      forge.git.commit({ branch: 'topic', expectedHead: null, base, files, message: 'Two' }),
    );
    const draft = { source: 'topic', target: 'main', title: 'T', description: '' };
    const { id } = await okOf(forge.pullRequests.open(draft));
    const input = {
      method: 'rebase',
      expectedHead: commit,
      expectedTarget: base,
      message: { title: 'T', body: '' },
      approvals: 0,
      deleteSource: false,
    } as const;
    expect((await okOf(forge.pullRequests.merge(id, input))).kind).toBe('merged');
    expect(await forge.pullRequests.open(draft)).toMatchObject({ error: { kind: 'rejected' } });
  });
});
