import { describeVersion } from '../fleet/pin-version.js';
import { describePlace, home } from '../fleet/place.js';
import type { Plan } from './plan.js';
import { columns } from './text.js';

/**
 * The plan as people read it: what moves, where (with the environment, where there are several), what was found, what
 * stays. The same plan gives the same text.
 *
 * @example
 * Promote dev to prod · 2 applications · 3f2c1ab
 *
 *   payments  ghcr.io/acme/payments  1.7.0 → 1.8.2  minor
 *             apps/prod/payments/application.yaml:24
 */
export function describePlan(plan: Plan): string {
  const base = plan.changes.find((one) => one.place.id === home.id)?.base ?? null;
  const [head = plan.summary] = plan.summary.split(': ');
  const count = new Set(plan.versions.map((one) => one.application)).size;
  const isOne = new Set(plan.versions.map((one) => one.environment)).size < 2;
  const title = [
    plan.versions.length === 0 ? plan.summary : head,
    ...(count === 0 ? [] : [`${count} ${count === 1 ? 'application' : 'applications'}`]),
    ...(base === null ? [] : [base.slice(0, 7)]),
  ].join(' · ');
  const rows = columns(
    plan.versions.map((one) => [
      ...(isOne ? [] : [one.environment]),
      one.application,
      one.image,
      `${describeVersion(one.from)} → ${describeVersion(one.to)}`,
      one.kind,
    ]),
  );
  const widest = (names: readonly string[]): number => Math.max(0, ...names.map((one) => one.length));
  const width =
    widest(plan.versions.map((one) => one.application)) +
    (isOne ? 0 : widest(plan.versions.map((one) => one.environment)) + 2);
  const moves = plan.versions.flatMap((one, index) => [
    `  ${rows[index]}`,
    ...one.pins.map((pin) => `  ${' '.repeat(width)}  ${pin.file}:${pin.line}`),
  ]);
  const moved = new Set(plan.versions.flatMap((one) => one.pins.map((pin) => pin.file)));
  const others = plan.changes.flatMap((change) =>
    change.files
      .filter((file) => !moved.has(file.path))
      .map((file) => `  ${file.before === null ? 'new' : file.after === null ? 'removed' : 'changed'}  ${file.path}`),
  );
  const edits = plan.changes.flatMap((change) =>
    change.edits
      .filter((edit) => !moved.has(edit.file))
      .map(
        (edit) =>
          `  ${edit.file}:${edit.at.line}  ${edit.where}: ${edit.before ?? 'nothing'} → ${edit.after ?? 'nothing'}`,
      ),
  );
  const elsewhere = plan.changes
    .filter((one) => one.place.id !== home.id)
    .map(
      (one) =>
        `  in ${describePlace(one.place)}${one.base === null ? '' : ` at ${one.base.slice(0, 7)}`}: ${one.files.map((file) => file.path).join(', ')}`,
    );
  const findings = plan.findings.map((one) => `  ! ${one.rule}  ${one.message} ${one.remedy}`);
  const skipped = plan.skipped.map((one) => `  - skipped (${one.reason})  ${one.message}`);
  return `${[[title], moves, edits, others, elsewhere, findings, skipped]
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}
