import { type ArgoApplication, toApplication } from '../argocd/application.js';
import type { ReadCache } from '../argocd/files.js';
import { folderOf, joinPath } from '../argocd/paths.js';
import { type MapValue, scalar, type Value } from '../argocd/value.js';
import type { Note } from '../fleet/fleet.js';
import { fillingsOf, hasPlaceholder } from './placeholders.js';

/** The Applications that one with placeholders stands for. */
export interface PlaceholderExpansion {
  readonly applications: readonly ArgoApplication[];
  readonly notes: readonly Note[];
}

/**
 * An Application that a script fills in before it applies it (`values-__ENVIRONMENT__.yaml`, `overlays/${ENV}`): one for
 * each environment that the files here have for its placeholder. Any other is given as it is; so is one whose
 * placeholders the files here do not tell, unless its name has one: that is a template of Applications, and left out.
 *
 * @param isEnvironment whether a word names an environment.
 */
export function expandPlaceholders(
  application: ArgoApplication,
  cache: ReadCache,
  isEnvironment: (word: string) => boolean,
): PlaceholderExpansion {
  const { applications, notes } = filledIn(application, cache, isEnvironment);
  const [open] = applications.filter(({ name }) => hasPlaceholder(name));
  if (open === undefined) return { applications, notes };
  const message = `${open.name} is left out: it is a template of Applications, and nothing here fills in its name.`;
  return { applications: [], notes: [{ kind: 'application-placeholders', severity: 'info', message, at: open.at }] };
}

function filledIn(
  application: ArgoApplication,
  cache: ReadCache,
  isEnvironment: (word: string) => boolean,
): PlaceholderExpansion {
  const asItIs = { applications: [application], notes: [] };
  if (!textsOf(application).some(hasPlaceholder)) return asItIs;
  const filling = environmentsFor(application, cache, isEnvironment);
  if (filling === null) return asItIs;
  const { written, names } = filling;
  const left = new Set<string>();
  const applications = names.flatMap((name) => {
    const fill = (text: string): string => text.replaceAll(written, name);
    const manifest = filled(application.manifest, fill, left) as MapValue;
    const identity = { ...application, name: fill(application.name), template: application.file };
    return toApplication(manifest, identity).match(
      (made) => [made],
      () => [],
    );
  });
  if (applications.length < names.length) return asItIs;
  const { at } = application;
  const say = (severity: Note['severity'], message: string): Note => ({
    kind: 'application-placeholders',
    severity,
    message,
    at,
  });
  return {
    applications,
    notes: [
      say('info', `${application.name} is read once for each of ${names.join(', ')}, which stand here for ${written}.`),
      ...[...left].map((file) =>
        say('warn', `The value file ${file} of ${application.name} is left out: nothing here tells its name.`),
      ),
    ],
  };
}

/** The texts of an Application that tell files and folders. */
function textsOf({ sources }: ArgoApplication): readonly string[] {
  return sources.flatMap(({ path, helm }) => [path, ...(helm?.valueFiles.map(({ text }) => text) ?? [])]);
}

/** The placeholder that stands for environments, and those that the files here have for it, in order. */
function environmentsFor(
  application: ArgoApplication,
  cache: ReadCache,
  isEnvironment: (word: string) => boolean,
): { readonly written: string; readonly names: readonly string[] } | null {
  const files = Object.keys(cache.snapshot.files);
  const found = new Map<string, Set<string>>();
  for (const fillings of fillingsHere(application, files)) {
    for (const filling of fillings) {
      for (const [written, name] of filling) {
        if (isEnvironment(name)) found.set(written, (found.get(written) ?? new Set()).add(name));
      }
    }
  }
  const named = [...found.keys()].filter((written) => /env|stage|tier/i.test(written));
  const [written, ...others] = named.length > 0 ? named : [...found.keys()];
  if (written === undefined || others.length > 0) return null;
  return { written, names: [...(found.get(written) ?? [])].sort() };
}

/** For each path of the Application that has placeholders, what they stand for here. */
function fillingsHere(
  { sources }: ArgoApplication,
  files: readonly string[],
): readonly (readonly ReadonlyMap<string, string>[])[] {
  const folders = new Set(files.flatMap(foldersAbove));
  return sources.flatMap(({ path, helm }) => [
    fillingsOf(joinPath(path) ?? '', folders),
    ...(helm?.valueFiles.map(({ text }) => fillingsOf(pathOf(path, text), files)) ?? []),
  ]);
}

/** Where a value file stands: relative to its chart, with a leading slash or behind `$ref` from the root. */
function pathOf(folder: string, text: string): string {
  if (text.startsWith('/')) return text.slice(1);
  const [first = '', ...rest] = text.split('/');
  return /^\$[^{]/.test(first) ? rest.join('/') : (joinPath(folder, text) ?? '');
}

function foldersAbove(file: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = folderOf(file); folder !== ''; folder = folderOf(folder)) folders.push(folder);
  return folders;
}

/**
 * The manifest with the placeholder filled in. What it was filled in is a text of no place: nothing is written there.
 * Value files whose names still are not known are left out, and told in `left`.
 */
function filled(value: Value, fill: (text: string) => string, left: Set<string>, key = ''): Value {
  if (value.type === 'scalar') {
    const text = typeof value.value === 'string' ? fill(value.value) : value.value;
    return text === value.value ? value : scalar(text);
  }
  if (value.type === 'map') {
    return {
      ...value,
      entries: new Map([...value.entries].map(([name, one]) => [name, filled(one, fill, left, name)])),
    };
  }
  const items = value.items.map((one) => filled(one, fill, left));
  if (key !== 'valueFiles') return { ...value, items };
  const isOpen = (one: Value): boolean =>
    one.type === 'scalar' && typeof one.value === 'string' && hasPlaceholder(one.value);
  for (const one of items) if (isOpen(one) && one.type === 'scalar') left.add(String(one.value));
  return { ...value, items: items.filter((one) => !isOpen(one)) };
}
