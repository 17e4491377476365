import type { FileChange } from '@gitops/core';

/** A patch of these changes, as `git apply` takes it: three lines around each. */
export function toPatch(changes: readonly FileChange[]): string {
  return changes.map(patchOf).join('');
}

function patchOf({ path, before, after }: FileChange): string {
  const [old, fresh] = [linesOf(before ?? ''), linesOf(after ?? '')];
  const name = (side: string): string =>
    /["\\\t\n]/.test(path) ? JSON.stringify(`${side}/${path}`) : `${side}/${path}`;
  const hunks = joined(changesIn(old, fresh)).map((one) => describeHunk(one, old, fresh));
  return `--- ${name('a')}\n+++ ${name('b')}\n${hunks.join('')}`;
}

/** A run of lines that becomes another: from `at` in the old text and `to` in the new one. */
interface Run {
  readonly at: number;
  readonly to: number;
  readonly removed: number;
  readonly added: number;
}

/** With their line breaks; a last line without one stays so. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Where the texts differ: behind each difference, the nearest lines that are the same again. */
function changesIn(old: readonly string[], fresh: readonly string[]): readonly Run[] {
  const runs: Run[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < fresh.length) {
    if (old[at] === fresh[to]) {
      at += 1;
      to += 1;
      continue;
    }
    const { removed, added } = nextSame(old, at, fresh, to);
    runs.push({ at, to, removed, added });
    at += removed;
    to += added;
  }
  return runs;
}

function nextSame(old: readonly string[], at: number, fresh: readonly string[], to: number) {
  const most = old.length - at + fresh.length - to;
  for (let sum = 1; sum < most; sum += 1) {
    for (let removed = 0; removed <= sum; removed += 1) {
      const line = old[at + removed];
      const added = sum - removed;
      if (line !== undefined && line === fresh[to + added]) return { removed, added };
    }
  }
  return { removed: old.length - at, added: fresh.length - to };
}

const around = 3;

/** Runs whose surroundings touch are one hunk. */
function joined(runs: readonly Run[]): readonly (readonly Run[])[] {
  const hunks: Run[][] = [];
  for (const run of runs) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && run.at - (last.at + last.removed) <= 2 * around) hunks.at(-1)?.push(run);
    else hunks.push([run]);
  }
  return hunks;
}

function describeHunk(runs: readonly Run[], old: readonly string[], fresh: readonly string[]): string {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return '';
  const start = Math.max(0, first.at - around);
  const end = Math.min(old.length, last.at + last.removed + around);
  const lines: string[] = [];
  const add = (sign: string, line: string): number =>
    lines.push(line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`);
  let at = start;
  for (const run of runs) {
    for (const line of old.slice(at, run.at)) add(' ', line);
    for (const line of old.slice(run.at, run.at + run.removed)) add('-', line);
    for (const line of fresh.slice(run.to, run.to + run.added)) add('+', line);
    at = run.at + run.removed;
  }
  for (const line of old.slice(at, end)) add(' ', line);
  const grown = runs.reduce((sum, one) => sum + one.added - one.removed, 0);
  const to = first.to - (first.at - start);
  const range = (from: number, count: number): string => `${count === 0 ? from : from + 1},${count}`;
  return `@@ -${range(start, end - start)} +${range(to, end - start + grown)} @@\n${lines.join('')}`;
}
