import fc from 'fast-check';

type Node =
  | { readonly type: 'scalar'; readonly source: string }
  | { readonly type: 'text'; readonly header: string; readonly lines: readonly string[] }
  | { readonly type: 'empty' }
  | { readonly type: 'map'; readonly entries: readonly (readonly [string, Node])[]; readonly layout: Layout }
  | { readonly type: 'list'; readonly items: readonly Node[]; readonly layout: Layout };

interface Layout {
  /** Columns that it stands behind its parent; a list under a key may stand at 0. */
  readonly step: number;
  /** Blanks behind a dash. */
  readonly gap: number;
  /** Whether an item that is a collection begins on the line of its dash. */
  readonly compact: boolean;
  /** What stands before each line that begins a value, by turns. */
  readonly between: readonly string[];
  /** What stands behind each line that may end in a comment, by turns. */
  readonly behind: readonly string[];
}

const word = fc.stringMatching(/^[A-Za-z0-9._/$+~^=-][A-Za-z0-9._/:,#@%&*!|>'"?[\]{}-]{0,14}$/);
const plain = fc
  .oneof(
    word,
    fc.array(word, { minLength: 2, maxLength: 4 }).map((words) => words.join(' ')),
    fc.constantFrom(
      '1.10',
      '0x1F',
      '~',
      'null',
      'yes',
      '.inf',
      '1_000',
      '0o17',
      'http://a.b/c?d=e',
      '日本',
      'a # b'.replace(' # ', '#'),
      '-1',
      '--flag',
      '12:30:45',
      '2024-01-02',
      'é',
      '<2',
      '^1.2',
      '=',
      '<<x',
    ),
  )
  .filter((text) => !/^-(?:$| )|:$|: | #|^\.\.\.$|^---$|<</.test(text));
const single = fc.stringMatching(/^[A-Za-z0-9 :#"{}[\]&*\\-]{0,10}$/).map((text) => `'${text}'`);
const withQuote = fc.constantFrom("'it''s'", "''''", "'a: ''b'' # c'");
const double = fc
  .oneof(
    fc.string({ maxLength: 10 }),
    fc.constantFrom('é', '\n', 'a\tb', '\\', '"', '🚀', '\u007f', "'", '\u2028', '{{ .x }}'),
  )
  .map((text) => JSON.stringify(text));
const scalar = fc.oneof({ arbitrary: plain, weight: 4 }, single, withQuote, double);

const key = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      'name',
      'value',
      'spec',
      'metadata',
      'apiVersion',
      'kind',
      'namespace',
      'image.tag',
      'a b',
      'argocd-image-updater.argoproj.io/image-list',
      'on',
      '1',
      '日本',
      '=',
      '-x',
      'a:b',
      'a#b',
    ),
    weight: 6,
  },
  fc.stringMatching(/^[a-z]{1,5}$/),
  fc.constantFrom("'a: b'", '"c\\nd"', "'it''s'", '"#"', "''"),
);

const flow: fc.Arbitrary<string> = fc.letrec<{ flow: string }>((tie) => {
  const flowWord = fc.stringMatching(/^[A-Za-z0-9._/][A-Za-z0-9._/:-]{0,8}$/).filter((text) => !text.endsWith(':'));
  const leaf = fc.oneof(flowWord, single, withQuote, double);
  const inner = fc.oneof({ depthSize: 'small' }, leaf, tie('flow'));
  const style = fc.tuple(fc.constantFrom('', ' '), fc.constantFrom(',', ', ', ' ,  '), fc.constantFrom('', ','));
  const close = (
    open: string,
    parts: readonly string[],
    shut: string,
    [pad, gap, last]: readonly [string, string, string],
  ): string => (parts.length === 0 ? `${open}${pad}${shut}` : `${open}${pad}${parts.join(gap)}${last}${pad}${shut}`);
  return {
    flow: fc.oneof(
      fc.tuple(fc.array(inner, { maxLength: 4 }), style).map(([parts, how]) => close('[', parts, ']', how)),
      fc
        .tuple(
          fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', '"c"', "'d e'", 'x.y'), inner), {
            maxLength: 4,
            selector: ([name]) => name,
          }),
          style,
        )
        .map(([parts, how]) =>
          close(
            '{',
            parts.map(([name, value]) => `${name}: ${value}`),
            '}',
            how,
          ),
        ),
    ),
  };
}).flow;

const text = fc
  .tuple(
    fc.constantFrom('|', '|-', '>', '>-'),
    fc.array(fc.stringMatching(/^[a-z#:'"{}[\]\-&*!|>%@][a-z #:'"{}[\]\t-]{0,12}$/), { minLength: 1, maxLength: 5 }),
    fc.nat({ max: 7 }),
  )
  .map(
    ([header, lines, holes]): Node => ({
      type: 'text',
      header,
      lines: lines.flatMap((line, index) =>
        index > 0 && (holes >> index) % 2 === 1
          ? ['', line]
          : [header.startsWith('|') && index > 1 ? `  ${line}` : line],
      ),
    }),
  );

const layout: fc.Arbitrary<Layout> = fc.record({
  step: fc.integer({ min: 0, max: 4 }),
  gap: fc.constantFrom(1, 1, 1, 3),
  compact: fc.boolean(),
  between: fc.array(fc.constantFrom('', '# note', '      # note: x', '', '   '), { maxLength: 3 }),
  behind: fc.array(fc.constantFrom('', '', ' # a comment', '  ', '   #'), { maxLength: 3 }),
});

const tree = fc.letrec<{ node: Node; map: Node; list: Node }>((tie) => ({
  map: fc
    .tuple(
      fc.uniqueArray(fc.tuple(key, tie('node')), {
        minLength: 1,
        maxLength: 15,
        size: '-1',
        selector: ([name]) => name,
      }),
      layout,
    )
    .map(([entries, how]): Node => ({ type: 'map', entries, layout: how })),
  list: fc
    .tuple(fc.array(tie('node'), { minLength: 1, maxLength: 4 }), layout)
    .map(([items, how]): Node => ({ type: 'list', items, layout: how })),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: fc.oneof(scalar, flow).map((source): Node => ({ type: 'scalar', source })), weight: 6 },
    { arbitrary: fc.constant<Node>({ type: 'empty' }), weight: 1 },
    { arbitrary: text, weight: 1 },
    { arbitrary: tie('map'), weight: 3 },
    { arbitrary: tie('list'), weight: 2 },
  ),
}));

class Writer {
  readonly out: string[] = [];
  private turn = 0;
  private behindText = false;

  block(node: Node, column: number): void {
    if (node.type === 'map') {
      for (const [name, value] of node.entries) {
        this.between(node.layout);
        this.value(`${' '.repeat(column)}${name}:`, value, column, node.layout, true);
      }
    } else if (node.type === 'list') {
      for (const item of node.items) {
        this.between(node.layout);
        const start = column + 1 + node.layout.gap;
        if (node.layout.compact && (item.type === 'map' || item.type === 'list')) this.compact(item, column, start);
        else this.value(`${' '.repeat(column)}-`, item, column, node.layout, false);
      }
    }
  }

  /** The first line of an item moves up behind its dash; comments before it do not. */
  private compact(item: Node, column: number, start: number): void {
    const from = this.out.length;
    this.block(item, start);
    const first = this.out.findIndex((line, index) => index >= from && !/^ *(?:#|$)/.test(line));
    const line = this.out[first] as string;
    this.out[first] = `${' '.repeat(column)}-${' '.repeat(start - column - 1)}${line.slice(start)}`;
  }

  private value(head: string, node: Node, column: number, how: Layout, underKey: boolean): void {
    this.behindText = node.type === 'text';
    if (node.type === 'scalar') this.out.push(`${head} ${node.source}${this.behind(how)}`);
    else if (node.type === 'text') {
      const pad = ' '.repeat(column + 1 + how.step);
      this.out.push(
        `${head} ${node.header}${this.behind(how)}`,
        ...node.lines.map((line) => (line === '' ? '' : pad + line)),
      );
    } else {
      this.out.push(`${head}${this.behind(how)}`);
      const unindented = node.type === 'list' && underKey;
      this.block(node, column + (unindented ? how.step : Math.max(1, how.step)));
    }
  }

  private between(how: Layout): void {
    const line = how.between[this.turn++ % 4];
    // Behind a block of text, a line of blanks or an indented comment may be one of its own.
    if (line !== undefined && (!this.behindText || !line.startsWith(' '))) this.out.push(line);
  }

  private behind(how: Layout): string {
    return how.behind[this.turn++ % 4] ?? '';
  }
}

/** A text that the scanner must answer. */
export const plainYaml = fc
  .tuple(
    fc.array(fc.oneof(tree.map, tree.list), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('---', '---  # document'),
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom('', '\n', '\n\n# end\n', '\n---\n'),
  )
  .map(([roots, marker, marked, crlf, mark, end]) => {
    const writer = new Writer();
    for (const [index, root] of roots.entries()) {
      if (index > 0 || marked || mark) writer.out.push(marker);
      writer.block(root, 0);
    }
    const body = writer.out.join('\n') + end;
    return (mark ? '\ufeff' : '') + (crlf ? body.replaceAll('\n', '\r\n') : body);
  });
