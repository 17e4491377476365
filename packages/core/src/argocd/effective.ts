import { type GitOpsError, problem } from '../errors/error.js';
import type { Note, TrackedImage } from '../fleet/fleet.js';
import { parseDockerReference } from '../image/index.js';
import type { Snapshot } from '../model.js';
import { err, ok, type Result } from '../result.js';
import type { ArgoApplication } from './application.js';
import { buildEnvironment } from './build-environment.js';
import { chartVersions } from './chart-versions.js';
import { directoryImages } from './directory.js';
import { createReadCache, hasFolder, type ReadCache } from './files.js';
import { isFixedRevision, revisionsOfSources, trackedRevisions } from './git-revisions.js';
import { helmImages } from './helm-images.js';
import { hiddenValues } from './hidden-values.js';
import { type ImageReading, mergeReadings } from './image-reading.js';
import { kustomizeImages } from './kustomize.js';
import type { Inflated } from './kustomize-charts.js';
import { applyOverrides, instanceName } from './overrides.js';
import { folderOf, joinPath } from './paths.js';
import { normalizedUrl } from './repository-url.js';
import type { ApplicationSource, KustomizeSettings, Setting } from './source.js';
import { addNote, type GivenToChart, type SourceContext } from './source-context.js';
import { isAnotherRoot, type SourceType, sourceTypeOf } from './source-type.js';
import type { UpdaterTarget } from './updater-image.js';

export interface ReadImagesOptions {
  /** Namespace of Argo CD's control plane; `argocd` if not given. */
  readonly controllerNamespace?: string;
  /** Image Updater's images of this Application: they name images and their Helm parameters. */
  readonly updaterImages?: readonly UpdaterTarget[];
  /**
   * Addresses of this repository, in any spelling. Where they are given, a source of one of them must exist here; where
   * not, a source whose path does not exist here is taken to be elsewhere.
   */
  readonly repositories?: readonly string[];
  /** Made once for each snapshot with `createReadCache`: charts and files are then read once for all Applications. */
  readonly cache?: ReadCache;
}

/** The images of one Application as Argo CD renders them. */
export interface EffectiveImages {
  /** Sorted by name; an image that is rendered in two versions stands twice. */
  readonly images: readonly TrackedImage[];
  /** The text of every image as it stands in the rendered manifests, sorted, those that are no reference among them. */
  readonly rendered: readonly string[];
  /** Why a source could not be rendered; the images of the others still stand. */
  readonly problems: readonly GitOpsError[];
  /** What was not read, or not followed. */
  readonly notes: readonly Note[];
  /** Override files that count for this Application. */
  readonly overrides: readonly string[];
  /** What the charts are given, one for each Helm source that could be read. */
  readonly charts: readonly GivenToChart[];
}

/**
 * Reads the images of an Application and the place in Git that decides each version, after every override, by the rules
 * that Argo CD 3.5.1 (Helm 4.2, Kustomize 5.8) was seen to follow. Templates of charts are followed only as far as they
 * pass values through; where they cannot be followed, the usual shapes of values tell, and a note says so. Never fails:
 * what is wrong is in `problems`, each with its file, line and column.
 */
export function readImages(
  application: ArgoApplication,
  files: Snapshot,
  options: ReadImagesOptions = {},
): EffectiveImages {
  const cache = options.cache ?? createReadCache(files);
  const notes: Note[] = [];
  const problems: GitOpsError[] = [...refProblems(application)];
  const readings: ImageReading[] = [];
  const charts: TrackedImage[] = [];
  const told: Told = { notes, overrides: [], given: [] };
  for (const source of problems.length > 0 ? [] : application.sources) {
    const read = readSource(source, application, options, cache, told);
    if (read.isErr()) problems.push(read.error);
    else {
      readings.push(...read.value.readings);
      charts.push(...read.value.charts);
    }
  }
  const merged = mergeReadings(readings);
  const targets = options.updaterImages ?? [];
  const images = merged
    .filter((reading) => reading.valid || reading.masked.length > 0)
    .map(
      ({ image, version, pins, masked }): TrackedImage => ({
        image,
        alias: aliasOf(image, targets),
        version,
        pins,
        masked,
      }),
    )
    .concat(charts, problems.length > 0 ? [] : trackedRevisions(revisionsOfSources(application.sources)))
    .sort((a, b) => (a.image < b.image ? -1 : a.image > b.image ? 1 : 0));
  for (const reading of merged) describeReading(reading, application, notes);
  return {
    images,
    rendered: merged.map((reading) => reading.rendered).sort(),
    problems,
    notes,
    overrides: told.overrides,
    charts: told.given,
  };
}

/** What reading sources tells besides their images. */
interface Told {
  readonly notes: Note[];
  readonly overrides: string[];
  readonly given: GivenToChart[];
}

/** What one source renders, and the charts from elsewhere that it runs. */
interface SourceReading {
  readonly readings: readonly ImageReading[];
  readonly charts: readonly TrackedImage[];
}

const nothingRead: SourceReading = { readings: [], charts: [] };

function readSource(
  source: ApplicationSource,
  application: ArgoApplication,
  options: ReadImagesOptions,
  cache: ReadCache,
  { notes, overrides, given }: Told,
): Result<SourceReading, GitOpsError> {
  const { at } = application;
  if (source.path === '' && source.chart === '') return source.ref === '' ? err(noPath(application)) : ok(nothingRead);
  const top = topOf(application, cache);
  const folder = joinPath(source.path) === null ? null : joinPath(top, source.path);
  if (folder === null)
    return err(
      problem('application-invalid', `The path "${source.path}" leads out of the repository.`, 'Correct the path.', {
        at,
      }),
    );
  const isChart = source.chart !== '';
  const isHere = hereness(application, options.repositories, cache, top);
  if (top !== '') {
    addNote(
      notes,
      'tree-nested',
      `The paths of ${application.name} are taken to be relative to ${top}, since they lead nowhere from the root.`,
      at,
    );
  }
  const isFixed = isFixedRevision(source);
  const isRootOfAnother = options.repositories === undefined && isAnotherRoot(source, folder, cache);
  const isAway = isChart || isFixed || !hasFolder(cache, folder) || isRootOfAnother;
  if (isAway && !isChart) {
    if (options.repositories !== undefined && isHere(source))
      return err(
        problem(
          'application-invalid',
          `There is no folder "${source.path}", which the source names.`,
          'Add the folder, or correct the path.',
          { at },
        ),
      );
    if (source.helm === null && source.kustomize === null) {
      addNote(
        notes,
        'source-elsewhere',
        isFixed
          ? `${application.name} follows ${source.repoUrl} at ${source.targetRevision}; the images of that revision were not read.`
          : `The source "${source.path}" of ${source.repoUrl} is not in this repository; its images were not read.`,
        at,
      );
      return ok(nothingRead);
    }
  }
  const instance = instanceName(application, options.controllerNamespace ?? 'argocd');
  const overridden = isAway ? ok({ source, files: [] }) : applyOverrides(source, folder, instance, cache);
  if (overridden.isErr()) return err(overridden.error);
  overrides.push(...overridden.value.files);
  const { source: effective } = overridden.value;
  const context: SourceContext = {
    cache,
    top,
    folder,
    elsewhere: isAway,
    environment: buildEnvironment({
      name: instance,
      namespace: application.destinationNamespace,
      project: application.project,
      revision: cache.snapshot.commit ?? '',
      repository: source.repoUrl,
      path: source.path,
      targetRevision: source.targetRevision,
    }),
    release: {
      name: effective.helm?.releaseName || application.name,
      namespace: effective.helm?.namespace || application.destinationNamespace,
    },
    sources: application.sourceField === 'sources' ? application.sources : [],
    isHere,
    at,
    notes,
    given,
  };
  return sourceTypeOf(effective, folder, cache, at).andThen((type) =>
    imagesOfType(type, source, effective, options, context).map(({ images, charts }) => ({
      readings: images,
      charts: type === 'helm' && (isChart || !isAway) ? chartVersions(effective, context) : charts,
    })),
  );
}

function imagesOfType(
  type: SourceType,
  source: ApplicationSource,
  effective: ApplicationSource,
  options: ReadImagesOptions,
  context: SourceContext,
): Result<Inflated, GitOpsError> {
  const alone = (images: readonly ImageReading[]): Inflated => ({ images, charts: [] });
  switch (type) {
    case 'helm': {
      const hidden = hiddenValues(source.helm, effective.helm, context);
      return helmImages(effective, hidden, options.updaterImages ?? [], context).map(({ images }) => alone(images));
    }
    case 'kustomize':
      return kustomizeImages(effective.kustomize, replacedImages(source.kustomize, effective.kustomize), context);
    case 'directory':
      return directoryImages(effective.directory, context).map(alone);
    case 'plugin':
      addNote(
        context.notes,
        'plugin-not-read',
        `The source "${source.path}" is rendered by the plugin "${effective.plugin?.name ?? ''}"; its images were not read.`,
        context.at,
      );
      return ok(alone([]));
  }
}

function replacedImages(before: KustomizeSettings | null, after: KustomizeSettings | null): readonly Setting[] {
  const kept = new Set(after?.images.map((image) => image.origin));
  return (before?.images ?? []).filter(
    (image) => !kept.has(image.origin) && !after?.images.some((one) => sameOrigin(one, image)),
  );
}

function sameOrigin(a: Setting, b: Setting): boolean {
  return a.origin !== null && a.origin.file.path === b.origin?.file.path && a.origin.start === b.origin.start;
}

/**
 * The folder that the paths of an Application are relative to: the root, or where they lead nowhere from there, the
 * nearest folder above its file from which they do. A tree that was moved, or copied into a larger repository, is so
 * read as it was meant.
 */
function topOf({ sources, file }: ArgoApplication, cache: ReadCache): string {
  const paths = sources.flatMap(({ path }) => (path === '' ? [] : (joinPath(path) ?? [])));
  const leads = (top: string): boolean => paths.some((path) => hasFolder(cache, joinPath(top, path) ?? ' '));
  if (paths.length === 0 || leads('')) return '';
  for (let folder = folderOf(file); folder !== ''; folder = folderOf(folder)) if (leads(folder)) return folder;
  return '';
}

function hereness(
  application: ArgoApplication,
  repositories: readonly string[] | undefined,
  cache: ReadCache,
  top: string,
): SourceContext['isHere'] {
  const known = repositories?.map((url) => normalizedUrl(url));
  const isAtHead = (source: ApplicationSource): boolean => !isFixedRevision(source);
  if (known !== undefined) return (source) => isAtHead(source) && known.includes(normalizedUrl(source.repoUrl));
  const here = application.sources
    .filter((source) => source.path !== '' && hasFolder(cache, joinPath(top, source.path) ?? ' '))
    .map((source) => normalizedUrl(source.repoUrl));
  return (source) => isAtHead(source) && here.includes(normalizedUrl(source.repoUrl));
}

function refProblems(application: ArgoApplication): readonly GitOpsError[] {
  const refs = application.sources.map((source) => source.ref).filter((ref) => ref !== '');
  const invalid = refs.find((ref) => !/^[a-zA-Z0-9_-]+$/.test(ref));
  const repeated = refs.find((ref, index) => refs.indexOf(ref) !== index);
  const { at } = application;
  if (invalid !== undefined)
    return [
      problem(
        'application-invalid',
        `The ref "${invalid}" of a source has characters that Argo CD refuses.`,
        'Use letters, digits, "_" and "-".',
        { at },
      ),
    ];
  return repeated === undefined
    ? []
    : [problem('application-invalid', `Two sources have the ref "${repeated}".`, 'Give each its own.', { at })];
}

function noPath(application: ArgoApplication): GitOpsError {
  return problem(
    'application-invalid',
    `A source of the Application "${application.name}" has neither path, nor chart, nor ref.`,
    'Add the path.',
    { at: application.at },
  );
}

function aliasOf(image: string, targets: readonly UpdaterTarget[]): string | null {
  const own = fullName(image);
  return targets.find((target) => target.alias !== null && fullName(target.image) === own)?.alias ?? null;
}

function fullName(image: string): string {
  const parsed = parseDockerReference(image);
  return parsed === null ? image : `${parsed.domain}/${parsed.path}`;
}

function describeReading(
  { rendered, image, valid, unpinned }: ImageReading,
  application: ArgoApplication,
  notes: Note[],
): void {
  const { at } = application;
  if (!valid)
    addNote(
      notes,
      'image-invalid',
      `Argo CD renders the image ${JSON.stringify(rendered)}, which is no image reference.`,
      at,
      'warn',
    );
  if (unpinned === 'template')
    addNote(
      notes,
      'version-in-template',
      `The version of ${image} is written in a template of the chart, where it cannot be promoted.`,
      at,
    );
  if (unpinned === 'computed')
    addNote(
      notes,
      'version-computed',
      `The version of ${image} is computed from what stands in Git, so that it cannot be promoted.`,
      at,
    );
}
