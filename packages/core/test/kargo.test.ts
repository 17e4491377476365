import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editYaml, type Path, type YamlEdit } from '../src/index.js';
import { nodeAt, readYaml, valueOf } from '../src/yaml/index.js';

interface Update {
  readonly key: string;
  readonly value: unknown;
}

interface Case extends Partial<Update> {
  readonly name: string;
  readonly input?: string;
  readonly updates?: readonly Update[];
  readonly expected?: string;
  readonly error?: object;
  readonly kargo_output?: string;
  readonly defect?: string;
}

const casesOf = (name: string): readonly Case[] => {
  const url = new URL(`cases/kargo/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: readonly Case[] }).cases;
};

/** Cases that set strings, each at a place of the first document. */
const ofStrings = (name: string): readonly (Case & { readonly input: string; readonly updates: readonly Update[] })[] =>
  casesOf(name).flatMap((one) => {
    const updates = one.updates ?? (one.key === undefined ? [] : [{ key: one.key, value: one.value }]);
    const isOurs = updates.length > 0 && updates.every(({ value }) => typeof value === 'string');
    return one.input !== undefined && isOurs ? [{ ...one, input: one.input, updates }] : [];
  });

const first = (text: string) => readYaml(text, 'x.yaml').map((file) => file.documents[0] ?? null);

/** Kargo's keys: dots divide, a backslash escapes, a colon in front marks a key that looks like a number. */
function pathOf(key: string, input: string): Path {
  const steps = key.split(/(?<!\\)\./).map((step) => step.replace(/\\([.:])/g, '$1').replace(/^\[(\d+)\]$/, '$1'));
  const document = first(input).unwrapOr(null);
  const path: (string | number)[] = [];
  for (const step of steps) {
    const node = document === null ? null : nodeAt(document, path);
    path.push(node?.type === 'list' && /^\d+$/.test(step) ? Number(step) : step.replace(/^:(?=\d)/, ''));
  }
  return path;
}

function edit(input: string, updates: readonly Update[]) {
  const documents = readYaml(input, 'x.yaml')
    .map((file) => file.documents.length)
    .unwrapOr(1);
  const document = documents > 1 ? { index: 0 } : {};
  const edits = updates.map(
    ({ key, value }): YamlEdit => ({ at: { document, path: pathOf(key, input) }, set: String(value) }),
  );
  return editYaml(input, edits);
}

const read = (text: string): unknown =>
  first(text)
    .map((document) => valueOf(document?.root ?? null))
    .unwrapOr(undefined);

/** What the document says once these values are set, nothing else changed. */
function wanted(input: string, updates: readonly Update[]): unknown {
  const value = structuredClone(read(input)) as Record<string, unknown>;
  for (const { key, value: set } of updates) {
    const path = pathOf(key, input).map((step) => (typeof step === 'object' ? '' : step));
    let at: Record<string | number, unknown> = value;
    for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
    at[path.at(-1) ?? ''] = set;
  }
  return value;
}

describe.each(['observed-by-running-kargo', 'yaml-set-values', 'yaml-update-field'])('%s', (name) => {
  it.each(ofStrings(name).map((one) => [one.name, one] as const))('%s', (_, one) => {
    const edited = edit(one.input, one.updates);
    // a place that is not there, or that the text does not hold in one way, is refused and never guessed
    if (edited.isErr())
      return expect(edited.error.kind).toMatch(
        /^(not-found|pointer-|not-a-scalar|duplicate-key|yaml-|anchor-|alias-|merge-key-|repeated)/,
      );
    const { text } = edited.value;
    expect(read(text)).toEqual(wanted(one.input, one.updates));
    const theirs = one.expected ?? one.kargo_output;
    if (theirs !== undefined && one.defect === undefined) expect(read(text)).toEqual(read(theirs));
    if (one.defect !== undefined) expect(text).not.toBe(one.kargo_output);
    return undefined;
  });
});

it('refuses only what is no single value that is there', () => {
  const refused = ['observed-by-running-kargo', 'yaml-set-values', 'yaml-update-field'].flatMap((name) =>
    ofStrings(name)
      .filter((one) => edit(one.input, one.updates).isErr())
      .map((one) => one.name),
  );
  expect(refused.sort()).toMatchInlineSnapshot(`
    [
      "add new item beyond current length",
      "add new item beyond current length (legacy syntax)",
      "add new mapping to end of sequence",
      "add new mapping to end of sequence (legacy syntax)",
      "add new scalar to end of sequence",
      "add new scalar to end of sequence (legacy syntax)",
      "anchored scalar",
      "comment only document",
      "create new nested field",
      "error on empty path",
      "error on empty path during recursive update",
      "error on invalid array index",
      "error on negative array index",
      "error on negative array index (legacy syntax)",
      "merge key",
      "missing key",
      "update alias node itself",
      "update through alias node",
    ]
  `);
});
