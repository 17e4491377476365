/** Paints finished lines by what they begin with; the text itself never depends on colours. */
export function paint(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const rule = rules.find(([pattern]) => pattern.test(line));
      return rule === undefined ? line : `\u001b[${rule[1]}m${line}\u001b[0m`;
    })
    .join('\n');
}

const [bold, dim, red, yellow] = [1, 2, 31, 33];

const rules: readonly (readonly [RegExp, number])[] = [
  [/^error\[/, red],
  [/^ {2}!/, yellow],
  [/^ {2}fail {4} {2}/, red],
  [/^ {2}warn {4} {2}/, yellow],
  [/^ {2}unknown {2}/, dim],
  [/^(warning:|Note:)/, yellow],
  [/^ {2}- skipped/, dim],
  [/^\S.* · /, bold],
  [/^(Next|Open|Freezes|Problems|Notes|Pins|This machine|Repository|Forge)$/, bold],
  [/^(Opened|Updated|Merged) /, bold],
];
