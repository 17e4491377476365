import type { Fleet } from '../fleet/fleet.js';
import { home } from '../fleet/place.js';
import { readAgain } from '../fleet/read.js';
import type { FileChange } from '../model.js';
import type { LintFinding, LintFix, LintReport } from './finding.js';
import { applyFixes, doOverlap } from './fix.js';
import { lintFleet } from './lint.js';

/** What fixing made of a repository. */
export interface LintFixes {
  /** What was fixed, as it was found, in the order of the report. */
  readonly fixed: readonly Fixable[];
  /** The files of the home place that change, with their whole texts, sorted by path. */
  readonly files: readonly FileChange[];
  /** What is found afterwards. */
  readonly report: LintReport;
}

type Fixable = LintFinding & { readonly fix: LintFix };

/**
 * Fixes what is certain in the home place: what was meant is written, and no other byte changes. Each fix is held against
 * another look at the result: a finding that would stay, or a new one, and it is not made. `now` is ISO 8601.
 */
export function fixFleet(fleet: Fleet, options: { readonly now: string }): LintFixes {
  const fixed: Fixable[] = [];
  const refused = new Set<string>();
  let current: State = { fleet, report: lintFleet(fleet, options) };
  for (;;) {
    const open = apart(current.report.findings.filter((one) => isOpen(one, refused)) as readonly Fixable[]);
    if (open.length === 0) break;
    const together = tried(current, open, options);
    if (together !== null) {
      fixed.push(...open);
      current = together;
      continue;
    }
    const [first] = open;
    if (first === undefined) break;
    const alone = open.length === 1 ? null : tried(current, [first], options);
    if (alone === null) refused.add(keyOf(first));
    else {
      fixed.push(first);
      current = alone;
    }
  }
  return { fixed, files: changesBetween(fleet, current.fleet), report: current.report };
}

interface State {
  readonly fleet: Fleet;
  readonly report: LintReport;
}

function isOpen(found: LintFinding, refused: ReadonlySet<string>): boolean {
  return found.fix !== undefined && found.place === undefined && !refused.has(keyOf(found));
}

/** Those that do not touch each other; the others wait for the next look. */
function apart(found: readonly Fixable[]): readonly Fixable[] {
  const kept: Fixable[] = [];
  for (const one of found) if (!kept.some((other) => doOverlap(one.fix, other.fix))) kept.push(one);
  return kept;
}

function tried({ fleet, report }: State, fixes: readonly Fixable[], options: { readonly now: string }): State | null {
  const files: Record<string, string> = { ...filesOf(fleet) };
  for (const path of new Set(fixes.map((one) => one.fix.at.file))) {
    const own = fixes.filter((one) => one.fix.at.file === path).map((one) => one.fix);
    files[path] = applyFixes(files[path] ?? '', own);
  }
  const tree = readAgain(fleet, home, files).unwrapOr(null);
  if (tree === null) return null;
  const after = lintFleet(tree.fleet, options);
  return isBetter(report, after, fixes) ? { fleet: tree.fleet, report: after } : null;
}

/** What hides a whole file: what is found in it afterwards is not new. */
const hiding: readonly string[] = ['unreadable-file', 'argocd-refuses', 'application-set-refused'];

function isBetter(before: LintReport, after: LintReport, fixes: readonly Fixable[]): boolean {
  const [own, left] = [counted(before, keyOf), counted(after, keyOf)];
  const gone = fixes.every((one) => (left.get(keyOf(one)) ?? 0) < (own.get(keyOf(one)) ?? 0));
  if (!gone || fixes.some((one) => hiding.includes(one.rule))) return gone;
  const kind = (one: LintFinding): string => JSON.stringify([one.rule, one.place?.id, one.at?.file]);
  const allowed = counted(before, kind);
  return [...counted(after, kind)].every(([key, count]) => count <= (allowed.get(key) ?? 0));
}

function counted({ findings }: LintReport, key: (one: LintFinding) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of findings) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return counts;
}

function keyOf({ rule, at, message }: LintFinding): string {
  return JSON.stringify([rule, at?.file, message]);
}

function filesOf(fleet: Fleet): Readonly<Record<string, string>> {
  return fleet.places.find(({ place }) => place.id === home.id)?.snapshot.files ?? {};
}

function changesBetween(from: Fleet, to: Fleet): readonly FileChange[] {
  const [before, after] = [filesOf(from), filesOf(to)];
  return Object.keys(after)
    .filter((path) => after[path] !== before[path])
    .sort()
    .map((path) => ({ path, before: before[path] ?? null, after: after[path] ?? null }));
}
