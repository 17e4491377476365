import type { IncomingMessage } from 'node:http';
import { type CommitId, type Forge, type MergeMethod, orThrow } from '@gitops/core';
import { gitRepository } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { branches, commitOn, draft, HttpRemoteUnderTest, mergeOf } from './http-remotes.js';
import { ana, ben } from './repositories.js';

/** The pushes of a merge, in their order; the archive holds the reviewed commit since the pull request was opened. */
const pushes = ['note', 'target', 'source'] as const;
type Push = (typeof pushes)[number];

describe('two who merge at once where refs move one by one', () => {
  let remote: HttpRemoteUnderTest;
  let one: Forge;
  let other: Forge;
  let target: CommitId;
  let head: CommitId;
  let id: string;

  beforeEach(async () => {
    remote = await HttpRemoteUnderTest.start();
    one = await remote.open(ana, { credential: { user: 'ana', token: 'x' } }, 'one');
    other = await remote.open(ben, { credential: { user: 'ben', token: 'x' } }, 'other');
    const { seed } = gitRepository(remote.gitDir);
    orThrow(await one.git.commit(commitOn(remote.base)));
    head = await seed.commit({ branch: 'topic', files: { 'more.txt': '1\n' } });
    id = orThrow(await one.pullRequests.open(draft)).id;
    target = await seed.commit({ branch: 'main', files: { 'other.txt': 'x\n' } });
  });
  afterEach(() => remote.stop());

  const isBy = (user: string, request: IncomingMessage): boolean =>
    Buffer.from((request.headers.authorization ?? '').slice('Basic '.length), 'base64')
      .toString('latin1')
      .startsWith(`${user}:`);
  const sends = (request: IncomingMessage): boolean =>
    request.method === 'POST' && request.url?.endsWith('/git-receive-pack') === true;
  const looks = (request: IncomingMessage): boolean => request.url?.endsWith('service=git-receive-pack') === true;

  /**
   * The first one stops before a push; the second one then starts, and stops before one of its own; the first one goes
   * on to its end; the second one goes on. Each stops when it sends, or when it looks where the ref is.
   */
  async function interleave(
    input: Parameters<Forge['pullRequests']['merge']>[1],
    stops: readonly [Push, Push],
    stop = sends,
  ) {
    const left = new Map(['ana', 'ben'].map((user, n) => [user, pushes.indexOf(stops[n] as Push) + 1]));
    const isStop = (user: string, request: IncomingMessage): boolean => {
      if (!stop(request) || !isBy(user, request)) return false;
      left.set(user, (left.get(user) ?? 0) - 1);
      return left.get(user) === 0;
    };
    const secondStopped = later<void>();
    const secondEnded = later<Awaited<ReturnType<Forge['pullRequests']['merge']>>>();
    const startSecond = (): void => {
      void other.pullRequests.merge(id, input).then((answer) => {
        secondEnded.resolve(answer);
        secondStopped.resolve();
      });
    };
    remote.server.intercept = async (request) => {
      if (isStop('ana', request)) {
        startSecond();
        await secondStopped.promise;
      } else if (isStop('ben', request)) {
        secondStopped.resolve();
        await first;
      }
      return false;
    };
    const first = one.pullRequests.merge(id, input);
    const answers = [await first, await secondEnded.promise];
    remote.server.intercept = null;
    return answers.map((answer) => orThrow(answer));
  }

  async function expectLandedOnce(method: MergeMethod, answers: readonly unknown[]): Promise<void> {
    const chain = (await remote.git('rev-list', '--first-parent', `${target}..main`)).split('\n');
    expect(chain).toHaveLength(method === 'rebase' ? 2 : 1);
    const landed = { first: chain.at(-1), last: chain[0] };
    expect(answers).toEqual([
      { kind: 'merged', landed },
      { kind: 'merged', landed },
    ]);
    for (const forge of [one, other]) {
      expect(orThrow(await forge.pullRequests.get(id))).toMatchObject({ state: 'merged', head, landed });
      expect(orThrow(await forge.pullRequests.findOpen(branches))).toBeNull();
    }
    // what git-appraise goes by
    const name = await remote.git('rev-parse', id);
    const lines = (await remote.git('notes', '--ref=refs/notes/devtools/reviews', 'show', name)).split('\n');
    expect((JSON.parse(lines.at(-1) ?? '') as { readonly alias: string }).alias).toBe(landed.last);
    expect(await gitRepository(remote.gitDir).inspect.faults()).toEqual([]);
  }

  const input = (method: MergeMethod, deleteSource: boolean) => ({ ...mergeOf(head), method, deleteSource });

  describe.each<MergeMethod>(['squash', 'merge', 'rebase'])('by %s', (method) => {
    it.each([
      ['sends', sends],
      ['looks', looks],
    ])(
      'lands once when both notes stand before either target moves, and the second one %s too late',
      async (_, stop) => {
        await expectLandedOnce(method, await interleave(input(method, false), ['target', 'target'], stop));
      },
    );
  });

  it('is merged for everybody where the second one dies, and the same call mends what it left', async () => {
    const controller = new AbortController();
    const sent = { ana: 0, ben: 0 };
    let died = '';
    remote.server.intercept = async (request) => {
      if (!sends(request)) return false;
      if (isBy('ben', request) && ++sent.ben === 2) {
        controller.abort();
        return true;
      }
      if (isBy('ana', request) && ++sent.ana === 2) {
        const answer = await other.pullRequests.merge(id, input('squash', false), { signal: controller.signal });
        died = answer._unsafeUnwrapErr().kind;
      }
      return false;
    };
    const answer = orThrow(await one.pullRequests.merge(id, input('squash', false)));
    remote.server.intercept = null;
    expect(died).toBe('aborted');
    const tip = await remote.git('rev-parse', 'main');
    const landed = { first: tip, last: tip };
    expect(answer).toEqual({ kind: 'merged', landed });
    expect(orThrow(await one.pullRequests.get(id))).toMatchObject({ state: 'merged', head, landed });
    await expectLandedOnce('squash', [answer, orThrow(await other.pullRequests.merge(id, input('squash', false)))]);
  });

  it('is merged although it was closed, or got another head, just before the target moved', async () => {
    const later = await gitRepository(remote.gitDir).seed.commit({ branch: 'aside', parent: head, files: { z: 'z' } });
    let sent = 0;
    remote.server.intercept = async (request) => {
      if (!sends(request) || !isBy('ana', request) || ++sent !== 2) return false;
      await remote.git('update-ref', 'refs/heads/topic', later);
      orThrow(await other.pullRequests.update(id, { title: 'Another head' }));
      orThrow(await other.pullRequests.close(id, { reason: 'No.' }));
      return false;
    };
    const answer = orThrow(await one.pullRequests.merge(id, input('squash', false)));
    remote.server.intercept = null;
    expect(sent).toBe(2);
    await expectLandedOnce('squash', [answer, orThrow(await other.pullRequests.merge(id, input('squash', false)))]);
  });

  it('lands what is opened again on the same commits after a revert', async () => {
    await interleave(input('squash', false), ['target', 'target']);
    const { seed } = gitRepository(remote.gitDir);
    const files = { 'a.yaml': 'tag: 1\n', 'more.txt': null };
    target = await seed.commit({ branch: 'main', files, message: 'Revert' });
    expect(orThrow(await one.pullRequests.open(draft)).id).toBe(id);
    expect(orThrow(await one.pullRequests.get(id))).toMatchObject({ state: 'open', head });
    await expectLandedOnce('squash', await interleave(input('squash', false), ['target', 'target']));
  });

  it.each(pushes.flatMap((first) => pushes.map((second) => [first, second] as const)))(
    'lands once when one stops before its push of the %s, the other before its %s',
    async (first, second) => {
      await expectLandedOnce('squash', await interleave(input('squash', true), [first, second]));
      expect(await remote.git('for-each-ref', '--format=%(refname)', 'refs/heads/')).toBe('refs/heads/main');
    },
  );
});

function later<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
