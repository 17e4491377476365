import type { GitOpsError } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { expandVariables } from './build-environment.js';
import { filesUnder, textAt } from './files.js';
import { isPattern, matchesFilePattern } from './glob.js';
import { isRemote, joinPath } from './paths.js';
import type { Setting } from './source.js';
import { addNote, positionOf, type SourceContext, settingProblem } from './source-context.js';

type Located =
  | { readonly type: 'path'; readonly path: string }
  | { readonly type: 'elsewhere'; readonly where: string };

/** The value files that Helm reads, in order; `unread` where some lie outside this repository. */
export interface ResolvedValueFiles {
  readonly paths: readonly string[];
  readonly unread: boolean;
}

/**
 * Finds the value files of a source as Argo CD 3.5.1 does: relative to the chart, with a leading slash or behind `$ref`
 * relative to a repository's root; patterns in lexical order, without the files that are named themselves; the first
 * place of a file counts. A missing one is an error unless `ignoreMissingValueFiles` is set.
 */
export function resolveValueFiles(
  valueFiles: readonly Setting[],
  ignoreMissing: boolean,
  context: SourceContext,
): Result<ResolvedValueFiles, GitOpsError> {
  const located: { readonly setting: Setting; readonly place: Located }[] = [];
  for (const setting of valueFiles) {
    const place = locate(setting, context);
    if (place.isErr()) return err(place.error);
    located.push({ setting, place: place.value });
  }
  const named = new Set(
    located.flatMap(({ place }) => (place.type === 'path' && !isPattern(place.path) ? [place.path] : [])),
  );
  const paths: string[] = [];
  const add = (path: string) => {
    if (!paths.includes(path)) paths.push(path);
  };
  let unread = false;
  for (const { setting, place } of located) {
    if (place.type === 'elsewhere') {
      unread = true;
      addNote(
        context.notes,
        'value-file-elsewhere',
        `The value file "${setting.text}" is in ${place.where}; what it says was not read.`,
        positionOf(setting, context),
        'warn',
      );
    } else if (isPattern(place.path)) {
      const matching = matchingFiles(place.path, context);
      if (matching.length === 0 && !ignoreMissing) return err(noMatch(setting, context));
      for (const path of matching) if (!named.has(path)) add(path);
    } else if (textAt(context.cache, place.path) !== null) add(place.path);
    else if (!ignoreMissing) return err(missing(setting, place.path, context));
  }
  return ok({ paths, unread });
}

/** Finds the one file that a setting names (a file parameter). */
export function locate(setting: Setting, context: SourceContext): Result<Located, GitOpsError> {
  const [first = '', ...rest] = setting.text.split('/');
  const referenced = first.startsWith('$')
    ? context.sources.find((source) => source.ref !== '' && `$${source.ref}` === first)
    : undefined;
  if (referenced !== undefined) {
    const place = toPath(context.top, expandVariables(rest.join('/'), context.environment), setting, context);
    const isHere = context.isHere(referenced) || (place.isOk() && textAt(context.cache, place.value.path) !== null);
    return isHere ? place : ok({ type: 'elsewhere', where: referenced.repoUrl });
  }
  const text = expandVariables(setting.text, context.environment);
  if (isRemote(text)) return ok({ type: 'elsewhere', where: 'another place' });
  if (context.elsewhere) return ok({ type: 'elsewhere', where: 'another place, as its source is' });
  return toPath(text.startsWith('/') ? context.top : context.folder, text, setting, context);
}

function toPath(
  folder: string,
  text: string,
  setting: Setting,
  context: SourceContext,
): Result<Extract<Located, { type: 'path' }>, GitOpsError> {
  const path = joinPath(folder, text);
  if (path !== null && path !== '') return ok({ type: 'path', path });
  return err(
    settingProblem(
      setting,
      context,
      `The file "${setting.text}" lies outside the repository, and Argo CD refuses it.`,
      'Name a file inside the repository.',
    ),
  );
}

function matchingFiles(pattern: string, context: SourceContext): string[] {
  const fixed = pattern.slice(0, pattern.search(/[*?[]/));
  const folder = fixed.includes('/') ? fixed.slice(0, fixed.lastIndexOf('/')) : '';
  return filesUnder(context.cache, folder, true).filter((path) => matchesFilePattern(pattern, path));
}

function missing(setting: Setting, path: string, context: SourceContext): GitOpsError {
  return settingProblem(
    setting,
    context,
    `There is no file ${path}, which the value file "${setting.text}" names.`,
    'Add the file, correct the name, or set helm.ignoreMissingValueFiles.',
  );
}

function noMatch(setting: Setting, context: SourceContext): GitOpsError {
  return settingProblem(
    setting,
    context,
    `No file matches the value file pattern "${setting.text}".`,
    'Add a file, correct the pattern, or set helm.ignoreMissingValueFiles.',
  );
}
