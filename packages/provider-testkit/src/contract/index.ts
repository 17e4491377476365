import { describe } from 'vitest';
import { describeAbort } from './abort.js';
import { describeCapabilities } from './capabilities.js';
import { describeChanges } from './changes.js';
import { describeComments } from './comments.js';
import { describeCommit } from './commit.js';
import type { MakeForge } from './forge-under-test.js';
import { describeHead } from './head.js';
import { describeLog } from './log.js';
import { describeMerge } from './merge.js';
import { describePullRequests } from './pull-requests.js';
import { describeSnapshot } from './snapshot.js';
import { describeStatus } from './status.js';

export type { ForgeUnderTest, Inspect, MakeForge, RawCommit, Seed, SeedFile } from './forge-under-test.js';
export { cleanGitEnvironment, fsck, gitRepository, runGit } from './git-repository.js';

/**
 * The suite that every provider passes, whatever its forge: call it at the top level of a vitest file. `makeForge` is
 * called for each test. Nothing can be skipped from outside: the suite asks the forge's own `capabilities`, and checks
 * both that what they claim works and that what they do not claim answers `unsupported`.
 *
 * @example
 * describeForge('git, bare', { makeForge: async () => ({ forge, colleague, seed, inspect, dispose }) });
 */
export function describeForge(name: string, { makeForge }: { readonly makeForge: MakeForge }): void {
  describe(name, () => {
    describeHead(makeForge);
    describeSnapshot(makeForge);
    describeCommit(makeForge);
    describeChanges(makeForge);
    describeLog(makeForge);
    describePullRequests(makeForge);
    describeComments(makeForge);
    describeStatus(makeForge);
    describeMerge(makeForge);
    describeCapabilities(makeForge);
    describeAbort(makeForge);
  });
}
