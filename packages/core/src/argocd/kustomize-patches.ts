import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { readYaml } from '../yaml/read.js';
import { textAt, valuesAt } from './files.js';
import type { PatchEntry } from './kustomization-fields.js';
import type { KustomizeObject } from './kustomize.js';
import { effective, factsOf, groupOf, matchesLabels, matchesWhole } from './kustomize-selector.js';
import { selectorOf } from './origin.js';
import { applyJsonPatch, strategicMerge } from './patch.js';
import { joinPath } from './paths.js';
import type { Setting } from './source.js';
import { addNote, positionOf, type SourceContext, settingProblem } from './source-context.js';
import { innerOffsets } from './string-offsets.js';
import { ownCopy, stringAt, toValue, type Value } from './value.js';

/** Applies patches in order, those of a folder relative to it. */
export function applyPatches(
  objects: readonly KustomizeObject[],
  patches: readonly PatchEntry[],
  folder: string,
  context: SourceContext,
): Result<readonly KustomizeObject[], GitOpsError> {
  let current = objects;
  for (const entry of patches) {
    const read = readPatch(entry, folder, context);
    if (read.isErr()) return err(read.error);
    for (const patch of read.value) {
      const done = applyPatch(current, entry, patch, context);
      if (done.isErr()) return err(done.error);
      current = done.value;
    }
  }
  return ok(current);
}

function readPatch(entry: PatchEntry, folder: string, context: SourceContext): Result<readonly Value[], GitOpsError> {
  if (entry.patch !== null) {
    if (isBrokenJson(entry.patch.text)) return err(refused(noJson, entry, context));
    return documentsOfText(entry.patch, context).mapErr((error) => ({
      ...error,
      message: `In this patch: ${error.message}`,
    }));
  }
  const setting = entry.path ?? { text: '', origin: null };
  const path = joinPath(folder, setting.text) ?? '';
  if (isBrokenJson(textAt(context.cache, path) ?? '')) return err(refused(noJson, entry, context));
  return (
    valuesAt(context.cache, path, 'manifest-image') ??
    err(
      settingProblem(
        setting,
        context,
        `There is no file ${path}, which a patch names.`,
        'Add the file, or correct the path.',
      ),
    )
  );
}

const noJson = 'it begins like JSON, as which Kustomize then reads it, and is none';

/** Operations in brackets have to be JSON; YAML's own way to write a list (`[{ op: replace }]`) is refused. */
function isBrokenJson(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** The documents of a text of YAML that stands inside YAML. */
export function documentsOfText(setting: Setting, context: SourceContext): Result<readonly Value[], GitOpsError> {
  const { origin, text } = setting;
  const read = readYaml(text, origin?.file.path ?? context.at.file);
  if (read.isErr()) return err({ ...read.error, at: positionOf(setting, context) });
  const file = origin?.file ?? { path: context.at.file, text, lines: null };
  return ok(
    read.value.documents.map((document) => {
      const inner = selectorOf(read.value, document);
      if (origin === null) return toValue(document.root, { kind: 'manifest-image', file, document: inner });
      const pointer = { document: origin.document, path: origin.path };
      const outer = { pointer, innerDocument: inner, offset: innerOffsets(origin.file.text, origin.start, text) };
      return toValue(document.root, { kind: 'manifest-image', file, document: origin.document, outer });
    }),
  );
}

function applyPatch(
  objects: readonly KustomizeObject[],
  entry: PatchEntry,
  patch: Value,
  context: SourceContext,
): Result<readonly KustomizeObject[], GitOpsError> {
  const result: KustomizeObject[] = [];
  let isNeeded = entry.target === null && patch.type === 'map' && isWhole(objects, context);
  for (const object of objects) {
    if (!isTarget(object, entry, patch, context)) {
      result.push(object);
      continue;
    }
    isNeeded = false;
    const own = ownCopy(patch);
    const done =
      own.type === 'list' ? applyJsonPatch(object.value, own) : strategicMerge(object.value, own, isBuiltIn(object));
    if (typeof done === 'string') return err(refused(done, entry, context));
    if (done !== null) result.push({ ...object, value: done });
  }
  return isNeeded && !isGenerated(patch) ? err(refused(namesNothing(patch), entry, context)) : ok(result);
}

/** Whether every object is known: none comes from elsewhere, from a chart, or from what is not followed. */
function isWhole(objects: readonly KustomizeObject[], { notes }: SourceContext): boolean {
  const isPart = (kind: string): boolean => kind.endsWith('-elsewhere') || kind.endsWith('-not-followed');
  return !notes.some(({ kind }) => isPart(kind)) && objects.every(({ names }) => names.length > 0);
}

/** What `secretGenerator` makes is not read. */
function isGenerated(patch: Value): boolean {
  return stringAt(patch, ['kind']) === 'Secret';
}

function namesNothing(patch: Value): string {
  const [kind, name] = [stringAt(patch, ['kind']), stringAt(patch, ['metadata', 'name'])];
  const namespace = effective(stringAt(patch, ['metadata', 'namespace']));
  const version = stringAt(patch, ['apiVersion']) ?? 'no apiVersion';
  return `there is no ${kind} ${name} of ${version} in the namespace ${namespace} to apply it to`;
}

function refused(why: string, entry: PatchEntry, context: SourceContext): GitOpsError {
  const at = positionOf(entry.patch ?? entry.path ?? { origin: null }, context);
  return problem('application-invalid', `This patch cannot be applied: ${why}.`, 'Correct the patch, or its target.', {
    at,
  });
}

function isTarget(
  object: KustomizeObject,
  { target, patch: inline, path }: PatchEntry,
  patch: Value,
  context: SourceContext,
): boolean {
  const { value, names, namespaces } = object;
  if (target === null) {
    const name = stringAt(patch, ['metadata', 'name']);
    const isSame = (field: string): boolean => stringAt(patch, [field]) === stringAt(value, [field]);
    const namespace = effective(stringAt(patch, ['metadata', 'namespace']));
    const isHere = namespaces.some((one) => effective(one) === namespace);
    return isSame('kind') && isSame('apiVersion') && name !== null && names.includes(name) && isHere;
  }
  const facts = factsOf(object);
  return Object.entries(target).every(([field, pattern]) => {
    if (pattern === '') return true;
    const own = facts[field];
    if (own !== undefined) return own.some((fact) => matchesWhole(pattern, fact));
    if (field === 'labelSelector' || field === 'annotationSelector') {
      const where = field === 'labelSelector' ? 'labels' : 'annotations';
      return matchesLabels(value, where, pattern);
    }
    addNote(
      context.notes,
      'patch-target-not-followed',
      `A patch selects its target by "${field}", which is not followed.`,
      positionOf(inline ?? path ?? { origin: null }, context),
      'warn',
    );
    return false;
  });
}

/** Only of Kubernetes' own kinds does Kustomize know that containers are merged by name. */
function isBuiltIn({ value }: KustomizeObject): boolean {
  const group = groupOf(value);
  return !group.includes('.') || group.endsWith('.k8s.io');
}
