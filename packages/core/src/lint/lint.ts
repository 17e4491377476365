import type { Environment, Fleet, Note } from '../fleet/fleet.js';
import { type Tree, treeOf } from '../fleet/read.js';
import { freezeStateOf } from '../freeze/state.js';
import { lintApplication, type UpdaterApplication, type UpdaterView } from '../image-updater/index.js';
import type { LintReport } from './finding.js';
import { withFix } from './fix.js';
import { instanceFindings } from './instance-rules.js';
import { type Found, finding, placed } from './make.js';
import { noteRepair, problemRepair } from './repairs.js';
import { isLintRule } from './rules.js';
import { silence } from './silence.js';
import { annotationFindings, misplacedFindings } from './updater-rules.js';
import { writeBackFindings } from './write-back-rules.js';

/**
 * What is broken, or does not do what its writer meant, in a repository and in every other place that its environments
 * live in: of Argo CD, of Image Updater and of freezes. Sorted by place, file and line; each thing once. `now` is ISO 8601.
 */
export function lintFleet(fleet: Fleet, options: { readonly now: string }): LintReport {
  const tree = treeOf(fleet).unwrapOr(null);
  if (tree === null) throw new Error('a fleet that was read once is read again');
  const views = viewsIn(tree);
  const told = new Set(fleet.places.flatMap(({ place }) => tree.at(place).notes));
  const found = [
    ...fleet.places.flatMap(({ place }) =>
      [...atPlace(tree, place, views), ...writeBackFindings(tree, place)].map((one) => placed(place, one)),
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
function atPlace(
  tree: Tree,
  place: Fleet['places'][number]['place'],
  views: ReadonlyMap<UpdaterApplication, UpdaterView>,
): readonly Found[] {
  const { applications, unreadable, ambiguous, notes, cache } = tree.at(place);
  return [
    ...unreadable.map((one) =>
      finding('unreadable-file', `${one.message} ${one.remedy}`, one.at, problemRepair(one, cache)),
    ),
    ...ambiguous.map((one) => finding('application-claimed-twice', `${one.message} ${one.remedy}`, one.at)),
    ...notes.flatMap((one) => ofNote(one, tree.at(place))),
    ...applications.flatMap((application) => {
      const view = views.get(application);
      return [
        ...annotationFindings(application, cache),
        ...(view === undefined ? [] : lintApplication(application, view).flatMap((one) => ofNote(one, tree.at(place)))),
      ];
    }),
    ...misplacedFindings(cache),
    ...duplicates(applications),
  ];
}

function viewsIn(tree: Tree): ReadonlyMap<UpdaterApplication, UpdaterView> {
  return new Map(
    tree.fleet.environments
      .flatMap((one) => one.instances)
      .flatMap((one) => {
        const application = tree.applicationOf(one);
        return application === null ? [] : [[application, one.updater] as const];
      }),
  );
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

function duplicates(applications: readonly UpdaterApplication[]): readonly Found[] {
  const seen = new Map<string, UpdaterApplication>();
  return applications.flatMap((one) => {
    const key = JSON.stringify([one.namespace ?? '', one.name]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, one);
    if (first === undefined || one.name.includes('*')) return [];
    const at = one.locate?.([...one.base, 'metadata', 'name']) ?? { file: one.file, line: 1, column: 1 };
    return [finding('duplicate-application', `The Application ${one.name} stands in ${first.file} as well.`, at)];
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
