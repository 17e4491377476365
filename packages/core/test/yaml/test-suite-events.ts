/** A node of the suite's event notation: what a parser makes of a text, before any schema. */
export type Expected =
  | { readonly type: 'map'; readonly entries: readonly (readonly [Expected, Expected])[] }
  | { readonly type: 'list'; readonly items: readonly Expected[] }
  | { readonly type: 'scalar'; readonly text: string }
  | { readonly type: 'alias'; readonly name: string };

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', '\\': '\\' };

/** `=VAL &a <tag> "text` becomes its parts. */
export function scalarOf(line: string): Expected {
  const [, text = ''] = /^=VAL (?:&\S+ )?(?:<[^>]*> )?[:'"|>](.*)$/su.exec(line) ?? [];
  return { type: 'scalar', text: text.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter) };
}

/** The documents that the events tell, in order. */
export function documentsOf(events: readonly string[]): readonly Expected[] {
  const lines = events.map((line) => line.replace(/^ +/, ''));
  let at = 0;
  const node = (): Expected => {
    const line = lines[at++] ?? '';
    if (line.startsWith('=VAL')) return scalarOf(line);
    if (line.startsWith('=ALI')) return { type: 'alias', name: line.slice('=ALI *'.length) };
    const children: Expected[] = [];
    while (!/^-(?:SEQ|MAP)/.test(lines[at] ?? '')) children.push(node());
    at += 1;
    if (line.startsWith('+SEQ')) return { type: 'list', items: children };
    const entries = children.flatMap((key, index) =>
      index % 2 === 0 ? [[key, children[index + 1] ?? { type: 'scalar', text: '' }] as const] : [],
    );
    return { type: 'map', entries };
  };
  const documents: Expected[] = [];
  for (; at < lines.length; at += 1) {
    if (!lines[at]?.startsWith('+DOC')) continue;
    at += 1;
    documents.push(node());
  }
  return documents;
}
