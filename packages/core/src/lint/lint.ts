import type { Environment, Fleet, Note, Place } from '../fleet/fleet.js';
import { type Tree, treeOf } from '../fleet/read.js';
import { freezeStateOf } from '../freeze/state.js';
import { lintApplication, type UpdaterApplication } from '../image-updater/index.js';
import { chartTargetFindings } from './chart-rules.js';
import { type Deployed, deployedIn } from './deployed.js';
import type { LintReport } from './finding.js';
import { withFix } from './fix.js';
import { imageListFindings } from './image-list-rules.js';
import { instanceFindings } from './instance-rules.js';
import { type Found, finding, placed } from './make.js';
import { overrideFindings } from './override-rules.js';
import { noteRepair, problemRepair } from './repairs.js';
import { resourceSettings } from './resource-settings.js';
import { isLintRule } from './rules.js';
import { settingFindings } from './setting-rules.js';
import { silence } from './silence.js';
import { sourceFindings } from './source-rules.js';
import { annotationFindings, misplacedFindings } from './updater-rules.js';
import { valueFileFindings } from './value-file-rules.js';
import { writeBackFindings, writeBackTargetFindings } from './write-back-rules.js';

/**
 * What is broken, or does not do what its writer meant, in a repository and in every other place that its environments
 * live in: of Argo CD, of Image Updater and of freezes. Sorted by place, file and line; each thing once. `now` is ISO 8601.
 */
export function lintFleet(fleet: Fleet, options: { readonly now: string }): LintReport {
  const tree = treeOf(fleet).unwrapOr(null);
  if (tree === null) throw new Error('a fleet that was read once is read again');
  const deployed = deployedIn(tree);
  const told = new Set(fleet.places.flatMap(({ place }) => tree.at(place).notes));
  const found = [
    ...fleet.places.flatMap(({ place }) =>
      [...atPlace(tree, place, deployed), ...writeBackFindings(tree, place)].map((one) => placed(place, one)),
    ),
    ...tree.fleet.notes.filter((one) => !told.has(one)).flatMap((one) => ofNote(one, null)),
    ...tree.fleet.environments.flatMap((one) => [
      ...one.instances.flatMap((instance) => instanceFindings(tree.fleet, one, instance)),
      ...ofFreezes(tree.fleet, one, options.now).map((each) => placed(one.place, each)),
    ]),
  ];
  const once = new Map(found.map((one) => [JSON.stringify([one.rule, one.place, one.at, one.message]), one]));
  return silence(
    fleet,
    [...once.values()].sort(byPlace).map((one) => withFix(fleet, one)),
  );
}

/** What one place shows by itself, whatever its environments. */
function atPlace(tree: Tree, place: Place, deployed: readonly Deployed[]): readonly Found[] {
  const at = tree.at(place);
  const { resources, unreadable, ambiguous, notes, cache } = at;
  return [
    ...unreadable.map((one) =>
      finding('unreadable-file', `${one.message} ${one.remedy}`, one.at, problemRepair(one, cache)),
    ),
    ...ambiguous.map((one) => finding('application-claimed-twice', `${one.message} ${one.remedy}`, one.at)),
    ...notes.flatMap((one) => ofNote(one, at)),
    ...deployed.filter((one) => one.place.id === place.id).flatMap((one) => ofApplication(one, at)),
    ...resources.flatMap(resourceSettings),
    ...misplacedFindings(cache),
    ...duplicates(deployed.filter((one) => one.place.id === place.id)),
    ...overrideFindings(tree, place, deployed),
    ...valueFileFindings(tree, place, deployed),
  ];
}

function ofApplication(one: Deployed, at: ReturnType<Tree['at']>): readonly Found[] {
  const { application, manifest, view } = one;
  return [
    ...annotationFindings(application, at.cache),
    ...imageListFindings(application, view, at.cache),
    ...settingFindings(application, view, at.cache),
    ...lintApplication(application, view).flatMap((note) => ofNote(note, at)),
    ...chartTargetFindings(one, at.cache),
    ...writeBackTargetFindings(one, at.cache),
    ...sourceFindings(manifest),
  ];
}

/** Notes of reading whose kind is a rule. */
function ofNote(note: Note, at: ReturnType<Tree['at']> | null): readonly Found[] {
  if (!isLintRule(note.kind)) return [];
  return [finding(note.kind, note.message, note.at, at === null ? null : noteRepair(note, at))];
}

function ofFreezes(fleet: Fleet, environment: Environment, now: string): readonly Found[] {
  return freezeStateOf(fleet, environment, now).flatMap(({ record, expired, enforced }) => {
    const at = { file: record.file, line: 1, column: 1 };
    const end = `The freeze of ${environment.name} ended ${record.until}: gitops resume --expired`;
    const gone = `The freeze of ${environment.name} does not hold any more: freeze it again.`;
    return [
      ...(expired ? [finding('freeze-expired', end, at)] : []),
      ...(enforced ? [] : [finding('freeze-not-enforced', gone, at)]),
    ];
  });
}

/**
 * One finding for each name and folder, at the second Application that has it. Copies in other folders, in other
 * environments, or made with other values may be those of other clusters.
 */
function duplicates(deployed: readonly Deployed[]): readonly Found[] {
  const byName = new Map<string, UpdaterApplication[]>();
  for (const { application: one, environment } of deployed) {
    if (one.name.includes('*')) continue;
    const where = one.template === undefined ? one.file.slice(0, one.file.lastIndexOf('/') + 1) : one.file;
    const key = JSON.stringify([one.namespace ?? '', one.name, where, environment]);
    const same = byName.get(key) ?? [];
    same.push(one);
    byName.set(key, same);
  }
  return [...byName.values()].flatMap((same) => {
    const [, second] = same;
    if (second === undefined) return [];
    const others = [...new Set(same.filter((one) => one !== second).map((one) => one.file))];
    const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
    const at = second.locate?.([...second.base, 'metadata', 'name']) ?? { file: second.file, line: 1, column: 1 };
    const message = `The Application ${second.name} stands in ${others.slice(0, 3).join(', ')}${more} as well.`;
    return [finding('duplicate-application', message, at)];
  });
}

function byPlace(a: Found, b: Found): number {
  const key = (one: Found) =>
    [one.place?.id ?? '', one.at?.file ?? '', one.at?.line ?? 0, one.at?.column ?? 0, one.rule] as const;
  const right = key(b);
  for (const [index, value] of key(a).entries()) {
    const other = right[index] ?? '';
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
