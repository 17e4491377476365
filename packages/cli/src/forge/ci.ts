import { hostOf } from './host-name.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What a CI system tells of the repository that its job belongs to. */
export interface CiEnvironment {
  readonly system: 'GitHub Actions' | 'GitLab CI' | 'Jenkins';
  /** The forge that has the repository; null where the system works with any. */
  readonly forge: 'github' | 'gitlab' | null;
  /** The repository's address, or the number of a GitLab project; null where the job tells none. */
  readonly repository: string | null;
  /** The variable that told it. */
  readonly from: string | null;
}

/**
 * The CI system that this runs in, by the variables that it documents:
 *
 * - GitHub Actions: `GITHUB_SERVER_URL` and `GITHUB_REPOSITORY`;
 * - GitLab CI: `CI_PROJECT_URL`, else `CI_SERVER_URL` with `CI_PROJECT_PATH`, else `CI_PROJECT_ID`;
 * - Jenkins: `CHANGE_URL`, which a branch source sets for a change request and which tells the forge by its form, and
 *   `GIT_URL` (`GIT_URL_1`), which the Git plugin sets on checkout.
 *
 * Null outside of these.
 */
export function ciOf(env: Env): CiEnvironment | null {
  if (is(env['GITHUB_ACTIONS'])) return actions(env);
  if (is(env['GITLAB_CI'])) return gitlab(env);
  return given(env['JENKINS_URL']) === null ? null : jenkins(env);
}

function actions(env: Env): CiEnvironment {
  const server = given(env['GITHUB_SERVER_URL']) ?? 'https://github.com';
  const name = given(env['GITHUB_REPOSITORY']);
  return {
    system: 'GitHub Actions',
    forge: 'github',
    repository: name === null ? null : `${server.replace(/\/+$/, '')}/${name}`,
    from: name === null ? null : 'GITHUB_REPOSITORY',
  };
}

function gitlab(env: Env): CiEnvironment {
  const [url, server, path, id] = ['CI_PROJECT_URL', 'CI_SERVER_URL', 'CI_PROJECT_PATH', 'CI_PROJECT_ID'].map((name) =>
    given(env[name]),
  );
  const own = { system: 'GitLab CI', forge: 'gitlab' } as const;
  if (url) return { ...own, repository: url, from: 'CI_PROJECT_URL' };
  if (server && path) return { ...own, repository: `${server.replace(/\/+$/, '')}/${path}`, from: 'CI_PROJECT_PATH' };
  return { ...own, repository: id ?? null, from: id ? 'CI_PROJECT_ID' : null };
}

function jenkins(env: Env): CiEnvironment {
  const change = forgeOfChange(given(env['CHANGE_URL']));
  const system = 'Jenkins';
  for (const from of ['GIT_URL', 'GIT_URL_1']) {
    const repository = given(env[from]);
    if (repository !== null) return { system, forge: change?.forge ?? null, repository, from };
  }
  return change === null
    ? { system, forge: null, repository: null, from: null }
    : { system, forge: change.forge, repository: change.repository, from: 'CHANGE_URL' };
}

/** The page of a pull request tells its forge and its repository: `…/acme/shop/pull/3`, `…/-/merge_requests/3`. */
function forgeOfChange(
  url: string | null,
): { readonly forge: 'github' | 'gitlab'; readonly repository: string } | null {
  const [, ofGitLab] = /^(https?:\/\/[^?#]+?)\/-\/merge_requests\/\d+/.exec(url ?? '') ?? [];
  if (ofGitLab !== undefined) return { forge: 'gitlab', repository: ofGitLab };
  const [, ofGitHub] = /^(https?:\/\/[^/?#]+\/[^/?#]+\/[^/?#]+)\/pull\/\d+/.exec(url ?? '') ?? [];
  return ofGitHub === undefined ? null : { forge: 'github', repository: ofGitHub };
}

/** Hosts of the repository that a Jenkins job was set up with, which no repository's content can change. */
export function hostsOfJenkins(env: Env): readonly string[] {
  if (given(env['JENKINS_URL']) === null) return [];
  const { repository } = jenkins(env);
  const host = repository === null ? null : hostOf(repository);
  return host === null ? [] : [host];
}

function is(value: string | undefined): boolean {
  return value === 'true' || value === '1';
}

function given(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim();
}
