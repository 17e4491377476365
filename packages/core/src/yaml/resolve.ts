/**
 * What Argo CD's reader makes of a scalar. It reads manifests with sigs.k8s.io/yaml, whose goyaml.v2 mixes YAML 1.1
 * and 1.2: `y` is a boolean, `0123` an octal number, `0o17` too, `1_000` a thousand, `12:30` a string.
 */

const words = new Map<string, boolean | null | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const decimal = /^[-+]?[0-9]+$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const fraction = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const prefixed = /^([-+]?)0(?:([xX])([0-9a-fA-F]+)|([bB])([01]+)|[oO]?([0-7]+))$/;

/** The value of an unquoted scalar without a tag. A timestamp stays the string that it is written as. */
export function resolvePlain(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  // Only these can begin anything but a string: digits, + - . ~ and the first letters of the words above.
  if (!(first >= 0x30 && first <= 0x39) && !'+-.~yYnNtTfFoO'.includes(text.charAt(0))) return text;
  const word = words.get(text);
  if (word !== undefined) return word;
  if (first > 0x39) return text;
  if (first === 0x2e) return fraction.test(text) ? finite(text, text.replaceAll('_', '')) : text;
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  const number = prefixed.exec(digits);
  if (number !== null) {
    const [, sign, hex, hexDigits, binary, binaryDigits, octalDigits] = number;
    const size = hex
      ? Number.parseInt(hexDigits ?? '', 16)
      : binary
        ? Number.parseInt(binaryDigits ?? '', 2)
        : Number.parseInt(octalDigits ?? '', 8);
    return sign === '-' ? -size : size;
  }
  return decimal.test(digits) || float.test(digits) ? finite(text, digits) : text;
}

/** A number too large for 64 bits of floating point is no number to Go: 12e4567 stays a string. */
function finite(text: string, digits: string): number | string {
  const number = Number(digits);
  return Number.isFinite(number) ? number : text;
}

const prefix = 'tag:yaml.org,2002:';

/** Whether Argo CD's reader takes this value under this tag: it refuses a file with `!!int v1`. */
export function fitsTag(value: string | number | boolean | null, tag: string): boolean {
  switch (tag) {
    case `${prefix}int`:
      return typeof value === 'number' && Number.isInteger(value);
    case `${prefix}float`:
      return typeof value === 'number';
    case `${prefix}bool`:
      return typeof value === 'boolean';
    case `${prefix}null`:
      return value === null;
    default:
      return true;
  }
}

/** Whether a tag makes something else than a string of what it stands before, whatever that is. */
export function isTypeTag(tag: string): boolean {
  return ['int', 'float', 'bool', 'null', 'binary', 'timestamp'].some((name) => tag === prefix + name);
}

/** The value of a scalar, with its tag in full (`tag:yaml.org,2002:str`) where it has one. */
export function resolveScalar(
  text: string,
  style: 'plain' | 'quoted',
  tag: string | undefined,
): string | number | boolean | null {
  if (tag === undefined) return style === 'plain' ? resolvePlain(text) : text;
  switch (tag) {
    case `${prefix}int`:
    case `${prefix}float`:
    case `${prefix}bool`:
    case `${prefix}null`:
      return resolvePlain(text);
    default:
      return text;
  }
}
