import { compileGlobs } from '../environment/index.js';
import type { Fleet } from '../fleet/fleet.js';
import { configAt, home } from '../fleet/place.js';
import type { LintFinding, LintReport } from './finding.js';

/** `# gitops-lint: ignore mutable-tag -- a demo that is meant to move`, at the end of the line or alone above it. */
const comment = /#\s*gitops-lint:\s*ignore\s+([a-z-]+)\s+--\s+(\S.*?)\s*$/;

/** Sets aside what is silenced in place or in `gitops.yaml`; a silence without a reason silences nothing. */
export function silence(fleet: Fleet, found: readonly LintFinding[]): LintReport {
  const lines = new Map<string, readonly string[]>();
  const linesOf = ({ place, at }: LintFinding): readonly string[] => {
    const [id, file] = [place?.id ?? home.id, at?.file ?? ''];
    const files = fleet.places.find((one) => one.place.id === id)?.snapshot.files ?? {};
    const known = lines.get(`${id} ${file}`) ?? (files[file] ?? '').split('\n');
    lines.set(`${id} ${file}`, known);
    return known;
  };
  const findings: LintFinding[] = [];
  const silenced: (LintFinding & { reason: string })[] = [];
  for (const one of found) {
    const reason = inPlace(one, linesOf) ?? inConfig(one, fleet);
    if (reason === null) findings.push(one);
    else silenced.push({ ...one, reason });
  }
  return { findings, silenced };
}

function inPlace(found: LintFinding, linesOf: (found: LintFinding) => readonly string[]): string | null {
  if (found.at === null) return null;
  const lines = linesOf(found);
  const above = lines[found.at.line - 2] ?? '';
  const places = [lines[found.at.line - 1] ?? '', ...(above.trim().startsWith('#') ? [above] : [])];
  for (const line of places) {
    const [, rule, reason] = comment.exec(line) ?? [];
    if (rule === found.rule && reason !== undefined) return reason;
  }
  return null;
}

function inConfig(found: LintFinding, { config }: Fleet): string | null {
  const { root } = found.place === undefined ? config : configAt(config, found.place);
  const base = root === '' ? '' : `${root}/`;
  const file = found.at?.file ?? '';
  const entry = config.lint.ignore.find(
    (one) =>
      one.rule === found.rule &&
      (one.files.length === 0 ||
        (file.startsWith(base) &&
          compileGlobs(one.files)
            .map((matches) => matches(file.slice(base.length)))
            .unwrapOr(false))),
  );
  return entry?.reason ?? null;
}
