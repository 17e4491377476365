import { type UpdaterApplication, type UpdaterResource, updaterResource } from '../../src/image-updater/index.js';
import type { Path, Step, YamlEdit } from '../../src/yaml/index.js';

/** Files as plain values, edited without any YAML: what the edits of a freeze mean, apart from how they are written. */
export type Tree = Readonly<Record<string, unknown>>;

export function applyPlainly(tree: Tree, edits: readonly { readonly file: string; readonly edit: YamlEdit }[]): Tree {
  const copy = structuredClone(tree) as Record<string, unknown>;
  for (const { file, edit } of edits) applyOne(copy[file], edit.at.path, edit);
  return copy;
}

export function applicationIn(tree: Tree, file: string, base: Path = []): UpdaterApplication {
  const object = at(tree[file], base) as {
    metadata: {
      name: string;
      namespace?: string;
      labels?: Record<string, string>;
      annotations?: Record<string, string>;
    };
  };
  const { name, namespace, labels = {}, annotations = {} } = object.metadata;
  return { name, namespace: namespace ?? null, labels, annotations, file, document: { index: 0 }, base };
}

export function resourceIn(tree: Tree, file: string): UpdaterResource {
  return updaterResource({ file, document: { index: 0 } }, tree[file]);
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, step) => (found === undefined ? undefined : child(found, step)), value);
}

function applyOne(root: unknown, path: Path, edit: YamlEdit): void {
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>((found, step) => {
    const next = child(found, step);
    if (next !== undefined) return next;
    if (!('insert' in edit) || typeof step !== 'string') throw new Error(`nothing at ${JSON.stringify(path)}`);
    const made = {};
    (found as Record<string, unknown>)[step] = made;
    return made;
  }, root);
  const exists = last !== undefined && child(parent, last) !== undefined;
  if ('insert' in edit) {
    if (exists) throw new Error(`already there: ${JSON.stringify(path)}`);
    if (Array.isArray(parent)) parent.push(edit.insert);
    else (parent as Record<string, unknown>)[last as string] = edit.insert;
    return;
  }
  if (!exists || !('set' in edit || 'replace' in edit)) throw new Error(`cannot change ${JSON.stringify(path)}`);
  const value = 'set' in edit ? edit.set : (JSON.parse(edit.replace) as unknown);
  (parent as Record<string | number, unknown>)[last as string | number] = value;
}

function child(value: unknown, step: Step): unknown {
  if (typeof step !== 'object') return (value as Record<string | number, unknown> | undefined)?.[step];
  const items = value as readonly Record<string, unknown>[];
  return items.find((item) => Object.entries(step.where).every(([key, wanted]) => item[key] === wanted));
}

/** What the schema of v1.0-v1.3 makes of a resource: defaults in every settings block that is there. */
export function withSchemaDefaults<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withSchemaDefaults) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => {
    const inside = withSchemaDefaults(one as unknown);
    const isBlock = key === 'commonUpdateSettings' && typeof inside === 'object' && inside !== null;
    return [key, isBlock ? { updateStrategy: 'semver', forceUpdate: false, ...inside } : inside];
  });
  return Object.fromEntries(entries) as T;
}
