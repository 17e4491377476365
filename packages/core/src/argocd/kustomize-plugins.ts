import { type GitOpsError, severalProblems } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { hasFolder, valuesAt } from './files.js';
import { FieldCheck, type PatchEntry, toChart, toEntry, toPatch } from './kustomization-fields.js';
import type { ChartEntry } from './kustomize-charts.js';
import type { ImageEntry } from './kustomize-image.js';
import { documentsOfText } from './kustomize-patches.js';
import { joinPath } from './paths.js';
import type { Setting } from './source.js';
import { addNote, positionOf, type SourceContext, settingProblem } from './source-context.js';
import { type MapValue, stringAt, type Value } from './value.js';

/** What a generator makes. */
export type Generator =
  | { readonly kind: 'chart'; readonly chart: ChartEntry; readonly home: string }
  | { readonly kind: 'config-map'; readonly entry: MapValue };

/** What a transformer changes. */
export type Transformer =
  | { readonly kind: 'image'; readonly entry: ImageEntry }
  | { readonly kind: 'patch'; readonly patches: readonly PatchEntry[] }
  | { readonly kind: 'names'; readonly prefix: string; readonly suffix: string; readonly namespace: string }
  | { readonly kind: 'replacements'; readonly entries: readonly MapValue[] };

/** Kinds that neither make nor change anything that an image or its version is read from. */
const harmless = new Set([
  'AnnotationsTransformer',
  'HashTransformer',
  'LabelTransformer',
  'ReplicaCountTransformer',
  'SecretGenerator',
]);

/** Reads the generators of a kustomization: those that are built into Kustomize 5.8; any other is told. */
export function readGenerators(
  settings: readonly Setting[],
  folder: string,
  context: SourceContext,
): Result<readonly Generator[], GitOpsError> {
  return readEach(settings, folder, context, 'generators', (config, check): readonly Generator[] | null => {
    switch (stringAt(config, ['kind'])) {
      case 'HelmChartInflationGenerator':
        return [
          { kind: 'chart', chart: toChart(config, check), home: stringAt(config, ['helmGlobals', 'chartHome']) ?? '' },
        ];
      case 'ConfigMapGenerator':
        return [{ kind: 'config-map', entry: config }];
      default:
        return null;
    }
  });
}

/** Reads the transformers of a kustomization, in the same way. */
export function readTransformers(
  settings: readonly Setting[],
  folder: string,
  context: SourceContext,
): Result<readonly Transformer[], GitOpsError> {
  return readEach(settings, folder, context, 'transformers', (config, check): readonly Transformer[] | null => {
    switch (stringAt(config, ['kind'])) {
      case 'ImageTagTransformer': {
        const image = config.entries.get('imageTag');
        return image?.type === 'map' ? [{ kind: 'image', entry: toEntry(image, check) }] : [];
      }
      case 'PatchTransformer':
        return [{ kind: 'patch', patches: [toPatch(config, check)] }];
      case 'PatchJson6902Transformer': {
        const { path, target } = toPatch(config, check);
        const inline = check.text(config, 'jsonOp');
        return [{ kind: 'patch', patches: [{ path, target, patch: inline.text === '' ? null : inline }] }];
      }
      case 'PatchStrategicMergeTransformer': {
        const files = check.texts(config, 'paths').map((path) => ({ path, patch: null, target: null }));
        const patch = check.text(config, 'patches');
        return [
          { kind: 'patch', patches: patch.text === '' ? files : [...files, { path: null, patch, target: null }] },
        ];
      }
      case 'PrefixTransformer':
      case 'SuffixTransformer':
      case 'PrefixSuffixTransformer':
        return [
          {
            kind: 'names',
            prefix: check.text(config, 'prefix').text,
            suffix: check.text(config, 'suffix').text,
            namespace: '',
          },
        ];
      case 'NamespaceTransformer': {
        const namespace = stringAt(config, ['metadata', 'namespace']) ?? '';
        return [{ kind: 'names', prefix: '', suffix: '', namespace }];
      }
      case 'ReplacementTransformer':
        return [{ kind: 'replacements', entries: check.maps(config, 'replacements') }];
      default:
        return null;
    }
  });
}

function readEach<T>(
  settings: readonly Setting[],
  folder: string,
  context: SourceContext,
  field: 'generators' | 'transformers',
  read: (config: MapValue, check: FieldCheck) => readonly T[] | null,
): Result<readonly T[], GitOpsError> {
  const found: T[] = [];
  for (const setting of settings) {
    const configs = configsOf(setting, folder, context);
    if (configs.isErr()) return err(configs.error);
    for (const config of configs.value) {
      const problems: GitOpsError[] = [];
      const kind = stringAt(config, ['kind']) ?? '';
      const made = config.type === 'map' ? read(config, new FieldCheck(problems)) : null;
      const failed = severalProblems(problems);
      if (failed !== null) return err(failed);
      if (made !== null) found.push(...made);
      else if (!harmless.has(kind)) notFollowed(setting, `${kind === '' ? '' : `the ${kind} of `}"${field}"`, context);
    }
  }
  return ok(found);
}

function configsOf(setting: Setting, folder: string, context: SourceContext): Result<readonly Value[], GitOpsError> {
  if (/[\n:]/.test(setting.text) && !/^\w+:\/\//.test(setting.text)) return documentsOfText(setting, context);
  const path = joinPath(folder, setting.text);
  const read = path === null ? null : valuesAt(context.cache, path, 'manifest-image');
  if (read !== null) return read;
  if (path !== null && hasFolder(context.cache, path)) {
    notFollowed(setting, `the kustomization ${setting.text} for its configuration`, context);
    return ok([]);
  }
  const message = `There is no file "${setting.text}" beside the kustomization that names it.`;
  return err(settingProblem(setting, context, message, 'Add it, or correct the path.'));
}

function notFollowed(setting: Setting, what: string, context: SourceContext): void {
  addNote(
    context.notes,
    'kustomize-not-followed',
    `The kustomization uses ${what}, which is not followed: images that it makes or changes were not read.`,
    positionOf(setting, context),
    'warn',
  );
}
