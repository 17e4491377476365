import type { LintFixes } from '@gitops/core';
import { tellUncommitted } from '../change/uncommitted.js';
import type { Invocation } from '../invocation.js';
import { columns, count } from '../output/columns.js';
import type { Located } from '../repository/locate.js';
import { toPatch } from './diff.js';
import { addressOf } from './formats.js';
import { writeFiles } from './write-files.js';

/** What became of fixes, as part of `gitops/lint/1`. */
export type FixedTree = {
  readonly files: readonly string[];
  readonly written: boolean;
  /** Only of a dry run. */
  readonly diff?: string;
};

/** Writes the files that fixes change, all or none; with `--dry-run` shows them. Nothing is committed. */
export async function fixTree({ files }: LintFixes, located: Located, invocation: Invocation): Promise<FixedTree> {
  const paths = files.map((one) => one.path);
  if (invocation.options.flag('dryRun')) return { files: paths, written: false, diff: toPatch(files) };
  if (located.kind !== 'working-tree' || files.length === 0) return { files: [], written: false };
  await tellUncommitted(located, paths, invocation);
  writeFiles(located.root, files);
  return { files: paths, written: true };
}

export function describeFixes(fixed: LintFixes['fixed'], { files, written, diff }: FixedTree): string {
  if (fixed.length === 0) return 'Nothing here is certain enough to be fixed.';
  const rows = columns(fixed.map((one) => [addressOf(one), one.rule, one.fix.does]));
  const number = `${count(fixed.length, 'finding')} in ${count(files.length, 'file')}`;
  const last = written
    ? `Fixed ${number}. Look at it (git diff), then commit it.`
    : `Nothing was written. It would fix ${number}.`;
  return [...(diff === undefined ? [] : [diff]), ...rows, '', last].join('\n');
}
