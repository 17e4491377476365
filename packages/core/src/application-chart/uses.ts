import type { ArgoApplication } from '../argocd/application.js';
import { buildEnvironment } from '../argocd/build-environment.js';
import { filesUnder, hasFolder, type ReadCache, textAt } from '../argocd/files.js';
import { noHelmSettings } from '../argocd/helm-images.js';
import { baseName, folderOf, joinPath } from '../argocd/paths.js';
import type { ApplicationSource, HelmSettings } from '../argocd/source.js';
import type { SourceContext } from '../argocd/source-context.js';
import { resolveValueFiles } from '../argocd/value-files.js';
import type { Note } from '../fleet/fleet.js';

/** One rendering of a chart of Applications: by an Application that deploys it, or by a file of values beside it. */
export interface Use {
  readonly chart: string;
  readonly settings: HelmSettings;
  readonly sources: readonly ApplicationSource[];
  readonly release: { readonly name: string; readonly namespace: string };
  /** The file that tells this rendering from others. */
  readonly file: string;
}

/** How an Application deploys a chart: once for each of its sources that is that chart. */
export function usesBy(parent: ArgoApplication, chart: string, cache: ReadCache, notes: Note[]): readonly Use[] {
  return parent.sources.flatMap((source): readonly Use[] => {
    if (!isChart(source, chart) || !hasFolder(cache, chart)) return [];
    const settings = source.helm ?? noHelmSettings;
    const sources = parent.sourceField === 'sources' ? parent.sources : [];
    const name = settings.releaseName || parent.name;
    const release = { name, namespace: settings.namespace || parent.destinationNamespace };
    const use: Use = { chart, settings, sources, release, file: parent.file };
    const files = resolveValueFiles(settings.valueFiles, true, contextOf(use, cache, notes))
      .map(({ paths }) => paths.filter((path) => baseName(path) !== 'values.yaml'))
      .unwrapOr([]);
    return [{ ...use, file: files.at(-1) ?? parent.file }];
  });
}

/** Whether one of its sources is the chart in this folder. */
export function deploys(application: ArgoApplication, chart: string): boolean {
  return application.sources.some((source) => isChart(source, chart));
}

function isChart(source: ApplicationSource, chart: string): boolean {
  return source.chart === '' && source.path !== '' && joinPath(source.path) === chart;
}

/** What tells environments where nothing but words and paths can. */
export interface EnvironmentSigns {
  /** Whether a word names an environment. */
  readonly isWord: (word: string) => boolean;
  /** Whether the configuration tells an environment by this path (`layout`), or by this word of it (`environments`). */
  readonly isTold: (path: string, word: string) => boolean;
}

/**
 * How a chart is deployed that nothing here deploys: with each file `values-<word>.yaml` beside it that the configuration
 * tells an environment by, or with all of them, if every such word is that of an environment; else with its own values alone, if it
 * stands in a folder of an environment.
 */
export function usesByPath(chart: string, cache: ReadCache, signs: EnvironmentSigns): readonly Use[] {
  const files = valueFilesOf(chart, cache);
  const told = files.filter(({ path, word }) => signs.isTold(path, word));
  const used = told.length > 0 ? told : files.every(({ word }) => signs.isWord(word)) ? files : [];
  if (used.length > 0) {
    return used.map(({ path, word }) => ({
      chart,
      settings: { ...noHelmSettings, valueFiles: [{ text: baseName(path), origin: null }] },
      sources: [],
      release: { name: word, namespace: '' },
      file: path,
    }));
  }
  if (!chart.split('/').some(signs.isWord)) return [];
  const own = joinPath(chart, 'values.yaml') ?? chart;
  const file = textAt(cache, own) === null ? (joinPath(chart, 'Chart.yaml') ?? chart) : own;
  return [{ chart, settings: noHelmSettings, sources: [], release: { name: baseName(chart), namespace: '' }, file }];
}

/** The files `values-<word>.yaml` in the folder of a chart. */
export function valueFilesOf(
  chart: string,
  cache: ReadCache,
): readonly { readonly path: string; readonly word: string }[] {
  return filesUnder(cache, chart, false).flatMap((path) => {
    const word = /^values[-_.](.+)\.ya?ml$/.exec(baseName(path))?.[1] ?? null;
    return folderOf(path) === chart && word !== null ? [{ path, word }] : [];
  });
}

/** What the value files of a use are read with. */
export function contextOf(use: Use, cache: ReadCache, notes: Note[]): SourceContext {
  return {
    cache,
    top: '',
    folder: use.chart,
    elsewhere: false,
    environment: buildEnvironment({
      name: use.release.name,
      namespace: use.release.namespace,
      project: '',
      revision: cache.snapshot.commit ?? '',
      repository: '',
      path: use.chart,
      targetRevision: '',
    }),
    release: use.release,
    sources: use.sources,
    isHere: () => true,
    at: { file: use.file, line: 1, column: 1 },
    notes,
  };
}
