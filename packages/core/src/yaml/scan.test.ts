import { describe, expect, it } from 'vitest';
import { readYaml } from './read.js';
import { scanYaml } from './scan.js';
import { parseSource } from './source.js';
import { valueOf } from './value.js';

const parsed = (text: string) => parseSource(text, { slots: false });

describe('what the scanner knows', () => {
  it.each([
    ['nothing', ''],
    ['comments only', '# a\n\n  # b\n'],
    ['lone documents', '---\n---\n# c\n---'],
    ['documents', 'a: 1\n---\nb: 2\n--- # third\n- c\n'],
    ['a document behind a byte order mark', '\ufeff---\na: x\n'],
    ['a byte order mark and CRLF', '\ufeffa: x\r\n# c\r\nb:\r\n- z\r\n'],
    ['no line break at the end', 'a:\n  b: c'],
    ['absent values', 'a:\nb:   \nc: # d\ne:\n  -\n  - # f\n  -   \n'],
    ['an absent value at the end', 'a: '],
    ['lists, indented or not', 'a:\n- 1\n- 2\nb:\n  - 3\nc:\n   - 4\n'],
    ['lists of maps', 'a:\n- b: 1\n  c: 2\n-   d:\n    - 3\n    e:\n        f: 4\n-\n  g: 5\n'],
    ['lists of lists', '- - a\n  - - b\n  -\n    - c\n- d\n'],
    ['a root in a later column', '  a: 1\n# c\n  b: 2\n'],
    ['comments in any column', 'a:\n# b\n    # c\n  d: 1 # e\n # f\n  g: 2\n      # h\ni: 3#4\n'],
    ['plain scalars', 'a: b c  \nd: http://e:1/?f=g#h\ni: -1\nj: a,b [c] {d}\nk: ~\nl: 1.10\nm: y\nn: <<\n'],
    ['quoted scalars', "a: 'it''s' # b\n'c: d': \"e\\n\\\"\\u00e9\\\\\"\n\"\": ''\n"],
    ['flow within a line', 'a: {}\nb: []  # c\nd: {e: f g, "h": [i, \'j\', ], k: { l: m } , }\nn: [ -1, a:b, [x]]\n'],
    [
      'blocks of text',
      'a: |\n  b\n   c\n\n  # d\n\ne: |- # f\n    g: h\n    - i\nj:\n  - >\n   k\n   l\n\n\n   m\n  - >-\n    n',
    ],
    ['a block of text at the end', 'a: |\n  b\n\n  \n \n'],
    ['many keys', Array.from({ length: 40 }, (_, n) => `k${n}: ${n}\n`).join('')],
    ['keys of every object', '__proto__: 1\nconstructor: 2\n'],
  ])('%s', (_, text) => {
    const wanted = parsed(text);
    expect(wanted.issues).toEqual([]);
    expect(scanYaml(text)).toEqual(wanted.documents);
  });

  it('names the object of each document', () => {
    const text = 'apiVersion: v1\nkind: A\nmetadata:\n  name: x\n  namespace: "y"\n---\nkind: 1\n';
    expect(
      scanYaml(text)?.map(({ index, apiVersion, kind, name, namespace }) => [index, apiVersion, kind, name, namespace]),
    ).toEqual([
      [0, 'v1', 'A', 'x', 'y'],
      [1, null, null, null, null],
    ]);
  });
});

describe('what the scanner leaves to the parser', () => {
  it.each([
    ['anchors', 'a: &x 1\n'],
    ['aliases', 'a: &x 1\nb: *x\n'],
    ['tags', 'a: !!str 1\n'],
    ['merge keys', 'a: &x {b: 1}\nc:\n  <<: *x\n'],
    ['merge keys without an alias', '<<: {a: 1}\n'],
    ['quoted merge keys', 'a: {"<<": 1}\n'],
    ['complex keys', '? a\n: b\n'],
    ['directives', '%YAML 1.2\n---\na: 1\n'],
    ['document ends', 'a: 1\n...\n'],
    ['scalars alone', 'a\n'],
    ['values behind a document marker', '--- a\n'],
    ['flow at the root', '{a: 1}\n'],
    ['plain scalars of several lines', 'a: b\n  c\n'],
    ['plain scalars below their key', 'a:\n  b\n'],
    ['quoted scalars of several lines', 'a: "b\n  c"\n'],
    ['flow over several lines', 'a: [b,\n  c]\n'],
    ['pairs in flow lists', 'a: [b: c]\n'],
    ['absent values in flow', 'a: {b, c: }\n'],
    ['blanks before a colon', 'a : b\n'],
    ['tabs in front', 'a:\n\tb: 1\n'],
    ['tabs behind', 'a: b\t\n'],
    ['tabs inside', 'a: b\tc\n'],
    ['lone carriage returns', 'a: b\rc\n'],
    ['other escapes', 'a: "\\x41"\n'],
    ['blocks of text that keep', 'a: |+\n  b\n\n'],
    ['blocks of text with an indentation', 'a: |2\n   b\n'],
    ['blocks of text that begin empty', 'a: |\n\n  b\n'],
    ['empty blocks of text', 'a: |\nb: c\n'],
    ['folded blocks that are not even', 'a: >\n  b\n    c\n'],
    ['a list behind a byte order mark', '\ufeff- a: 1\n'],
    ['an indented line behind a byte order mark', '\ufeff  a: 1\n  b: 2\n'],
    ['deep nesting in flow', `a: ${'['.repeat(200)}${']'.repeat(200)}\n`],
    ['deep nesting', `${'- '.repeat(20_000)}a\n`],
  ])('%s', (_, text) => {
    expect(scanYaml(text)).toBeNull();
  });

  it.each([
    ['a repeated key', 'a: 1\nb: 2\na: 3\n'],
    ['a repeated key among many', `${Array.from({ length: 20 }, (_, n) => `k${n}: 1\n`).join('')}"k7": 2\n`],
    ['a repeated key in flow', 'a: {b: 1, b: 2}\n'],
    ['a column that belongs to nothing', 'a:\n    b: 1\n  c: 2\n'],
    ['a deeper line behind a value', 'a: b\n  c: d\n'],
    ['a list behind a value', 'a: b\n- c\n'],
    ['a map in a list at the same column', '- a\nb: c\n'],
    ['a list behind a map', 'a: b\n- c\n'],
    ['a list on the line of its key', 'a: - b\n'],
    ['two values in a line', 'a: b: c\n'],
    ['something behind a quoted scalar', 'a: "b" c\n'],
    ['a comment without a blank', 'a: "b"#c\n'],
    ['an open quote', "a: 'b\n"],
    ['open flow', 'a: [b\n'],
    ['two commas', 'a: [b,, c]\n'],
    ['a template', 'a: {{ .x }}\n'],
    ['a template as a line', 'a: b\n{{- if .x }}\n'],
    ['a reserved character', 'a: @b\n'],
    ['a word without a colon', 'a: 1\nb\n'],
    ['a key of 2000 characters', `${'a'.repeat(2000)}: b\n`],
  ])('%s, which is wrong', (_, text) => {
    expect(parsed(text).issues).not.toEqual([]);
    expect(scanYaml(text)).toBeNull();
    expect(readYaml(text, 'a.yaml').isErr()).toBe(true);
  });

  it('is read all the same', () => {
    const file = readYaml('a: &x 1\nb: *x\n', 'a.yaml')._unsafeUnwrap();
    expect(valueOf(file.documents[0]?.root ?? null)).toEqual({ a: 1, b: 1 });
  });
});
