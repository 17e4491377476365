import { exampleOf } from '../../../tools/configuration-docs.mjs';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonMap = { readonly [key: string]: Json };

/** The file that docs/configuration.md shows, section by section. */
export const example: JsonMap = toMap(JSON.parse(JSON.stringify(exampleOf())));

type Steps = readonly (string | number)[];

/** Where the example has a key such as `environments.<name>.from.all`: the first place that has it. */
export function stepsOf(key: string): Steps {
  const found = find(example, key.split(/\.|(?=\[\])/), []);
  if (found === null) throw new Error(`docs/configuration.md shows no example of ${key}`);
  return found;
}

function find(at: Json, [step, ...rest]: readonly string[], path: Steps): Steps | null {
  if (step === undefined) return path;
  const entries: readonly (readonly [string | number, Json])[] = isList(at)
    ? [...at.entries()]
    : Object.entries(toMap(at));
  for (const [name, value] of entries) {
    if (step !== '[]' && step !== '<name>' && step !== name) continue;
    const found = find(value, rest, [...path, name]);
    if (found !== null) return found;
  }
  return null;
}

/** The document without the value there. */
export function without(at: Json, [step, ...rest]: Steps): Json {
  if (step === undefined) return at;
  if (isList(at)) {
    return at.flatMap((one, index) => (index !== step ? [one] : rest.length === 0 ? [] : [without(one, rest)]));
  }
  const map = toMap(at);
  const { [step]: value = null, ...others } = map;
  return rest.length === 0 ? others : { ...map, [step]: without(value, rest) };
}

/** The document with a key of another name, in its place. */
export function renamed(at: Json, [step, ...rest]: Steps, name: string): Json {
  if (isList(at)) return at.map((one, index) => (index === step ? renamed(one, rest, name) : one));
  return Object.fromEntries(
    Object.entries(toMap(at)).map(([key, value]) => {
      if (key !== step) return [key, value];
      return rest.length === 0 ? [name, value] : [key, renamed(value, rest, name)];
    }),
  );
}

export function toMap(value: Json): JsonMap {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value there; null where there is none. */
export function valueAt(at: Json, steps: Steps): Json {
  return steps.reduce<Json>((value, step) => (isList(value) ? value[Number(step)] : toMap(value)[step]) ?? null, at);
}

/** The document with another value there. */
export function put(at: Json, [step, ...rest]: Steps, value: Json): Json {
  if (step === undefined) return value;
  if (isList(at)) return at.map((one, index) => (index === step ? put(one, rest, value) : one));
  const map = toMap(at);
  return { ...map, [step]: put(map[step] ?? null, rest, value) };
}
