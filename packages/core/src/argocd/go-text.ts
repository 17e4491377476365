import type { Value } from './value.js';

/** Numbers of more digits before the point are printed with an exponent. */
const plainDigits = 6;

/** Prints a floating-point number as Go's `%v` does: `1.1`, `2.0240101e+07`. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  const mantissa = digits.replace(/^-/, '').replace('.', '');
  if (exponent < -4 || exponent >= plainDigits) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  return value.toFixed(Math.max(mantissa.length - 1 - exponent, 0));
}

/** Prints a value as a template does with `{{ }}`: nothing for null, since Helm takes `<no value>` away. */
export function printValue(value: Value | undefined): string {
  if (value === undefined) return '';
  if (value.type === 'map')
    return `map[${[...value.entries]
      .sort(byKey)
      .map(([key, item]) => `${key}:${printInside(item)}`)
      .join(' ')}]`;
  if (value.type === 'list') return `[${value.items.map((item) => printInside(item)).join(' ')}]`;
  if (value.value === null) return '';
  if (typeof value.value === 'number') return value.integer ? String(value.value) : printFloat(value.value);
  return String(value.value);
}

function printInside(value: Value): string {
  return value.type === 'scalar' && value.value === null ? '<nil>' : printValue(value);
}

function byKey(a: readonly [string, Value], b: readonly [string, Value]): number {
  return a[0] < b[0] ? -1 : 1;
}

/** What a template's `if` makes of a value. */
export function isTruthy(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (value.type === 'map') return value.entries.size > 0;
  if (value.type === 'list') return value.items.length > 0;
  return value.value !== null && value.value !== false && value.value !== '' && value.value !== 0;
}
