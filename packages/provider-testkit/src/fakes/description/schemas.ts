import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import type { Node, Value } from './document.js';

const key = 'description';

/** What a value has wrong; empty where it fits. */
export type Check = (value: unknown) => readonly string[];

export interface Schemas {
  /** A check against the schema at a pointer of the document. */
  at(pointer: string): Check;
  /** The same for a text of a URL: `"12"` is an integer there. */
  textAt(pointer: string): Check;
}

/** Compiles schemas of one document when they are first asked for. */
export function compileSchemas(document: Node, formats: readonly string[]): Schemas {
  const exact = newAjv(document, formats, false);
  let coercing: Ajv | null = null;
  const compiled = new Map<string, Check>();
  const get = (name: string, make: () => Check): Check => {
    const check = compiled.get(name) ?? make();
    compiled.set(name, check);
    return check;
  };
  return {
    at: (pointer) => get(pointer, () => toCheck(exact.compile({ $ref: `${key}#${pointer}` }), (value) => value)),
    textAt: (pointer) =>
      get(`text:${pointer}`, () => {
        coercing ??= newAjv(document, formats, true);
        const schema = { type: 'object', properties: { value: { $ref: `${key}#${pointer}` } } };
        return toCheck(coercing.compile(schema), (value) => ({ value }));
      }),
  };
}

function newAjv(document: Node, formats: readonly string[], coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, coerceTypes, logger: false });
  ajvFormats.default(ajv);
  for (const format of formats) ajv.addFormat(format, true);
  ajv.addSchema(document as Record<string, Value>, key);
  return ajv;
}

function toCheck(validate: ValidateFunction, wrap: (value: unknown) => unknown): Check {
  return (value) => {
    const wrapped = wrap(value);
    return validate(wrapped) ? [] : (validate.errors ?? []).map(describe);
  };
}

function describe(error: ErrorObject): string {
  const extra = error.keyword === 'enum' ? ` ${JSON.stringify(error.params['allowedValues'])}` : '';
  return `${error.instancePath === '' ? 'the whole' : error.instancePath} ${error.message ?? error.keyword}${extra}`;
}
