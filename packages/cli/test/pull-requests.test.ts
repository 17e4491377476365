import { describe, expect, it } from 'vitest';
import { ben, git, gitops, makeBare } from './repository.js';

async function opened(): Promise<{ readonly bare: string; readonly id: string }> {
  const bare = makeBare();
  const ran = await gitops(bare, ['promote', 'dev', 'prod', '--output', 'json']);
  const { pullRequests } = ran.json() as { pullRequests: { id: string }[] };
  return { bare, id: pullRequests[0]?.id ?? '' };
}

describe('pr', () => {
  it('shows what it changes, line by line, and who said what', async () => {
    const { bare, id } = await opened();
    await gitops(bare, ['pr', 'comment', id, 'Checked', 'in dev.'], { env: ben });
    await gitops(bare, ['pr', 'approve', id, '--message', 'Good.'], { env: ben });
    const shown = await gitops(bare, ['pr', 'show', id.slice(0, 8)]);
    expect(shown.exitCode).toBe(0);
    expect(shown.out).toContain('gitops/promote/dev/prod → main');
    expect(shown.out).toMatch(
      / +18 - +value: 2\.0\.4 +# moved by promotions\n +18 \+ +value: 2\.1\.0 +# moved by promotions/,
    );
    expect(shown.out).toMatch(/approved by \S*ben/i);
    expect(shown.out).toContain('Checked in dev.');
    expect(shown.out).not.toContain('<!--');
    const json = (await gitops(bare, ['pr', 'show', id, '--output', 'json'])).json();
    expect(json).toMatchObject({
      action: 'shown',
      approvals: [{ by: expect.stringMatching(/ben/i) }],
      files: [
        { path: 'apps/prod/payments/application.yaml', lines: [{ sign: '-' }, { sign: '+' }] },
        { path: 'apps/prod/users/application.yaml', lines: [{ sign: '-' }, { sign: '+' }] },
      ],
    });
  });

  it.each(['merge', 'squash', 'rebase'])('merges by %s', async (method) => {
    const { bare, id } = await opened();
    const ran = await gitops(bare, ['pr', 'merge', id, '--method', method, '--output', 'json']);
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({
      action: 'merged',
      pullRequest: { state: 'merged', landed: { last: git(bare, 'rev-parse', 'main') } },
    });
    expect(git(bare, 'show', 'main:apps/prod/users/application.yaml')).toContain('2.1.0');
    const shown = await gitops(bare, ['pr', 'show', id, '--output', 'json']);
    expect((shown.json() as { files: unknown[] }).files).toHaveLength(2);
    expect((await gitops(bare, ['pr', 'merge', id])).exitCode).toBe(0);
  });

  it('closes; lists by state; another run opens a new one', async () => {
    const { bare, id } = await opened();
    const closed = await gitops(bare, ['pr', 'close', id, '--reason', 'not today']);
    expect(closed.out).toMatch(new RegExp(`\nClosed pull request ${id}: `));
    const list = async (state: string) =>
      (
        (await gitops(bare, ['pr', 'list', '--state', state, '--output', 'json'])).json() as {
          pullRequests: { id: string }[];
        }
      ).pullRequests.map((one) => one.id);
    expect(await list('open')).toEqual([]);
    expect(await list('closed')).toEqual([id]);
    expect((await gitops(bare, ['promote', 'dev', 'prod'])).out).toMatch(/\nOpened pull request /);
    expect(await list('open')).toHaveLength(1);
    expect((await gitops(bare, ['pr', 'list', '--quiet'])).out).toMatch(/^[0-9a-f]+\n$/);
  });
});
