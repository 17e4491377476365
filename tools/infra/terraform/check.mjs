// Every fault of a tree of Terraform modules, as one list.
import { callFaults, declarationFaults, providerFaults } from './calls.mjs';
import { identityFaults } from './identity-policy.mjs';
import { readModule } from './modules.mjs';
import { policyFaults } from './policy.mjs';
import { referenceFaults } from './references.mjs';
import { schemaFaults } from './schema.mjs';

/**
 * @param {ReadonlyMap<string, Record<string, string>>} folders Folder → file → text.
 * @param {{ schema: object, functions: object }} data What the providers and Terraform itself know.
 */
export function checkTree(folders, { schema, functions }) {
  const modules = new Map([...folders].map(([path, files]) => [path, readModule(path, files)]));
  const each = (find) => sorted([...modules.values()].flatMap(find));
  return {
    modules,
    syntax: each((module) => module.faults),
    references: each((module) => referenceFaults(module, modules, schema, functions)),
    calls: each((module) => [
      ...callFaults(module, modules),
      ...declarationFaults(module),
      ...providerFaults(module, modules, schema),
    ]),
    schema: each((module) => schemaFaults(module, schema)),
    policy: each((module) => [...policyFaults(module), ...identityFaults(module)]),
  };
}

const sorted = (faults) =>
  [...new Map(faults.map((fault) => [shown(fault), fault])).values()].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line,
  );

export const shown = ({ file, line, message }) => `${file}:${line} ${message}`;
