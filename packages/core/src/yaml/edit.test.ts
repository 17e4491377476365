import { describe, expect, it } from 'vitest';
import { editYaml, type Step, undoYaml, type YamlContent, type YamlEdit } from './index.js';

const at = (...path: Step[]) => ({ document: {}, path });
const set = (path: Step[], value: string): YamlEdit => ({ at: at(...path), set: value });
const insert = (path: Step[], value: YamlContent): YamlEdit => ({ at: at(...path), insert: value });
const remove = (path: Step[], prune = false): YamlEdit => ({ at: at(...path), remove: true, prune });

/** Edits a text, and proves on the way that undoing gives it back and that one pass equals one edit after the other. */
function edited(text: string, edits: readonly YamlEdit[]): string {
  const done = editYaml(text, edits)._unsafeUnwrap();
  const applied = JSON.parse(JSON.stringify(done.applied));
  expect(undoYaml(done.text, applied)._unsafeUnwrap()).toMatchObject({ text, changed: [] });
  let one = text;
  for (const edit of edits) one = editYaml(one, [edit])._unsafeUnwrap().text;
  expect(done.text).toBe(one);
  return done.text;
}

describe('set', () => {
  it.each<[string, string, Step[], string, string]>([
    ['a bare word', 'a: b # c\n', ['a'], 'd', 'a: d # c\n'],
    ['what would be a number', 'a: v1\n', ['a'], '1.10', "a: '1.10'\n"],
    ['single quotes kept', "a: 'b'\n", ['a'], "it's", "a: 'it''s'\n"],
    ['double quotes kept', 'a: "b"\n', ['a'], 'c"\\', 'a: "c\\"\\\\"\n'],
    ['line breaks', 'a: b\n', ['a'], 'c\nd', 'a: "c\\nd"\n'],
    ['a number becomes the string that it looks like', 'a: 1.10\n', ['a'], '1.10', "a: '1.10'\n"],
    ['a value of several lines', 'a: b\n  c\nd: e\n', ['a'], 'x', 'a: x\nd: e\n'],
    ['no value', 'a:\nb: c\n', ['a'], 'x', 'a: x\nb: c\n'],
    ['no value with a comment', 'a: # c\n', ['a'], 'x', 'a: x # c\n'],
    ['no value with an anchor', 'a: &x # c\n', ['a'], 'x', 'a: &x x # c\n'],
    ['an explicit null', 'a: ~\n', ['a'], 'x', 'a: x\n'],
    ['flow', '{a: b, c: d}\n', ['a'], 'x,y', "{a: 'x,y', c: d}\n"],
    ['flow without values', 'x: {a, b: , c}\n', ['x', 'a'], 'v', 'x: {a: v, b: , c}\n'],
    ['flow with an empty value', 'x: {a, b: , c}\n', ['x', 'b'], 'v', 'x: {a, b: v , c}\n'],
    ['an item without value', 'a:\n-\n- b\n', ['a', 0], 'x', 'a:\n- x\n- b\n'],
    ['a block that strips', 'a: |-\n    b\nc: d\n', ['a'], 'x', 'a: |-\n    x\nc: d\n'],
    ['a block that clips', 'a: |\n  b\nc: d\n', ['a'], 'x\n', 'a: |\n  x\nc: d\n'],
    ['a block that clips, without line break', 'a: >\n  b\n\nc: d\n', ['a'], 'x', 'a: x\n\nc: d\n'],
    ['a block that keeps', 'a: |+\n  b\n\nc: d\n', ['a'], 'x', 'a: x\nc: d\n'],
    ['a block of several lines', 'a: |\n  b\n  c\nd: e\n', ['a'], 'x\ny\n', 'a: |\n  x\n  y\nd: e\n'],
    [
      'by name',
      'a:\n- name: x\n  value: 1\n- name: y\n  value: 2\n',
      ['a', { where: { name: 'y' } }, 'value'],
      '3',
      "a:\n- name: x\n  value: 1\n- name: y\n  value: '3'\n",
    ],
    ['a byte order mark and CRLF', '\ufeffa: b\r\nc: d\r\n', ['a'], 'x', '\ufeffa: x\r\nc: d\r\n'],
    ['no line break at the end', 'a: b', ['a'], 'x', 'a: x'],
    ['a lone scalar', '--- b # c\n', [], 'x', '--- x # c\n'],
    ['a tag', 'a: !!str 1\n', ['a'], 'x', 'a: !!str x\n'],
    ['a complex key', '? a\n: b\n', ['a'], 'x', '? a\n: x\n'],
    [
      'below a merge key',
      'x: &x {a: 1}\ny:\n  <<: *x\n  a: b\n',
      ['y', 'a'],
      'c',
      'x: &x {a: 1}\ny:\n  <<: *x\n  a: c\n',
    ],
    ['an unused anchor', 'a: &x b\n', ['a'], 'c', 'a: &x c\n'],
    ['an empty block of text', 'a: |-\nb: c\n', ['a'], 'd', 'a: d\nb: c\n'],
    ['a tag of a string', 'a: !!str 1\n', ['a'], '2', "a: !!str '2'\n"],
    ['a document after one that is empty', '...\n---\na: b\n', ['a'], 'c', '...\n---\na: c\n'],
    ['a JSON text', '{\n  "a": "b"\n}\n', ['a'], 'c', '{\n  "a": "c"\n}\n'],
  ])('%s', (_, text, path, value, wanted) => {
    expect(edited(text, [set(path, value)])).toBe(wanted);
  });

  it('leaves a text as it is where the value is there already', () => {
    const { text, applied } = editYaml("a: 'b'\n", [set(['a'], 'b')])._unsafeUnwrap();
    expect([text, applied]).toEqual([
      "a: 'b'\n",
      [{ at: at('a'), wrote: "'b'", was: "'b'", added: null, removed: null, line: 1 }],
    ]);
  });
});

describe('insert', () => {
  it.each<[string, string, [Step[], YamlContent][], string]>([
    [
      'behind the last entry and its comment',
      'm:\n  a: b # c\n  # d\nn: o\n',
      [[['m', 'x'], '*']],
      "m:\n  a: b # c\n  x: '*'\n  # d\nn: o\n",
    ],
    ['with odd indentation', 'm:\n     a: b\n', [[['m', 'x'], 'u']], 'm:\n     a: b\n     x: u\n'],
    ['CRLF without a line break at the end', 'm:\r\n  a: b', [[['m', 'x'], 'u']], 'm:\r\n  a: b\r\n  x: u'],
    [
      'into {}',
      'm: {} # c\nn: o\n',
      [
        [['m', 'x'], 'u'],
        [['m', 'z'], 'w'],
      ],
      'm: {x: u, z: w} # c\nn: o\n',
    ],
    [
      'into nothing',
      'm: # c\nn: o\n',
      [
        [['m', 'x'], 'u'],
        [['m', 'z'], 'w'],
      ],
      'm: # c\n  x: u\n  z: w\nn: o\n',
    ],
    [
      'missing parents',
      'm:\n  n: o\n',
      [
        [['m', 'a', 'b'], 'x'],
        [['m', 'l', 'b'], 'u'],
        [['m', 'a', 'c'], 'z'],
      ],
      'm:\n  n: o\n  a:\n    b: x\n    c: z\n  l:\n    b: u\n',
    ],
    ['missing parents, indented by four', 'm:\n    n: o\n', [[['a', 'b'], 'x']], 'm:\n    n: o\na:\n    b: x\n'],
    [
      'missing parents in flow style',
      'm: {n: o}\n',
      [
        [['m', 'a', 'b'], 'x'],
        [['m', 'a', 'c'], 'u'],
      ],
      'm: {n: o, a: {b: x, c: u}}\n',
    ],
    [
      'a map and a list',
      'm:\n  n: o\n',
      [[['m', 'a'], { b: ['x', { c: 'd', e: true }], f: {}, g: [] }]],
      'm:\n  n: o\n  a:\n    b:\n      - x\n      - c: d\n        e: true\n    f: {}\n    g: []\n',
    ],
    [
      'an item by its fields',
      'l:\n- name: a\n  value: b\n',
      [[['l', { where: { name: 'c' } }], { value: '1' }]],
      "l:\n- name: a\n  value: b\n- name: c\n  value: '1'\n",
    ],
    [
      'items by index',
      'l:\n  - a\n',
      [
        [['l', 1], 'b'],
        [['l', 2], 'c'],
      ],
      'l:\n  - a\n  - b\n  - c\n',
    ],
    [
      'into []',
      'l: []\n',
      [
        [['l', 0], 'a'],
        [['l', 1], { b: 'c' }],
      ],
      'l: [a, {b: c}]\n',
    ],
    [
      'a missing list',
      'a: b\n',
      [
        [['l', { where: { q: 'x' } }, 'v'], 'u'],
        [['l', { where: { q: 'z' } }], {}],
      ],
      'a: b\nl:\n  - q: x\n    v: u\n  - q: z\n',
    ],
    ['into the map of an item', 'l:\n- a: b\n-   c: d\n', [[['l', 1, 'x'], 'u']], 'l:\n- a: b\n-   c: d\n    x: u\n'],
    ['flow', '{a: b }\n', [[['x'], 'u']], '{a: b, x: u }\n'],
    [
      'flow with a comma at the end',
      'l: [a, ]\n',
      [
        [['l', 1], 'b'],
        [['l', 2], 'c'],
      ],
      'l: [a, b, c ]\n',
    ],
    ['flow with a line for each', 'm: {\n  a: b\n}\n', [[['m', 'x'], 'u']], 'm: {\n  a: b,\n  x: u\n}\n'],
    ['flow behind a key without value', 'm: {a, b: }\n', [[['m', 'x'], 'u']], 'm: {a, b: , x: u}\n'],
    [
      'JSON',
      '{\n  "a": {\n    "b": "c"\n  }\n}\n',
      [[['a', 'x'], 'u']],
      '{\n  "a": {\n    "b": "c",\n    "x": "u"\n  }\n}\n',
    ],
    [
      'behind a block of text',
      'm:\n  a: |\n    b\n\n# c\nn: o\n',
      [[['m', 'x'], 'u']],
      'm:\n  a: |\n    b\n  x: u\n\n# c\nn: o\n',
    ],
    [
      'at the end of two maps at once',
      'm:\n  a: b\n',
      [
        [['q'], '2'],
        [['m', 'c'], '1'],
      ],
      "m:\n  a: b\n  c: '1'\nq: '2'\n",
    ],
    [
      'keys that need quotes',
      'm:\n  a: b\n',
      [
        [['m', 'on'], 'x'],
        [['m', 'a: b'], 'u'],
      ],
      "m:\n  a: b\n  'on': x\n  'a: b': u\n",
    ],
    ['into an item without value', 'l:\n-\n- a\n', [[['l', 0, 'x'], 'u']], 'l:\n-\n  x: u\n- a\n'],
  ])('%s', (_, text, insertions, wanted) => {
    expect(
      edited(
        text,
        insertions.map(([path, content]) => insert(path, content)),
      ),
    ).toBe(wanted);
  });
});

describe('remove', () => {
  it.each<[string, string, Step[][], string]>([
    [
      'an entry with its comment',
      'a: b\n# above\nc: d # own\n# below\ne: f\n',
      [['c']],
      'a: b\n# above\n# below\ne: f\n',
    ],
    ['the first', 'a: b\nc: d\n', [['a']], 'c: d\n'],
    ['the last, without a line break at the end', 'a: b\r\nc: d', [['c']], 'a: b'],
    ['a block of text', 'a: |\n  b\n\nc: d\n', [['a']], '\nc: d\n'],
    ['a map', 'm:\n  a:\n    b: c\n  d: e\n', [['m', 'a']], 'm:\n  d: e\n'],
    ['two neighbours', 'a: 1\nb: 2\n# c\nc: 3\nd: 4\n', [['b'], ['c']], 'a: 1\n# c\nd: 4\n'],
    ['two neighbours the other way', 'a: 1\nb: 2\n# c\nc: 3\nd: 4\n', [['c'], ['b']], 'a: 1\n# c\nd: 4\n'],
    ['the only entry', 'm:\n  a: b # c\nn: o\n', [['m', 'a']], 'm:\n  {} # c\nn: o\n'],
    ['the only item of an unindented list', 'l:\n- a\nn: o\n', [['l', 0]], 'l:\n  []\nn: o\n'],
    ['the first behind a dash', 'l:\n- a: b # c\n  d: e\n', [['l', 0, 'a']], 'l:\n- d: e\n'],
    ['an item by name', 'l:\n- n: a\n  v: 1\n- n: b\n  v: 2\n', [['l', { where: { n: 'a' } }]], 'l:\n- n: b\n  v: 2\n'],
    ['in flow style', 'm: {a: b, c: d, e: f}\n', [['m', 'c']], 'm: {a: b, e: f}\n'],
    ['the first in flow style', 'm: { a: b, c: d }\n', [['m', 'a']], 'm: { c: d }\n'],
    ['the only one in flow style', 'm: { a: b }\n', [['m', 'a']], 'm: {  }\n'],
    ['a map whose last key has a comment and no value', 'a:\n  b: # c\n', [['a']], '{} # c\n'],
    [
      'all',
      'm:\n  a: 1\n  b: 2\n',
      [
        ['m', 'a'],
        ['m', 'b'],
      ],
      'm:\n  {}\n',
    ],
  ])('%s', (_, text, paths, wanted) => {
    expect(
      edited(
        text,
        paths.map((path) => remove(path)),
      ),
    ).toBe(wanted);
  });

  it('takes parents along that would be empty', () => {
    expect(edited('a: b\nm:\n  n:\n    o: p\nq: r\n', [remove(['m', 'n', 'o'], true)])).toBe('a: b\nq: r\n');
  });
});

describe('what is refused', () => {
  const bad = (text: string, ...edits: YamlEdit[]) => editYaml(text, edits, { file: 'f.yaml' })._unsafeUnwrapErr();
  it.each<[string, string, YamlEdit, number, number]>([
    ['alias-on-path', 'a: &x b\nc: *x\n', set(['c'], 'd'), 2, 4],
    ['alias-on-path', 'a: &x b\nc: *x\n', set(['a'], 'd'), 1, 7],
    ['alias-on-path', 'a: &x {b: c}\nd: *x\n', set(['a', 'b'], 'd'), 1, 7],
    ['alias-on-path', 'a: &x {b: c}\nd: *x\n', set(['d', 'b'], 'd'), 2, 4],
    ['alias-on-path', 'a: {b: &x c}\nd: *x\n', remove(['a']), 1, 11],
    ['merge-key-on-path', 'a: &x {b: c}\nd:\n  <<: *x\n', set(['d', 'b'], 'd'), 3, 3],
    ['merge-key-on-path', 'a: &x {b: c}\nd: {b: e, <<: *x}\n', set(['d', 'b'], 'd'), 2, 11],
    ['duplicate-key', 'a: 1\na: 2\n', set(['a'], 'x'), 1, 1],
    ['template-in-yaml', 'a: {{ x }}\n', set(['a'], 'x'), 1, 4],
    ['pointer-not-found', 'a:\n  taag: 1\n', set(['a', 'tag'], 'x'), 2, 3],
    ['pointer-not-found', 'a: b\n', set(['a', 'tag'], 'x'), 1, 4],
    ['pointer-not-found', 'a: b\n', insert(['a', 'tag'], 'x'), 1, 4],
    ['pointer-not-found', 'l:\n- a\n', insert(['l', 3], 'x'), 2, 1],
    ['pointer-not-found', 'a: b\n', { at: { document: { kind: 'A', name: 'x' }, path: ['a'] }, set: 'x' }, 1, 1],
    ['pointer-ambiguous', 'l:\n- n: a\n- n: a\n', set(['l', { where: { n: 'a' } }, 'n'], 'x'), 3, 3],
    ['pointer-ambiguous', 'a: b\n---\na: b\n', set(['a'], 'x'), 3, 1],
    ['not-a-scalar', 'a:\n  b: c\n', set(['a'], 'x'), 2, 3],
    ['not-a-scalar', 'a: | # c\n  b\n  c\n', set(['a'], 'x'), 1, 4],
    ['already-there', 'a: b\n', insert(['a'], 'x'), 1, 4],
    ['not-a-scalar', 'a: !!int 3\n', set(['a'], '4'), 1, 10],
    ['not-a-scalar', 'a: !!binary "dGFn"\n', set(['a'], 'dGFn'), 1, 13],
    ['not-a-scalar', 'a: !!null\n', set(['a'], 'x'), 1, 10],
    ['edit-unverified', 'a:\n  b: c\nd: e\n', { at: at('a', 'b'), replace: 'c\n  x: y' }, 2, 6],
  ])('%s %#', (kind, text, edit, line, column) => {
    const error = bad(text, edit);
    expect([error.kind, error.at]).toEqual([kind, { file: 'f.yaml', line, column }]);
    expect(error.remedy).toMatch(/[.?]$/);
  });

  it('says what is there instead', () => {
    const error = bad('a:\n  taag: 1\n', set(['a', 'tag'], 'x'));
    expect(`${error.message} ${error.remedy}`).toBe('There is no key "tag" in a. a has taag. Did you mean taag?');
  });

  it('names the lines of aliases', () => {
    expect(bad('a: &x b\nc: *x\nd: *x\n', set(['a'], 'd')).message).toContain('lines 2 and 3');
  });

  it('names both lines of ambiguous items', () => {
    expect(bad('l:\n- n: a\n- n: a\n', set(['l', { where: { n: 'a' } }, 'n'], 'x')).message).toContain('lines 2 and 3');
  });

  it('tells all problems at once, and edits of the same text', () => {
    expect(bad('a: b\n', set(['x'], '1'), set(['y'], '1')).also).toHaveLength(1);
    expect(bad('a: b\n', set(['a'], '1'), set(['a'], '2')).kind).toBe('edits-overlap');
    expect(bad('a:\n  b: c\nd: e\n', set(['a', 'b'], '1'), remove(['a'])).kind).toBe('edits-overlap');
  });
});
