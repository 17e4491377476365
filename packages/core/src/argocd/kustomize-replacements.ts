import type { GitOpsError } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { valuesAt } from './files.js';
import type { KustomizeObject } from './kustomize.js';
import { isChosen, isExactly } from './kustomize-selector.js';
import { positionIn } from './origin.js';
import { joinPath } from './paths.js';
import { addNote, type SourceContext, settingProblem } from './source-context.js';
import { type MapValue, mapAt, ownCopy, type ScalarValue, scalar, stringAt, type Value } from './value.js';
import { setAt, stepsOf, valuesAlong } from './value-path.js';

/** What replacements ask of the images, which change on their way. */
export interface Replacing {
  /** The text of a scalar as it is by now. */
  readonly textOf: (value: ScalarValue) => string;
  /** What stands in place of `target` once a piece of its text is that of `source`; `text`: the whole of the new one. */
  readonly compose: (target: ScalarValue, source: ScalarValue, text: string) => ScalarValue;
  /** A copy of a value for another place. */
  readonly copy: (value: ScalarValue) => ScalarValue;
}

/** What a replacement takes: a whole value, or a piece of its text. */
interface Taken {
  readonly value: Value;
  readonly piece: string | null;
}

/**
 * Applies replacements in order, as Kustomize 5.8 does: the value of one field to others, whole or as a piece between
 * delimiters. One that cannot be applied is told, and changes nothing.
 */
export function applyReplacements(
  objects: readonly KustomizeObject[],
  entries: readonly MapValue[],
  folder: string,
  context: SourceContext,
  replacing: Replacing,
): Result<readonly KustomizeObject[], GitOpsError> {
  let current = objects;
  for (const entry of entries) {
    const read = replacementsOf(entry, folder, context);
    if (read.isErr()) return err(read.error);
    for (const one of read.value) {
      const taken = takenBy(one, current, replacing);
      current =
        typeof taken === 'string'
          ? notApplied(one, taken, current, context)
          : replace(one, taken, current, context, replacing);
    }
  }
  return ok(current);
}

/** An entry, or what the file holds that it names. */
function replacementsOf(
  entry: MapValue,
  folder: string,
  context: SourceContext,
): Result<readonly MapValue[], GitOpsError> {
  const file = stringAt(entry, ['path']);
  if (file === null) return ok([entry]);
  const path = joinPath(folder, file);
  const read = path === null ? null : valuesAt(context.cache, path, 'manifest-image');
  if (read === null) {
    const origin = entry.entries.get('path')?.origin ?? null;
    const message = `There is no file "${file}", which a replacement names.`;
    return err(settingProblem({ origin }, context, message, 'Add it, or correct the path.'));
  }
  return read.map((documents) =>
    documents
      .flatMap((document) => (document.type === 'list' ? document.items : [document]))
      .flatMap((one) => (one.type === 'map' ? [one] : [])),
  );
}

function notApplied(
  entry: MapValue,
  why: string,
  objects: readonly KustomizeObject[],
  context: SourceContext,
): readonly KustomizeObject[] {
  const at = entry.origin === null ? context.at : positionIn(entry.origin.file, entry.origin.start);
  const message = `A replacement is not followed: ${why}. Unless that is in another repository, Kustomize refuses it: correct it.`;
  addNote(context.notes, 'replacement-not-followed', message, at, 'warn');
  return objects;
}

/** What the source of a replacement gives; a text where that cannot be told. */
function takenBy(entry: MapValue, objects: readonly KustomizeObject[], replacing: Replacing): Taken | string {
  const literal = entry.entries.get('sourceValue');
  if (literal !== undefined) return { value: literal, piece: null };
  const source = mapAt(entry, ['source']);
  if (source === null) return 'it has no source';
  const fitting = objects.filter((object) => isExactly(object, source));
  const [object] = fitting;
  if (object === undefined) return 'no object here fits its source';
  if (fitting.length > 1) return 'several objects fit its source';
  const path = stringAt(source, ['fieldPath']) ?? 'metadata.name';
  const [value] = valuesAlong(object.value, stepsOf(path));
  if (value === undefined) return `its source has no ${path}`;
  const options = mapAt(source, ['options']);
  const delimiter = stringAt(options ?? undefined, ['delimiter']);
  if (delimiter === null || delimiter === '') return { value, piece: null };
  if (value.type !== 'scalar') return `${path} is no text`;
  const piece = replacing.textOf(value).split(delimiter)[indexOf(options)];
  return piece === undefined ? `${path} has not so many pieces` : { value, piece };
}

function indexOf(options: MapValue | null): number {
  const index = options?.entries.get('index');
  return index?.type === 'scalar' && typeof index.value === 'number' ? index.value : 0;
}

function replace(
  entry: MapValue,
  taken: Taken,
  objects: readonly KustomizeObject[],
  context: SourceContext,
  replacing: Replacing,
): readonly KustomizeObject[] {
  const targets = entry.entries.get('targets');
  if (targets?.type !== 'list') return objects;
  return targets.items.reduce<readonly KustomizeObject[]>((current, target) => {
    if (target.type !== 'map') return current;
    const missing = new Set<string>();
    const changed = current.map((object) =>
      isChosen(object, target) ? withFields(object, target, taken, missing, replacing) : object,
    );
    for (const path of missing) notApplied(entry, `its target has no ${path}`, current, context);
    return changed;
  }, objects);
}

function withFields(
  object: KustomizeObject,
  target: MapValue,
  taken: Taken,
  missing: Set<string>,
  replacing: Replacing,
): KustomizeObject {
  const given = target.entries.get('fieldPaths');
  const paths = given?.type === 'list' ? given.items.flatMap((one) => stringAt(one, []) ?? []) : ['metadata.name'];
  const options = mapAt(target, ['options']);
  const create = options?.entries.get('create');
  const creates = create?.type === 'scalar' && create.value === true;
  let { value } = object;
  for (const path of paths) {
    const done = setAt(value, stepsOf(path), (there) => valueFor(there, taken, options, replacing), creates);
    if (done === null) missing.add(path);
    else value = done;
  }
  const now = (field: string, known: readonly string[]): readonly string[] => {
    const text = stringAt(value, ['metadata', field]);
    return text === null || text === stringAt(object.value, ['metadata', field])
      ? known
      : [...known.slice(0, -1), text];
  };
  // what a replacement writes over is no name that patches may use any more
  return { ...object, value, names: now('name', object.names), namespaces: now('namespace', object.namespaces) };
}

/** The value of the source, or the text of the target with it between its delimiters. */
function valueFor(
  there: Value | undefined,
  { value, piece }: Taken,
  options: MapValue | null,
  replacing: Replacing,
): Value {
  if (value.type !== 'scalar') return ownCopy(value);
  const delimiter = stringAt(options ?? undefined, ['delimiter']) ?? '';
  const own = piece ?? replacing.textOf(value);
  if (there?.type !== 'scalar')
    return piece === null ? replacing.copy(value) : replacing.compose(scalar(''), value, own);
  if (delimiter === '') return piece === null ? replacing.copy(value) : replacing.compose(there, value, own);
  const pieces = replacing.textOf(there).split(delimiter);
  const index = indexOf(options);
  if (index < 0) pieces.unshift(own);
  else if (index >= pieces.length) pieces.push(own);
  else pieces[index] = own;
  return replacing.compose(there, value, pieces.join(delimiter));
}
