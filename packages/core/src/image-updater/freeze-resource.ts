import type { GitOpsError } from '../errors/error.js';
import { parseIdentifier } from '../image/index.js';
import { ok, Result } from '../result.js';
import { freezeLevel } from './freeze-level.js';
import { splitRef } from './freeze-split.js';
import { type FreezeTarget, joined, type UpdaterFreeze } from './freeze-types.js';
import { attachmentsOf, keyOf, type UpdaterApplication, type UpdaterOptions, type UpdaterResource } from './inputs.js';
import { decidingLevel, type Level } from './levels.js';
import type { ApplicationRef, IndexedImage } from './resource.js';
import { selectsIdentifier } from './selection.js';

/** Which applications of the tree each entry of a resource decides about, and what of them is to be frozen. */
interface Coverage {
  readonly ref: ApplicationRef;
  readonly covered: readonly { readonly application: UpdaterApplication; readonly selected: readonly IndexedImage[] }[];
}

/**
 * The edits that freeze the targets in one resource, at the broadest existing level that covers nothing else: where the
 * ignored tags are decided now; else in the whole resource, an entry, or an image. An entry that also decides about other
 * applications of the tree (all of `applications`) is split.
 */
export function freezeResource(
  from: UpdaterResource,
  targets: readonly FreezeTarget[],
  applications: readonly UpdaterApplication[],
  options: UpdaterOptions,
): Result<UpdaterFreeze, GitOpsError> {
  const coverage = coverageOf(from, targets, applications, options);
  const parts = coverage
    .filter(({ covered }) => covered.some(({ selected }) => selected.length > 0))
    .map((one) => (isUnanimous(one) ? ok(freezeInPlace(from, one, coverage)) : freezeApart(from, one)));
  return Result.combine(parts).map(joined);
}

function coverageOf(
  from: UpdaterResource,
  targets: readonly FreezeTarget[],
  applications: readonly UpdaterApplication[],
  options: UpdaterOptions,
): readonly Coverage[] {
  const wanted = new Map(targets.map((target) => [keyOf(target.application), target]));
  const decided = applications.flatMap((application) =>
    attachmentsOf(application, [from], options).map(({ match }) => ({ application, match })),
  );
  return from.resource.applicationRefs
    .filter((ref) => !ref.useAnnotations)
    .map((ref) => ({
      ref,
      covered: decided
        .filter(({ match }) => match.ref === ref)
        .map(({ application }) => {
          const target = wanted.get(keyOf(application));
          const isSelected = (image: IndexedImage) =>
            target !== undefined &&
            selectsIdentifier(target.images, parseIdentifier(`${image.alias}=${image.imageName}`));
          return { application, selected: ref.images.filter(isSelected) };
        }),
    }));
}

/** True where the same images are to be frozen for every application that the entry decides about. */
function isUnanimous({ covered }: Coverage): boolean {
  const first = covered[0]?.selected ?? [];
  return covered.every(
    ({ selected }) => selected.length === first.length && selected.every((one) => first.includes(one)),
  );
}

function freezeInPlace(from: UpdaterResource, one: Coverage, all: readonly Coverage[]): UpdaterFreeze {
  const selected = one.covered[0]?.selected ?? [];
  return joined(selected.map((image) => freezeLevel(from, levelFor(from, one.ref, image, selected, all))));
}

function levelFor(
  from: UpdaterResource,
  ref: ApplicationRef,
  image: IndexedImage,
  selected: readonly IndexedImage[],
  all: readonly Coverage[],
): Level {
  // A broader level that is frozen already is not enough: whoever froze it may resume it first.
  const decides = decidingLevel(from, ref, image);
  if (decides?.level === 'image') return decides;
  if (decides?.level !== 'ref' && all.every(isFree)) return { level: 'spec' };
  return inheriting(ref).every((other) => selected.includes(other))
    ? { level: 'ref', ref }
    : { level: 'image', ref, image };
}

/** True where freezing the whole resource would touch nothing of this entry that is not to be frozen. */
function isFree({ ref, covered }: Coverage): boolean {
  if (ref.commonUpdateSettings?.ignoreTags !== undefined) return true;
  const reached = inheriting(ref);
  // An entry without any application of the tree may be about applications that live elsewhere.
  if (covered.length === 0) return reached.length === 0;
  return covered.every(({ selected }) => reached.every((image) => selected.includes(image)));
}

/** The images of an entry that do not set for themselves what is ignored. */
function inheriting(ref: ApplicationRef): readonly IndexedImage[] {
  return ref.images.filter((image) => image.commonUpdateSettings?.ignoreTags === undefined);
}

function freezeApart(from: UpdaterResource, { ref, covered }: Coverage): Result<UpdaterFreeze, GitOpsError> {
  const parts = covered
    .filter(({ selected }) => selected.length > 0)
    .map(({ application, selected }) => {
      const neighbours = covered
        .filter((other) => !isSameSelection(other.selected, selected))
        .map((other) => other.application.name);
      return splitRef(from, ref, application, selected, [...new Set(neighbours)].sort());
    });
  return Result.combine(parts).map(joined);
}

function isSameSelection(a: readonly IndexedImage[], b: readonly IndexedImage[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}
