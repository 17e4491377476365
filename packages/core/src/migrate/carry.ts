import {
  aliasInKeysV0,
  parseUpdateStrategy,
  resolveWriteBack,
  sourceOf,
  type UpdaterApplication,
  type VerificationSettings,
  type WriteBackSettings,
  writeBackTypeOf,
} from '../image-updater/index.js';
import { writeBackSentences } from '../image-updater/problems.js';
import { err, ok, type Result } from '../result.js';
import { type Named, nameImages } from './aliases.js';
import { type ContentMap, entryOf, takesPrereleases } from './entry.js';
import { keyLimits } from './keys.js';
import { keepsBack, type Limit, limit } from './limits.js';
import { secretsElsewhere } from './secrets.js';
import { type AnnotationRules, type Source, sourceFrom } from './source.js';

/** The annotations of one application as an entry of a resource. */
export interface Carried {
  readonly entry: ContentMap;
  /** What is said of it; nothing here changes what Image Updater decides. */
  readonly limits: readonly Limit[];
}

export interface CarryOptions {
  readonly rules: AnnotationRules;
  /** Namespace that Image Updater runs in. */
  readonly controllerNamespace: string;
  /** What the resource with `useAnnotations` says of signatures. */
  readonly verification: VerificationSettings | null;
}

/** What the schema takes as a method (v1.3.0). */
const methods = /^(argocd|git|git:[a-zA-Z0-9][a-zA-Z0-9-._/:]*)$/;

/**
 * Carries the annotations of an application over into an entry of `spec.applicationRefs`. An error lists why it cannot
 * be done without changing what Image Updater does.
 */
export function carryOver(application: UpdaterApplication, options: CarryOptions): Result<Carried, readonly Limit[]> {
  const { annotations, name } = application;
  const read = sourceFrom(annotations, options.rules, options.verification);
  if (read.isErr()) {
    return err([
      limit(
        'not-updated',
        'image-list',
        `Image Updater updates nothing of ${name}: ${read.error}.`,
        'Correct it, or delete the annotations.',
      ),
    ]);
  }
  const { named, limits: namings } = nameImages(read.value.images);
  const placed = named.map((one) => placeImage(application, one, read.value.writeBack, options));
  const backs = [
    ...namings,
    ...writeBackLimits(application, read.value, options),
    ...secretsElsewhere(application, read.value.images, read.value.writeBack),
    ...placed.flatMap((one) => (one.isErr() ? [one.error] : [])),
    ...(named.length > 0
      ? []
      : [limit('not-updated', 'image-list', `The image-list of ${name} names no image.`, 'Correct it.')]),
  ];
  if (backs.some(keepsBack)) return err(backs.filter(keepsBack));
  const settled = placed.flatMap((one) => (one.isOk() ? [one.value] : []));
  return ok({
    entry: entryOf(name, read.value, settled, annotations),
    limits: [
      ...backs,
      ...keyLimits(annotations, options.rules),
      ...settled.flatMap((one) => prereleaseLimit(one, read.value)),
      ...branchLimit(read.value, namings),
    ],
  });
}

/** One image with one place for its version: the resource has no room for that of Helm and that of Kustomize. */
function placeImage(
  application: UpdaterApplication,
  named: Named,
  writeBack: WriteBackSettings | null,
  { controllerNamespace, rules }: CarryOptions,
): Result<Named, Limit> {
  const { image } = named;
  const { helm, kustomize } = image.targets;
  if (helm === null || kustomize === null) return ok(named);
  const type = typeOf(application, writeBack, controllerNamespace);
  if (type === 'Helm') return ok({ ...named, image: { ...image, targets: { helm, kustomize: null } } });
  if (type === 'Kustomize') return ok({ ...named, image: { ...image, targets: { helm: null, kustomize } } });
  const alias = rules === '0' ? aliasInKeysV0(image.alias) : image.alias;
  return err(
    limit(
      'several-targets',
      `${alias}.kustomize.image-name`,
      `${image.imageName} has both Helm and Kustomize names, and nothing tells which of them is used.`,
      `Delete ${alias}.kustomize.image-name, or the helm annotations of ${alias}.`,
    ),
  );
}

/** How versions of an application are written, as far as Git tells: by the write-back, else by what the source has. */
function typeOf(
  application: UpdaterApplication,
  settings: WriteBackSettings | null,
  controllerNamespace: string,
): 'Helm' | 'Kustomize' | null {
  const writeBack = resolveWriteBack(application, settings, controllerNamespace).unwrapOr(null);
  const type = writeBackTypeOf(application, writeBack);
  if (type === 'Helm' || type === 'Kustomize') return type;
  const has = sourceOf(application)?.has;
  if (has === undefined || has.helm === has.kustomize) return null;
  return has.helm ? 'Helm' : 'Kustomize';
}

/** What keeps Image Updater from writing today, and methods that the resource's schema refuses. */
function writeBackLimits(
  application: UpdaterApplication,
  { writeBack }: Source,
  { controllerNamespace }: CarryOptions,
): readonly Limit[] {
  const method = writeBack?.method ?? 'argocd';
  const facts = application.spec === undefined ? { ...application, spec: { source: {} } } : application;
  const problem = resolveWriteBack(facts, writeBack, controllerNamespace).match(
    () => (methods.test(method) ? null : 'the method is not one that the resource takes'),
    (why) => writeBackSentences[why].replace(/\.$/, ''),
  );
  if (problem === null) return [];
  return [
    limit(
      'method-refused',
      'write-back-method',
      `The write-back of ${application.name} is refused: ${problem}.`,
      'Correct the annotations of the write-back first: write-back-method, write-back-target, git-branch.',
    ),
  ];
}

function prereleaseLimit({ image, alias }: Named, source: Source): readonly Limit[] {
  if (!takesPrereleases(image.imageName, parseUpdateStrategy(image.settings.updateStrategy ?? 'semver'), source))
    return [];
  return [
    limit(
      'takes-prereleases',
      'image-list',
      `${image.imageName} (${alias}) has no constraint: Image Updater 0.x takes its pre-releases, 1.3 would not. It gets the constraint x-0, which takes them.`,
      'Delete ":x-0" in the new file to take releases only.',
    ),
  ];
}

function branchLimit({ writeBack }: Source, namings: readonly Limit[]): readonly Limit[] {
  const template = writeBack?.gitConfig?.branch ?? '';
  if (!template.includes('.Alias') || !namings.some(({ kind }) => kind === 'alias-made')) return [];
  return [
    limit(
      'write-branch-alias',
      'git-branch',
      `The branch "${template}" holds the alias, and an alias had to be made: that branch is called differently.`,
      'Nothing is to be done, unless something looks for the branch by its name.',
    ),
  ];
}
