import { describe, expect, it } from 'vitest';
import { constantOf, parseHcl } from './parse.mjs';

const valueOf = (text) => parseHcl(`a = ${text}\n`).attributes.get('a').value;

describe('files of Terraform', () => {
  it('are attributes and blocks with their lines', () => {
    const body = parseHcl('resource "aws_vpc" "this" {\n  cidr_block = "10.0.0.0/16"\n\n  tags = { Name = "a" }\n}\n');
    expect(body.blocks).toMatchObject([{ type: 'resource', labels: ['aws_vpc', 'this'], line: 1 }]);
    expect([...body.blocks[0].attributes].map(([name, { line }]) => [name, line])).toEqual([
      ['cidr_block', 2],
      ['tags', 4],
    ]);
  });

  it.each([
    ['"text"', 'text'],
    ['"a \\"b\\" \\n \\u00e9 $${c} %%{d}"', 'a "b" \n é ${c} %{d}'],
    ['-1.5', -1.5],
    ['true', true],
    ['null', null],
    ['[1, "b", # c\n  false,\n]', [1, 'b', false]],
    ['{ a = 1, "b.c" = "d", e : 2 }', { a: 1, 'b.c': 'd', e: 2 }],
    ['{\n  a = 1 // one\n  /* two\n lines */ b = 2\n}', { a: 1, b: 2 }],
    ['<<-EOT\n    one\n    two\n  EOT', '    one\n    two\n'],
    ['("in brackets")', 'in brackets'],
  ])('%s is %j', (text, value) => {
    expect(constantOf(valueOf(text))).toEqual(value);
  });

  it.each(['var.a', '"${var.a}"', '[var.a]', '{ a = var.a }', '1 + 1', 'f(1)'])('%s is not known here', (text) => {
    expect(constantOf(valueOf(text))).toBeUndefined();
  });

  it('reads what is computed', () => {
    expect(valueOf('a ? b.c[0].d : e["f"].g')).toMatchObject({
      kind: 'conditional',
      yes: { kind: 'traversal', root: 'b', steps: [{ name: 'c' }, { index: { value: 0 } }, { name: 'd' }] },
      no: { root: 'e', steps: [{ index: { value: 'f' } }, { name: 'g' }] },
    });
    expect(valueOf('{ for k, v in a : k => v.id if v != null }')).toMatchObject({ kind: 'for', names: ['k', 'v'] });
    expect(valueOf('f(a...)')).toMatchObject({ kind: 'call', name: 'f', spread: true });
    expect(valueOf('a[*].id')).toMatchObject({ steps: [{ splat: true }, { name: 'id' }] });
    expect(valueOf('"x-${f("${a.b}")}-y"')).toMatchObject({ kind: 'template', parts: ['x-', { kind: 'call' }, '-y'] });
    expect(valueOf('!a.b && 1 + 2 * 3 == 7')).toMatchObject({ kind: 'binary', sign: '&&' });
  });

  it('keeps counting lines through heredocs and comments', () => {
    const body = parseHcl('a = <<EOT\n1\n${b.c}\nEOT\n/*\n*/\nd = e.f\n');
    expect(body.attributes.get('a').value.parts[1].line).toBe(3);
    expect(body.attributes.get('d').line).toBe(7);
  });

  it.each([
    ['a = \n', 1, 'a value is missing'],
    ['a = 1 2\n', 1, 'unexpected 2'],
    ['a = 1\na = 2\n', 2, 'set twice'],
    ['a {\n', 1, '} is missing'],
    ['a "b" c\n', 1, '{ or = is missing'],
    ['\na = [1\n', 2, '] is missing'],
    ['a = "b\n', 1, 'not closed'],
    ['a = "${b"\n', 1, 'not closed'],
    ['a = <<EOT\nb\n', 1, 'EOT is not closed'],
    ['a = "\\q"\n', 1, 'unknown escape'],
    ['a = b ^ c\n', 1, 'unexpected "^"'],
    ['a = "%{ if b }c%{ endif }"\n', 1, 'directives'],
    ['}\n', 1, 'unexpected }'],
  ])('refuses %j', (text, line, message) => {
    expect(() => parseHcl(text)).toThrow(expect.objectContaining({ line, message: expect.stringContaining(message) }));
  });
});
