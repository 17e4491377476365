/**
 * The offset of the template expression that makes a text something else than YAML, or null where the parser's first
 * complaint has another cause: an expression on the line complained about, or a statement at the very start of a line.
 */
export function findTemplate(text: string, complaint: number): number | null {
  const lineStart = text.lastIndexOf('\n', complaint - 1) + 1;
  const lineEnd = text.indexOf('\n', complaint);
  const own = unquotedTemplate(text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd));
  if (own !== -1) return lineStart + own;
  // A statement such as {{- if … }} is often valid where it stands and breaks what is around it. Only at the start of a
  // line, where it cannot be part of a block of text.
  const statement = /^\ufeff?\{\{/m.exec(text);
  return statement === null ? null : statement.index + statement[0].length - 2;
}

function unquotedTemplate(line: string): number {
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (quote !== '') {
      if (character === '\\' && quote === '"') index += 1;
      else if (character === quote) quote = '';
    } else if (character === '{' && line.charAt(index + 1) === '{') return index;
    else if ((character === '"' || character === "'") && /[\s:,[{-]/.test(line.charAt(index - 1) || ' '))
      quote = character;
    else if (character === '#' && /\s/.test(line.charAt(index - 1) || ' ')) return -1;
  }
  return -1;
}
