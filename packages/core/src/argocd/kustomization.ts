import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { typeName } from './decode.js';
import { type ReadCache, textAt, valuesAt } from './files.js';
import type { ChartEntry } from './kustomize-charts.js';
import type { ImageEntry, VersionPart } from './kustomize-image.js';
import { type Origin, positionIn } from './origin.js';
import { joinPath } from './paths.js';
import type { Setting } from './source.js';
import { kustomizationNames } from './source-type.js';
import { isNull, type MapValue, mapOf, type Value, valueAt } from './value.js';

/** A patch of a kustomization, or of an Application's Kustomize settings. */
export interface PatchEntry {
  readonly path: Setting | null;
  readonly patch: Setting | null;
  readonly target: Readonly<Record<string, string>> | null;
}

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
  readonly namePrefix: string;
  readonly nameSuffix: string;
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
    namePrefix: '',
    nameSuffix: '',
    isEmpty: true,
    notFollowed: [],
  };
}

const unfollowed = ['helmChartInflationGenerator', 'generators', 'transformers', 'replacements', 'vars'] as const;

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
    namePrefix: check.text(root, 'namePrefix').text,
    nameSuffix: check.text(root, 'nameSuffix').text,
    isEmpty: [...root.entries].every(([key, value]) => key === 'apiVersion' || key === 'kind' || isNull(value)),
    notFollowed: unfollowed.filter((name) => !isNull(root.entries.get(name))),
  };
}

function toEntry(entry: MapValue, check: FieldCheck): ImageEntry {
  const part = (setting: Setting, kind: 'tag' | 'digest'): VersionPart | null =>
    setting.text === '' ? null : { text: setting.text, origin: setting.origin, part: kind };
  return {
    name: check.text(entry, 'name').text,
    newName: check.text(entry, 'newName').text,
    tag: part(check.text(entry, 'newTag'), 'tag'),
    digest: part(check.text(entry, 'digest'), 'digest'),
    tagSuffix: check.text(entry, 'tagSuffix').text,
    hidden: [],
  };
}

function toChart(entry: MapValue, check: FieldCheck): ChartEntry {
  const inline = valueAt(entry, ['valuesInline']);
  return {
    name: check.text(entry, 'name'),
    repository: check.text(entry, 'repo').text,
    version: check.text(entry, 'version'),
    releaseName: check.text(entry, 'releaseName').text,
    namespace: check.text(entry, 'namespace').text,
    valuesFile: check.text(entry, 'valuesFile'),
    additionalValuesFiles: check.texts(entry, 'additionalValuesFiles'),
    valuesInline: inline?.type === 'map' ? inline : mapOf([]),
    valuesMerge: check.text(entry, 'valuesMerge').text,
  };
}

function chartHomeOf(root: MapValue, check: FieldCheck): string {
  const globals = valueAt(root, ['helmGlobals']);
  return (globals?.type === 'map' ? check.text(globals, 'chartHome').text : '') || 'charts';
}

function toPatch(entry: MapValue, check: FieldCheck): PatchEntry {
  const given = (setting: Setting): Setting | null => (setting.text === '' ? null : setting);
  const target = valueAt(entry, ['target']);
  return {
    path: given(check.text(entry, 'path')),
    patch: given(check.text(entry, 'patch')),
    target:
      target?.type === 'map'
        ? Object.fromEntries([...target.entries.keys()].map((key) => [key, check.text(target, key).text]))
        : null,
  };
}

/** Reads fields with the types that Kustomize insists on: a numeric `newTag` is an error there. */
class FieldCheck {
  readonly #problems: GitOpsError[];

  constructor(problems: GitOpsError[]) {
    this.#problems = problems;
  }

  text(map: MapValue, key: string): Setting {
    return this.#toText(map.entries.get(key), key);
  }

  texts(map: MapValue, key: string): Setting[] {
    return this.#items(map, key).map((item) => this.#toText(item, key));
  }

  maps(map: MapValue, key: string): MapValue[] {
    return this.#items(map, key).flatMap((item) => {
      if (item.type === 'map') return [item];
      this.#complain(item, key, 'map');
      return [];
    });
  }

  #items(map: MapValue, key: string): readonly Value[] {
    const found = map.entries.get(key);
    if (found === undefined || isNull(found)) return [];
    if (found.type === 'list') return found.items;
    this.#complain(found, key, 'list');
    return [];
  }

  #toText(value: Value | undefined, key: string): Setting {
    if (value === undefined || isNull(value)) return { text: '', origin: null };
    if (value.type === 'scalar' && typeof value.value === 'string') return { text: value.value, origin: value.origin };
    this.#complain(value, key, 'string');
    return { text: '', origin: null };
  }

  #complain(value: Value, key: string, expected: string): void {
    const found = typeName(value);
    const mend = expected === 'string' && value.type === 'scalar' ? 'Put the value in quotes.' : `Write a ${expected}.`;
    this.#problems.push(
      problem('application-invalid', `${key} is a ${found}, and Kustomize takes only a ${expected} here.`, mend, {
        at: positionOfOrigin(value.origin),
        details: { field: key, expected, found },
      }),
    );
  }
}

function positionOfOrigin(origin: Origin | null) {
  return origin === null ? null : positionIn(origin.file, origin.start);
}
