import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import type { DocumentSelector, Path, Pointer, Step } from './node.js';

/*
 * document   kind/name  kind/namespace/name  #index  (parts that are not given are empty: kind/  /name  kind/namespace/)
 * path       key.key["any key"][0][name=image.tag]  ([] for an item without fields; . for the root of an only document)
 * pointer    document path  |  document  |  path
 * Whatever is not a plain word stands in quotes, as in JSON.
 */
const bareKey = /[A-Za-z_][A-Za-z0-9_-]*/y;
const barePart = /[A-Za-z0-9_.:-]+/y;
const bareField = /[A-Za-z0-9_./:@+-]+/y;
const quoted = /"(?:[^"\\]|\\.)*"/y;
const digits = /[0-9]+/y;

/**
 * A pointer as people read it, in one line: `Application/users-dev metadata.annotations["example.com/x"]`, list items
 * as `[name=image.tag]` or `[0]`, a document without kind and name by its index (from 0) as `#1`.
 * {@link parsePointer} is its exact inverse.
 */
export function formatPointer(pointer: Pointer): string {
  const document = formatDocument(pointer.document);
  const path = formatPath(pointer.path);
  if (document === '') return path === '' ? '.' : path;
  return path === '' ? document : `${document} ${path}`;
}

function formatDocument({ kind, namespace, name, index }: DocumentSelector): string {
  const part = (text: string | undefined): string => (text === undefined ? '' : word(text, barePart));
  const object = kind !== undefined || namespace !== undefined || name !== undefined;
  const words =
    namespace === undefined ? `${part(kind)}/${part(name)}` : `${part(kind)}/${part(namespace)}/${part(name)}`;
  return `${object ? words : ''}${index === undefined ? '' : `#${index}`}`;
}

/** The path of a pointer as {@link formatPointer} writes it. */
export function formatPath(path: Path): string {
  return path.map((step, index) => formatStep(step, index === 0)).join('');
}

function formatStep(step: Step, first: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  if (typeof step === 'string') {
    if (isWhole(step, bareKey)) return first ? step : `.${step}`;
    return `[${JSON.stringify(step)}]`;
  }
  const fields = Object.entries(step.where).map(([key, value]) => `${word(key, bareField)}=${word(value, bareField)}`);
  return `[${fields.join(',')}]`;
}

function word(text: string, bare: RegExp): string {
  return isWhole(text, bare) ? text : JSON.stringify(text);
}

function isWhole(text: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  return pattern.exec(text)?.[0].length === text.length && text !== '';
}

/** Reads what {@link formatPointer} wrote. Anything else is `pointer-invalid`, with the column it goes wrong at. */
export function parsePointer(text: string): Result<Pointer, GitOpsError> {
  const scanner = new Scanner(text);
  try {
    return ok(scanner.pointer());
  } catch (cause) {
    if (cause !== scanner) throw cause;
    return err(
      problem(
        'pointer-invalid',
        `${JSON.stringify(text)} is not the address of a value: column ${scanner.at + 1} is not understood.`,
        'Write it as in: Application/users-dev spec.source.helm.parameters[name=image.tag].value',
        { details: { pointer: text, column: scanner.at + 1 } },
      ),
    );
  }
}

/** Throws itself where the text is not understood; `parsePointer` turns that into an error. */
class Scanner {
  at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  pointer(): Pointer {
    const document = this.document();
    if (document === null) {
      if (this.text === '.') return { document: {}, path: [] };
      return { document: {}, path: this.path() };
    }
    if (this.at === this.text.length) return { document, path: [] };
    if (!this.take(' ')) throw this;
    return { document, path: this.path() };
  }

  /** Null where the text does not begin with a document. */
  private document(): DocumentSelector | null {
    const parts: (string | undefined)[] = [];
    const first = this.part();
    if (this.peek() !== '/') {
      if (first !== undefined) {
        this.at = 0;
        return null;
      }
    } else {
      parts.push(first);
      while (parts.length < 3 && this.take('/')) parts.push(this.part());
    }
    const [kind, second, third] = parts;
    const index = this.take('#') ? this.number() : undefined;
    if (parts.length === 0 && index === undefined) return null;
    const name = parts.length === 3 ? third : second;
    const namespace = parts.length === 3 ? second : undefined;
    // A namespace that is not given is written with one slash less.
    if (parts.length === 3 && namespace === undefined) throw this;
    return {
      ...(index === undefined ? {} : { index }),
      ...(kind === undefined ? {} : { kind }),
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
    };
  }

  private part(): string | undefined {
    return this.peek() === '"' ? this.string() : (this.match(barePart) ?? undefined);
  }

  private path(): Step[] {
    const steps: Step[] = [];
    while (this.at < this.text.length || steps.length === 0) {
      if (this.take('[')) steps.push(this.bracket());
      else if (steps.length === 0 || this.take('.')) steps.push(this.match(bareKey) ?? this.fail());
      else throw this;
    }
    return steps;
  }

  private bracket(): Step {
    if (this.take(']')) return { where: {} };
    const start = this.at;
    const index = this.match(digits);
    if (index !== null && this.take(']')) return Number(index);
    this.at = start;
    const first = this.field();
    if (this.peek() === ']' && this.text.charAt(start) === '"') {
      this.at += 1;
      return first;
    }
    const fields: [string, string][] = [];
    let key = first;
    for (;;) {
      if (!this.take('=')) throw this;
      fields.push([key, this.field()]);
      if (this.take(']')) return { where: Object.fromEntries(fields) };
      if (!this.take(',')) throw this;
      key = this.field();
    }
  }

  private field(): string {
    return this.peek() === '"' ? this.string() : (this.match(bareField) ?? this.fail());
  }

  private string(): string {
    const start = this.at;
    const source = this.match(quoted) ?? this.fail();
    try {
      return JSON.parse(source) as string;
    } catch {
      this.at = start;
      throw this;
    }
  }

  private number(): number {
    return Number(this.match(digits) ?? this.fail());
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private fail(): never {
    throw this;
  }
}
