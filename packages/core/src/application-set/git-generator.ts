import { printValue } from '../argocd/go-text.js';
import { baseName, folderOf } from '../argocd/paths.js';
import type { Result as TemplateResult } from '../argocd/template-value.js';
import { isNull, type MapValue, mapAt, scalar, stringAt, type Value, valueAt } from '../argocd/value.js';
import { type Generated, type GeneratorContext, refused } from './generate.js';
import { pathParameters } from './git-parameters.js';
import { flatten, type ParameterSet } from './parameters.js';
import { matchesFile, matchesFolder } from './path-patterns.js';
import { renderValue } from './template.js';

interface PathPattern {
  readonly pattern: string;
  readonly excludes: boolean;
}

/**
 * Folders or files of the repository. The `revision` is not followed: what this commit holds is read. A generator that
 * finds nothing here, while the repository of its address is not known to be this one, reads another repository.
 */
export function gitParameters(settings: MapValue, context: GeneratorContext): Generated {
  const directories = patternsOf(settings, 'directories');
  const files = patternsOf(settings, 'files');
  if (directories === null && files === null) return refused('a git generator needs directories or files', settings);
  const made =
    directories !== null ? ofFolders(directories, settings, context) : ofFiles(files ?? [], settings, context);
  if (made.kind !== 'sets' || made.sets.length > 0) return made;
  const repository = stringAt(settings, ['repoURL']) ?? '';
  return { kind: 'elsewhere', reason: `its git generator finds nothing here; it reads ${repository}` };
}

function patternsOf(settings: MapValue, field: string): readonly PathPattern[] | null {
  const list = valueAt(settings, [field]);
  if (list?.type !== 'list' || list.items.length === 0) return null;
  return list.items.map((item) => ({
    pattern: stringAt(item, ['path']) ?? '',
    excludes: valueAt(item, ['exclude'])?.type === 'scalar' && isTrue(valueAt(item, ['exclude'])),
  }));
}

function isTrue(value: Value | undefined): boolean {
  return value?.type === 'scalar' && value.value === true;
}

/** Those that a pattern takes and none leaves out, in the order of their paths. */
function chosen(
  paths: readonly string[],
  patterns: readonly PathPattern[],
  matches: (pattern: string, path: string) => boolean,
): readonly string[] {
  const isTaken = (path: string, excludes: boolean): boolean =>
    patterns.some((one) => one.excludes === excludes && matches(one.pattern, path));
  return paths.filter((path) => isTaken(path, false) && !isTaken(path, true));
}

function ofFolders(patterns: readonly PathPattern[], settings: MapValue, context: GeneratorContext): Generated {
  const prefix = stringAt(settings, ['pathParamPrefix']) ?? '';
  const sets: ParameterSet[] = [];
  for (const folder of chosen(context.folders(), patterns, matchesFolder)) {
    const entries = new Map<string, TemplateResult>(pathParameters({ folder, file: null, prefix }, context.dialect));
    const failure = addValues(entries, settings, context);
    if (failure !== null) return refused(failure, settings);
    sets.push({ entries, template: null, unknown: null });
  }
  return { kind: 'sets', sets };
}

function ofFiles(patterns: readonly PathPattern[], settings: MapValue, context: GeneratorContext): Generated {
  const prefix = stringAt(settings, ['pathParamPrefix']) ?? '';
  const sets: ParameterSet[] = [];
  for (const path of chosen(context.files(), patterns, matchesFile)) {
    const documents = context.documents(path);
    if (documents === null) return refused(`${path}, which its git generator takes, cannot be read`, settings);
    for (const object of objectsOf(documents)) {
      if (object.type !== 'map') return refused(`${path} holds neither a map nor a list of maps`, settings);
      const entries = new Map<string, TemplateResult>(
        context.dialect === 'go' ? object.entries : [...flatten(object)].map(([key, value]) => [key, asText(value)]),
      );
      const file = { folder: folderOf(path) === '' ? '.' : folderOf(path), file: baseName(path), prefix };
      for (const [key, value] of pathParameters(file, context.dialect)) entries.set(key, value);
      const failure = addValues(entries, settings, context);
      if (failure !== null) return refused(failure, settings);
      sets.push({ entries, template: null, unknown: null });
    }
  }
  return { kind: 'sets', sets };
}

/** A map, or a list of them; a file without content is one empty map. */
function objectsOf(documents: readonly Value[]): readonly Value[] {
  const [first] = documents;
  if (first === undefined || isNull(first)) return [{ type: 'map', entries: new Map(), origin: null }];
  return first.type === 'list' ? first.items : [first];
}

function asText(value: Value): Value {
  if (value.type !== 'scalar' || typeof value.value === 'string') return value;
  return { ...scalar(printValue(value), value.origin) };
}

/** The generator's `values`, which may use its parameters. */
export function addValues(
  entries: Map<string, TemplateResult>,
  settings: MapValue,
  context: GeneratorContext,
): string | null {
  const values = mapAt(settings, ['values']);
  if (values === null) return null;
  const rendered = renderValue(values, { entries }, context);
  if (context.dialect === 'go') entries.set('values', rendered.value);
  else for (const [key, value] of rendered.value.entries) entries.set(`values.${key}`, value);
  return rendered.failure;
}
