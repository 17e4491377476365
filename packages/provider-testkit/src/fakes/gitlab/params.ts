import { invalidParameter } from './failure.js';

/**
 * The parameters of a request as GitLab sees them: path, query and body (JSON or form) in one bag, texts turned into
 * what is asked for. What cannot be turned is a 400 that says `error`.
 */
export class Params {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  raw(name: string): unknown {
    return this.#values.get(name);
  }

  /** Refuses with all names that are missing, as GitLab does. */
  require(...names: readonly string[]): void {
    const missing = names.filter((name) => this.#values.get(name) === undefined);
    if (missing.length > 0) throw invalidParameter(missing.map((name) => `${name} is missing`).join(', '));
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw invalidParameter(`${name} is invalid`);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = values.find((one) => one === value);
    if (found === undefined) throw invalidParameter(`${name} does not have a valid value`);
    return found;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined || value === '') return undefined;
    if (!/^-?\d+$/.test(value)) throw invalidParameter(`${name} is invalid`);
    return Number(value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined || value === '') return undefined;
    if (/^(true|t|1|yes|on)$/i.test(value)) return true;
    if (/^(false|f|0|no|off)$/i.test(value)) return false;
    throw invalidParameter(`${name} is invalid`);
  }

  /** A list, or a text with commas. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    const all = Array.isArray(value) ? value : String(value).split(',');
    return all.map((one) => String(one).trim()).filter((one) => one !== '');
  }

  integers(name: string): readonly number[] | undefined {
    return this.texts(name)?.map((one) => {
      if (!/^-?\d+$/.test(one)) throw invalidParameter(`${name} is invalid`);
      return Number(one);
    });
  }
}

/** Path, query and body (parsed JSON) in one bag; the path wins. */
export function readParams(path: Readonly<Record<string, string>>, query: URLSearchParams, body: unknown): Params {
  const values = new Map<string, unknown>();
  for (const [key, value] of query) {
    if (!key.endsWith('[]')) values.set(key, value);
    else values.set(key.slice(0, -2), [...((values.get(key.slice(0, -2)) as unknown[] | undefined) ?? []), value]);
  }
  if (typeof body === 'object' && body !== null)
    for (const [key, value] of Object.entries(body)) values.set(key, value);
  for (const [key, value] of Object.entries(path)) values.set(key, value);
  return new Params(values);
}
