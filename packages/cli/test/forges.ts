import { type FakeGitHub, type FakeGitLab, startGitHub, startGitLab } from '@gitops/provider-testkit/fakes';
import { afterEach, expect } from 'vitest';
import { type Files, fleet, git, makeRepository, temporaryFolder } from './repository.js';

type GitHubOptions = NonNullable<Parameters<typeof startGitHub>[0]>;
type GitLabOptions = NonNullable<Parameters<typeof startGitLab>[0]>;

export type Env = Readonly<Record<string, string>>;

/** A fake with the fleet on its `main`. */
export interface Forge<Fake> {
  readonly fake: Fake;
  /** What names the fake and holds a writer's token, besides a cache of its own. */
  readonly env: Env;
  /** Address of the repository, for `--repo`. */
  readonly url: string;
  /** A fresh clone with the fake as its origin. */
  clone(): string;
  /** The repository on the forge's own disk. */
  readonly folder: string;
}

const running: { close(): Promise<void>; readonly violations: readonly string[] }[] = [];

afterEach(async () => {
  const ended = running.splice(0);
  await Promise.all(ended.map((one) => one.close()));
  // what a forge's own description does not allow is a failure of the test that did it
  expect(ended.flatMap((one) => one.violations)).toEqual([]);
});

export async function onGitHub(files: Files = fleet(), options: GitHubOptions = {}): Promise<Forge<FakeGitHub>> {
  const fake = await startGitHub(options);
  running.push(fake);
  const env = { GITHUB_SERVER_URL: fake.webUrl, GITHUB_API_URL: fake.apiUrl, GITHUB_TOKEN: fake.tokens.bob };
  return seeded(fake, fake.folder('acme/gitops'), fake.cloneUrl('acme/gitops'), env, files);
}

export async function onGitLab(files: Files = fleet(), options: GitLabOptions = {}): Promise<Forge<FakeGitLab>> {
  const fake = await startGitLab(options);
  running.push(fake);
  const env = { GITLAB_HOST: fake.webUrl, GITLAB_TOKEN: fake.tokens.ben };
  return seeded(fake, fake.folder('acme/gitops'), fake.cloneUrl('acme/gitops'), env, files);
}

function seeded<Fake>(fake: Fake, folder: string, url: string, env: Env, files: Files): Forge<Fake> {
  const source = makeRepository(files);
  git(source, 'push', '--quiet', folder, 'main');
  return {
    fake,
    folder,
    url,
    env: { ...env, XDG_CACHE_HOME: temporaryFolder() },
    clone: () => {
      const clone = temporaryFolder();
      git(clone, 'clone', '--quiet', folder, '.');
      git(clone, 'remote', 'set-url', 'origin', url);
      return clone;
    },
  };
}
