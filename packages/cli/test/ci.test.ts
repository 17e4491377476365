import { describe, expect, it } from 'vitest';
import { chooseForge } from '../src/choose-forge.js';
import { ciOf } from '../src/forge/ci.js';
import { allowedHosts, forgeOfHost, isNamedHost } from '../src/forge/hosts.js';
import { locate } from '../src/repository/locate.js';
import { onGitHub, onGitLab } from './forges.js';
import { gitops, temporaryFolder } from './repository.js';

const actions = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_REPOSITORY: 'acme/gitops',
};
const enterprise = {
  ...actions,
  GITHUB_SERVER_URL: 'https://github.acme.example',
  GITHUB_API_URL: 'https://github.acme.example/api/v3',
};
const gitlab = {
  GITLAB_CI: 'true',
  CI_SERVER_URL: 'https://acme.example/gitlab',
  CI_API_V4_URL: 'https://acme.example/gitlab/api/v4',
  CI_PROJECT_PATH: 'acme/platform/gitops',
  CI_PROJECT_ID: '4711',
  CI_PROJECT_URL: 'https://acme.example/gitlab/acme/platform/gitops',
};
const { CI_PROJECT_URL: _, ...withoutUrl } = gitlab;
const { CI_PROJECT_PATH: __, ...withoutPath } = withoutUrl;
const jenkins = { JENKINS_URL: 'https://ci.acme.example/', GIT_URL: 'git@git.acme.example:acme/gitops.git' };
const onPullRequest = { ...jenkins, CHANGE_URL: 'https://git.acme.example/acme/gitops/pull/12' };
const onMergeRequest = { ...jenkins, CHANGE_URL: 'https://git.acme.example/acme/gitops/-/merge_requests/12' };
const { GIT_URL: ___, ...onlyChange } = onMergeRequest;

describe('a job outside of a clone', () => {
  it.each([
    ['GitHub Actions', actions, 'github', 'https://github.com/acme/gitops', 'GITHUB_REPOSITORY'],
    ['Actions of a server', enterprise, 'github', 'https://github.acme.example/acme/gitops', 'GITHUB_REPOSITORY'],
    ['GitLab CI', gitlab, 'gitlab', 'https://acme.example/gitlab/acme/platform/gitops', 'CI_PROJECT_URL'],
    ['GitLab CI by path', withoutUrl, 'gitlab', 'https://acme.example/gitlab/acme/platform/gitops', 'CI_PROJECT_PATH'],
    ['GitLab CI by number', withoutPath, 'gitlab', '4711', 'CI_PROJECT_ID'],
    ['Jenkins, a pull request', onPullRequest, 'github', 'git@git.acme.example:acme/gitops.git', 'GIT_URL'],
    ['Jenkins, a merge request', onMergeRequest, 'gitlab', 'git@git.acme.example:acme/gitops.git', 'GIT_URL'],
    ['Jenkins, no checkout', onlyChange, 'gitlab', 'https://git.acme.example/acme/gitops', 'CHANGE_URL'],
    [
      'Jenkins, several remotes',
      { JENKINS_URL: 'x', GIT_URL_1: 'https://github.com/a/b' },
      'github',
      'https://github.com/a/b',
      'GIT_URL_1',
    ],
    ['Jenkins, a branch', jenkins, null, 'git@git.acme.example:acme/gitops.git', 'GIT_URL'],
  ])('%s', (_name, env, provider, repository, from) => {
    const located = locate(null, '/', env);
    expect(located).toEqual({ kind: 'url', url: repository, from });
    expect(chooseForge(located, null, null, env)).toMatchObject(
      provider === null ? { provider, address: repository } : { provider, repository },
    );
  });

  it.each([
    ['none', {}],
    ['Actions without a repository', { GITHUB_ACTIONS: 'true' }],
    ['variables without their system', { GITHUB_REPOSITORY: 'acme/gitops', GIT_URL: 'https://github.com/a/b' }],
  ])('%s: no repository', (_name, env) => {
    expect(() => locate(null, temporaryFolder(), env)).toThrow(/not-a-repository/);
    expect(ciOf(env)?.repository ?? null).toBeNull();
  });

  it('--repo and a clone win over it', () => {
    expect(locate('https://gitlab.com/x/y', '/', actions)).toEqual({ kind: 'url', url: 'https://gitlab.com/x/y' });
  });
});

describe('the forge of a host', () => {
  it.each([
    ['github.acme.example', enterprise, 'github'],
    ['github.acme.example', { GH_HOST: 'github.acme.example' }, 'github'],
    ['git.acme.example:8443', { GITLAB_HOST: 'https://git.acme.example:8443/' }, 'gitlab'],
    ['git.acme.example', { GITLAB_HOST: 'git.acme.example:8443' }, null],
    ['acme.example', gitlab, 'gitlab'],
    ['git.acme.example', onPullRequest, 'github'],
    ['git.acme.example', onMergeRequest, 'gitlab'],
    ['git.acme.example', jenkins, null],
    ['evil.example', { ...enterprise, ...gitlab, ...jenkins }, null],
    ['github.com', {}, 'github'],
  ])('%s with %o: %s', (host, env, forge) => {
    expect(forgeOfHost(host, env)?.forge ?? null).toBe(forge);
  });
});

describe('hosts that tokens may be sent to', () => {
  const settings = { repo: null, allowHosts: [] };
  it.each([
    ['github', 'github.com', {}, true],
    ['github', 'ssh.github.com', {}, true],
    ['github', 'github.com', { GH_HOST: 'github.acme.example' }, false],
    ['github', 'github.acme.example', { GH_HOST: 'github.acme.example' }, true],
    ['github', 'evil.example', actions, false],
    ['gitlab', 'gitlab.com', {}, true],
    ['gitlab', 'acme.example', gitlab, true],
    ['gitlab', 'gitlab.com', gitlab, false],
    ['gitlab', 'evil.example', gitlab, false],
    ['github', 'git.acme.example', onPullRequest, true],
  ] as const)('%s, %s with %o: %s', (forge, host, env, expected) => {
    expect(isNamedHost(forge, host, settings, env)).toBe(expected);
  });

  it('--allow-host and --repo name more', () => {
    const named = { repo: 'ssh://git@one.example/a/b', allowHosts: ['two.example'] };
    expect(allowedHosts(named, {})).toEqual(['two.example', 'one.example']);
    expect(isNamedHost('gitlab', 'one.example', named, {})).toBe(true);
    expect(allowedHosts({ repo: '../somewhere', allowHosts: [] }, {})).toEqual([]);
  });
});

describe('a job, for real', () => {
  it('promotes from an empty folder in GitHub Actions', async () => {
    const { fake, env } = await onGitHub();
    const ran = await gitops(temporaryFolder(), ['promote', 'dev', 'prod', '--output', 'json'], {
      env: { ...env, GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/gitops' },
    });
    expect(ran.json()).toMatchObject({ pullRequests: [{ kind: 'opened' }] });
    expect(fake.log.entries.every((one) => one.area !== 'git')).toBe(true);
  });

  it('promotes from an empty folder in GitLab CI, by the number of the project', async () => {
    const { fake, env } = await onGitLab();
    const { GITLAB_HOST: _host, ...rest } = env;
    const job = {
      GITLAB_CI: 'true',
      CI_SERVER_URL: fake.webUrl,
      CI_API_V4_URL: fake.apiUrl,
      CI_PROJECT_ID: String(fake.project.id),
    };
    const ran = await gitops(temporaryFolder(), ['promote', 'dev', 'prod', '--output', 'json'], {
      env: { ...rest, ...job },
    });
    expect(ran.json()).toMatchObject({ pullRequests: [{ kind: 'opened', id: '1' }] });
  });

  it('asks a host that Jenkins names and nothing else tells, and sends it the token of the job', async () => {
    const { fake, env, url } = await onGitLab();
    const { GITLAB_HOST: _host, ...rest } = env;
    const ran = await gitops(temporaryFolder(), ['promote', 'dev', 'prod', '--output', 'json'], {
      env: { ...rest, JENKINS_URL: 'https://ci.example/', GIT_URL: url },
    });
    expect(ran.json()).toMatchObject({ pullRequests: [{ kind: 'opened' }] });
    expect(fake.log.entries[0]?.authorization).toBe('none');
  });
});
