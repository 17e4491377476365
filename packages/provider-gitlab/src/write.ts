import { type CommitId, type FileChange, type GitOpsError, type GitPort, problem } from '@gitops/core';
import { applyFiles, fail, failureIn } from '@gitops/provider-http';
import type { Ask } from './api.js';
import type { Context } from './context.js';
import type { Question } from './errors.js';
import { holds } from './history.js';
import { branchOf, listingOf } from './read.js';
import * as schema from './schema.js';

type CommitInput = Parameters<GitPort['commit']>[0];

/** How often a create is tried again after it was made sure that it did not happen. */
const mostTries = 3;

/**
 * One commit by one call (`POST repository/commits` with `start_sha`), whose parent is the base and nothing else.
 *
 * Compare-and-swap, as far as GitLab (REST v4, 19.5) has it. A branch that must not exist is made by GitLab itself, which refuses one
 * that is there. A branch that exists is replaced with `force`; GitLab takes no expected head for that, so the head is
 * compared right before: whoever pushes within that moment is overwritten. Only our own branches are replaced, and a
 * hand-made commit found on one is reported before. `last_commit_id` of an action is not sent: GitLab compares it with
 * the last commit of the file on the *branch*, not on `start_sha`, so that it would refuse the right change or let the
 * wrong one pass. Instead each `before` is compared with what the base holds, a commit, which cannot change.
 */
export async function commit(
  context: Context,
  ask: Ask,
  input: CommitInput,
): Promise<{ readonly commit: CommitId; readonly unchanged: boolean }> {
  checkBranch(input.branch);
  const entries = await listingOf(context, ask, input.base);
  applyFiles(entries, input.files);
  const changes = input.files.filter((file) => file.before !== file.after);
  if (changes.length === 0) {
    fail(
      'rejected',
      `The change to "${input.branch}" is empty: every file is already as it would become.`,
      'Leave the commit out; there is nothing to do.',
      { branch: input.branch },
    );
  }
  const standing = input.expectedHead === null ? null : ((await branchOf(context, ask, input.branch)) ?? null);
  if (input.expectedHead !== null) {
    if (standing?.commit.id !== input.expectedHead) {
      staleBranch(input.branch, input.expectedHead, standing?.commit.id ?? null);
    }
    if (await isThisCommit(context, ask, input, standing.commit))
      return { commit: standing.commit.id, unchanged: true };
  }
  const made = await create(context, ask, { ...input, files: changes });
  context.sight.made.set(input.branch, { commit: made, base: input.base });
  return { commit: made, unchanged: false };
}

/** A create that may have happened is looked up before it is tried again. */
async function create(context: Context, ask: Ask, input: CommitInput): Promise<CommitId> {
  for (let tries = 1; ; tries++) {
    try {
      return await post(context, ask, input);
    } catch (error) {
      const refused = failureIn(error)?.problem;
      if (refused?.details['isUnclear'] === true) await explain(context, ask, input, error);
      const kind = refused?.kind;
      if ((kind !== 'unavailable' && kind !== 'response-invalid') || tries >= mostTries) throw error;
      await ask.patience.wait(
        500 * tries,
        { kind: 'unavailable', text: 'GitLab did not say whether the commit was made; looking for it.' },
        ask.signal,
      );
      const now = await branchOf(context, ask, input.branch);
      if (now !== null && (await isThisCommit(context, ask, input, now.commit))) return now.commit.id;
      if ((now?.commit.id ?? null) !== input.expectedHead) {
        staleBranch(input.branch, input.expectedHead, now?.commit.id ?? null);
      }
      if (kind === 'response-invalid') throw error;
    }
  }
}

/** GitLab says no more than that the branch could not be moved: either somebody was first, or its name is taken. */
async function explain(context: Context, ask: Ask, input: CommitInput, error: unknown): Promise<never> {
  const found = (await branchOf(context, ask, input.branch))?.commit.id ?? null;
  if (found !== input.expectedHead) return staleBranch(input.branch, input.expectedHead, found);
  const problem = failureIn(error)?.problem;
  return fail(
    'rejected',
    `GitLab cannot make the branch "${input.branch}": ${String(problem?.details['said'] ?? 'it was refused')}.`,
    'Look for a branch whose name is a folder of this one, or below it; delete it or choose another prefix for branches.',
    { what: 'branch', branch: input.branch },
  );
}

async function post(context: Context, ask: Ask, input: CommitInput): Promise<CommitId> {
  const question: Question = {
    call: `commit to the branch "${input.branch}"`,
    about: 'commit',
    subject: input.base,
    creates: true,
    on: (status, said) => refusalOf(status, said, input),
  };
  const made = await context.api.one(ask, question, schema.commit, (sdk) =>
    sdk.commits.create(context.id(), input.branch, input.message, input.files.map(actionOf) as never, {
      startSha: input.base,
      ...(input.expectedHead === null ? {} : { force: true }),
    }),
  );
  const parents = made.parent_ids;
  if (parents !== null && (parents.length !== 1 || parents[0] !== input.base)) {
    fail(
      'response-invalid',
      `GitLab made the commit ${made.id.slice(0, 12)} on another base than ${input.base.slice(0, 12)}.`,
      `Delete the branch "${input.branch}", then run again; report the version of the server.`,
      { what: 'commit', expected: [input.base], found: [...parents] },
    );
  }
  return made.id;
}

interface Action {
  readonly action: 'create' | 'update' | 'delete';
  readonly filePath: string;
  readonly content?: string;
  readonly encoding?: 'text' | 'base64';
}

/** What JSON and forms may change on the way (line ends, byte order marks, signs that are no text) goes as base64. */
function actionOf({ path, before, after }: FileChange): Action {
  if (after === null) return { action: 'delete', filePath: path };
  const isPlain = !/[\r\ufeff\u2028\u2029\u0000-\u0008\u000b-\u001f]/.test(after);
  return {
    action: before === null ? 'create' : 'update',
    filePath: path,
    content: isPlain ? after : Buffer.from(after, 'utf8').toString('base64'),
    encoding: isPlain ? 'text' : 'base64',
  };
}

/** Whether a commit is the one that would be made: same parent, same message, same files. */
async function isThisCommit(
  context: Context,
  ask: Ask,
  input: CommitInput,
  found: { readonly id: CommitId; readonly parent_ids: readonly CommitId[] | null; readonly message: string | null },
): Promise<boolean> {
  const isSame =
    found.parent_ids?.length === 1 &&
    found.parent_ids[0] === input.base &&
    found.message?.trimEnd() === input.message.trimEnd();
  return isSame && (await holds(context, ask, found.id, input));
}

/** GitLab says by its words alone what a refused commit is about (Gitaly's texts, GitLab 12 to 19.5). */
function refusalOf(status: number, said: string, input: CommitInput): GitOpsError | null {
  if (status !== 400 && status !== 403 && status !== 409 && status !== 422) return null;
  const { branch } = input;
  const make = (kind: 'stale-head' | 'rejected', message: string, remedy: string): GitOpsError =>
    problem(kind, message, remedy, { details: { what: 'branch', branch, status, said } });
  if (
    /cannot create|cannot lock|directory\/file|is a (directory|folder)|reference name|name conflict|refs conflict/i.test(
      said,
    )
  ) {
    return make(
      'rejected',
      `The branch "${branch}" cannot be made: its name is the folder of another branch, or below one (${said}).`,
      'Delete the other branch, or choose another prefix for branches.',
    );
  }
  if (/could not update|reference (update|does not point)|concurrent/i.test(said)) {
    return problem('stale-head', `The branch "${branch}" could not be moved (${said}).`, 'Run again.', {
      details: { what: 'branch', branch, said, isUnclear: true },
    });
  }
  if (/branch.*already exists|reference already exists|has (been )?changed|been updated/i.test(said)) {
    return problem(
      'stale-head',
      `The branch "${branch}" is not as expected: somebody else was there first (${said}).`,
      'Run again: the change is made anew on what is there now.',
      { details: { what: 'branch', branch, expected: input.expectedHead, status } },
    );
  }
  if (/file (with this name|already exists)|doesn'?t exist|does not exist|already exists/i.test(said)) {
    return make(
      'stale-head',
      `A file is not as the change to "${branch}" expects (${said}).`,
      'Read the branch again and make the change anew.',
    );
  }
  if (status === 403 && !/push|protected|allowed to|rule|hook|branch/i.test(said)) return null;
  return make(
    'rejected',
    `GitLab refused the commit to "${branch}": ${said}.`,
    'Let this account push to that branch (Settings, Repository, Protected branches), or mend what a push rule finds fault with.',
  );
}

/**
 * Deletes a branch where it stands where expected. GitLab takes no expected head for it: it is compared right before,
 * and `If-Unmodified-Since` has GitLab refuse a commit that was written later.
 */
export async function deleteBranch(context: Context, ask: Ask, branch: string, expectedHead: CommitId): Promise<void> {
  checkBranch(branch);
  const found = await branchOf(context, ask, branch);
  if (found === null) return;
  if (found.commit.id !== expectedHead) staleBranch(branch, expectedHead, found.commit.id);
  const written = found.commit.authored_date;
  const question: Question = {
    call: `delete the branch "${branch}"`,
    about: 'branch',
    subject: branch,
    ...(written === null ? {} : { headers: { 'if-unmodified-since': new Date(written).toUTCString() } }),
    on: (status, said) =>
      status === 400 || status === 403 || status === 405
        ? problem(
            'rejected',
            `GitLab does not let this account delete the branch "${branch}" (${said}).`,
            'Delete it by hand, or take its protection away.',
            { details: { what: 'branch', branch, status } },
          )
        : status === 412
          ? problem('stale-head', `The branch "${branch}" was moved just now.`, 'Run again.', {
              details: { what: 'branch', branch, expected: expectedHead },
            })
          : null,
  };
  await context.api.maybe(ask, question, schema.anything, (sdk) => sdk.branches.remove(context.id(), branch));
  context.sight.made.delete(branch);
}

/** A name that Git would take for a branch; any other is refused before anything is asked. */
export function checkBranch(branch: string): string {
  const steps = branch.split('/');
  const isBad =
    branch === '' ||
    branch === '@' ||
    branch.startsWith('-') ||
    branch.endsWith('.') ||
    branch.includes('..') ||
    branch.includes('@{') ||
    /[\u0000-\u0020\u007f~^:?*[\\]/.test(branch) ||
    steps.some((step) => step === '' || step.startsWith('.') || step.endsWith('.lock'));
  if (!isBad) return branch;
  return fail(
    'usage',
    `${JSON.stringify(branch)} is no name for a branch.`,
    'Use letters, digits, "-", "_", "." and "/", without ".." and without "-" at the start.',
    { branch },
  );
}

export function staleBranch(
  branch: string,
  expected: CommitId | null,
  found: CommitId | null,
  what: 'branch' | 'source' | 'target' = 'branch',
): never {
  const place = (oid: CommitId | null): string => (oid === null ? 'absent' : `at ${oid.slice(0, 12)}`);
  return fail(
    'stale-head',
    `The branch "${branch}" is ${place(found)}, not ${place(expected)} as expected: somebody else was there first.`,
    'Run again: the change is made anew on what is there now.',
    { what, branch, expected, found },
  );
}
