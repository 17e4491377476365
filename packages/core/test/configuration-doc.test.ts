import { describe, expect, it } from 'vitest';
import { documents, keysOf, schema } from '../../../tools/configuration-docs.mjs';
import { parseConfig } from '../src/index.js';
import { defaultSeverities } from '../src/promotion/rules.js';
import { example, renamed, stepsOf } from './configuration-example.js';

const read = (value: unknown) => parseConfig(JSON.stringify(value, null, 2), 'gitops.yaml');

/** The line of a JSON text with this key. */
function lineOf(value: unknown, key: string): number {
  const lines = JSON.stringify(value, null, 2).split('\n');
  return lines.findIndex((one) => one.trimStart().startsWith(`${JSON.stringify(key)}:`)) + 1;
}

describe('docs/configuration.md', () => {
  it('is what the schema says', () => {
    const { found, wanted } = documents();
    expect(found).toBe(wanted);
  });

  it('shows a configuration that is read without a complaint', () => {
    expect(read(example).isOk()).toBe(true);
  });

  it('tells the severity that a rule has by itself', () => {
    const { oneOf } = (
      schema.$defs['rule'] as { properties: { rule: { oneOf: { const: string; description: string }[] } } }
    ).properties.rule;
    const told = Object.fromEntries(
      oneOf.map(({ const: id, description }) => [id, /Left out: (\w+)\.$/.exec(description)?.[1]]),
    );
    expect(told).toEqual(defaultSeverities);
  });
});

describe('a key of gitops.yaml that is misspelt', () => {
  const keys = keysOf().filter(({ key }) => !key.endsWith('<name>'));

  it.each(keys.map(({ key }) => key))('%s is refused at its line, with what is known there', (key) => {
    const steps = stepsOf(key);
    const wrong = `${String(steps.at(-1))}x`;
    const config = renamed(example, steps, wrong);
    const error = read(config)._unsafeUnwrapErr();
    expect(error.kind).toBe('config-invalid');
    const [told] = [error, ...error.also].filter((one) => one.message.includes(wrong));
    expect(told?.message).toMatch(/There is no such key|no environment|no rule/);
    expect(told?.at).toMatchObject({ file: 'gitops.yaml', line: lineOf(config, wrong) });
    expect(told?.remedy).toContain(String(steps.at(-1)));
  });
});
