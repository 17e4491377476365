import { filesUnder } from '../argocd/files.js';
import type { GivenToChart, ReadCache } from '../argocd/index.js';
import { parseSet } from '../argocd/set-syntax.js';
import { type Value, valueAt } from '../argocd/value.js';
import { annotatedImages, annotation, annotationKey } from '../image-updater/index.js';
import { rewrittenAnnotation } from './annotation-repair.js';
import type { Deployed } from './deployed.js';
import { type Found, finding } from './make.js';
import { onlyNear } from './rename-key.js';
import { annotationAt, shortKey } from './updater-keys.js';

/** Annotations that name a Helm parameter which neither the values have nor any template of the chart reads. */
export function chartTargetFindings({ application, view, cache, read }: Deployed, own: ReadCache): readonly Found[] {
  const { charts } = read;
  // what cannot be read wholly may have it
  const isKnown = charts.length > 0 && read.problems.length === 0 && charts.every((one) => one.isWhole);
  if (!isKnown || view.inertAnnotations) return [];
  const targets = annotatedImages(application.annotations).flatMap(({ image }) =>
    image.alias === ''
      ? []
      : ['helm.image-name', 'helm.image-tag', 'helm.image-spec'].flatMap((name) => {
          const key = annotationKey(image.alias, name);
          const written = annotation(application.annotations, key) ?? '';
          return written.trim() === '' ? [] : [{ key, written }];
        }),
  );
  if (targets.length === 0) return [];
  const texts = charts.map(({ chart }) => textsOf(chart ?? '', cache));
  return targets.flatMap(({ key, written }): readonly Found[] => {
    const path = written.trim();
    if (charts.some((one, index) => reads(one, texts[index] ?? '', path))) return [];
    const meant = onlyNear(path, [...new Set(charts.flatMap(({ values }) => namesIn(values)))]);
    const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
    const message = `${shortKey(key)} names "${path}", which the chart neither has among its values nor reads in a template: what is written there changes nothing.${hint}`;
    const repair = meant === null ? null : rewrittenAnnotation(application, key, [written, meant], own);
    return [finding('helm-target-unknown', message, annotationAt(application, key), repair)];
  });
}

function reads({ values }: GivenToChart, templates: string, path: string): boolean {
  if (values.entries.has(path)) return true;
  const parsed = parseSet(`${path}=x`);
  const steps = typeof parsed === 'string' ? undefined : parsed[0]?.path;
  // what cannot be read as a path is no path that can be told to be absent
  if (steps === undefined || valueAt(values, steps) !== undefined) return true;
  const words = steps.filter((step) => typeof step === 'string');
  return words.every((word) => new RegExp(`(?<![A-Za-z0-9_-])${escaped(word)}(?![A-Za-z0-9_-])`).test(templates));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What the templates of a chart say, those of the charts below it among them. */
function textsOf(folder: string, cache: ReadCache): string {
  return filesUnder(cache, folder, true)
    .filter((path) => path.slice(folder.length).includes('templates/'))
    .map((path) => cache.snapshot.files[path] ?? '')
    .join('\n');
}

/** The names of all single values, as a parameter would name them. */
function namesIn(value: Value, name = ''): readonly string[] {
  if (value.type === 'map')
    return [...value.entries].flatMap(([key, one]) => namesIn(one, name === '' ? key : `${name}.${key}`));
  return value.type === 'list' ? value.items.flatMap((one, index) => namesIn(one, `${name}[${index}]`)) : [name];
}
