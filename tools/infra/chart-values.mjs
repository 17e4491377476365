// Values that templates ask for and nobody can set, and values that can be set and no template asks for. Helm renders
// both without a word: the first as nothing, the second not at all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './yaml-documents.mjs';

/** The values that a template names: `image.tag` for `.Values.image.tag`. */
export function valuesUsed(text) {
  const code = text.replace(/\{\{-?\s*\/\*.*?\*\/\s*-?\}\}/gs, '');
  const actions = [...code.matchAll(/\{\{.*?\}\}/gs)].map(([action]) => action).join('\n');
  return [...new Set([...actions.matchAll(/\$?\.Values\.([\w.]+)/g)].map(([, path]) => path))];
}

const resolve = (schema, root) =>
  schema?.$ref === undefined ? schema : root.definitions[schema.$ref.split('/').at(-1)];

/** Whether a schema describes a value; below an object with any keys it describes everything. */
function describes(schema, path) {
  let at = schema;
  for (const key of path.split('.')) {
    at = resolve(at, schema);
    if (at.properties === undefined) return at.additionalProperties !== false;
    at = at.properties[key];
    if (at === undefined) return false;
  }
  return true;
}

/** Every value that a schema names, down to the last one with a name. */
function named(schema, root = schema, path = []) {
  const { properties } = resolve(schema, root);
  if (properties === undefined) return [path.join('.')];
  return Object.entries(properties).flatMap(([key, child]) => named(child, root, [...path, key]));
}

/** Faults of a chart, given the names that its templates use. */
export function valueFaults(schema, used) {
  const covers = (path) => used.some((one) => path === one || path.startsWith(`${one}.`) || one.startsWith(`${path}.`));
  return [
    ...used.filter((path) => !describes(schema, path)).map((path) => `a template uses ${path}, which no schema names`),
    ...named(schema)
      .filter((path) => path !== 'global' && !covers(path))
      .map((path) => `${path} can be set, and no template uses it`),
  ];
}

/** Faults of the chart in a folder. */
export function chartValueFaults(folder) {
  const schema = JSON.parse(readFileSync(join(folder, 'values.schema.json'), 'utf8'));
  const templates = filesBelow(join(folder, 'templates')).map((file) => join(folder, 'templates', file));
  const used = templates.flatMap((file) => valuesUsed(readFileSync(file, 'utf8')));
  return valueFaults(schema, [...new Set(used)]);
}
