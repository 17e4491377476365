import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileChange, fleetGlobs } from '@gitops/core';
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
  const edited = [...committed].flatMap(([path, then]) => {
    const file = join(located.root, path);
    const now = existsSync(file) ? readFileSync(file, 'utf8') : null;
    return withoutCarriageReturns(now) === withoutCarriageReturns(then) ? [] : [path];
  });
  if (edited.length === 0) return;
  const list = edited.length > 3 ? `${edited.slice(0, 3).join(', ')} and ${edited.length - 3} more` : edited.join(', ');
  invocation.console.warn(`Uncommitted edits in ${list} take no part in this: it is planned on the committed branch.`);
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
  const forge = await openForReading(located, invocation);
  const committed = await forge.git.snapshot({ branch }, fleetGlobs, callOf(invocation));
  return committed.isErr() ? null : new Map(changes.map(({ path }) => [path, committed.value.files[path] ?? null]));
}

/** Git may check files out with other line ends than it keeps. */
function withoutCarriageReturns(text: string | null): string | null {
  return text === null ? null : text.replace(/\r\n/g, '\n');
}
