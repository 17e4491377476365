/**
 * How a string is written as a scalar: as a bare word only where every reader takes that word for the very string, in
 * quotes otherwise. Readers are those of YAML 1.2, of YAML 1.1 (booleans such as `y`, octals, base 60, dates) and Go's.
 */

const words = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', '~', '<<', '=']);
const numbers = [
  // Decimal, with the separators of YAML 1.1 and of Ruby; `1.`, `+1`, `1e3`.
  /^[-+]?[0-9][0-9_,]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]+)?$/,
  /^[-+]?\.[0-9_]*(?:[eE][-+]?[0-9_]+)?$/,
  /^[-+]?[eE][-+]?[0-9_]+$/,
  /^[-+]?\.(?:inf|nan)$/i,
  /^[-+]?0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)$/,
  // Base 60.
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  // Dates, with or without a time.
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt \t])/,
];

// A bare word does not begin with an indicator; `-` may, where a word follows it.
const leading = /^(?:[,[\]{}#&*!|>'"%@`?:]|-(?:\s|$)|---|\.\.\.)/;
const inner = /:(?:\s|$)|\s#/;
const innerFlow = /[,[\]{}?]/;
// Control characters, line breaks of YAML 1.1, the byte order mark, halves of pairs: only double quotes can hold them.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;

/** Where a scalar stands, as far as it decides how it must be written. */
export interface ScalarContext {
  readonly flow: boolean;
  /** `plain`: without quotes if possible. */
  readonly quote: 'plain' | 'single' | 'double';
}

/** Whether a bare word reads back as this very string everywhere. */
export function isBareWord(text: string, flow: boolean): boolean {
  if (text === '' || text !== text.trim() || unprintable.test(text)) return false;
  if (leading.test(text) || inner.test(text) || (flow && innerFlow.test(text))) return false;
  if (words.has(text.toLowerCase())) return false;
  const first = text.charCodeAt(0);
  // Only + - . digits and, to some readers, an exponent's e begin a number or a date.
  const maybeNumber = (first >= 0x2b && first <= 0x39) || first === 0x45 || first === 0x65;
  if (!maybeNumber) return true;
  // Go's reader drops every _ before it looks for a number: 0_x1 is 1.
  const digits = text.replaceAll('_', '');
  return !numbers.some((number) => number.test(text) || number.test(digits));
}

/** The source of a scalar that reads back as this string. */
export function encodeScalar(text: string, context: ScalarContext): string {
  if (unprintable.test(text)) return double(text);
  if (context.quote === 'double') return double(text);
  if (context.quote === 'plain' && isBareWord(text, context.flow)) return text;
  return `'${text.replaceAll("'", "''")}'`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function double(text: string): string {
  let made = '"';
  for (const character of text) {
    const escape = escapes[character];
    if (escape !== undefined) made += escape;
    else if (unprintable.test(character)) made += hexadecimal(character.charCodeAt(0));
    else made += character;
  }
  return `${made}"`;
}

function hexadecimal(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Whether a string can stand in a block of text (`|`) line by line, as it is. */
export function fitsBlock(text: string): boolean {
  return (
    text !== '' &&
    text.split('\n').every((line) => !unprintable.test(line) && line === line.trimEnd()) &&
    !/^\s/.test(text)
  );
}
