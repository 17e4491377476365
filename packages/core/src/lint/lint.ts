import type { Fleet, Instance, Note } from '../fleet/fleet.js';
import { home } from '../fleet/place.js';
import { type Tree, treeOf } from '../fleet/read.js';
import { freezeStateOf } from '../freeze/state.js';
import { isMutableTag } from '../image/index.js';
import { lintApplication } from '../image-updater/index.js';
import type { LintFinding, LintReport } from './finding.js';
import { finding } from './make.js';
import { isLintRule } from './rules.js';
import { silence } from './silence.js';
import { annotationFindings, misplacedFindings } from './updater-rules.js';

/**
 * What is broken, or does not do what its writer meant, in a repository: of Argo CD, of Image Updater and of freezes.
 * Sorted by file and line; each thing once. Environments of other branches and repositories are linted there. `now` is ISO 8601.
 */
export function lintFleet(fleet: Fleet, options: { readonly now: string }): LintReport {
  const tree = treeOf(fleet).unwrapOr(null);
  const environments = fleet.environments.filter((one) => one.place.id === home.id);
  const found = [
    ...fleet.unreadable.map((one) => finding('unreadable-file', `${one.message} ${one.remedy}`, one.at)),
    ...fleet.ambiguous.map((one) => finding('application-claimed-twice', `${one.message} ${one.remedy}`, one.at)),
    ...fleet.notes.flatMap(ofNote),
    ...environments.flatMap((one) => one.instances.flatMap((instance) => ofInstance(fleet, instance))),
    ...environments.flatMap((one) => ofFreezes(fleet, one, options.now)),
    ...(tree === null ? [] : ofTree(tree)),
  ];
  const once = new Map(found.map((one) => [JSON.stringify([one.rule, one.at, one.message]), one]));
  return silence(fleet, [...once.values()].sort(byPlace));
}

/** Notes of reading whose kind is a rule. */
function ofNote(note: Note): readonly LintFinding[] {
  return isLintRule(note.kind) ? [finding(note.kind, note.message, note.at)] : [];
}

function ofInstance(fleet: Fleet, instance: Instance): readonly LintFinding[] {
  const { application, environment, images, problems, updater } = instance;
  const target = fleet.environments.find((one) => one.name === environment);
  const follows = updater.images.filter((one) => !one.frozen);
  const found: LintFinding[] = problems.map((one) => finding('argocd-refuses', `${one.message} ${one.remedy}`, one.at));
  for (const image of images) {
    const [pin] = image.pins;
    const tag = image.version?.tag ?? null;
    if (tag !== null && image.version?.digest === null && isMutableTag(tag) && image.what === undefined) {
      const where = pin?.at ?? instance.resource.at;
      found.push(
        finding('mutable-tag', `${application} in ${environment} runs ${image.image}:${tag}, a tag that moves.`, where),
      );
    }
    for (const one of image.pins) {
      const isText = image.version !== null && (one.part === 'tag' || one.part === 'version') && tag !== null;
      if (isText && one.value !== tag && !one.value.includes('@'))
        found.push(
          finding(
            'float-tag',
            `The tag ${one.value} has no quotes and is rendered as ${tag}: write "${one.value}".`,
            one.at,
          ),
        );
    }
    for (const one of image.masked) {
      const by = pin === undefined ? '' : ` by ${pin.file}:${pin.at.line}`;
      found.push(finding('masked-pin', `The version ${one.value} of ${image.image} is overridden${by}.`, one.at));
    }
  }
  if (target !== undefined && target.from.length > 0 && follows.length > 0) {
    const names = follows.map((one) => one.image).join(', ');
    found.push(
      finding(
        'updater-on-target',
        `Image Updater follows ${names} in ${environment}, which is promoted into from ${target.from.join(' and ')}: it overwrites what is promoted.`,
        instance.resource.at,
      ),
    );
  }
  if (updater.resources.length > 1)
    found.push(
      finding(
        'overlapping-resources',
        `The ImageUpdater resources ${updater.resources.join(' and ')} both match ${instance.resource.name}.`,
        instance.resource.at,
      ),
    );
  return found;
}

function ofFreezes(fleet: Fleet, environment: Fleet['environments'][number], now: string): readonly LintFinding[] {
  return freezeStateOf(fleet, environment, now).flatMap(({ record, expired, enforced }) => {
    const at = { file: record.file, line: 1, column: 1 };
    return [
      ...(expired
        ? [
            finding(
              'freeze-expired',
              `The freeze of ${environment.name} ended ${record.until}: gitops resume --expired`,
              at,
            ),
          ]
        : []),
      ...(enforced
        ? []
        : [
            finding(
              'freeze-not-enforced',
              `The freeze of ${environment.name} does not hold any more: freeze it again.`,
              at,
            ),
          ]),
    ];
  });
}

function ofTree(tree: Tree): readonly LintFinding[] {
  const { fleet } = tree;
  const { applications } = tree.at(home);
  const views = new Map(
    fleet.environments
      .flatMap((one) => one.instances)
      .flatMap((one) => {
        const application = tree.applicationOf(one);
        return application === null ? [] : [[application, one.updater] as const];
      }),
  );
  const found = applications.flatMap((application) => {
    const view = views.get(application);
    return [
      ...annotationFindings(application),
      ...(view === undefined ? [] : lintApplication(application, view).flatMap(ofNote)),
    ];
  });
  return [...found, ...misplacedFindings(tree), ...duplicates(tree), ...writeBacks(tree)];
}

function duplicates(tree: Tree): readonly LintFinding[] {
  const { applications } = tree.at(home);
  const seen = new Map<string, (typeof applications)[number]>();
  return applications.flatMap((one) => {
    const key = JSON.stringify([one.namespace ?? '', one.name]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, one);
    if (first === undefined || one.name.includes('*')) return [];
    const at = one.locate?.([...one.base, 'metadata', 'name']) ?? { file: one.file, line: 1, column: 1 };
    return [finding('duplicate-application', `The Application ${one.name} stands in ${first.file} as well.`, at)];
  });
}

/** What several applications are written back to, and targets that the kind of source cannot have. */
function writeBacks(tree: Tree): readonly LintFinding[] {
  const byFile = new Map<string, string[]>();
  const found: LintFinding[] = [];
  for (const instance of tree.fleet.environments.flatMap((one) => one.instances)) {
    const { writeBack } = instance.updater;
    if (writeBack?.method !== 'git' || writeBack.file === undefined) continue;
    const at = instance.resource.at;
    const others = byFile.get(writeBack.file) ?? [];
    byFile.set(writeBack.file, [...others, instance.resource.name]);
    const isOwnSet = instance.resource.kind === 'ApplicationSet';
    if (others.length > 0 && !isOwnSet)
      found.push(
        finding(
          'shared-write-back',
          `${instance.resource.name} is written back to ${writeBack.file}, as ${others.join(' and ')} is.`,
          at,
        ),
      );
    const target = writeBack.target ?? '';
    const kinds = new Set(instance.images.flatMap((image) => image.pins.map((pin) => pin.kind)));
    const isHelm = [...kinds].some((kind) => kind.startsWith('helm-') || kind === 'chart-default');
    const isKustomize = kinds.has('kustomization-image') || kinds.has('application-kustomize-image');
    if (target.startsWith('kustomization') && isHelm && !isKustomize)
      found.push(
        finding(
          'write-back-impossible',
          `${instance.resource.name} is a Helm chart, and is written back to a kustomization.`,
          at,
        ),
      );
    if (target.startsWith('helmvalues') && isKustomize && !isHelm)
      found.push(
        finding(
          'write-back-impossible',
          `${instance.resource.name} is a kustomization, and is written back to Helm values.`,
          at,
        ),
      );
  }
  return found;
}

function byPlace(a: LintFinding, b: LintFinding): number {
  const left = [a.at?.file ?? '', a.at?.line ?? 0, a.at?.column ?? 0, a.rule] as const;
  const right = [b.at?.file ?? '', b.at?.line ?? 0, b.at?.column ?? 0, b.rule] as const;
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? '';
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
