import { describe, expect, it } from 'vitest';
import { onGitHub, onGitLab } from './forges.js';
import { errorOf, fleet, git, gitops, makeBare } from './repository.js';

const promote = ['promote', 'dev', 'prod', '--output', 'json'];

describe('a second identity', () => {
  it('approves on GitHub where an approval is missing, and only when it is asked to', async () => {
    const { fake, env, url, folder } = await onGitHub();
    fake.protect('acme/gitops', 'main', { requiredApprovals: 1 });
    const at = ['--repo', url];
    const alone = await gitops('/', [...promote, '--merge', ...at], { env });
    expect(alone.exitCode).toBe(7);
    const with2 = { ...env, SECOND: fake.tokens.carol };
    const merged = await gitops('/', [...promote, '--merge', '--approve-with', 'SECOND', ...at], { env: with2 });
    expect(merged.json()).toMatchObject({ pullRequests: [{ kind: 'merged' }] });
    expect(merged.err).toContain('the account of SECOND gives it');
    expect(merged.err).toMatch(/Approving 1 as /);
    expect(merged.out + merged.err).not.toContain(fake.tokens.carol);
    expect(git(folder, 'show', 'main:apps/prod/users/application.yaml')).toContain('2.1.0');
  });

  it('approves on GitLab, by pr merge', async () => {
    const { fake, env, url } = await onGitLab();
    fake.change('acme/gitops', { approvals_required: 1 });
    const at = ['--repo', url, '--output', 'json'];
    await gitops('/', [...promote, '--repo', url], { env });
    expect((await gitops('/', ['pr', 'merge', '!1', ...at], { env })).exitCode).toBe(7);
    const merged = await gitops('/', ['pr', 'merge', '!1', '--approve-with', 'SECOND', '--method', 'squash', ...at], {
      env: { ...env, SECOND: fake.tokens.mia },
    });
    expect(merged.json()).toMatchObject({ action: 'merged', pullRequest: { state: 'merged' } });
  });

  it('approves by pr approve, with the token of another', async () => {
    const github = await onGitHub();
    await gitops('/', [...promote, '--repo', github.url], { env: github.env });
    const carol = { ...github.env, GITHUB_TOKEN: github.fake.tokens.carol };
    const approved = await gitops(
      '/',
      ['pr', 'approve', '1', '--message', 'Good.', '--repo', github.url, '--output', 'json'],
      { env: carol },
    );
    expect(approved.json()).toMatchObject({ action: 'approved', approvals: [{ by: 'carol' }] });
    const own = await gitops('/', ['pr', 'approve', '1', '--repo', github.url, '--output', 'json'], {
      env: github.env,
    });
    expect(own.exitCode).not.toBe(0);
    expect(errorOf(own).remedy).not.toBe('');
  });

  it.each([
    [['--approve-with', 'SECOND'], 'Add --merge or --auto'],
    [['--merge', '--approve-with', 'NOT_SET'], 'NOT_SET'],
    [['--merge', '--approve-with', 'ghp_0123456789abcdef'], 'not a token'],
    [['--merge', '--approve-with', 'glpat-0123456789'], 'not a token'],
  ])('%s is refused', async (args, hint) => {
    const { env, url, fake } = await onGitHub();
    const ran = await gitops('/', ['promote', 'dev', 'prod', '--repo', url, ...args], {
      env: { ...env, SECOND: fake.tokens.carol },
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(hint);
    expect(ran.err).not.toMatch(/0123456789/);
  });
});

describe('--auto', () => {
  it('lets GitHub merge what may not be merged yet', async () => {
    const { fake, env, url, folder } = await onGitHub(fleet(), {
      repositories: [{ name: 'acme/gitops', allowAutoMerge: true }],
    });
    fake.protect('acme/gitops', 'main', { requiredChecks: ['build'] });
    const armed = await gitops('/', [...promote, '--auto', '--repo', url], { env });
    expect(armed.exitCode).toBe(7);
    const shown = await gitops('/', ['pr', 'show', '1', '--repo', url, '--output', 'json'], { env });
    expect(shown.json()).toMatchObject({ queued: true });
    const head = git(folder, 'rev-parse', 'gitops/promote/dev/prod');
    const reported = await fetch(`${fake.apiUrl}/repos/acme/gitops/statuses/${head}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${fake.tokens.bob}`, 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'success', context: 'build' }),
    });
    expect(reported.status).toBe(201);
    const after = await gitops('/', ['pr', 'show', '1', '--repo', url, '--output', 'json'], { env });
    expect(after.json()).toMatchObject({ pullRequest: { state: 'merged' } });
  });

  it('is refused where nobody could merge later, and a token means nobody there', async () => {
    const bare = makeBare();
    const auto = await gitops(bare, [...promote, '--auto']);
    expect(errorOf(auto)).toMatchObject({ kind: 'unsupported', remedy: expect.stringContaining('--wait') });
    const approver = await gitops(bare, [...promote, '--merge', '--approve-with', 'SECOND'], {
      env: { SECOND: 'x'.repeat(20) },
    });
    expect(errorOf(approver).remedy).toContain('gitops pr approve');
  });
});
