import { describe, expect, it } from 'vitest';
import { findDocument, nodeAt, readYaml, textOf, valueOf } from './index.js';

const read = (text: string) => readYaml(text, 'a.yaml')._unsafeUnwrap();
const fails = (text: string) => readYaml(text, 'a.yaml')._unsafeUnwrapErr();
const plain = (text: string) =>
  JSON.parse(JSON.stringify(read(text).documents.map((document) => valueOf(document.root))));

describe('reading', () => {
  it.each([
    ['nothing', '', []],
    ['comments only', '# a\n', []],
    ['lone documents', '---\n---\n', [null, null]],
    ['document ends', 'a: 1\n...\n---\nb: 2\n...\n', [{ a: 1 }, { b: 2 }]],
    ['directives', '%YAML 1.1\n---\na: x\n', [{ a: 'x' }]],
    ['byte order mark and CRLF', '\ufeffa: x\r\nb:\r\n- z\r\n', [{ a: 'x', b: ['z'] }]],
    ['flow and empty values', 'a: {b, c: [x, ], d: }\ne:\n', [{ a: { b: null, c: ['x'], d: null }, e: null }]],
    ['blocks of text', 'a: |\n  x\n  y\nb: >-\n  x\n  y\n', [{ a: 'x\ny\n', b: 'x y' }]],
    ['aliases', 'a: &x {b: 1}\nc: *x\n', [{ a: { b: 1 }, c: { b: 1 } }]],
    ['merge keys', 'a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n', [{ a: { b: 1, c: 2 }, d: { b: 3, c: 2 } }]],
    [
      'several merge keys',
      'a: &x {b: 1}\nc: &y {b: 2, d: 4}\ne: {<<: [*x, *y]}\n',
      [{ a: { b: 1 }, c: { b: 2, d: 4 }, e: { b: 1, d: 4 } }],
    ],
    ['a merge key after the key', 'a: &x {b: 1}\nc: {b: 2, <<: *x}\n', [{ a: { b: 1 }, c: { b: 1 } }]],
    ['quoted merge key', 'a: {"<<": x}\n', [{ a: { '<<': 'x' } }]],
    ['alias to a key', '&k a: 1\nb: *k\n', [{ a: 1, b: 'a' }]],
    ['templates in quotes', "a: '{{ .x }}'\nb: |\n  {{- if x }}\n", [{ a: '{{ .x }}', b: '{{- if x }}\n' }]],
  ])('%s', (_, text, wanted) => {
    expect(plain(text)).toEqual(wanted);
  });

  it('has exact offsets with a byte order mark and CRLF', () => {
    const text = '\ufeffa: x # c\r\nb: "1"\r\n';
    const file = read(text);
    const node = nodeAt(file.documents[0] as never, ['b']);
    expect(text.slice(node?.start, node?.end)).toBe('"1"');
  });

  it('knows what Kubernetes would call a document', () => {
    const file = read(
      'apiVersion: v1\nkind: A\nmetadata: {name: x, namespace: ns}\n---\nkind: B\nmetadata:\n  name: "1"\n',
    );
    expect(file.documents.map(({ kind, name, namespace }) => [kind, name, namespace])).toEqual([
      ['A', 'x', 'ns'],
      ['B', '1', null],
    ]);
    expect(findDocument(file, { kind: 'B' })?.index).toBe(1);
    expect(findDocument(file, {})).toBeNull();
    expect(findDocument(read('---\n---\na: 1\n'), {})?.index).toBe(1);
  });

  it('keeps keys that objects have already', () => {
    const value = valueOf(read('__proto__: {a: 1}\nconstructor: 2\n').documents[0]?.root ?? null) as Record<
      string,
      unknown
    >;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(value['toString']).toBeUndefined();
  });

  it('gives the text of a number as written', () => {
    const document = read('a: 1.10\nb: ~\nc: {}\n').documents[0] as never;
    expect(['a', 'b', 'c', 'd'].map((key) => textOf(nodeAt(document, [key])))).toEqual(['1.10', null, null, null]);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['yaml-syntax', 'a: b\n c: d\n', 1, 4],
    ['yaml-syntax', 'a: [b\n', 2, 1],
    ['yaml-syntax', 'a: *x\n', 1, 4],
    ['yaml-syntax', 'a: {[b]: c}\n', 1, 5],
    ['yaml-syntax', 'a: !!int v1\n', 1, 10],
    ['yaml-syntax', 'a: !!bool "1"\n', 1, 11],
    ['yaml-syntax', '%YAML 1.2\n', 1, 1],
    ['yaml-syntax', '%TAG !e! tag:e,2000:\n%TAG !e! tag:f,2000:\n---\na: 1\n', 2, 1],
    ['duplicate-key', 'a: 1\nb: 2\na: 3\n', 1, 1],
    ['duplicate-key', `x:\n${Array.from({ length: 20 }, (_, n) => `  k${n}: 1\n`).join('')}  "k7": 2\n`, 9, 3],
    ['template-in-yaml', 'a: {{ .x }}\n', 1, 4],
    ['template-in-yaml', 'a: {{ .x }}:{{ .y }}\n', 1, 4],
    ['template-in-yaml', '{{- if .x }}\na: b\n{{- end }}\n', 1, 1],
    ['template-in-yaml', 'a:\n  {{- toYaml .x | nindent 2 }}\nb: c\n', 2, 3],
    ['template-in-yaml', 'a: b\n{{ if .x }}\nc: d\n{{ end }}\n', 2, 1],
    ['yaml-too-large', 'a: &x [*x]\n', 1, 8],
    [
      'yaml-too-large',
      `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]\n`).join('')}`,
      5,
      45,
    ],
    ['yaml-too-large', `a: ${'['.repeat(2000)}${']'.repeat(2000)}\n`, 1, 503],
    ['yaml-too-large', `a: ${'['.repeat(200000)}${']'.repeat(200000)}\n`, 1, 503],
  ])('%s %#', (kind, text, line, column) => {
    const error = fails(text);
    expect([error.kind, error.at]).toEqual([kind, { file: 'a.yaml', line, column }]);
    expect(error.remedy).not.toBe('');
  });

  it('names both lines of a repeated key, and every problem', () => {
    const error = fails('a: 1\na: 2\nb:\n  c: 1\n  c: 2\n');
    expect(error.remedy).toContain('lines 1 and 2');
    expect(error.also.map((other) => [other.kind, other.at?.line])).toEqual([['duplicate-key', 4]]);
  });

  it('does not call a text a template because of an expression that is fine', () => {
    expect(fails("a: '{{ x }}'\nb: [c\n").kind).toBe('yaml-syntax');
  });
});
