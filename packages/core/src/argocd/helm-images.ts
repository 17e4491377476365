import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { readChart } from './chart.js';
import { type ChartImages, chartImages } from './chart-images.js';
import { coalesceValues, type ScopedChart } from './coalesce.js';
import { conventionalImages } from './conventions.js';
import { type GivenValues, givenValues } from './helm.js';
import { type HiddenValue, hideIn, hideInChart } from './hidden-values.js';
import { type ImageReading, mergeReadings } from './image-reading.js';
import { positionIn } from './origin.js';
import type { ApplicationSource, HelmSettings } from './source.js';
import { addNote, type SourceContext } from './source-context.js';
import type { UpdaterTarget } from './updater-image.js';
import { type MapValue, mapOf, valueAt } from './value.js';

export const noHelmSettings: HelmSettings = {
  valueFiles: [],
  parameters: [],
  fileParameters: [],
  values: null,
  valuesObject: null,
  ignoreMissingValueFiles: false,
  skipTests: false,
  releaseName: '',
  namespace: '',
};

/** What a Helm source renders, and the values that it comes from. */
export interface HelmImages {
  readonly images: readonly ImageReading[];
  /** All values, the defaults of the charts included. */
  readonly values: MapValue;
}

/** Reads the images of a chart in this repository, or of one elsewhere as far as its values are here. */
export function helmImages(
  source: ApplicationSource,
  hidden: readonly HiddenValue[],
  targets: readonly UpdaterTarget[],
  context: SourceContext,
): Result<HelmImages, GitOpsError> {
  return givenValues(source.helm ?? noHelmSettings, context).andThen((given) =>
    context.elsewhere
      ? ok(imagesOfAbsentChart(source.chart || source.path, given, hidden, targets, context))
      : imagesOfChart(context.folder, given, hidden, targets, context),
  );
}

/** What a chart of this repository renders with these values, in the release of the context. */
export function imagesOfChart(
  folder: string,
  given: GivenValues,
  hidden: readonly HiddenValue[],
  targets: readonly UpdaterTarget[],
  context: SourceContext,
): Result<HelmImages, GitOpsError> {
  const chart = readChart(context.cache, folder);
  if (chart === null) {
    return err(
      problem(
        'application-invalid',
        `There is no Chart.yaml in ${folder === '' ? 'the root' : folder}, and the source is a Helm chart.`,
        'Correct the path, or drop the Helm settings.',
        { at: context.at },
      ),
    );
  }
  if (chart.isErr()) return err(chart.error);
  const coalesced = coalesceValues(chart.value, given.values);
  if (typeof coalesced === 'string')
    return err(
      problem('application-invalid', `Helm refuses the values: ${coalesced}.`, 'Correct the values.', {
        at: context.at,
      }),
    );
  const scoped = hideInChart(coalesced, hidden);
  context.given?.push({
    chart: folder,
    valueFiles: given.files,
    values: scoped.values,
    isWhole: given.complete && hasAllCharts(scoped),
  });
  const read = chartImages(scoped, context.release, context.cache);
  if (read.failure !== null) {
    return err(
      problem(
        'application-invalid',
        `Helm cannot render this template with the values of the Application: ${read.failure.message}.`,
        'Set the missing value, or correct the template.',
        { at: read.failure.at },
      ),
    );
  }
  const images = [...read.images, ...conventions(scoped, read, targets, context)];
  return ok({ images: mergeReadings(images), values: scoped.values });
}

function hasAllCharts({ missing, dependencies }: ScopedChart): boolean {
  return missing.length === 0 && dependencies.every(hasAllCharts);
}

/** What is known of a chart that is not in this repository: what its values say. */
export function imagesOfAbsentChart(
  name: string,
  given: GivenValues,
  hidden: readonly HiddenValue[],
  targets: readonly UpdaterTarget[],
  context: SourceContext,
): HelmImages {
  context.given?.push({ chart: null, valueFiles: given.files, values: given.values, isWhole: false });
  addNote(
    context.notes,
    'chart-elsewhere',
    `The chart "${name}" is not in this repository: its defaults and templates were not read.`,
    context.at,
  );
  const values = hideIn(given.values, hidden);
  return { images: mergeReadings(fromConventions(values, targets, context)), values };
}

/**
 * Conventions help where templates tell nothing, or only a part, and for dependencies that are not here; not where
 * templates change the values.
 */
function conventions(
  scoped: ScopedChart,
  read: ChartImages,
  targets: readonly UpdaterTarget[],
  context: SourceContext,
): readonly ImageReading[] {
  if (read.unknown > 0)
    addNote(
      context.notes,
      'image-not-followed',
      `${read.unknown} image lines of the chart ${scoped.chart.folder} are computed by templates in a way that is not followed.`,
      context.at,
    );
  for (const path of read.unread)
    addNote(context.notes, 'template-not-read', `The template ${path} could not be read.`, {
      file: path,
      line: 1,
      column: 1,
    });
  const names = new Set(read.images.map((image) => image.image));
  const isNew = (image: ImageReading) => !names.has(image.image);
  const isPartial = (read.images.length === 0 && !read.spoken) || read.unknown > 0 || read.unread.length > 0;
  if (isPartial && !read.changesValues) return fromConventions(scoped.values, targets, context).filter(isNew);
  return absentDependencies(scoped, context).flatMap((values) =>
    fromConventions(values, targets, context).filter(isNew),
  );
}

function absentDependencies(scoped: ScopedChart, context: SourceContext): readonly MapValue[] {
  const own = scoped.missing.map((name) => {
    addNote(
      context.notes,
      'chart-elsewhere',
      `The chart "${name}", on which ${scoped.chart.folder} depends, is not in this repository: only the values here were read.`,
      { file: `${scoped.chart.folder}/Chart.yaml`, line: 1, column: 1 },
    );
    const values = valueAt(scoped.values, [name]);
    return values?.type === 'map' ? values : mapOf([]);
  });
  return [...own, ...scoped.dependencies.flatMap((dependency) => absentDependencies(dependency, context))];
}

function fromConventions(
  values: MapValue,
  targets: readonly UpdaterTarget[],
  context: SourceContext,
): readonly ImageReading[] {
  const { images, nameless } = conventionalImages(values, targets);
  for (const { origin } of nameless) {
    const at = origin === null ? context.at : positionIn(origin.file, origin.start);
    addNote(
      context.notes,
      'image-without-name',
      'A version stands here, and no name of its image anywhere; it was left out.',
      at,
    );
  }
  return images;
}
