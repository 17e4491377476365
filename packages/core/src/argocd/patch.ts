import { containerFields } from './containers.js';
import { isNull, type ListValue, type MapValue, stringAt, type Value } from './value.js';

/**
 * A strategic merge patch as Kustomize 5.8 applies it, as far as images go: maps are merged, null deletes, lists are
 * replaced, but the containers of Kubernetes' own kinds are merged by name. Null where `$patch: delete` takes the whole
 * value away.
 */
export function strategicMerge(target: Value, patch: Value, mergesLists: boolean): Value | null {
  if (patch.type !== 'map') return patch;
  const directive = stringAt(patch, ['$patch']);
  if (directive === 'delete') return null;
  if (target.type !== 'map' || directive === 'replace') return withoutDirective(patch);
  const entries = new Map(target.entries);
  for (const [key, value] of patch.entries) {
    if (key === '$patch') continue;
    const there = entries.get(key);
    if (isNull(value)) entries.delete(key);
    else if (containerFields.has(key) && mergesLists && value.type === 'list' && there?.type === 'list') {
      entries.set(key, mergeContainers(there, value));
    } else {
      const merged = there === undefined ? withoutDirective(value) : strategicMerge(there, value, mergesLists);
      if (merged === null) entries.delete(key);
      else entries.set(key, merged);
    }
  }
  return { ...target, entries };
}

function mergeContainers(target: ListValue, patch: ListValue): ListValue {
  if (patch.items.some((item) => stringAt(item, ['$patch']) === 'replace')) {
    return { ...patch, items: patch.items.filter((item) => stringAt(item, ['$patch']) !== 'replace') };
  }
  // Kustomize puts the containers that a patch names first, in the patch's order.
  const named: Value[] = [];
  const rest: Value[] = [...target.items];
  for (const change of patch.items) {
    const name = stringAt(change, ['name']);
    const index = rest.findIndex((item) => name !== null && stringAt(item, ['name']) === name);
    const [there] = index === -1 ? [] : rest.splice(index, 1);
    const isDeletion = stringAt(change, ['$patch']) === 'delete';
    const merged = there === undefined ? (isDeletion ? null : change) : strategicMerge(there, change, true);
    if (merged !== null) named.push(merged);
  }
  return { ...target, items: [...named, ...rest] };
}

function withoutDirective(value: Value): Value {
  if (value.type !== 'map' || !value.entries.has('$patch')) return value;
  const entries = new Map(value.entries);
  entries.delete('$patch');
  return { ...value, entries };
}

/** Applies the operations of a JSON patch (RFC 6902); a text where one cannot be applied. */
export function applyJsonPatch(target: Value, operations: ListValue): Value | string {
  let result = target;
  for (const operation of operations.items) {
    const op = stringAt(operation, ['op']);
    const path = stringAt(operation, ['path']);
    const value = operation.type === 'map' ? operation.entries.get('value') : undefined;
    if (op === null || path === null) return 'an operation has no "op" or no "path"';
    if (op === 'test') continue;
    if (op !== 'add' && op !== 'replace' && op !== 'remove') return `the operation "${op}" is not followed`;
    const steps =
      path === ''
        ? []
        : path
            .slice(1)
            .split('/')
            .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const done = change(result, steps, op, value);
    if (typeof done === 'string') return `${path} ${done}`;
    if (done === null) return `${path} is the whole object`;
    result = done;
  }
  return result;
}

/** The value after the change; null where it is to be removed itself. */
function change(
  target: Value,
  steps: readonly string[],
  op: 'add' | 'replace' | 'remove',
  value: Value | undefined,
): Value | string | null {
  const [step, ...rest] = steps;
  if (step === undefined) return op === 'remove' ? null : (value ?? 'has no value to set');
  if (target.type === 'map') return changeEntry(target, step, rest, op, value);
  if (target.type === 'list') return changeItem(target, step, rest, op, value);
  return 'leads through a scalar';
}

function changeEntry(
  target: MapValue,
  step: string,
  rest: readonly string[],
  op: 'add' | 'replace' | 'remove',
  value: Value | undefined,
): Value | string {
  const there = target.entries.get(step);
  // Kustomize's library also replaces a key that is not there.
  if (there === undefined && (rest.length > 0 || op === 'remove')) return 'does not exist';
  const done = there === undefined ? (value ?? 'has no value to set') : change(there, rest, op, value);
  if (typeof done === 'string') return done;
  const entries = new Map(target.entries);
  if (done === null) entries.delete(step);
  else entries.set(step, done);
  return { ...target, entries };
}

function changeItem(
  target: ListValue,
  step: string,
  rest: readonly string[],
  op: 'add' | 'replace' | 'remove',
  value: Value | undefined,
): Value | string {
  const index = step === '-' ? target.items.length : Number(step);
  const items = [...target.items];
  if (rest.length === 0 && op === 'add') {
    if (value === undefined) return 'has no value to add';
    if (!Number.isInteger(index) || index < 0 || index > items.length) return 'is out of range';
    items.splice(index, 0, value);
    return { ...target, items };
  }
  const there = items[index];
  if (there === undefined) return 'does not exist';
  const done = change(there, rest, op, value);
  if (typeof done === 'string') return done;
  if (done === null) items.splice(index, 1);
  else items[index] = done;
  return { ...target, items };
}
