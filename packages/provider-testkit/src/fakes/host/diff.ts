import { runGit } from './git-run.js';

export interface FileDiff {
  readonly status: 'added' | 'modified' | 'removed' | 'renamed' | 'type-changed';
  readonly path: string;
  /** The path before; the same but for a rename. */
  readonly oldPath: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldOid: string;
  readonly newOid: string;
  /** Lines; null for a file that is not text. */
  readonly additions: number | null;
  readonly deletions: number | null;
  /** The hunks from the first `@@` on; null for a file that is not text or where nothing but the mode changed. */
  readonly patch: string | null;
}

const words: Readonly<Record<string, FileDiff['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'removed',
  R: 'renamed',
  T: 'type-changed',
};

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** What changed from one commit or tree (null: nothing) to another one, by path. */
export async function diffTrees(
  folder: string,
  from: string | null,
  to: string,
  options: { readonly renames?: boolean } = {},
): Promise<readonly FileDiff[]> {
  const renames = options.renames === false ? '--no-renames' : '--find-renames';
  const args = ['diff-tree', '-r', renames, from ?? emptyTree, to];
  const rawText = (await runGit(folder, ['diff-tree', '-z', '--raw', '--full-index', ...args.slice(1)])).stdout;
  const raw = rawText.toString('utf8').split('\0');
  const numbers = await readNumbers(folder, args);
  const hunks = await readHunks(folder, args);
  let section = 0;
  const diffs: FileDiff[] = [];
  for (let at = 0; at + 1 < raw.length; ) {
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]{40}) ([0-9a-f]{40}) ([A-Z])\d*$/.exec(raw[at] ?? '');
    if (match === null) break;
    const [, oldMode = '', newMode = '', oldOid = '', newOid = '', letter = ''] = match;
    const oldPath = raw[at + 1] ?? '';
    const path = letter === 'R' ? (raw[at + 2] ?? '') : oldPath;
    at += letter === 'R' ? 3 : 2;
    const [additions, deletions] = numbers.get(path) ?? [null, null];
    const patch = hunks[section] ?? null;
    section += letter === 'T' ? 2 : 1;
    diffs.push({
      status: words[letter] ?? 'modified',
      path,
      oldPath,
      oldMode,
      newMode,
      oldOid,
      newOid,
      additions,
      deletions,
      patch: additions === null ? null : patch,
    });
  }
  return diffs;
}

async function readNumbers(
  folder: string,
  args: readonly string[],
): Promise<ReadonlyMap<string, readonly [number | null, number | null]>> {
  const { stdout } = await runGit(folder, ['diff-tree', '-z', '--numstat', ...args.slice(1)]);
  const parts = stdout.toString('utf8').split('\0');
  const numbers = new Map<string, readonly [number | null, number | null]>();
  for (let at = 0; at < parts.length; at++) {
    const match = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(parts[at] ?? '');
    if (match === null) continue;
    const count = (text: string | undefined): number | null => (text === '-' ? null : Number(text));
    // a rename leaves the path empty here and names both paths next
    const path = match[3] === '' ? (parts[at + 2] ?? '') : (match[3] ?? '');
    if (match[3] === '') at += 2;
    numbers.set(path, [count(match[1]), count(match[2])]);
  }
  return numbers;
}

/** The hunks of each file, in the order of the raw list; a change of type is written as a removal and an addition. */
async function readHunks(folder: string, args: readonly string[]): Promise<readonly (string | null)[]> {
  const { stdout } = await runGit(folder, ['diff-tree', '-p', '--no-color', ...args.slice(1)]);
  const sections = stdout.toString('utf8').split(/^diff --git .*\n/m);
  return sections.slice(1).map((section) => {
    const start = /^@@ /m.exec(section);
    return start === null ? null : section.slice(start.index).replace(/\n$/, '');
  });
}
