import { err, ok, type Result } from '../result.js';
import {
  type AnnotationProblem,
  type Annotations,
  imagesFromAnnotations,
  settingKeysOf,
  updateSettingsFromAnnotations,
  writeBackFromAnnotations,
} from './annotations.js';
import { refMatches, refusedPattern } from './application-refs.js';
import type { ApplicationFacts } from './application-source.js';
import { type ConfiguredImage, configureImages, type ImageConfig, type ImageListContext } from './images.js';
import type { ApplicationRef, ImageUpdater } from './resource.js';
import type { UpdateSettings, WriteBackSettings } from './settings.js';
import { mergeUpdateSettings, mergeVerification, mergeWriteBackSettings } from './settings.js';
import { resolveWriteBack, type WriteBack, type WriteBackProblem, writeBackTypeOf } from './write-back.js';

/** An application as Image Updater sees it in the cluster. */
export interface MatchedApplication extends ApplicationFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations;
}

/** Which entry of a resource decides about an application, and what follows. */
export interface RefMatch {
  readonly ref: ApplicationRef;
  readonly via: 'annotations' | 'resource';
  /** Settings of the whole application, before those of its images. */
  readonly settings: UpdateSettings | null;
  /** The images as configured, before settings are merged. */
  readonly imageConfigs: readonly ImageConfig[];
  readonly images: readonly ConfiguredImage[];
  readonly writeBackSettings: WriteBackSettings | null;
  /** Null where the source is not known, so that no file can be told. */
  readonly writeBack: WriteBack | null;
  /** More specific entries that match, but were passed over. */
  readonly passedOver: readonly PassedOver[];
}

export interface PassedOver {
  readonly ref: ApplicationRef;
  readonly why: AnnotationProblem | WriteBackProblem;
}

export interface MatchContext {
  /** Namespace that the controller runs in; it decides the name of the default write-back file. */
  readonly controllerNamespace: string;
  readonly images?: Pick<ImageListContext, 'webhookEvent' | 'hasKey'>;
}

export interface NoMatch {
  readonly passedOver: readonly PassedOver[];
}

/**
 * The entry that decides: the most specific one that matches name and labels. Nothing is inherited from other entries.
 * Where the annotations (with `useAnnotations`) or the write-back are broken, the next, less specific entry is tried.
 */
export function matchApplication(
  application: MatchedApplication,
  resource: ImageUpdater,
  context: MatchContext,
): Result<RefMatch, NoMatch> {
  const passedOver: PassedOver[] = [];
  for (const ref of resource.sortedRefs) {
    if (!refMatches(ref, application)) continue;
    const resolved = resolveRef(application, resource, ref, context);
    if (resolved.isOk()) return ok({ ...resolved.value, passedOver });
    passedOver.push({ ref, why: resolved.error });
  }
  return err({ passedOver });
}

function resolveRef(
  application: MatchedApplication,
  resource: ImageUpdater,
  ref: ApplicationRef,
  context: MatchContext,
): Result<Omit<RefMatch, 'passedOver'>, AnnotationProblem | WriteBackProblem> {
  const configured = ref.useAnnotations ? fromAnnotations(application) : ok(fromResource(resource, ref));
  if (configured.isErr()) return err(configured.error);
  const { settings, imageConfigs, writeBackSettings } = configured.value;
  const writeBack = writeBackOf(application, writeBackSettings, context);
  if (writeBack.isErr()) return err(writeBack.error);
  const verification = ref.useAnnotations
    ? ref.imagesVerification
    : mergeVerification(resource.imagesVerification, ref.imagesVerification);
  return ok({
    ref,
    via: ref.useAnnotations ? 'annotations' : 'resource',
    settings,
    imageConfigs,
    images: configureImages(imageConfigs, { ...context.images, settings, verification }),
    writeBackSettings,
    writeBack: writeBack.value,
  });
}

type Configured = Pick<RefMatch, 'settings' | 'imageConfigs' | 'writeBackSettings'>;

function fromAnnotations({ annotations }: MatchedApplication): Result<Configured, AnnotationProblem> {
  return imagesFromAnnotations(annotations).andThen((imageConfigs) =>
    updateSettingsFromAnnotations(annotations, settingKeysOf('')).map((settings) => ({
      settings,
      imageConfigs,
      writeBackSettings: writeBackFromAnnotations(annotations),
    })),
  );
}

function fromResource(resource: ImageUpdater, ref: ApplicationRef): Configured {
  return {
    settings: mergeUpdateSettings(resource.commonUpdateSettings, ref.commonUpdateSettings),
    imageConfigs: ref.images,
    writeBackSettings: mergeWriteBackSettings(resource.writeBackConfig, ref.writeBackConfig),
  };
}

/** Without the application's sources, all that does not depend on them is still checked. */
function writeBackOf(
  application: MatchedApplication,
  settings: WriteBackSettings | null,
  context: MatchContext,
): Result<WriteBack | null, WriteBackProblem> {
  if (application.spec !== undefined) return resolveWriteBack(application, settings, context.controllerNamespace);
  const stand = { ...application, spec: { source: {} } };
  return resolveWriteBack(stand, settings, context.controllerNamespace).map(() => null);
}

/** Why Image Updater does nothing for a whole resource. */
export type ResourceProblem =
  | { readonly kind: 'no-application-refs' }
  | { readonly kind: 'malformed-pattern'; readonly pattern: string };

export function resourceProblem(resource: ImageUpdater): ResourceProblem | null {
  if (resource.applicationRefs.length === 0) return { kind: 'no-application-refs' };
  const pattern = refusedPattern(resource.applicationRefs);
  return pattern === null ? null : { kind: 'malformed-pattern', pattern };
}

/**
 * All applications that a resource updates, by `<namespace>/<name>`, as Image Updater v1.3.0 finds them
 * (`FilterApplicationsForUpdate`): of Helm, Kustomize or plugin type, with at least one image. Null where its namespace
 * holds no application at all.
 */
export function applicationsToUpdate(
  applications: readonly MatchedApplication[],
  resource: ImageUpdater,
  context: MatchContext,
): Result<ReadonlyMap<string, RefMatch> | null, ResourceProblem> {
  const problem = resourceProblem(resource);
  if (problem !== null) return err(problem);
  const inNamespace = applications.filter((one) => (one.namespace ?? '') === (resource.namespace ?? ''));
  if (inNamespace.length === 0) return ok(null);
  const found = new Map<string, RefMatch>();
  for (const application of inNamespace) {
    const match = matchApplication(application, resource, context).unwrapOr(null);
    if (match === null || match.images.length === 0) continue;
    const type = writeBackTypeOf(application, match.writeBack);
    if (type === 'Helm' || type === 'Kustomize' || type === 'Plugin') {
      found.set(`${application.namespace ?? ''}/${application.name}`, match);
    }
  }
  return ok(found);
}
