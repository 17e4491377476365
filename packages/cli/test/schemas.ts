import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const folder = new URL('../schemas/', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
for (const file of readdirSync(folder))
  ajv.addSchema(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as object, file);

/** Throws where a document is not what the schema that it names says. */
export function mustBeValid(document: unknown): void {
  const name = /^gitops\/([a-z-]+)\/1$/.exec((document as { schema?: string }).schema ?? '')?.[1];
  const validate = name === undefined ? undefined : ajv.getSchema(`${name}.schema.json`);
  if (validate === undefined) throw new Error(`no schema for ${JSON.stringify(document).slice(0, 200)}`);
  if (validate(document) !== true) {
    throw new Error(
      `${name}: ${ajv.errorsText(validate.errors, { separator: '\n' })}\n${JSON.stringify(document, null, 2)}`,
    );
  }
}
