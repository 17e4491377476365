import { type MapValue, mapOf, scalar, type Value, valueAt } from './value.js';

/**
 * The steps of a field path of Kustomize: `spec.containers.[name=web].image`, `metadata.annotations.a\.b`; a dot behind a
 * backslash or inside brackets divides nothing.
 */
export function stepsOf(path: string): readonly string[] {
  const steps = path.match(/(?:\[[^\]]*\]|\\.|[^.\\])+/g) ?? [];
  return steps.map((step) => step.replaceAll('\\.', '.'));
}

/** Every value that a path leads to. */
export function valuesAlong(value: Value, steps: readonly string[]): readonly Value[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  return keysAt(value, step).flatMap((key) => {
    const next = valueAt(value, [key]);
    return next === undefined ? [] : valuesAlong(next, rest);
  });
}

/**
 * The value with what `put` makes at every place that a path leads to; null where it leads to none.
 *
 * @param creates whether what is missing on the way is made.
 */
export function setAt(
  value: Value | undefined,
  steps: readonly string[],
  put: (there: Value | undefined) => Value,
  creates: boolean,
): Value | null {
  const [step, ...rest] = steps;
  if (step === undefined) return value === undefined && !creates ? null : put(value);
  const there = value === undefined && creates ? emptyFor(step) : value;
  if (there === undefined || there.type === 'scalar') return null;
  const keys = keysAt(there, step);
  if (keys.length > 0) {
    return keys.reduce<Value | null>((current, key) => {
      const done = current === null ? null : setAt(valueAt(current, [key]), rest, put, creates);
      return current === null || done === null ? null : withEntry(current, key, done);
    }, there);
  }
  if (!creates) return null;
  const made = setAt(madeFor(step), rest, put, true);
  if (made === null || step === '*') return null;
  if (there.type === 'list') return { ...there, items: [...there.items, made] };
  return withEntry(there, step, made);
}

const condition = /^\[([^=\]]+)=([^\]]*)\]$/;

/** The keys or indices that a step names here. */
function keysAt(value: Value, step: string): readonly (string | number)[] {
  if (value.type === 'map') return step === '*' ? [...value.entries.keys()] : value.entries.has(step) ? [step] : [];
  if (value.type !== 'list') return [];
  if (step === '*') return value.items.map((_, index) => index);
  const [, key, wanted] = condition.exec(step) ?? [];
  if (key !== undefined) {
    return value.items.flatMap((item, index) => {
      const own = valueAt(item, [key]);
      return own?.type === 'scalar' && String(own.value) === wanted ? [index] : [];
    });
  }
  const index = Number(step);
  return Number.isInteger(index) && index >= 0 && index < value.items.length ? [index] : [];
}

function emptyFor(step: string): Value {
  return condition.test(step) || step === '-' ? { type: 'list', items: [], origin: null } : mapOf([]);
}

/** What is put where a step leads to nothing: an item that fits its condition, or nothing yet. */
function madeFor(step: string): MapValue | undefined {
  const [, key, wanted] = condition.exec(step) ?? [];
  return key === undefined ? undefined : mapOf([[key, scalar(wanted ?? '')]]);
}

function withEntry(value: Value, key: string | number, entry: Value): Value {
  if (value.type === 'list') return { ...value, items: value.items.with(Number(key), entry) };
  if (value.type !== 'map') return value;
  return { ...value, entries: new Map(value.entries).set(String(key), entry) };
}
