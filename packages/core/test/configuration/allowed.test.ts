import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../../tools/configuration-docs.mjs';
import { parseConfig } from '../../src/index.js';
import { example, type Json, put, stepsOf, valueAt, without } from '../configuration-example.js';
import { configFor } from './effect.js';
import { promote, shown } from './fleet.js';
import type { Kind } from './wrong-values.js';

const keys = keysOf().filter(({ key }) => !key.endsWith('<name>'));
const read = (config: Json) => parseConfig(JSON.stringify(config), 'gitops.yaml');

/** The values that the documentation lists for a key, and the ends of a range. */
function listed({ enum: values, type, minimum, maximum }: Kind): readonly Json[] {
  if (values !== undefined) return values;
  if (type === 'boolean') return [true, false];
  return type === 'integer' ? [minimum ?? 0, maximum ?? 0] : [];
}

const allowed = keys.flatMap(({ key, own }) => listed(own as Kind).map((value) => [key, value] as const));
const defaults = keys.flatMap(({ key, schema }) =>
  schema['default'] === undefined ? [] : [[key, schema['default'] as Json] as const],
);

describe('a value that the documentation of gitops.yaml lists', () => {
  it.each(allowed)('%s: %j is taken as it is', (key, value) => {
    const steps = stepsOf(key);
    const config = read(put(example, steps, value))._unsafeUnwrap();
    expect(valueAt(JSON.parse(JSON.stringify(config)), steps)).toEqual(value);
  });
});

describe('a default that the documentation of gitops.yaml states', () => {
  it.each(defaults)('%s: %j is the same as nothing', (key, value) => {
    const steps = stepsOf(key);
    // images and rules name groups, which cannot be left out under them
    const base = /^(?:images|rules)/.test(key)
      ? example
      : ['images', 'rules'].reduce<Json>((at, section) => without(at, [section]), example);
    expect(read(put(base, steps, value))._unsafeUnwrap()).toEqual(read(without(base, steps))._unsafeUnwrap());
    expect(read(without(base, steps))._unsafeUnwrap()).not.toEqual(read(base)._unsafeUnwrap());
  });
});

/** Keys whose texts may hold placeholders. */
const texts = keys.flatMap(({ key, schema }) =>
  /Placeholders(?::| as in)/.test(String(schema['description'])) ? [key] : [],
);
const placeholders = ['{summary}', '{operation}', '{to}', '{environment}', '{env.TICKET}'];

describe('placeholders in texts of gitops.yaml', () => {
  it.each(texts)('%s', (key) => {
    const isList = Array.isArray(valueAt(example, stepsOf(key)));
    const isMap = key === 'commit.trailers';
    const wrap = (text: string): Json => (isList ? [text] : isMap ? { Ticket: text } : text);
    const config = (text: string) => put(configFor(key, ['environments']), stepsOf(key), wrap(text));
    const pullRequest = (text: string) =>
      shown(promote(config(text), 'qa'), (plan) => JSON.stringify(plan.changes[0]?.pullRequest));
    expect(pullRequest(placeholders.join('|'))).toContain('Promote dev to qa: users 2.1.0|promote|qa|qa|OPS-7');
    expect(pullRequest('{sumary}')).toContain('There is no placeholder {sumary}');
  });
});
