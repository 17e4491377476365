import type { SourcePosition } from '../model.js';
import type { DocumentSelector, Path, Pointer } from '../yaml/node.js';
import { annotation, imageListEntries, imageListKey } from './annotations.js';
import { type MatchedApplication, matchApplication, type RefMatch, resourceProblem } from './match.js';
import { type ImageUpdater, readImageUpdater } from './resource.js';

/** Where a parsed object stands, so that its fields can be pointed at. */
export interface Placed {
  readonly file: string;
  readonly document: DocumentSelector;
  /** Position of what stands at a path from the document's root; null where nothing does. Without it: the file's start. */
  readonly locate?: (path: Path) => SourcePosition | null;
}

/** An `Application` of the repository, or the template of an ApplicationSet with its names filled in. */
export interface UpdaterApplication extends MatchedApplication, Placed {
  /** Path from the document's root to the `Application`: empty, or `['spec', 'template']`. */
  readonly base: Path;
  /** Path of the template of a chart that makes it; left out: none does. */
  readonly template?: string;
}

/** An `ImageUpdater` resource of the repository. Made once by {@link updaterResource}, used for all applications. */
export interface UpdaterResource extends Placed {
  readonly resource: ImageUpdater;
  /** The parsed YAML that it was read from. */
  readonly value: unknown;
}

/** A resource that decides about an application, and its entry that does. */
export interface Attachment {
  readonly from: UpdaterResource;
  readonly match: RefMatch;
}

export interface UpdaterOptions {
  /** Namespace that Image Updater runs in; it decides the name of the default write-back file. */
  readonly controllerNamespace?: string;
}

/** Reads a parsed `ImageUpdater` resource, whatever is wrong with it. */
export function updaterResource(placed: Placed, value: unknown): UpdaterResource {
  return { ...placed, value, resource: readImageUpdater(value) };
}

/**
 * The resources that decide about an application, in the order given. Where Git does not say a namespace, of the resource
 * or of the application, they are taken to share it; a deprecated `spec.namespace` counts beside the resource's own.
 */
export function attachmentsOf(
  application: UpdaterApplication,
  resources: readonly UpdaterResource[],
  options: UpdaterOptions = {},
): readonly Attachment[] {
  return resources.flatMap((from) => {
    const match = findMatch(application, from, options);
    return match === null ? [] : [{ from, match }];
  });
}

function findMatch(application: UpdaterApplication, from: UpdaterResource, options: UpdaterOptions): RefMatch | null {
  if (!sharesNamespace(application, from.resource) || resourceProblem(from.resource) !== null) return null;
  const context = { controllerNamespace: options.controllerNamespace ?? 'argocd' };
  return matchApplication(application, from.resource, context).unwrapOr(null);
}

/** True where the resource may look for applications where this one lives. */
export function sharesNamespace(application: UpdaterApplication, resource: ImageUpdater): boolean {
  const searched = [resource.namespace, resource.targetNamespace].filter((one) => one !== null);
  return application.namespace === null || searched.length === 0 || searched.includes(application.namespace);
}

/** True where `image-list` names an image, so that Image Updater may read the annotations. */
export function hasImageList(application: MatchedApplication): boolean {
  return imageListEntries(annotation(application.annotations, imageListKey) ?? '').length > 0;
}

/** Identity of an application: its place in the repository. */
export function keyOf(application: UpdaterApplication): string {
  return JSON.stringify([application.file, application.document, application.base, application.name]);
}

export function annotationPointer(application: UpdaterApplication, key: string): Pointer {
  return { document: application.document, path: [...application.base, 'metadata', 'annotations', key] };
}

/** Position of what a path leads to; else of its nearest parent; else the file's start. */
export function positionOf(placed: Placed, path: Path): SourcePosition {
  for (let length = path.length; length > 0; length -= 1) {
    const found = placed.locate?.(path.slice(0, length)) ?? null;
    if (found !== null) return found;
  }
  return { file: placed.file, line: 1, column: 1 };
}
