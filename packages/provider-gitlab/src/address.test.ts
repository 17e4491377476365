import { failureIn } from '@gitops/provider-http';
import { describe, expect, it } from 'vitest';
import { projectOf } from './address.js';
import type { GitLabOptions } from './options.js';

const at = (repository: string | URL, more: Partial<GitLabOptions> = {}) => {
  const { baseUrl, id } = projectOf({ repository, env: {}, ...more });
  return `${baseUrl} ${id}`;
};

describe('the address of a project', () => {
  it.each([
    ['acme/gitops', 'https://gitlab.com acme/gitops'],
    ['acme/platform/team/gitops', 'https://gitlab.com acme/platform/team/gitops'],
    ['4711', 'https://gitlab.com 4711'],
    ['https://gitlab.example.com/acme/gitops.git', 'https://gitlab.example.com acme/gitops'],
    ['https://GitLab.Example.com/acme/gitops/', 'https://gitlab.example.com acme/gitops'],
    ['https://ana:secret@gitlab.example.com/acme/gitops', 'https://gitlab.example.com acme/gitops'],
    ['https://gitlab.example.com:8443/acme/gitops', 'https://gitlab.example.com:8443 acme/gitops'],
    ['http://127.0.0.1:8080/acme/gitops.git', 'http://127.0.0.1:8080 acme/gitops'],
    ['git@gitlab.com:acme/platform/gitops.git', 'https://gitlab.com acme/platform/gitops'],
    ['ssh://git@gitlab.example.com:2222/acme/gitops.git', 'https://gitlab.example.com acme/gitops'],
    ['ssh://git@altssh.gitlab.com:443/acme/gitops.git', 'https://gitlab.com acme/gitops'],
    ['https://gitlab.com/acme/gitops/-/tree/main/apps', 'https://gitlab.com acme/gitops'],
  ])('%s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it('takes an URL', () => {
    expect(at(new URL('https://gitlab.example.com/acme/gitops'))).toBe('https://gitlab.example.com acme/gitops');
  });

  it.each<[Partial<GitLabOptions>, string, string]>([
    [{ host: 'example.com/gitlab' }, 'acme/gitops', 'https://example.com/gitlab acme/gitops'],
    [{ host: 'https://example.com/gitlab/' }, '4711', 'https://example.com/gitlab 4711'],
    [{ apiUrl: 'https://example.com/gitlab/api/v4' }, 'acme/gitops', 'https://example.com/gitlab acme/gitops'],
    [
      { apiUrl: 'https://example.com/gitlab/api/v4/' },
      'https://example.com/gitlab/acme/sub/gitops.git',
      'https://example.com/gitlab acme/sub/gitops',
    ],
    [
      { host: 'https://example.com/gitlab' },
      'git@example.com:acme/gitops.git',
      'https://example.com/gitlab acme/gitops',
    ],
    [
      { env: { CI_API_V4_URL: 'https://example.com/gitlab/api/v4' } },
      'https://example.com/gitlab/acme/gitops.git',
      'https://example.com/gitlab acme/gitops',
    ],
    [{ env: { CI_API_V4_URL: 'https://example.com/gitlab/api/v4' } }, '4711', 'https://example.com/gitlab 4711'],
    [{ env: { GITLAB_HOST: 'gitlab.corp' } }, 'acme/gitops', 'https://gitlab.corp acme/gitops'],
    // the environment knows another host than the address names: the address wins
    [{ env: { GITLAB_HOST: 'gitlab.corp' } }, 'https://gitlab.com/acme/gitops', 'https://gitlab.com acme/gitops'],
  ])('knows installs below a path: %j %s', (more, text, expected) => {
    expect(at(text, more)).toBe(expected);
  });

  it.each([
    ['gitops', {}],
    ['', {}],
    ['/srv/git/gitops', {}],
    ['https://gitlab.com/', {}],
    ['https://gitlab.com/acme', {}],
    ['ftp://gitlab.com/acme/gitops', {}],
    ['acme/../gitops', {}],
    ['acme/gitops', { apiUrl: 'https://example.com/gitlab' }],
    ['acme/gitops', { host: 'https://' }],
    ['acme/gitops', { host: 'a b' }],
  ])('refuses %j %j', (text, more) => {
    let problem: unknown;
    try {
      at(text, more);
    } catch (error) {
      problem = failureIn(error)?.problem;
    }
    expect(problem).toMatchObject({ kind: 'usage', remedy: expect.stringMatching(/\S/) });
  });

  it('shows no secret of an address', () => {
    try {
      at('https://ana:secret@gitlab.com/acme');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(failureIn(error)?.problem)).not.toContain('secret');
    }
  });
});
