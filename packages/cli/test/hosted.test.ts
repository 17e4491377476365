import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Forge, onGitHub, onGitLab } from './forges.js';
import { errorOf, git, gitops, stateOf, temporaryFolder } from './repository.js';

const forges = [
  { name: 'GitHub', start: () => onGitHub() as Promise<Forge<unknown>>, request: 'pull request 1' },
  { name: 'GitLab', start: () => onGitLab() as Promise<Forge<unknown>>, request: 'merge request !1' },
];

describe.each(forges)('$name', ({ start, request }) => {
  it('opens, finds again, shows and lists from a clone', async () => {
    const forge = await start();
    const clone = forge.clone();
    const before = stateOf(clone);
    const { env } = forge;
    const opened = await gitops(clone, ['promote', 'dev', 'prod'], { env });
    expect(opened.err).toBe('');
    expect(opened.out.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^Opened ${request}: http://127`));
    const again = await gitops(clone, ['promote', 'dev', 'prod'], { env });
    expect(again.out).toContain(`Nothing to do, ${request} is open already`);
    const shown = await gitops(clone, ['pr', 'show', '1', '--output', 'json'], { env });
    expect(shown.json()).toMatchObject({
      action: 'shown',
      pullRequest: { id: '1', source: 'gitops/promote/dev/prod' },
    });
    const status = await gitops(clone, ['status', '--output', 'json'], { env });
    expect(status.json()).toMatchObject({ pullRequests: [{ id: '1' }] });
    expect(stateOf(clone)).toBe(before);
  });

  it('works by URL from anywhere, without git, and writes nothing here', async () => {
    const forge = await start();
    const here = temporaryFolder();
    const env = { ...forge.env, PATH: '/nonexistent' };
    const status = await gitops(here, ['status', '--repo', forge.url, '--output', 'json'], { env });
    expect(status.json()).toMatchObject({ source: { kind: 'commit', branch: 'main' }, pullRequests: [] });
    const difference = await gitops(here, ['diff', 'dev', 'prod', '--repo', forge.url], { env });
    expect(difference.out).toContain('1.7.0 → 1.8.2');
    const opened = await gitops(here, ['promote', 'dev', 'prod', '--repo', forge.url, '--output', 'json'], { env });
    expect(opened.json()).toMatchObject({ pullRequests: [{ kind: 'opened', id: '1' }] });
    expect(git(forge.folder, 'rev-parse', '--verify', 'gitops/promote/dev/prod')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('merges, reverts and freezes', async () => {
    const forge = await start();
    const { env } = forge;
    const at = ['--repo', forge.url, '--output', 'json'];
    const merged = await gitops('/', ['promote', 'dev', 'prod', '--merge', ...at], { env });
    expect(merged.json()).toMatchObject({ pullRequests: [{ kind: 'merged' }] });
    expect(git(forge.folder, 'show', 'main:apps/prod/users/application.yaml')).toContain('2.1.0');
    const reverted = await gitops('/', ['revert', '1', '--merge', ...at], { env });
    expect(reverted.json()).toMatchObject({ pullRequests: [{ kind: 'merged', id: '2' }] });
    expect(git(forge.folder, 'show', 'main:apps/prod/users/application.yaml')).toContain('2.0.4');
    const frozen = await gitops('/', ['freeze', 'dev', '--reason', 'QA', ...at], { env });
    expect(frozen.json()).toMatchObject({ pullRequests: [{ kind: 'opened', id: '3' }] });
  });

  it('comments once under a marker, approves, closes', async () => {
    const forge = await start();
    const { env } = forge;
    const at = ['--repo', forge.url, '--output', 'json'];
    await gitops('/', ['promote', 'dev', 'prod', ...at], { env });
    for (const text of ['Passed at 10.', 'Passed at 11.']) {
      const ran = await gitops('/', ['pr', 'comment', '1', '--marker', 'smoke', text, ...at], { env });
      expect(ran.exitCode).toBe(0);
    }
    const shown = await gitops('/', ['pr', 'show', '#1', ...at], { env });
    const { comments } = shown.json() as { comments: { text: string }[] };
    expect(comments.map((one) => one.text).filter((one) => one.includes('Passed'))).toEqual([
      expect.stringContaining('Passed at 11.'),
    ]);
    const closed = await gitops('/', ['pr', 'close', '1', ...at], { env });
    expect(closed.json()).toMatchObject({ action: 'closed', pullRequest: { state: 'closed' } });
  });

  it('takes commits by name, plans on paper, and lists by state', async () => {
    const forge = await start();
    const { env } = forge;
    const at = ['--repo', forge.url];
    const first = git(forge.folder, 'rev-parse', 'main');
    const plan = join(temporaryFolder(), 'plan.json');
    const planned = await gitops('/', ['plan', 'promote', `dev@${first.slice(0, 10)}`, 'prod', '--out', plan, ...at], {
      env,
    });
    expect(planned.exitCode, planned.err).toBe(0);
    const applied = await gitops('/', ['apply', plan, '--merge', '--output', 'json', ...at], { env });
    expect(applied.json()).toMatchObject({ pullRequests: [{ kind: 'merged' }] });
    const merged = await gitops('/', ['pr', 'list', '--state', 'merged', '--output', 'json', ...at], { env });
    expect(merged.json()).toMatchObject({ pullRequests: [{ id: '1', state: 'merged' }] });
    const last = git(forge.folder, 'rev-parse', 'main');
    const reverted = await gitops('/', ['revert', last.slice(0, 10), '--dry-run', '--output', 'json', ...at], { env });
    expect(reverted.json()).toMatchObject({ wouldChange: true });
    const before = await gitops('/', ['diff', 'dev', 'prod', '--at', first, '--output', 'json', ...at], { env });
    expect((before.json() as { versions: unknown[] }).versions).toHaveLength(2);
    const missing = await gitops('/', ['revert', 'nothing-like-it', '--output', 'json', ...at], { env });
    expect([missing.exitCode, errorOf(missing).kind]).toEqual([3, 'not-found']);
  });
});
