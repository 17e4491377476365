/** A piece of an action (`{{ … }}`), or of the text around it. */
export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly words: readonly Word[]; readonly at: number };

export type Word =
  | { readonly type: 'name'; readonly text: string }
  /** `.a`; a lone dot has the empty text. `glued` where no blank stands before it. */
  | { readonly type: 'field'; readonly text: string; readonly glued: boolean }
  | { readonly type: 'variable'; readonly text: string }
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'sign'; readonly text: string };

/** Splits a Go template into text and actions; null where it cannot be read. */
export function lexTemplate(text: string): readonly Piece[] | null {
  const pieces: Piece[] = [];
  let at = 0;
  let trimNext = false;
  for (;;) {
    const open = text.indexOf('{{', at);
    let before = text.slice(at, open === -1 ? text.length : open);
    if (trimNext) before = before.replace(/^[ \t\r\n]+/, '');
    const trimsBefore = open !== -1 && /^-[ \t\r\n]/.test(text.slice(open + 2, open + 4));
    if (trimsBefore) before = before.replace(/[ \t\r\n]+$/, '');
    if (before !== '') pieces.push({ type: 'text', text: before });
    if (open === -1) return pieces;
    const start = open + (trimsBefore ? 3 : 2);
    const comment = /^\s*\/\*/.exec(text.slice(start, start + 40));
    const end = comment === null ? endOfAction(text, start) : text.indexOf('}}', text.indexOf('*/', start));
    if (end === -1) return null;
    trimNext = /[ \t\r\n]-$/.test(text.slice(start, end)) || text.slice(start, end) === '-';
    if (comment === null) {
      const words = lexWords(text.slice(start, trimNext ? end - 1 : end));
      if (words === null) return null;
      pieces.push({ type: 'action', words, at: open });
    }
    at = end + 2;
  }
}

function endOfAction(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"' || character === '`' || character === "'") {
      at = endOfString(text, at);
      if (at === -1) return -1;
    } else if (character === '}' && text.charAt(at + 1) === '}') return at;
  }
  return -1;
}

function endOfString(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\' && quote !== '`') at++;
    else if (text.charAt(at) === quote) return at;
  }
  return -1;
}

const word =
  /\s*(?:(:=|[=|(),])|\$([A-Za-z0-9_]*)|\.([A-Za-z_][A-Za-z0-9_]*)?|([+-]?[0-9][0-9A-Za-z_.+-]*)|([A-Za-z_][A-Za-z0-9_]*))/y;

function lexWords(text: string): readonly Word[] | null {
  const words: Word[] = [];
  let at = 0;
  while (/\S/.test(text.slice(at))) {
    const blank = /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    const next = text.charAt(at + blank);
    if (next === '"' || next === '`' || next === "'") {
      const end = endOfString(text, at + blank);
      const content = end === -1 ? null : unquoteGo(text.slice(at + blank, end + 1));
      if (content === null) return null;
      words.push({ type: 'string', text: content });
      at = end + 1;
      continue;
    }
    word.lastIndex = at;
    const found = word.exec(text);
    if (found === null) return null;
    const [, sign, variable, field, number, name] = found;
    if (sign !== undefined) words.push({ type: 'sign', text: sign });
    else if (variable !== undefined) words.push({ type: 'variable', text: variable });
    else if (number !== undefined) words.push({ type: 'number', text: number });
    else if (name !== undefined) words.push({ type: 'name', text: name });
    else words.push({ type: 'field', text: field ?? '', glued: blank === 0 && at > 0 });
    at = word.lastIndex;
  }
  return words;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquoteGo(quoted: string): string | null {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inner;
  return inner.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}
