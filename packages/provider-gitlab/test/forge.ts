import type { Answer } from '@gitops/core';
import { type ForgeUnderTest, gitRepository } from '@gitops/provider-testkit/contract';
import { type FakeGitLab, type FakeGitLabOptions, startGitLab } from '@gitops/provider-testkit/fakes';
import { type GitLabOptions, gitlab } from '../src/index.js';

/** What a test says about the server and about how the project is named. */
export interface Setting extends FakeGitLabOptions {
  /** How the options name the project; its path where it is left out. */
  readonly repository?: (fake: FakeGitLab) => Pick<GitLabOptions, 'repository' | 'host' | 'apiUrl'>;
}

export function optionsFor(fake: FakeGitLab, token: string, repository?: Setting['repository']): GitLabOptions {
  const place = repository?.(fake) ?? { repository: fake.project.path, host: fake.webUrl };
  return { ...place, token, env: {}, cache: false };
}

/** The fake as the contract suite wants it; what did not fit GitLab's description fails the test. */
export async function forgeUnderTest(setting: Setting = {}): Promise<ForgeUnderTest & { readonly fake: FakeGitLab }> {
  const { repository, ...options } = setting;
  // the suite reads more than five commits a minute
  const fake = await startGitLab({ archiveLimit: 10_000, ...options });
  const path = fake.project.path;
  const { seed, inspect } = gitRepository(fake.folder(path));
  fake.addMilestone(path, 'Release 1');
  return {
    fake,
    forge: gitlab(optionsFor(fake, fake.tokens.ana, repository)),
    colleague: gitlab(optionsFor(fake, fake.tokens.ben, repository)),
    colleagueName: 'ben',
    milestone: 'Release 1',
    seed: {
      ...seed,
      reject: (id, _, text) => fake.rejectMergeRequest(path, Number(id), text),
    },
    inspect,
    dispose: async () => {
      const { violations } = fake;
      await fake.close();
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
  };
}

/** The value of an answer; an error fails the test with its words. */
export async function okOf<T>(answer: Answer<T>): Promise<T> {
  return (await answer).match(
    (value) => value,
    (error) => {
      throw new Error(`expected a value, got ${error.kind}: ${error.message}`);
    },
  );
}
