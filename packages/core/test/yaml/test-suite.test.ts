import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editYaml, readYaml, type YamlNode } from '../../src/yaml/index.js';
import type { Path } from '../../src/yaml/node.js';
import { documentsOf, type Expected } from './test-suite-events.js';

interface Case {
  readonly id: string;
  readonly name: string;
  readonly yaml: string;
  readonly error?: true;
  readonly events?: readonly string[];
}

const { cases } = JSON.parse(readFileSync(new URL('../cases/yaml-test-suite/cases.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

/** Valid YAML that is refused, and why. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'a key must be a word, not a map or a list':
    '4FJ6 6BFJ 6PBE 9MMW KK5P LX3P M2N8/00 M2N8/01 M5DY Q9WF RZP5 SBG9 V9D5 X38W XW4D'.split(' '),
  'The key "" stands twice in this map': ['2JQS'],
};

/** What is read although the suite calls it invalid: nothing in it is a value. */
const lenient: Readonly<Record<string, string>> = {
  '9MMA': 'a directive without a document',
  SF5V: 'a directive that stands twice',
};

/** A document end without a document is read as an empty document. */
const emptyDocuments = ['HWV9', 'M7A3', 'QT73'];

const empty: Expected = { type: 'scalar', text: '' };

function shapeOf(node: YamlNode | null): Expected {
  if (node === null) return empty;
  switch (node.type) {
    case 'scalar':
      return { type: 'scalar', text: node.text };
    case 'alias':
      return { type: 'alias', name: node.name };
    case 'list':
      return { type: 'list', items: node.items.map(shapeOf) };
    default:
      return {
        type: 'map',
        entries: node.entries.map(({ key, value }) => [{ type: 'scalar', text: key }, shapeOf(value)]),
      };
  }
}

/** The same, an alias that is a key being what it stands for: keys are words here. */
function withPlainKeys(node: Expected, anchors: ReadonlyMap<string, string>): Expected {
  if (node.type === 'list') return { type: 'list', items: node.items.map((item) => withPlainKeys(item, anchors)) };
  if (node.type !== 'map') return node;
  return {
    type: 'map',
    entries: node.entries.map(([key, value]) => [
      key.type === 'alias' ? { type: 'scalar', text: anchors.get(key.name) ?? '' } : key,
      withPlainKeys(value, anchors),
    ]),
  };
}

function anchorsOf(events: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    events.flatMap((line) => {
      const [, name, text] = /^ *=VAL &(\S+) [:'"](.*)$/.exec(line) ?? [];
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    }),
  );
}

const nothing = (node: Expected): boolean => node.type === 'scalar' && node.text === '';

describe('the YAML test suite, case by case', () => {
  it('is here whole', () => {
    expect(cases).toHaveLength(402);
    expect(cases.filter((one) => one.error)).toHaveLength(94);
  });

  it.each(cases.filter((one) => one.error))('$id $name is refused', ({ id, yaml }) => {
    const read = readYaml(yaml, 'file.yaml');
    expect(read.isOk()).toBe(id in lenient);
    if (read.isErr()) expect(read.error.at).toMatchObject({ file: 'file.yaml', line: expect.any(Number) });
  });

  it.each(cases.filter((one) => !one.error))(
    '$id $name is read as it says, or refused',
    ({ id, yaml, events = [] }) => {
      const read = readYaml(yaml, 'file.yaml');
      const reason = Object.entries(refused).find(([, ids]) => ids.includes(id))?.[0];
      if (reason !== undefined) {
        expect(read._unsafeUnwrapErr().message).toContain(reason);
        return;
      }
      const documents = read._unsafeUnwrap().documents.map(({ root }) => shapeOf(root));
      const expected = documentsOf(events).map((one) => withPlainKeys(one, anchorsOf(events)));
      if (emptyDocuments.includes(id)) expect(documents.filter((one) => !nothing(one))).toEqual(expected);
      else expect(documents).toEqual(expected);
    },
  );
});

/** Every value of a text that is a scalar, by its place. */
function scalarsIn(node: YamlNode | null, path: Path = []): readonly Path[] {
  if (node === null || node.type === 'alias') return [];
  if (node.type === 'scalar') return path.length === 0 ? [] : [path];
  if (node.type === 'list') return node.items.flatMap((item, index) => scalarsIn(item, [...path, index]));
  return node.entries.flatMap(({ key, value }) => scalarsIn(value, [...path, key]));
}

function withScalar(node: Expected, path: Path, text: string): Expected {
  const [step, ...rest] = path;
  if (step === undefined) return { type: 'scalar', text };
  if (node.type === 'list')
    return {
      type: 'list',
      items: node.items.map((item, index) => (index === step ? withScalar(item, rest, text) : item)),
    };
  if (node.type !== 'map') return node;
  return {
    type: 'map',
    entries: node.entries.map(([key, value]) => [
      key,
      key.type === 'scalar' && key.text === step ? withScalar(value, rest, text) : value,
    ]),
  };
}

describe('edits in the YAML test suite', () => {
  it('change the one value, and nothing else that the text says; or are refused', () => {
    const count = { changed: 0, refused: 0 };
    for (const { id, yaml, error } of cases) {
      const read = readYaml(yaml, 'file.yaml');
      if (error || read.isErr()) continue;
      const before = read.value.documents.map(({ root }) => shapeOf(root));
      for (const [index, { root }] of read.value.documents.entries()) {
        for (const path of scalarsIn(root)) {
          const edited = editYaml(yaml, [{ at: { document: { index }, path }, set: '1.8.2-new' }]);
          if (edited.isErr()) {
            count.refused += 1;
            expect(['alias-on-path', 'edit-unverified', 'not-a-scalar'], id).toContain(edited.error.kind);
            continue;
          }
          count.changed += 1;
          const after = readYaml(edited.value.text, 'file.yaml')._unsafeUnwrap().documents;
          const expected = before.map((one, at) => (at === index ? withScalar(one, path, '1.8.2-new') : one));
          expect(
            after.map((one) => shapeOf(one.root)),
            `${id} at ${path.join('.')}`,
          ).toEqual(expected);
        }
      }
    }
    expect(count).toEqual({ changed: 489, refused: 25 });
  });
});
