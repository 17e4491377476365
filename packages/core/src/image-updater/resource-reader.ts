import type { Path } from '../yaml/node.js';
import { objectOf } from './application-source.js';

/** What a resource holds that Kubernetes would refuse, or that Image Updater would not read. */
export interface ShapeProblem {
  readonly path: Path;
  readonly message: string;
}

/**
 * Reads fields of a parsed resource by type. Absent and null are the same, as for Kubernetes; a value of another type
 * is noted and counts as absent.
 */
export class FieldReader {
  readonly value: Readonly<Record<string, unknown>>;
  private readonly path: Path;
  private readonly problems: ShapeProblem[];

  constructor(value: Readonly<Record<string, unknown>>, path: Path, problems: ShapeProblem[]) {
    this.value = value;
    this.path = path;
    this.problems = problems;
  }

  text(key: string): string | undefined {
    return this.typed(key, 'a string', (value) => typeof value === 'string') as string | undefined;
  }

  flag(key: string): boolean | undefined {
    return this.typed(key, 'true or false', (value) => typeof value === 'boolean') as boolean | undefined;
  }

  texts(key: string): readonly string[] | undefined {
    const isList = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');
    return this.typed(key, 'a list of strings', isList) as readonly string[] | undefined;
  }

  /** Fields with their values, where all values are strings. */
  map(key: string): Readonly<Record<string, string>> | undefined {
    const isMap = (value: unknown) =>
      Object.values(objectOf(value) ?? { no: 1 }).every((one) => typeof one === 'string');
    return this.typed(key, 'a map of strings', isMap) as Readonly<Record<string, string>> | undefined;
  }

  inside(key: string): FieldReader | undefined {
    const value = this.typed(key, 'a map', (one) => objectOf(one) !== null);
    return value === undefined ? undefined : this.at(key, value);
  }

  /** The items of a list that are maps; others are noted. The index of each is the one in the list. */
  items(key: string): readonly { readonly index: number; readonly reader: FieldReader }[] | undefined {
    const list = this.typed(key, 'a list', Array.isArray) as readonly unknown[] | undefined;
    return list?.flatMap((item, index) => {
      if (objectOf(item) !== null) return [{ index, reader: this.at(key, item, index) }];
      this.problems.push({ path: [...this.path, key, index], message: 'must be a map' });
      return [];
    });
  }

  private at(key: string, value: unknown, ...index: readonly number[]): FieldReader {
    return new FieldReader(objectOf(value) ?? {}, [...this.path, key, ...index], this.problems);
  }

  private typed(key: string, what: string, fits: (value: unknown) => boolean): unknown {
    const value = Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    if (value === undefined || value === null) return undefined;
    if (fits(value)) return value;
    this.problems.push({ path: [...this.path, key], message: `${key} must be ${what}` });
    return undefined;
  }
}

/** An object of the fields that are set. */
export function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
