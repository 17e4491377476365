import type { EnvironmentSigns } from '../application-chart/index.js';
import { type Kustomizations, overlaysOver } from '../application-kustomization/index.js';
import { type ArgoApplication, toApplication } from '../argocd/application.js';
import { filesUnder, type ReadCache, textAt } from '../argocd/files.js';
import { baseName, folderOf, joinPath } from '../argocd/paths.js';
import { listOf, type MapValue, mapOf, scalar } from '../argocd/value.js';
import { applicationInPath } from '../environment/index.js';

/** What an Application elsewhere may deploy: a folder, of a chart with one file of values. */
interface Source {
  readonly folder: string;
  /** The value file, relative to the folder. */
  readonly values: string | null;
  /** The file whose path tells the environment. */
  readonly file: string;
  /** The word that is an environment's; null where none is. */
  readonly word: string | null;
}

/** Where to look for sources, and what they are called. */
interface WantedSources {
  /** Whether `layout` of the configuration names a file of a source; null where it names Applications alone. */
  readonly isInLayout: ((file: string) => boolean) | null;
  /** Whether anything of Argo CD is here: then only `layout` tells that there is more. */
  readonly hasApplications: boolean;
  /** Folders of charts that make Applications, which are no sources of their own. */
  readonly ofApplications: ReadonlySet<string>;
  /** Files that the configuration leaves out. */
  readonly isLeftOut: (file: string) => boolean;
  /** Of an application that no folder names. */
  readonly name: string;
}

/**
 * What Applications that stand elsewhere deploy, where a repository holds their manifests alone: the outermost
 * kustomizations, charts with each value file of an environment, and folders of workloads. Each is read as if an
 * Application of that folder were here. Without a `layout`, only where they tell two environments.
 */
export function sourcesWithoutApplication(
  { isInLayout, hasApplications, ofApplications, isLeftOut, name }: WantedSources,
  kustomizations: Kustomizations,
  cache: ReadCache,
  signs: EnvironmentSigns,
): readonly ArgoApplication[] {
  if (isInLayout === null && hasApplications) return [];
  const found = sourcesIn(kustomizations, cache, signs, ofApplications).filter(({ file }) => !isLeftOut(file));
  const words = new Set(found.flatMap(({ word }) => word ?? []));
  const wanted = isInLayout === null ? (words.size > 1 ? found : []) : found.filter(({ file }) => isInLayout(file));
  return wanted
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .flatMap((source) => assumed(source, applicationInPath(besideEnvironments(source.folder), signs.isWord) ?? name));
}

/**
 * The patterns of `layout` that name what no Application here deploys, though its files tell two environments; the
 * likeliest first.
 *
 * @param deployed folders that Applications here deploy.
 * @param isLeftOut files that the configuration leaves out.
 */
export function layoutsOfUnread(
  deployed: readonly string[],
  isLeftOut: (file: string) => boolean,
  kustomizations: Kustomizations,
  cache: ReadCache,
  signs: EnvironmentSigns,
): readonly string[] {
  const words = new Map<string, Set<string>>();
  for (const source of sourcesIn(kustomizations, cache, signs, new Set())) {
    const isDeployed = deployed.some((one) => one === source.folder || source.folder.startsWith(`${one}/`));
    const pattern = isDeployed || isLeftOut(source.file) ? null : layoutOf(source, signs);
    if (pattern === null || source.word === null) continue;
    words.set(pattern, (words.get(pattern) ?? new Set()).add(source.word));
  }
  return [...words]
    .filter(([, all]) => all.size > 1)
    .sort(([, a], [, b]) => b.size - a.size)
    .map(([pattern]) => pattern);
}

function layoutOf({ file, folder, word }: Source, signs: EnvironmentSigns): string | null {
  const steps = file.split('/');
  const at = steps.findLastIndex((step) => step === word || wordOfFile(step) === word);
  if (word === null || at < 0) return null;
  const application = applicationInPath(besideEnvironments(folder), signs.isWord);
  const named = steps.map((step, index) => (index !== at && step === application ? '{application}' : step));
  named[at] = named[at]?.replace(word, '{environment}') ?? '';
  return named.join('/');
}

function sourcesIn(
  kustomizations: Kustomizations,
  cache: ReadCache,
  signs: EnvironmentSigns,
  ofApplications: ReadonlySet<string>,
): Source[] {
  const charts = chartsIn(cache).filter((folder) => !ofApplications.has(folder));
  return [
    ...outermost(kustomizations, cache, signs),
    ...charts.flatMap((folder) => usesOf(folder, cache, signs)),
    ...foldersOfWorkloads(kustomizations, charts, cache, signs),
  ];
}

/** A path without the folder of an environment that no word tells: `envs/load-gpu/web` is `envs/web`. */
function besideEnvironments(folder: string): string {
  return folder.replace(/(^|\/)(envs?|environments?)\/[^/]+/i, '$1$2');
}

function wordIn(folder: string, { isWord }: EnvironmentSigns): string | null {
  return folder.split('/').findLast(isWord) ?? null;
}

/** The kustomizations that no other one includes, of folders that hold workloads. */
function outermost(kustomizations: Kustomizations, cache: ReadCache, signs: EnvironmentSigns): readonly Source[] {
  return overlaysOver(new Set(workloads(cache)), kustomizations, cache)
    .filter(({ folder }) => kustomizations.get(folder)?.isComponent === false)
    .map(({ folder, file }) => ({ folder, values: null, file, word: wordIn(folder, signs) }));
}

const workload = /^kind:\s*["']?(?:Deployment|StatefulSet|DaemonSet|CronJob|Job|Rollout)["']?\s*$/m;

function workloads(cache: ReadCache): readonly string[] {
  return Object.entries(cache.snapshot.files).flatMap(([path, text]) =>
    /\.ya?ml$/.test(path) && workload.test(text) && !/(?:^|\/)templates\//.test(path) ? [path] : [],
  );
}

/** Folders of charts that are part of no other chart. */
function chartsIn(cache: ReadCache): readonly string[] {
  const all = Object.keys(cache.snapshot.files).flatMap((path) =>
    baseName(path) === 'Chart.yaml' ? [folderOf(path)] : [],
  );
  const isInner = (folder: string): boolean =>
    all.some((one) => folder.startsWith(one === '' ? 'charts/' : `${one}/charts/`));
  return all.filter((folder) => !isInner(folder));
}

const isManifest = /^(?:kind|apiVersion|jobs):/m;

/** What a value file is named after: `prod` of `values-prod.yaml` and of `prod.yaml`; null for `values.yaml`. */
function wordOfFile(name: string): string | null {
  const stem = name.replace(/\.ya?ml$/, '');
  return stem === name || stem === 'values' ? null : stem.replace(/^values[-_.]/, '');
}

/** A chart with each value file of an environment below it; with its own alone, where its folder is that of one. */
function usesOf(folder: string, cache: ReadCache, signs: EnvironmentSigns): readonly Source[] {
  const inside = folder === '' ? 0 : folder.length + 1;
  const files = filesUnder(cache, folder, true).flatMap((path): readonly Source[] => {
    const values = path.slice(inside);
    if (!/\.ya?ml$/.test(values) || /^(?:templates|charts|crds|ci|\..*)\//.test(values)) return [];
    if (isManifest.test(textAt(cache, path) ?? '')) return [];
    const word = wordOfFile(baseName(values)) ?? baseName(folderOf(values));
    return word !== '' && signs.isWord(word) ? [{ folder, values, file: path, word }] : [];
  });
  const own = joinPath(folder, 'values.yaml') ?? '';
  const word = wordIn(folder, signs);
  if (files.length > 0 || word === null || textAt(cache, own) === null) return files;
  return [{ folder, values: null, file: own, word }];
}

/** Folders of plain manifests: with workloads, and neither a kustomization nor a chart in or above them. */
function foldersOfWorkloads(
  kustomizations: Kustomizations,
  charts: readonly string[],
  cache: ReadCache,
  signs: EnvironmentSigns,
): readonly Source[] {
  const others = [...kustomizations.keys(), ...charts];
  const listed = new Set(
    [...kustomizations.values()].flatMap((one) =>
      one.resources.flatMap(({ text }) => joinPath(one.folder, text) ?? []),
    ),
  );
  const isApart = (path: string): boolean =>
    !listed.has(path) && !others.some((folder) => folder === '' || path.startsWith(`${folder}/`));
  const first = new Map<string, string>();
  for (const path of [...workloads(cache)].sort()) {
    const folder = folderOf(path);
    if (isApart(path) && !first.has(folder)) first.set(folder, path);
  }
  return [...first].map(([folder, file]) => ({ folder, values: null, file, word: wordIn(folder, signs) }));
}

function assumed({ folder, values, file }: Source, name: string): readonly ArgoApplication[] {
  const path = folder === '' ? '.' : folder;
  const helm: MapValue = mapOf([['valueFiles', listOf([scalar(values)])]]);
  const source = mapOf([
    ['repoURL', scalar('')],
    ['path', scalar(path)],
    ...(values === null ? [] : [['helm', helm] as const]),
  ]);
  const at = { file, line: 1, column: 1 };
  const manifest = mapOf([['spec', mapOf([['source', source]])]]);
  const identity = { name, namespace: null, file, document: 0, selector: {}, at, applicationSet: null, assumed: true };
  return toApplication(manifest, identity).match(
    (application) => [application],
    () => [],
  );
}
