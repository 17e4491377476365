import { expect, it } from 'vitest';
import { example, type Json, stepsOf, without } from '../configuration-example.js';
import { environments } from './fleet.js';

/** What a key changes: what is seen with the value that the documentation shows, and what is seen without the key. */
export interface Effect {
  readonly look: (config: Json) => unknown;
  readonly given: unknown;
  /** The default, or the complaint about a key that must be given. */
  readonly leftOut: unknown;
  /** Other sections that the key has no meaning without. */
  readonly beside?: readonly string[];
}

export type Effects = Readonly<Record<string, Effect>>;

/** The part of the documentation's example that a key needs. */
export function configFor(key: string, beside: readonly string[] = []): Json {
  const sections = new Set(['version', ...beside, key.split(/\W/)[0] ?? '']);
  const whole = Object.fromEntries(Object.entries(example).filter(([section]) => sections.has(section)));
  // all in one place, unless the place is what the key is about
  const isPlace = /^environments\.<name>\.(?:branch|repository)$/.test(key);
  return sections.has('environments') && !isPlace ? { ...whole, environments } : whole;
}

/** Holds every key of a table to what is seen with it and without it. */
export function itHasEffects(effects: Effects): void {
  it.each(Object.entries(effects))('%s changes what it says', async (key, { look, given, leftOut, beside }) => {
    const config = configFor(key, beside);
    expect(await look(config)).toEqual(given);
    expect(await look(without(config, stepsOf(key)))).toEqual(leftOut);
  });
}
