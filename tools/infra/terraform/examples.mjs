// Values that a person is shown for an environment: each is one of its variables, and none that it needs is missing.
import { visitExpression } from './expressions.mjs';
import { parseHcl } from './parse.mjs';
import { HclError } from './tokens.mjs';
import { misfits, typeOf } from './types.mjs';

/**
 * @param module The module that the values are for.
 * @param {string} file
 * @param {string} text Text of a file of variables (`.tfvars`).
 */
export function exampleFaults(module, file, text) {
  const faults = [];
  const fault = (line, message) => faults.push({ file, line, message });
  let body;
  try {
    body = parseHcl(text);
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    fault(error.line, error.message);
    return faults;
  }
  for (const block of body.blocks) fault(block.line, `${block.type}: values are written with =`);
  for (const { name, line, value } of body.attributes.values()) {
    const variable = module.variable.get(name);
    if (variable === undefined) fault(line, `there is no variable ${name}`);
    else
      for (const misfit of misfits(typeOf(variable.attributes.get('type')?.value), value, name))
        fault(misfit.line, misfit.message);
    visitExpression(value, (node) => {
      if (node.kind === 'traversal' || node.kind === 'call') fault(node.line, 'values are written out');
      if (['0.0.0.0/0', '::/0'].includes(node.value)) fault(node.line, `${node.value} lets everyone in`);
    });
  }
  for (const [name, variable] of module.variable)
    if (!variable.attributes.has('default') && !body.attributes.has(name)) fault(1, `${name} is missing`);
  return faults;
}
