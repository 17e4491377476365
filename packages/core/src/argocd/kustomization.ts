import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { type ReadCache, textAt, valuesAt } from './files.js';
import { FieldCheck, type PatchEntry, toChart, toEntry, toPatch } from './kustomization-fields.js';
import type { ChartEntry } from './kustomize-charts.js';
import type { ImageEntry } from './kustomize-image.js';
import { joinPath } from './paths.js';
import type { Setting } from './source.js';
import { kustomizationNames } from './source-type.js';
import { isNull, type MapValue, mapOf, valueAt } from './value.js';

/** A kustomization as far as it matters for images. */
export interface Kustomization {
  readonly file: string;
  readonly folder: string;
  readonly isComponent: boolean;
  readonly resources: readonly Setting[];
  readonly components: readonly Setting[];
  readonly images: readonly ImageEntry[];
  /** In the order in which Kustomize applies them; those of `patchesJson6902` come after the names are changed. */
  readonly patches: readonly PatchEntry[];
  readonly latePatches: readonly PatchEntry[];
  readonly charts: readonly ChartEntry[];
  /** Folder of charts, relative to the kustomization. */
  readonly chartHome: string;
  /** Generators and transformers: files, or YAML as text. */
  readonly generators: readonly Setting[];
  readonly transformers: readonly Setting[];
  /** Entries of `configMapGenerator`, and of `replacements`, as they are written. */
  readonly configMaps: readonly MapValue[];
  readonly replacements: readonly MapValue[];
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly namespace: string;
  /** True where it says nothing at all: Kustomize refuses it. */
  readonly isEmpty: boolean;
  /** Fields that make or change objects in ways that are not followed. */
  readonly notFollowed: readonly string[];
}

/** Reads the kustomization in a folder; null where there is none. */
export function readKustomization(cache: ReadCache, folder: string): Result<Kustomization, GitOpsError> | null {
  const files = kustomizationNames
    .flatMap((name) => joinPath(folder, name) ?? [])
    .filter((path) => textAt(cache, path) !== null);
  const [file, second] = files;
  if (file === undefined) return null;
  if (second !== undefined) {
    return err(
      problem(
        'application-invalid',
        `There are several kustomization files in ${folder === '' ? 'the root' : folder}: ${files.join(', ')}.`,
        'Keep one of them.',
        {
          at: { file: second, line: 1, column: 1 },
        },
      ),
    );
  }
  return (valuesAt(cache, file, 'kustomization-image') ?? ok([])).andThen((documents) => {
    const [document = mapOf([])] = documents;
    const problems: GitOpsError[] = [];
    const made =
      isNull(document) || document.type !== 'map'
        ? emptyKustomization(file, folder)
        : toKustomization(file, folder, document, problems);
    const several = severalProblems(problems);
    return several === null ? ok(made) : err(several);
  });
}

function emptyKustomization(file: string, folder: string): Kustomization {
  return {
    file,
    folder,
    isComponent: false,
    resources: [],
    components: [],
    images: [],
    patches: [],
    latePatches: [],
    charts: [],
    chartHome: 'charts',
    generators: [],
    transformers: [],
    configMaps: [],
    replacements: [],
    namePrefix: '',
    nameSuffix: '',
    namespace: '',
    isEmpty: true,
    notFollowed: [],
  };
}

const unfollowed = ['helmChartInflationGenerator', 'vars'] as const;

function toKustomization(file: string, folder: string, root: MapValue, problems: GitOpsError[]): Kustomization {
  const check = new FieldCheck(problems);
  return {
    file,
    folder,
    isComponent: check.text(root, 'kind').text === 'Component',
    resources: [...check.texts(root, 'resources'), ...check.texts(root, 'bases')],
    components: check.texts(root, 'components'),
    images: check.maps(root, 'images').map((entry) => toEntry(entry, check)),
    patches: [
      ...check
        .texts(root, 'patchesStrategicMerge')
        .map((one) =>
          /[\n:]/.test(one.text) ? { path: null, patch: one, target: null } : { path: one, patch: null, target: null },
        ),
      ...check.maps(root, 'patches').map((entry) => toPatch(entry, check)),
    ],
    latePatches: check.maps(root, 'patchesJson6902').map((entry) => toPatch(entry, check)),
    charts: check.maps(root, 'helmCharts').map((entry) => toChart(entry, check)),
    chartHome: chartHomeOf(root, check),
    generators: check.texts(root, 'generators'),
    transformers: check.texts(root, 'transformers'),
    configMaps: check.maps(root, 'configMapGenerator'),
    replacements: check.maps(root, 'replacements'),
    namePrefix: check.text(root, 'namePrefix').text,
    nameSuffix: check.text(root, 'nameSuffix').text,
    namespace: check.text(root, 'namespace').text,
    isEmpty: [...root.entries].every(([key, value]) => key === 'apiVersion' || key === 'kind' || isNull(value)),
    notFollowed: unfollowed.filter((name) => !isNull(root.entries.get(name))),
  };
}

function chartHomeOf(root: MapValue, check: FieldCheck): string {
  const globals = valueAt(root, ['helmGlobals']);
  return (globals?.type === 'map' ? check.text(globals, 'chartHome').text : '') || 'charts';
}
