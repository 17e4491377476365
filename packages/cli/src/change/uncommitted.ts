import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Invocation } from '../invocation.js';
import { checkedOutBranch } from '../repository/locate.js';
import { openForReading } from '../repository/open.js';
import type { Planned } from './plan.js';

/**
 * Warns where the working tree holds uncommitted edits of the files that a plan changes: plans are made on the
 * committed target branch, so those edits take no part in it.
 */
export async function warnOfUncommitted(
  { opened, plan }: Pick<Planned, 'opened' | 'plan'>,
  invocation: Invocation,
): Promise<void> {
  const { located } = opened;
  if (located.kind !== 'working-tree') return;
  const paths = plan.changes.flatMap((change) => change.files).map((file) => file.path);
  if (paths.length === 0) return;
  const branch = checkedOutBranch(located.gitDir);
  const forge = await openForReading(located, invocation);
  const head = branch === null ? null : await forge.git.head(branch);
  if (head === null || head.isErr() || head.value === null) return;
  const committed = await forge.git.snapshot(head.value.commit, paths.map(literally));
  if (committed.isErr()) return;
  const edited = paths.filter((path) => {
    const file = join(located.root, path);
    const now = existsSync(file) ? readFileSync(file, 'utf8') : null;
    const then = committed.value.files[path] ?? null;
    return withoutCarriageReturns(now) !== withoutCarriageReturns(then);
  });
  if (edited.length === 0) return;
  const list = edited.length > 3 ? `${edited.slice(0, 3).join(', ')} and ${edited.length - 3} more` : edited.join(', ');
  invocation.console.warn(`Uncommitted edits in ${list} take no part in this: it is planned on the committed branch.`);
}

/** A path as a glob that matches nothing else. */
function literally(path: string): string {
  return path.replace(/[\\*?[\]{}()!@+|]/g, '\\$&');
}

/** Git may check files out with other line ends than it keeps. */
function withoutCarriageReturns(text: string | null): string | null {
  return text === null ? null : text.replace(/\r\n/g, '\n');
}
