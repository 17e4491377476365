import type { SourcePosition } from '../model.js';
import { type ApplicationFacts, isSameEnvironment, type Reading, splitPath, stepsOf } from './readings.js';

/** Words of folders and file names that say what kind of thing lies there, not which. */
const generic = new Set(
  [
    'app application applications applicationset applicationsets apps appset appsets argo argocd base bases bootstrap cd',
    'charts cluster clusters config configs deploy deployments env environment environments envs gitops helm k8s kube',
    'kubernetes kustomization kustomizations kustomize lib manifest manifests overlay overlays patch patches platform',
    'projects registry releases resources services stages tenants workloads yaml',
  ]
    .join(' ')
    .split(' '),
);

/** `argocd-applications` tells no more than its words do. */
function isGeneric(name: string): boolean {
  return name
    .toLowerCase()
    .split(/[-_]/)
    .every((word) => generic.has(word));
}

/**
 * The application that a resource deploys: its name without the environment word, else the folder that is no
 * environment, else the file, else its namespace without that word, else the repository that it deploys. Null where
 * nothing is left.
 */
export function applicationName(
  facts: ApplicationFacts,
  path: string,
  reading: Reading,
  own: readonly Reading[],
  isWord: (folder: string) => boolean,
): string | null {
  const fitting = own.filter((one) => one.source === 'name' && isSameEnvironment(one.word, reading.word));
  const inName = fitting.findLast((one) => one.word.id === reading.word.id) ?? fitting.at(-1);
  if (inName === undefined) return facts.name;
  if (inName.rest !== null && inName.rest !== '') return inName.rest;
  const inStem = own.findLast((one) => one.source === 'file name' && isSameEnvironment(one.word, reading.word));
  const { folders, stem } = splitPath(path);
  const candidates = [
    ...folders.toReversed(),
    inStem?.rest ?? (inStem === undefined ? stem : ''),
    ...splitPath(facts.path ?? '').folders.toReversed(),
    withoutEnvironment(facts.destinationNamespace ?? '', reading),
    repositoryName(facts.repository ?? ''),
  ];
  return telling(candidates, isWord);
}

/** `shop-dev` in dev is `shop`; any other name is none. */
function withoutEnvironment(name: string, { word }: Reading): string {
  const found = name.toLowerCase().endsWith(word.text.toLowerCase()) ? name.slice(0, -word.text.length) : '';
  return /[-_.]$/.test(found) ? found.slice(0, -1) : '';
}

function repositoryName(url: string): string {
  return (
    url
      .replace(/\/+$/, '')
      .split(/[/:]/)
      .at(-1)
      ?.replace(/\.git$/, '') ?? ''
  );
}

/** The application by the folder that its source deploys; null where no folder there tells one. */
export function applicationInPath(path: string | null, isWord: (folder: string) => boolean): string | null {
  return telling(stepsOf(path ?? '').toReversed(), isWord);
}

function telling(candidates: readonly string[], isWord: (folder: string) => boolean): string | null {
  return candidates.find((one) => one !== '' && !isGeneric(one) && !isWord(one)) ?? null;
}

/** `folder`, `name users-dev`: where a reading comes from, for messages. */
export function describeReading(reading: Reading): string {
  return reading.source === 'folder' ? `its folder ${reading.word.text}` : `its ${reading.source}`;
}

/** Where a resource begins, for messages. */
export function startOf(facts: Pick<ApplicationFacts, 'file' | 'at'>): SourcePosition {
  return facts.at ?? { file: facts.file, line: 1, column: 1 };
}
