import type { GitOpsError } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { readRendered, readYaml } from '../yaml/read.js';
import { expandVariables } from './build-environment.js';
import { mergeDocuments, readMap } from './chart.js';
import { fileTextAt, yamlAt } from './files.js';
import { type Origin, positionIn, selectorOf } from './origin.js';
import { placer } from './placed.js';
import { type Segment, textOf } from './segments.js';
import { type Assignment, escapeCommas, parseSet, setAt, typedValue } from './set-syntax.js';
import { type HelmSettings, placeOf, type Setting } from './source.js';
import { addNote, positionOf, type SourceContext, settingProblem } from './source-context.js';
import { innerOffsets } from './string-offsets.js';
import { listOf, type MapValue, mapOf, mergeMaps, overriding, scalar, toValue, type Value } from './value.js';
import { locate, resolveValueFiles } from './value-files.js';

/** The values that Argo CD hands to Helm, before the chart's own defaults. */
export interface GivenValues {
  readonly values: MapValue;
  /** The value files, in the order in which they are read. */
  readonly files: readonly string[];
  /** False where some of them lie outside this repository. */
  readonly complete: boolean;
}

/**
 * The values of a source, each with the place in Git that decides it, in Argo CD's order: value files, then `values` or
 * `valuesObject` (which hides `values` altogether), then parameters, those with `forceString`, file parameters.
 */
export function givenValues(settings: HelmSettings, context: SourceContext): Result<GivenValues, GitOpsError> {
  const files = resolveValueFiles(settings.valueFiles, settings.ignoreMissingValueFiles, context);
  if (files.isErr()) return err(files.error);
  let values = mapOf([]);
  for (const path of files.value.paths) {
    const read = readMap(context.cache, path, 'helm-value-file');
    if (read.isErr()) return err(read.error);
    values = mergeMaps(values, read.value);
  }
  const own = ownValues(settings, context);
  if (own.isErr()) return err(own.error);
  values = mergeMaps(values, own.value);
  noteOverlaps(settings, context);
  for (const set of [setParameters, setFileParameters]) {
    const done = set(values, settings, context);
    if (done.isErr()) return err(done.error);
    values = done.value;
  }
  return ok({ values, files: files.value.paths, complete: !files.value.unread });
}

function ownValues(settings: HelmSettings, context: SourceContext): Result<MapValue, GitOpsError> {
  if (settings.valuesObject !== null) return mergeDocuments([settings.valuesObject], context.at.file);
  return settings.values === null ? ok(mapOf([])) : valuesOfString(settings.values, context);
}

/** The values in a `values` string, each with the string's place and its own place inside. */
export function valuesOfString(setting: Setting, context: SourceContext): Result<MapValue, GitOpsError> {
  const { origin, parts } = setting;
  const file = origin?.file.path ?? context.at.file;
  const composed = parts === undefined ? null : valuesOfParts(parts, file);
  if (composed !== null) return mergeDocuments(composed, file);
  const read = readYaml(setting.text, file);
  if (read.isErr()) {
    const { error } = read;
    return err({ ...error, at: positionOf(setting, context), message: `In this string of values: ${error.message}` });
  }
  const documents = read.value.documents.map((document) => {
    const inner = selectorOf(read.value, document);
    if (origin === null)
      return toValue(document.root, {
        kind: 'helm-values',
        file: { path: file, text: setting.text, lines: null },
        document: inner,
      });
    return toValue(document.root, {
      kind: placeOf(origin) === 'override' ? 'override-values' : 'helm-values',
      file: origin.file,
      document: origin.document,
      outer: {
        pointer: { document: origin.document, path: origin.path },
        innerDocument: inner,
        offset: innerOffsets(origin.file.text, origin.start, setting.text),
      },
    });
  });
  return mergeDocuments(documents, file);
}

/** The values in a string that a template made, each with the place of what it was made of; null: no YAML. */
function valuesOfParts(parts: readonly Segment[], file: string): readonly Value[] | null {
  const text = textOf(parts);
  const place = placer(parts);
  return readRendered(text, file).match(
    ({ documents }) =>
      documents.map(({ root, index }) =>
        place(toValue(root, { kind: 'helm-values', file: { path: file, text, lines: null }, document: { index } })),
      ),
    () => null,
  );
}

/** Of one name and kind the last counts; plain ones come before those with `forceString`, whatever their order. */
function setParameters(
  values: MapValue,
  settings: HelmSettings,
  context: SourceContext,
): Result<MapValue, GitOpsError> {
  let result = values;
  for (const force of [false, true]) {
    const last = new Map<string, HelmSettings['parameters'][number]>();
    for (const parameter of settings.parameters) {
      if (parameter.forceString !== force) continue;
      const before = last.get(parameter.name.text);
      const value = before === undefined ? parameter.value : overriding(parameter.value, before.value);
      last.set(parameter.name.text, { ...parameter, value: value.type === 'scalar' ? value : parameter.value });
    }
    for (const { name, value } of last.values()) {
      const expanded = expandVariables(String(value.value ?? ''), context.environment);
      const origin = expanded === value.value ? value.origin : unwritable(value.origin);
      const made = (text: string): Value => {
        if (value.known === false) return { ...scalar(''), known: false };
        const typed = force ? scalar(text, sameText(origin, text)) : typedValue(text, sameText(origin, text));
        return typed.type === 'scalar' ? { ...typed, hides: value.hides } : typed;
      };
      const done = assign(result, name, escapeCommas(expanded), made, context);
      if (done.isErr()) return err(done.error);
      result = done.value;
    }
  }
  return ok(result);
}

function setFileParameters(
  values: MapValue,
  settings: HelmSettings,
  context: SourceContext,
): Result<MapValue, GitOpsError> {
  let result = values;
  const last = new Map(settings.fileParameters.map((parameter) => [parameter.name.text, parameter]));
  for (const { name, path } of last.values()) {
    const place = locate(path, context);
    if (place.isErr()) return err(place.error);
    if (place.value.type === 'elsewhere') {
      addNote(
        context.notes,
        'value-file-elsewhere',
        `The file "${path.text}" of a file parameter is in ${place.value.where} and was not read.`,
        positionOf(path, context),
        'warn',
      );
      continue;
    }
    const file = fileTextAt(context.cache, place.value.path);
    if (file === null) {
      return err(
        settingProblem(
          path,
          context,
          `There is no file ${place.value.path}, which the file parameter "${name.text}" names.`,
          'Add the file, or correct the path.',
        ),
      );
    }
    const done = assign(
      result,
      name,
      'file',
      () => scalar(file.text, originOfWholeFile(place.value, context)),
      context,
    );
    if (done.isErr()) return err(done.error);
    result = done.value;
  }
  return ok(result);
}

function assign(
  values: MapValue,
  name: Setting,
  text: string,
  make: (text: string) => Value,
  context: SourceContext,
): Result<MapValue, GitOpsError> {
  const refused = (why: string) =>
    err(
      settingProblem(
        name,
        context,
        `Helm refuses the parameter "${name.text}": ${why}.`,
        'Correct its name, or the value that it is to change.',
      ),
    );
  const parsed = parseSet(`${name.text}=${text}`);
  if (typeof parsed === 'string') return refused(parsed);
  let result: MapValue = values;
  for (const assignment of parsed) {
    const done = setAt(result, assignment.path, toAssigned(assignment, make));
    if (typeof done === 'string') return refused(done);
    result = done;
  }
  return ok(result);
}

function toAssigned(assignment: Assignment, make: (text: string) => Value): Value {
  return typeof assignment.value === 'string'
    ? make(assignment.value)
    : listOf(assignment.value.map((text) => make(text)));
}

/** A version can be written only where the text in Git is the text that Helm gets. */
function sameText(origin: Origin | null, text: string): Origin | null {
  return origin !== null && origin.text !== text ? unwritable(origin) : origin;
}

function unwritable(origin: Origin | null): Origin | null {
  return origin === null ? null : { ...origin, writable: false };
}

function originOfWholeFile(
  place: { readonly type: string; readonly path?: string },
  context: SourceContext,
): Origin | null {
  const path = place.path ?? '';
  const file = fileTextAt(context.cache, path);
  const read = yamlAt(context.cache, path);
  if (file === null || read === null || read.isErr()) return null;
  const root = read.value.documents[0]?.root ?? null;
  const whole = read.value.documents.length === 1 && root?.type === 'scalar' && root.text === file.text;
  return {
    kind: 'helm-value-file',
    file,
    document: {},
    path: [],
    start: 0,
    text: file.text,
    inside: null,
    writable: whole,
  };
}

/** Argo CD applies parameters whose names overlap in random order: there is no value to read. */
function noteOverlaps(settings: HelmSettings, context: SourceContext): void {
  for (const outer of settings.parameters) {
    for (const inner of settings.parameters) {
      if (!inner.name.text.startsWith(`${outer.name.text}.`) && !inner.name.text.startsWith(`${outer.name.text}[`))
        continue;
      const at = outer.name.origin === null ? context.at : positionIn(outer.name.origin.file, outer.name.origin.start);
      addNote(
        context.notes,
        'overlapping-parameters',
        `The parameters "${outer.name.text}" and "${inner.name.text}" overlap, and Argo CD applies them in random order.`,
        at,
        'warn',
      );
    }
  }
}
