import { describe, expect, it } from 'vitest';
import { editYaml, type Path, readYaml, valueOf, type YamlNode } from '../../src/yaml/index.js';
import { jsonDocuments, readByLibrary, saidBySuite, shapeOf, suite, withValue } from './test-suite.js';

/** Valid YAML that is refused, and why: no file that Argo CD reads has such keys. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'a key must be a word, not a map or a list':
    '4FJ6 6BFJ 6PBE 9MMW KK5P LX3P M2N8/00 M2N8/01 M5DY Q9WF RZP5 SBG9 V9D5 X38W XW4D'.split(' '),
  'The key "" stands twice in this map': ['2JQS'],
};

const isPlaced = { file: 'file.yaml', line: expect.any(Number), column: expect.any(Number) };

describe('the YAML test suite, case by case', () => {
  it('is here whole', () => {
    const valid = suite.filter((one) => !one.error);
    expect({
      cases: suite.length,
      invalid: suite.length - valid.length,
      refused: Object.values(refused).flat().length,
      withValues: valid.filter((one) => one.json !== undefined).length,
    }).toEqual({ cases: 402, invalid: 94, refused: 16, withValues: 279 });
  });

  it.each(suite.filter((one) => one.error))('$id $name is refused', ({ yaml }) => {
    expect(readYaml(yaml, 'file.yaml')._unsafeUnwrapErr().at).toMatchObject(isPlaced);
  });

  it.each(suite.filter((one) => !one.error))('$id $name is read as it says, or refused', (one) => {
    const read = readYaml(one.yaml, 'file.yaml');
    const reason = Object.entries(refused).find(([, ids]) => ids.includes(one.id))?.[0];
    if (reason !== undefined) {
      expect(read._unsafeUnwrapErr()).toMatchObject({ message: expect.stringContaining(reason), at: isPlaced });
      return;
    }
    const { documents } = read._unsafeUnwrap();
    expect(documents.map(({ root }) => shapeOf(root))).toEqual(saidBySuite(one));
    if (one.json !== undefined) expect(documents.map(({ root }) => valueOf(root))).toEqual(jsonDocuments(one.json));
  });
});

interface Place {
  readonly node: YamlNode | null;
  readonly path: Path;
}

/** Every value of a document that is no map and no list, absent ones and aliases too. */
function valuesIn(node: YamlNode | null, path: Path = []): readonly Place[] {
  if (node?.type === 'list') return node.items.flatMap((item, index) => valuesIn(item, [...path, index]));
  if (node?.type === 'map') return node.entries.flatMap(({ key, value }) => valuesIn(value, [...path, key]));
  return [{ node, path }];
}

/** How many characters at the start, and at the end, are the same. */
function keptOf(old: string, next: string): { readonly before: number; readonly after: number } {
  const most = Math.min(old.length, next.length);
  let before = 0;
  while (before < most && old[before] === next[before]) before += 1;
  let after = 0;
  while (after < most && old.at(-1 - after) === next.at(-1 - after)) after += 1;
  return { before, after };
}

function expectOnlyValueChanged(old: string, next: string, { node }: Place): void {
  const { before, after } = keptOf(old, next);
  if (node === null || node.start === node.end) {
    // where there was no value, something was put in, and nothing taken away
    expect(before + after).toBeGreaterThanOrEqual(old.length);
    return;
  }
  expect(before).toBeGreaterThanOrEqual(node.start);
  expect(after).toBeGreaterThanOrEqual(old.length - node.end);
}

describe('edits in the YAML test suite', () => {
  it.each(['v2.0.1', '1.10'])('to %s change that one value, as another reader sees it too, or are refused', (set) => {
    const count: Record<string, number> = {};
    for (const { id, yaml, error } of suite) {
      const read = readYaml(yaml, 'file.yaml');
      if (error || read.isErr()) continue;
      const before = readByLibrary(yaml);
      for (const [index, { root }] of read.value.documents.entries()) {
        for (const place of valuesIn(root)) {
          const edited = editYaml(yaml, [{ at: { document: { index }, path: place.path }, set }], {
            file: 'file.yaml',
          });
          const outcome = edited.isErr() ? edited.error.kind : 'changed';
          count[outcome] = (count[outcome] ?? 0) + 1;
          if (edited.isErr()) {
            expect(edited.error.at).toMatchObject(isPlaced);
            continue;
          }
          const { text } = edited.value;
          expect(readByLibrary(text), `${id} at ${place.path.join('.')}`).toEqual(
            withValue(before, index, place.path, set),
          );
          expectOnlyValueChanged(yaml, text, place);
        }
      }
    }
    expect(count).toEqual({
      changed: 583,
      'alias-on-path': 35,
      'not-a-scalar': 16,
      'edit-unverified': 13,
      'pointer-not-found': 14,
    });
  });
});
