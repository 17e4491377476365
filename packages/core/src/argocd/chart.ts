import { type GitOpsError, problem } from '../errors/error.js';
import type { PinKind } from '../fleet/fleet.js';
import { err, ok, type Result } from '../result.js';
import { filesUnder, type ReadCache, textAt, valuesAt } from './files.js';
import { baseName, folderOf, joinPath } from './paths.js';
import { parseTemplate, type TemplateFile } from './template-parse.js';
import {
  isNull,
  type MapValue,
  mapOf,
  mergeMaps,
  type ScalarValue,
  scalarAt,
  stringAt,
  type Value,
  valueAt,
} from './value.js';

/** A Helm chart of the repository, read once. */
export interface ChartReading {
  readonly folder: string;
  readonly name: string;
  /** `Chart.yaml`. */
  readonly metadata: MapValue;
  readonly appVersion: ScalarValue | null;
  /** `values.yaml`; empty where there is none. */
  readonly values: MapValue;
  readonly dependencies: readonly ChartDependency[];
  readonly templates: readonly TemplateFile[];
}

export interface ChartDependency {
  /** The key of its values: the alias, else the name. */
  readonly name: string;
  readonly condition: string;
  readonly tags: readonly string[];
  /** Null where the chart is not in this repository. */
  readonly chart: ChartReading | null;
}

/** Reads the chart in this folder, with the charts that it depends on; null where there is no `Chart.yaml`. */
export function readChart(
  cache: ReadCache,
  folder: string,
  above: readonly string[] = [],
): Result<ChartReading, GitOpsError> | null {
  const path = joinPath(folder, 'Chart.yaml') ?? '';
  if (textAt(cache, path) === null || above.includes(folder)) return null;
  const known = cache.charts.get(folder);
  if (known !== undefined) return known;
  const made = makeChart(cache, folder, path, above);
  cache.charts.set(folder, made);
  return made;
}

function makeChart(
  cache: ReadCache,
  folder: string,
  path: string,
  above: readonly string[],
): Result<ChartReading, GitOpsError> {
  const metadata = readMap(cache, path, 'chart-default');
  if (metadata.isErr()) return err(metadata.error);
  const name = stringAt(metadata.value, ['name']);
  if (name === null) {
    return err(
      problem('application-invalid', 'This Chart.yaml has no name.', 'Give the chart a name.', {
        at: { file: path, line: 1, column: 1 },
      }),
    );
  }
  const values = readMap(cache, joinPath(folder, 'values.yaml') ?? '', 'chart-default');
  if (values.isErr()) return err(values.error);
  const dependencies = readDependencies(cache, folder, metadata.value, [...above, folder]);
  if (dependencies.isErr()) return err(dependencies.error);
  return ok({
    folder,
    name,
    metadata: metadata.value,
    appVersion: scalarAt(metadata.value, ['appVersion']),
    values: values.value,
    dependencies: dependencies.value,
    templates: readTemplates(cache, folder),
  });
}

/** A file of maps as Helm reads it: several documents are merged, empty ones passed over. Empty where there is no file. */
export function readMap(cache: ReadCache, path: string, kind: PinKind): Result<MapValue, GitOpsError> {
  const read = valuesAt(cache, path, kind);
  if (read === null) return ok(mapOf([]));
  return read.andThen((documents) => mergeDocuments(documents, path));
}

export function mergeDocuments(documents: readonly Value[], path: string): Result<MapValue, GitOpsError> {
  let merged = mapOf([]);
  for (const document of documents) {
    if (isNull(document)) continue;
    if (document.type !== 'map') {
      return err(
        problem(
          'application-invalid',
          'Helm reads a map of values here, and this is none.',
          'Write values as "key: value".',
          {
            at: { file: path, line: 1, column: 1 },
          },
        ),
      );
    }
    merged = mergeMaps(merged, document);
  }
  return ok(merged);
}

function readDependencies(
  cache: ReadCache,
  folder: string,
  metadata: MapValue,
  above: readonly string[],
): Result<readonly ChartDependency[], GitOpsError> {
  const vendored: ChartReading[] = [];
  for (const path of filesUnder(cache, joinPath(folder, 'charts') ?? '', true)) {
    const inner = folderOf(path);
    if (baseName(path) !== 'Chart.yaml' || folderOf(inner) !== joinPath(folder, 'charts')) continue;
    const chart = readChart(cache, inner, above);
    if (chart === null) continue;
    if (chart.isErr()) return err(chart.error);
    vendored.push(chart.value);
  }
  const declared = valueAt(metadata, ['dependencies']);
  const dependencies: ChartDependency[] = [];
  const used = new Set<ChartReading>();
  for (const item of declared?.type === 'list' ? declared.items : []) {
    const name = stringAt(item, ['name']);
    if (name === null) continue;
    const found = vendored.find((chart) => chart.name === name);
    const linked = found === undefined ? linkedChart(cache, folder, stringAt(item, ['repository']), above) : ok(found);
    if (linked.isErr()) return err(linked.error);
    if (found !== undefined) used.add(found);
    const tags = valueAt(item, ['tags']);
    dependencies.push({
      name: stringAt(item, ['alias']) ?? name,
      condition: stringAt(item, ['condition']) ?? '',
      tags: tags?.type === 'list' ? tags.items.flatMap((tag) => stringAt(tag, []) ?? []) : [],
      chart: linked.value,
    });
  }
  for (const chart of vendored)
    if (!used.has(chart)) dependencies.push({ name: chart.name, condition: '', tags: [], chart });
  return ok(dependencies);
}

function linkedChart(
  cache: ReadCache,
  folder: string,
  repository: string | null,
  above: readonly string[],
): Result<ChartReading | null, GitOpsError> {
  const linked = repository?.startsWith('file://') ? joinPath(folder, repository.slice('file://'.length)) : null;
  return (linked === null ? null : readChart(cache, linked, above)) ?? ok(null);
}

function readTemplates(cache: ReadCache, folder: string): TemplateFile[] {
  const templates = joinPath(folder, 'templates') ?? '';
  return filesUnder(cache, templates, true).map((path) => parseTemplate(path, textAt(cache, path) ?? ''));
}
