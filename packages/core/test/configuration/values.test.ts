import { describe, expect, it } from 'vitest';
import { keysOf, schema } from '../../../../tools/configuration-docs.mjs';
import { parseConfig } from '../../src/index.js';
import { example, type Json, put, stepsOf } from '../configuration-example.js';
import { type Kind, wrongTexts, wrongValues } from './wrong-values.js';

const keys = keysOf().filter(({ key }) => !key.endsWith('<name>'));
const textOf = (config: Json) => JSON.stringify(config, null, 2);
const read = (config: Json) => parseConfig(textOf(config), 'gitops.yaml');

/** Line and column of the value there. */
function positionOf(config: Json, steps: readonly (string | number)[]): { line: number; column: number } {
  const lines = textOf(put(config, steps, 'HERE')).split('\n');
  const line = lines.findIndex((one) => one.includes('"HERE"'));
  return { line: line + 1, column: (lines[line] ?? '').indexOf('"HERE"') + 1 };
}

const wrong = keys.flatMap(({ key, own }) => wrongValues(own as Kind).map((one) => ({ key, ...one })));

describe('a value that a key of gitops.yaml does not take', () => {
  it.each(wrong.map((one) => [one.key, JSON.stringify(one.value).slice(0, 60), one] as const))(
    '%s: %s is refused where it stands, with a remedy',
    (_, __, { key, value, at }) => {
      const steps = stepsOf(key);
      const config = put(example, steps, value);
      const error = read(config)._unsafeUnwrapErr();
      const place = positionOf(config, [...steps, ...at]);
      const told = [error, ...error.also].find((one) => one.at?.line === place.line && one.at.column === place.column);
      expect([error, ...error.also].map((one) => one.at)).toContainEqual({ file: 'gitops.yaml', ...place });
      expect(told).toMatchObject({ kind: 'config-invalid', remedy: expect.stringMatching(/\S/) });
    },
  );

  it('is tried for every kind of text', () => {
    const kinds = Object.entries(schema.$defs).filter(([, kind]) => kind.properties === undefined);
    expect(Object.keys(wrongTexts).sort()).toEqual(kinds.map(([name]) => name).sort());
  });
});
