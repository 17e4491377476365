import type { Config } from '../environment/config.js';
import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { parsePointer, positionAt, readYaml, valueOf, type YamlFile } from '../yaml/index.js';
import type { FreezeRecord, Selection, UndoEntry } from './record.js';

/** Folder of the records, beside the project's `gitops.yaml`. */
export function recordFolder(config: Config): string {
  return config.root === '' ? '.gitops/freezes' : `${config.root}/.gitops/freezes`;
}

/** Reads a record file. `freeze-record-invalid` says what is wrong and where: a freeze is never half read. */
export function parseRecord(text: string, path: string): Result<FreezeRecord, GitOpsError> {
  return readYaml(text, path).andThen((file) => {
    const root = file.documents[0]?.root ?? null;
    const value = valueOf(root);
    if (root === null || root.type !== 'map' || !isObject(value))
      return err(invalid(file, 0, 'it is not a map of keys'));
    if (value.version !== 1) {
      return err(
        invalid(file, offsetOf(file, 'version'), 'its "version" is not 1: a newer gitops wrote it, or it was edited'),
      );
    }
    const wrong = (key: string, what: string) => err(invalid(file, offsetOf(file, key), `"${key}" ${what}`));
    for (const key of ['environment', 'reason', 'by', 'since'] as const) {
      if (typeof value[key] !== 'string') return wrong(key, 'is missing or not a text');
    }
    if (value.until !== undefined && typeof value.until !== 'string') return wrong('until', 'is not a text');
    const selection: Record<keyof Selection, readonly string[]> = { applications: [], images: [], except: [] };
    for (const key of ['applications', 'images', 'except'] as const) {
      const items = value[key] ?? [];
      if (!isTexts(items)) return wrong(key, 'is not a list of texts');
      selection[key] = items;
    }
    const denied = readDenied(value.denied ?? []);
    if (denied === null) return wrong('denied', 'is not a list of application, image and version');
    const undo = readUndo(value.undo ?? []);
    if (undo === null) return wrong('undo', 'is not a list of file, at, wrote and was');
    return ok({
      file: path,
      environment: String(value.environment),
      selection,
      reason: String(value.reason),
      by: String(value.by),
      since: String(value.since),
      until: value.until === undefined ? null : String(value.until),
      denied,
      undo,
    });
  });
}

function readDenied(value: unknown): FreezeRecord['denied'] | null {
  if (!Array.isArray(value)) return null;
  const denied = value.flatMap((one: unknown) =>
    isObject(one) &&
    typeof one.application === 'string' &&
    typeof one.image === 'string' &&
    typeof one.version === 'string'
      ? [{ application: one.application, image: one.image, version: one.version }]
      : [],
  );
  return denied.length === value.length ? denied : null;
}

function readUndo(value: unknown): readonly UndoEntry[] | null {
  if (!Array.isArray(value)) return null;
  const undo = value.flatMap((one: unknown): UndoEntry[] => {
    if (!isObject(one) || typeof one.file !== 'string' || typeof one.at !== 'string') return [];
    const at = parsePointer(one.at);
    const texts = [one.wrote ?? null, one.was ?? null, one.added ?? null, one.removed ?? null];
    if (at.isErr() || !texts.every((text) => text === null || typeof text === 'string')) return [];
    const [wrote = null, was = null, added = null, removed = null] = texts as (string | null)[];
    return [{ file: one.file, at: at.value, wrote, was, added, removed, line: 0 }];
  });
  return undo.length === value.length ? undo : null;
}

function invalid(file: YamlFile, offset: number, what: string): GitOpsError {
  return problem(
    'freeze-record-invalid',
    `The freeze record ${file.path} cannot be used: ${what}.`,
    'Restore the file from Git (git log -- <file> shows its versions), or delete it and freeze again.',
    { at: positionAt(file.path, file.text, offset) },
  );
}

function offsetOf(file: YamlFile, key: string): number {
  const root = file.documents[0]?.root;
  return root?.type === 'map' ? (root.entries.find((one) => one.key === key)?.keyStart ?? 0) : 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
