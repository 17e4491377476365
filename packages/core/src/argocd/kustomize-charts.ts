import type { GitOpsError } from '../errors/error.js';
import type { TrackedImage } from '../fleet/fleet.js';
import { err, ok, type Result } from '../result.js';
import { readChart, readMap } from './chart.js';
import { chartImages } from './chart-images.js';
import { trackedChart } from './chart-versions.js';
import { coalesceValues } from './coalesce.js';
import { conventionalImages } from './conventions.js';
import { textAt } from './files.js';
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
  return valuesOf(entry, folder, context).andThen((values): Result<Inflated, GitOpsError> => {
    const { text: name } = entry.name;
    const places = [`${name}-${entry.version.text}/${name}`, name].flatMap((one) => joinPath(folder, home, one) ?? []);
    const files = [entry.valuesFile, ...entry.additionalValuesFiles].flatMap(
      ({ text }) => joinPath(folder, text) ?? [],
    );
    const local = places.find((place) => textAt(context.cache, `${place}/Chart.yaml`) !== null);
    context.given?.push({
      chart: local ?? null,
      valueFiles: files.filter((path) => path !== folder),
      values,
      isWhole: false,
    });
    if (local === undefined) {
      addNote(
        context.notes,
        'chart-elsewhere',
        `The chart "${name}" is not in this repository: its defaults and templates were not read.`,
        positionOf(entry.name, context),
      );
      return ok({
        images: conventionalImages(values, []).images,
        charts:
          entry.repository === '' ? [] : trackedChart(entry.repository, name, entry.version, 'kustomization-chart'),
      });
    }
    return (readChart(context.cache, local) ?? ok(null)).map((chart) => {
      const scoped = chart === null ? '' : coalesceValues(chart, values);
      if (typeof scoped === 'string') return { images: [], charts: [] };
      const release = { name: entry.releaseName || 'release-name', namespace: entry.namespace };
      return { images: chartImages(scoped, release, context.cache).images, charts: [] };
    });
  });
}

function valuesOf(entry: ChartEntry, folder: string, context: SourceContext): Result<MapValue, GitOpsError> {
  const { valuesFile, valuesInline, valuesMerge, additionalValuesFiles } = entry;
  const own = valuesFile.text === '' ? ok(mapOf([])) : readValues(valuesFile, folder, context);
  const merged = own.map((file) => {
    if (valuesMerge === 'replace' && valuesInline.entries.size > 0) return valuesInline;
    return valuesMerge === 'merge' ? mergeMaps(valuesInline, file) : mergeMaps(file, valuesInline);
  });
  return additionalValuesFiles.reduce(
    (values, file) =>
      values.andThen((before) => readValues(file, folder, context).map((more) => mergeMaps(before, more))),
    merged,
  );
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
