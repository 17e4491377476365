import { type GitOpsError, severalProblems } from '../errors/error.js';
import type { Note } from '../fleet/fleet.js';
import { err, ok, Result } from '../result.js';
import { imageListKey } from './annotations.js';
import { type AnnotationLine, freezeAnnotations } from './freeze-annotations.js';
import { freezeResource } from './freeze-resource.js';
import { type FreezeTarget, joined, type UpdaterFreeze } from './freeze-types.js';
import {
  annotationPointer,
  attachmentsOf,
  positionOf,
  type UpdaterApplication,
  type UpdaterOptions,
  type UpdaterResource,
} from './inputs.js';

export interface FreezeScene {
  /** What is to be frozen. */
  readonly targets: readonly FreezeTarget[];
  /** Every application of the tree, also of other environments: the neighbours that must not be frozen along. */
  readonly applications: readonly UpdaterApplication[];
  /** Every `ImageUpdater` resource of the tree. */
  readonly resources: readonly UpdaterResource[];
  readonly options?: UpdaterOptions;
}

/**
 * The edits that make Image Updater change nothing of a selection, by its own precedence (the most specific level
 * replaces the others; nothing is joined). Resources that match are frozen, all of them; annotations are frozen where they
 * count, and where they are inert as well, with a note. An application that Image Updater does not look at gets no edit.
 * What is frozen already is in `held`, so that a freeze on top of another can claim it without an edit.
 *
 * Fails with `freeze-covers-neighbour` where no existing level reaches the selection alone and no entry can be split off,
 * and with `freeze-in-template` where annotations of a shared template would have to change; nothing is half frozen.
 * Apply the edits, resolve again, and ask {@link verifyFrozen}: this plans, that proves.
 */
export function freezeUpdater(scene: FreezeScene): Result<UpdaterFreeze, GitOpsError> {
  const { targets, applications, resources, options = {} } = scene;
  const parts = [
    ...resources.map((from) => freezeResource(from, targets, applications, options)),
    ...targets.map((target) => freezeTargetAnnotations(target, resources, options)),
  ];
  const problems = parts.flatMap((part) => (part.isErr() ? [part.error] : []));
  const failed = severalProblems(problems);
  return failed === null ? Result.combine(parts).map(joined) : err(failed);
}

function freezeTargetAnnotations(
  target: FreezeTarget,
  resources: readonly UpdaterResource[],
  options: UpdaterOptions,
): Result<UpdaterFreeze, GitOpsError> {
  const attachments = attachmentsOf(target.application, resources, options);
  const decide = resources.length === 0 || attachments.some(({ match }) => match.via === 'annotations');
  const line: AnnotationLine = resources.length === 0 ? 'v0' : 'v1';
  if (decide) return freezeAnnotations(target, line);
  // They decide nothing now, so what cannot be frozen there is no reason to refuse.
  const frozen = freezeAnnotations({ ...target, inSharedTemplate: false }, 'v0');
  if (frozen.isErr() || target.inSharedTemplate) return ok(joined([]));
  const isTouched = frozen.value.edits.length + frozen.value.held.length > 0;
  return ok(joined([frozen.value, { edits: [], held: [], notes: isTouched ? [inertNote(target.application)] : [] }]));
}

/** Annotations that decide nothing, since the tree holds resources that do not read them. */
export function inertNote(application: UpdaterApplication): Note {
  return {
    kind: 'inert-annotations',
    severity: 'warn',
    message: `The Image Updater annotations of ${application.name} have no effect: ImageUpdater resources stand in this repository, and none that matches it has useAnnotations.`,
    at: positionOf(application, annotationPointer(application, imageListKey).path),
  };
}
