import { type ArgoApplication, toApplication } from '../argocd/application.js';
import { buildEnvironment } from '../argocd/build-environment.js';
import { readChart } from '../argocd/chart.js';
import { renderOwnTemplates } from '../argocd/chart-images.js';
import { coalesceValues } from '../argocd/coalesce.js';
import { filesUnder, hasFolder, type ReadCache, textAt } from '../argocd/files.js';
import { givenValues } from '../argocd/helm.js';
import { noHelmSettings } from '../argocd/helm-images.js';
import { baseName, folderOf, joinPath } from '../argocd/paths.js';
import type { ApplicationSource, HelmSettings } from '../argocd/source.js';
import type { SourceContext } from '../argocd/source-context.js';
import { stringAt } from '../argocd/value.js';
import { resolveValueFiles } from '../argocd/value-files.js';
import type { Note } from '../fleet/fleet.js';
import { manifestsOf } from './manifests.js';

/** The Applications that charts make, as far as their templates can be followed. */
export interface ChartExpansion {
  readonly applications: readonly ArgoApplication[];
  readonly notes: readonly Note[];
}

/** One rendering of a chart of Applications: by an Application that deploys it, or by a file of values beside it. */
interface Use {
  readonly chart: string;
  readonly settings: HelmSettings;
  readonly sources: readonly ApplicationSource[];
  readonly release: { readonly name: string; readonly namespace: string };
  /** The file that tells this rendering from others. */
  readonly file: string;
}

const mark = /^\s*kind:\s*["']?Application["']?\s*$/m;

/**
 * The Applications inside charts (an app of apps): each chart whose templates hold some is rendered with the values of
 * every Application that deploys it. Where none here does, files `values-<word>.yaml` beside it stand for one each, if
 * every such word is that of an environment.
 *
 * @param templates as {@link applicationTemplates} found them.
 * @param isEnvironment whether a word names an environment.
 */
export function expandApplicationCharts(
  parents: readonly ArgoApplication[],
  templates: ApplicationTemplates,
  cache: ReadCache,
  isEnvironment: (word: string) => boolean,
): ChartExpansion {
  const applications: ArgoApplication[] = [];
  const notes: Note[] = [];
  for (const chart of new Set(templates.values())) {
    const deployed = parents.flatMap((parent) => usesBy(parent, chart, cache, notes));
    const uses = deployed.length > 0 ? deployed : usesByFiles(chart, cache, isEnvironment);
    if (uses.length === 0) {
      notes.push(
        note(chart, `The chart in ${nameOf(chart)} makes Applications, and nothing here tells with which values.`),
      );
    }
    for (const use of uses) applications.push(...applicationsOf(use, templates, cache, notes));
  }
  return { applications, notes };
}

function note(chart: string, message: string, severity: Note['severity'] = 'info'): Note {
  return {
    kind: 'chart-of-applications',
    severity,
    message,
    at: { file: joinPath(chart, 'Chart.yaml') ?? chart, line: 1, column: 1 },
  };
}

function nameOf(chart: string): string {
  return chart === '' ? 'the root' : chart;
}

/** Templates of charts that make Applications, each with the folder of its chart. */
export type ApplicationTemplates = ReadonlyMap<string, string>;

/** Finds them. A file there that is no template at all is a manifest like any other, and not among them. */
export function applicationTemplates(cache: ReadCache): ApplicationTemplates {
  const found = new Map<string, string>();
  for (const [path, text] of Object.entries(cache.snapshot.files)) {
    const at = path.lastIndexOf('templates/');
    if (at < 0 || (at > 0 && path[at - 1] !== '/')) continue;
    if (!text.includes('{{') || !text.includes('argoproj.io/') || !mark.test(text)) continue;
    const folder = path.slice(0, Math.max(0, at - 1));
    if (textAt(cache, joinPath(folder, 'Chart.yaml') ?? '') !== null) found.set(path, folder);
  }
  return found;
}

function usesBy(parent: ArgoApplication, chart: string, cache: ReadCache, notes: Note[]): readonly Use[] {
  return parent.sources.flatMap((source): readonly Use[] => {
    if (source.chart !== '' || source.path === '' || joinPath(source.path) !== chart || !hasFolder(cache, chart))
      return [];
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

function usesByFiles(chart: string, cache: ReadCache, isEnvironment: (word: string) => boolean): readonly Use[] {
  const files = filesUnder(cache, chart, false).flatMap((path) => {
    const word = /^values[-_.](.+)\.ya?ml$/.exec(baseName(path))?.[1] ?? null;
    return folderOf(path) === chart && word !== null ? [{ path, word }] : [];
  });
  if (files.length === 0 || !files.every(({ word }) => isEnvironment(word))) return [];
  return files.map(({ path, word }) => ({
    chart,
    settings: { ...noHelmSettings, valueFiles: [{ text: baseName(path), origin: null }] },
    sources: [],
    release: { name: word, namespace: '' },
    file: path,
  }));
}

function contextOf(use: Use, cache: ReadCache, notes: Note[]): SourceContext {
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

function applicationsOf(
  use: Use,
  templates: ApplicationTemplates,
  cache: ReadCache,
  notes: Note[],
): readonly ArgoApplication[] {
  const refuse = (why: string): readonly ArgoApplication[] => {
    notes.push(
      note(use.chart, `The chart in ${nameOf(use.chart)} cannot be rendered with ${use.file}: ${why}`, 'warn'),
    );
    return [];
  };
  const chart = readChart(cache, use.chart);
  if (chart === null) return [];
  if (chart.isErr()) return refuse(chart.error.message);
  const given = givenValues(use.settings, contextOf(use, cache, notes));
  if (given.isErr()) return refuse(given.error.message);
  const scoped = coalesceValues(chart.value, given.value.values);
  if (typeof scoped === 'string') return refuse(`${scoped}.`);
  const rendered = renderOwnTemplates(scoped, use.release, (file) => templates.has(file.path));
  return rendered.flatMap(({ file, rendering }) => {
    if (rendering === null) return refuse(`the template ${file.path} cannot be read.`);
    const [failed] = rendering.failures;
    if (failed !== undefined) return refuse(`${failed.message}, in ${file.path}.`);
    const { applications, isPartial } = manifestsOf(file.path, rendering.segments);
    if (isPartial) notes.push(note(use.chart, `A part of ${file.path} is computed in a way that is not followed.`));
    return applications.flatMap((manifest) => {
      const name = stringAt(manifest, ['metadata', 'name']) ?? '';
      const made = toApplication(manifest, {
        name,
        namespace: stringAt(manifest, ['metadata', 'namespace']),
        file: use.file,
        document: 0,
        selector: { index: 0 },
        at: { file: use.file, line: 1, column: 1 },
        applicationSet: null,
        template: file.path,
      });
      if (made.isErr()) return refuse(`${made.error[0]?.message ?? 'it makes no Application.'}`);
      return name === '' ? refuse(`an Application of ${file.path} has no name.`) : [made.value];
    });
  });
}
