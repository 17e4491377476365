import { diffTrees } from '../../host/diff.js';
import { mergeBase } from '../../host/history.js';
import { findEntry, readBlob } from '../../host/objects.js';
import type { PullRequest } from '../state/pull-request.js';

/** Where GitHub looks for the file, first found wins. */
const places = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** Owners of each file that a pull request changes, by the base's CODEOWNERS; files without an owner are left out. */
export async function ownersOfChanges(pull: PullRequest): Promise<readonly (readonly string[])[]> {
  const { folder } = pull.repository;
  const rules = await readRules(folder, pull.base.sha);
  if (rules.length === 0) return [];
  const from = await mergeBase(folder, pull.base.sha, pull.head.sha);
  const files = await diffTrees(folder, from, pull.head.sha);
  return files
    .map(({ path }) => rules.findLast((rule) => rule.pattern.test(path))?.owners ?? [])
    .filter((owners) => owners.length > 0);
}

interface Rule {
  readonly pattern: RegExp;
  readonly owners: readonly string[];
}

async function readRules(folder: string, commit: string): Promise<readonly Rule[]> {
  for (const place of places) {
    const entry = await findEntry(folder, commit, place);
    if (entry === null || entry.type !== 'blob') continue;
    const lines = (await readBlob(folder, entry.oid)).toString('utf8').split('\n');
    return lines
      .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
      .filter((line) => line !== '')
      .map((line) => {
        const [pattern = '', ...owners] = line.split(/\s+/);
        return { pattern: toExpression(pattern), owners: owners.map((owner) => owner.replace(/^@/, '').toLowerCase()) };
      });
  }
  return [];
}

/** A pattern as `.gitignore` reads it: a slash in front or inside anchors it, a folder stands for all below it. */
function toExpression(pattern: string): RegExp {
  const anchored = /^\/|\/./.test(pattern);
  const body = pattern
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replace(/\*\*\/|\*\*|\*|\?|[.+^$()|[\]{}\\]/g, (part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : `\\${part}`;
    });
  const folder = pattern.endsWith('/') ? '/.*' : '(?:/.*)?';
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${folder}$`);
}
