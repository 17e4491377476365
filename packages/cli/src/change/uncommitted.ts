import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileChange, globOf } from '@gitops/core';
import { callOf } from '../call.js';
import type { Invocation } from '../invocation.js';
import { checkedOutBranch, type Located } from '../repository/locate.js';
import { openForReading } from '../repository/open.js';
import type { Planned } from './plan.js';

/**
 * Warns where the working tree holds uncommitted edits of the files that a plan changes: plans are made on the
 * committed target branch, so those edits take no part in it.
 */
export async function warnOfUncommitted(
  planned: Pick<Planned, 'opened' | 'plan' | 'target'>,
  invocation: Invocation,
): Promise<void> {
  const { located } = planned.opened;
  const changes = planned.plan.changes.filter((change) => change.place.id === 'home').flatMap((change) => change.files);
  if (located.kind !== 'working-tree' || changes.length === 0) return;
  const committed = await committedTexts(located, changes, planned, invocation);
  if (committed === null) return;
  const edited = differing(located.root, committed);
  if (edited.length === 0) return;
  invocation.console.warn(
    `Uncommitted edits in ${listed(edited)} take no part in this: it is planned on the committed branch.`,
  );
}

/** Says which of these files of a working tree hold uncommitted edits, before something is written beside them. */
export async function tellUncommitted(
  located: Extract<Located, { readonly kind: 'working-tree' }>,
  paths: readonly string[],
  invocation: Invocation,
): Promise<void> {
  const branch = checkedOutBranch(located.gitDir);
  if (branch === null || paths.length === 0) return;
  const committed = await textsOf(located, branch, paths, invocation);
  const edited = committed === null ? [] : differing(located.root, committed);
  if (edited.length > 0)
    invocation.console.warn(`${listed(edited)} had uncommitted edits before: git diff shows them with this together.`);
}

function listed(paths: readonly string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');
}

/** Files that are not in the working tree as they are committed. */
function differing(root: string, committed: ReadonlyMap<string, string | null>): readonly string[] {
  return [...committed].flatMap(([path, then]) => {
    const file = join(root, path);
    const now = existsSync(file) ? readFileSync(file, 'utf8') : null;
    return withoutCarriageReturns(now) === withoutCarriageReturns(then) ? [] : [path];
  });
}

/** The texts that are committed where the working tree stands; null where it stands on no branch. */
async function committedTexts(
  located: Extract<Located, { readonly kind: 'working-tree' }>,
  changes: readonly FileChange[],
  { opened, target }: Pick<Planned, 'opened' | 'target'>,
  invocation: Invocation,
): Promise<ReadonlyMap<string, string | null> | null> {
  const branch = checkedOutBranch(located.gitDir);
  if (branch === null) return null;
  const isOwn = 'path' in opened.choice && opened.choice.path === located.root;
  if (isOwn && branch === target.branch) return new Map(changes.map((one) => [one.path, one.before]));
  return textsOf(
    located,
    branch,
    changes.map(({ path }) => path),
    invocation,
  );
}

async function textsOf(
  located: Extract<Located, { readonly kind: 'working-tree' }>,
  branch: string,
  paths: readonly string[],
  invocation: Invocation,
): Promise<ReadonlyMap<string, string | null> | null> {
  const forge = await openForReading(located, invocation);
  const committed = await forge.git.snapshot({ branch }, paths.map(globOf), callOf(invocation));
  return committed.isErr() ? null : new Map(paths.map((path) => [path, committed.value.files[path] ?? null]));
}

/** Git may check files out with other line ends than it keeps. */
function withoutCarriageReturns(text: string | null): string | null {
  return text === null ? null : text.replace(/\r\n/g, '\n');
}
