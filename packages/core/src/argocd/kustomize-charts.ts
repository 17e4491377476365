import type { GitOpsError } from '../errors/error.js';
import type { TrackedImage } from '../fleet/fleet.js';
import { err, ok, type Result } from '../result.js';
import { readMap } from './chart.js';
import { trackedChart } from './chart-versions.js';
import { textAt } from './files.js';
import type { GivenValues } from './helm.js';
import { imagesOfAbsentChart, imagesOfChart } from './helm-images.js';
import type { ImageReading } from './image-reading.js';
import { isRemote, joinPath } from './paths.js';
import type { Setting } from './source.js';
import { addNote, positionOf, type SourceContext, settingProblem } from './source-context.js';
import { type MapValue, mapOf, mergeMaps } from './value.js';

/** A chart that a kustomization inflates (`helmCharts`). */
export interface ChartEntry {
  readonly name: Setting;
  readonly repository: string;
  readonly version: Setting;
  readonly releaseName: string;
  readonly namespace: string;
  readonly valuesFile: Setting;
  readonly additionalValuesFiles: readonly Setting[];
  readonly valuesInline: MapValue;
  /** How inline values and those of the file are put together: `override` (or nothing), `merge` or `replace`. */
  readonly valuesMerge: string;
}

/** What charts make: their images, and what else is tracked: charts of a registry, revisions of other repositories. */
export interface Inflated {
  readonly images: readonly ImageReading[];
  readonly charts: readonly TrackedImage[];
}

/**
 * Inflates a chart as Kustomize 5.8 does: from `chartHome` where it is there, with the values of its file, then those
 * inline, then those of further files. Of a chart that is not here, only what the values say is known.
 *
 * @param folder that of the kustomization.
 * @param home where charts are kept, relative to it.
 */
export function inflateChart(
  entry: ChartEntry,
  folder: string,
  home: string,
  context: SourceContext,
): Result<Inflated, GitOpsError> {
  const { text: name } = entry.name;
  const release = { name: entry.releaseName || 'release-name', namespace: entry.namespace };
  const own = { ...context, at: positionOf(entry.name, context), release };
  const places = [`${name}-${entry.version.text}/${name}`, name].flatMap((one) => joinPath(folder, home, one) ?? []);
  const local = places.find((place) => textAt(context.cache, `${place}/Chart.yaml`) !== null);
  return valuesOf(entry, folder, own).andThen((given): Result<Inflated, GitOpsError> => {
    if (local !== undefined)
      return imagesOfChart(local, given, [], [], own).map(({ images }) => ({ images, charts: [] }));
    const { images } = imagesOfAbsentChart(name, given, [], [], own);
    const isOfRegistry = entry.repository !== '';
    return ok({
      images,
      charts: isOfRegistry ? trackedChart(entry.repository, name, entry.version, 'kustomization-chart') : [],
    });
  });
}

function valuesOf(entry: ChartEntry, folder: string, context: SourceContext): Result<GivenValues, GitOpsError> {
  const { valuesFile, valuesInline, valuesMerge, additionalValuesFiles } = entry;
  const own = valuesFile.text === '' ? ok(mapOf([])) : readValues(valuesFile, folder, context);
  const merged = own.map((file) => {
    if (valuesMerge === 'replace' && valuesInline.entries.size > 0) return valuesInline;
    return valuesMerge === 'merge' ? mergeMaps(valuesInline, file) : mergeMaps(file, valuesInline);
  });
  const named = [...(valuesFile.text === '' ? [] : [valuesFile]), ...additionalValuesFiles];
  return additionalValuesFiles
    .reduce(
      (values, file) =>
        values.andThen((before) => readValues(file, folder, context).map((more) => mergeMaps(before, more))),
      merged,
    )
    .map((values) => ({
      values,
      files: named.flatMap(({ text }) => (isRemote(text) ? [] : (joinPath(folder, text) ?? []))),
      complete: !named.some(({ text }) => isRemote(text)),
    }));
}

function readValues(file: Setting, folder: string, context: SourceContext): Result<MapValue, GitOpsError> {
  const path = isRemote(file.text) ? null : joinPath(folder, file.text);
  if (path !== null && textAt(context.cache, path) !== null) return readMap(context.cache, path, 'helm-value-file');
  if (!isRemote(file.text)) {
    const message = `There is no file "${file.text}" beside the kustomization, whose chart is to have its values.`;
    return err(settingProblem(file, context, message, 'Add it, or correct the path.'));
  }
  addNote(
    context.notes,
    'value-file-elsewhere',
    `The value file "${file.text}" is not in this repository; what it says was not read.`,
    positionOf(file, context),
    'warn',
  );
  return ok(mapOf([]));
}
