import { expandApplicationSet } from '../application-set/index.js';
import { type ArgoApplication, toApplication } from '../argocd/application.js';
import { readChart } from '../argocd/chart.js';
import { renderOwnTemplates } from '../argocd/chart-images.js';
import { coalesceValues } from '../argocd/coalesce.js';
import { type ReadCache, textAt } from '../argocd/files.js';
import { givenValues } from '../argocd/helm.js';
import { chartAbove, joinPath } from '../argocd/paths.js';
import { type MapValue, stringAt } from '../argocd/value.js';
import type { Note } from '../fleet/fleet.js';
import { encodeScalar } from '../yaml/index.js';
import { manifestsOf } from './manifests.js';
import { contextOf, deploys, type EnvironmentSigns, type Use, usesBy, usesByPath, valueFilesOf } from './uses.js';

/** The Applications that charts make, as far as their templates can be followed. */
export interface ChartExpansion {
  readonly applications: readonly ArgoApplication[];
  readonly notes: readonly Note[];
}

const mark = /^\s*kind:\s*["']?Application(?:Set)?["']?\s*$/m;

/** An Application, and the charts that it comes from. */
interface Parent {
  readonly application: ArgoApplication;
  readonly within: ReadonlySet<string>;
}

/**
 * The Applications inside charts (an app of apps): each chart whose templates hold some is rendered with the values of
 * every Application that deploys it, also of one that another chart makes. Where none does, files `values-<word>.yaml`
 * beside it stand for one each, if `layout` or every such word tells an environment; and a chart in a folder of an
 * environment is read with its own values.
 *
 * @param templates as {@link applicationTemplates} found them.
 * @param signs of environments.
 */
export function expandApplicationCharts(
  parents: readonly ArgoApplication[],
  templates: ApplicationTemplates,
  cache: ReadCache,
  signs: EnvironmentSigns,
): ChartExpansion {
  const applications: ArgoApplication[] = [];
  const notes: Note[] = [];
  const open = new Set(templates.values());
  const charts = [...open];
  const render = (use: Use, within: ReadonlySet<string>, said: Note[]): readonly Parent[] =>
    applicationsOf(use, templates, cache, said).map((application) => ({
      application,
      within: new Set([...within, use.chart]),
    }));
  /** Takes Applications, and goes on with what the charts make that they deploy; never a chart inside itself. */
  const follow = (found: readonly Parent[]): void => {
    const queue = [...found];
    for (const { application, within } of queue) {
      for (const chart of charts) {
        if (within.has(chart)) continue;
        const made = usesBy(application, chart, cache, notes).flatMap((use) => {
          open.delete(chart);
          return render(use, within, notes);
        });
        applications.push(...made.map((one) => one.application));
        queue.push(...made);
      }
    }
  };
  follow(parents.map((application) => ({ application, within: new Set() })));
  while (open.size > 0) {
    const byPath = [...open].map((chart) => {
      const said: Note[] = [];
      const uses = usesByPath(chart, cache, signs);
      return { chart, uses, said, made: uses.flatMap((use) => render(use, new Set(), said)) };
    });
    const inner = new Set(
      byPath.flatMap(({ chart, made }) =>
        made.flatMap(({ application }) => charts.filter((one) => one !== chart && deploys(application, one))),
      ),
    );
    const outer = byPath.filter(({ chart }) => !inner.has(chart));
    for (const { chart, uses, said, made } of outer.length > 0 ? outer : byPath) {
      open.delete(chart);
      notes.push(...said);
      if (uses.length === 0) notes.push(note(chart, notTold(chart, cache)));
      applications.push(...made.map((one) => one.application));
      follow(made);
    }
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

function notTold(chart: string, cache: ReadCache): string {
  const files = valueFilesOf(chart, cache);
  const names = files.map(({ word }) => `${encodeScalar(word, { flow: true, quote: 'plain' })}: {}`).join(', ');
  const remedy =
    files.length === 0
      ? ''
      : ` If each file values-*.yaml beside it is an environment, say so in gitops.yaml: environments: { ${names} }`;
  return `The chart in ${nameOf(chart)} makes Applications, and nothing here tells with which values.${remedy}`;
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
    if (!text.includes('argoproj.io/') || !mark.test(text)) continue;
    const folder = chartOfTemplate(path, text, cache);
    if (folder !== null) found.set(path, folder);
  }
  return found;
}

/** The folder of the chart whose template this is; null for a file that is none, or that Helm has nothing to do in. */
export function chartOfTemplate(path: string, text: string, cache: ReadCache): string | null {
  const folder = text.includes('{{') ? chartAbove(path) : null;
  return folder === null || textAt(cache, joinPath(folder, 'Chart.yaml') ?? '') === null ? null : folder;
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
  const rendered = renderOwnTemplates(scoped, use.release, (file) => templates.has(file.path), cache);
  return rendered.flatMap(({ file, rendering }) => {
    if (rendering === null) return refuse(`the template ${file.path} cannot be read.`);
    const [failed] = rendering.failures;
    if (failed !== undefined) return refuse(`${failed.message}, in ${file.path}.`);
    const { applications, applicationSets, isPartial } = manifestsOf(file.path, rendering.segments);
    if (isPartial) notes.push(note(use.chart, `A part of ${file.path} is computed in a way that is not followed.`));
    const identityOf = (manifest: MapValue) => ({
      name: stringAt(manifest, ['metadata', 'name']) ?? '',
      namespace: stringAt(manifest, ['metadata', 'namespace']),
      file: use.file,
      document: 0,
      selector: { index: 0 },
      at: { file: use.file, line: 1, column: 1 },
      template: file.path,
    });
    const made = applications.flatMap((manifest) => {
      const identity = identityOf(manifest);
      const application = toApplication(manifest, { ...identity, applicationSet: null });
      if (application.isErr()) return refuse(`${application.error[0]?.message ?? 'it makes no Application.'}`);
      return identity.name === '' ? refuse(`an Application of ${file.path} has no name.`) : [application.value];
    });
    const madeBySets = applicationSets.flatMap((manifest) => {
      const identity = identityOf(manifest);
      if (identity.name === '') return refuse(`an ApplicationSet of ${file.path} has no name.`);
      const expansion = expandApplicationSet({ ...identity, manifest }, cache);
      notes.push(...expansion.notes);
      return expansion.applications;
    });
    return [...made, ...madeBySets];
  });
}
