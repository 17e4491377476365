// Calls of modules, variables and outputs: what is asked for is given, and nothing else.
import { providerOf, requiredProviders, sourceOf } from './modules.mjs';
import { constantOf } from './parse.mjs';
import { misfits, typeOf, unknownTypes } from './types.mjs';

const meta = new Set(['source', 'version', 'providers', 'count', 'for_each', 'depends_on']);
const ofVariable = new Set(['type', 'default', 'description', 'sensitive', 'nullable', 'ephemeral']);
const ofOutput = new Set(['value', 'description', 'sensitive', 'depends_on', 'ephemeral']);

export function callFaults(module, modules) {
  const faults = [];
  for (const call of module.module.values()) {
    const fault = (line, message) =>
      faults.push({ file: call.file, line, message: `module.${call.labels[0]}: ${message}` });
    const path = sourceOf(module, call);
    if (path === undefined) {
      if (!/^[0-9]+\.[0-9]+\.[0-9]+$/.test(constantOf(call.attributes.get('version')?.value) ?? ''))
        fault(call.line, 'a module from elsewhere needs one exact version');
      continue;
    }
    const called = modules.get(path);
    if (called === undefined) {
      fault(call.line, `there is no module in ${path}`);
      continue;
    }
    for (const { name, line, value } of call.attributes.values()) {
      if (meta.has(name)) continue;
      const variable = called.variable.get(name);
      if (variable === undefined) fault(line, `${path} has no variable ${name}`);
      else
        for (const misfit of misfits(typeOf(variable.attributes.get('type')?.value), value, name))
          fault(misfit.line, misfit.message);
    }
    for (const [name, variable] of called.variable)
      if (!variable.attributes.has('default') && !call.attributes.has(name)) fault(call.line, `${name} is missing`);
    for (const { type, line } of call.blocks) fault(line, `${type} is written with =`);
  }
  return faults;
}

export function declarationFaults(module) {
  const faults = [];
  const declared = (block, name, allowed) => {
    const fault = (line, message) => faults.push({ file: block.file, line, message: `${name}: ${message}` });
    for (const attribute of block.attributes.values())
      if (!allowed.has(attribute.name)) fault(attribute.line, `there is no ${attribute.name}`);
    const description = constantOf(block.attributes.get('description')?.value);
    if (typeof description !== 'string' || description.trim() === '') fault(block.line, 'a description is missing');
    return fault;
  };
  for (const [name, block] of module.variable) {
    const fault = declared(block, `var.${name}`, ofVariable);
    const written = block.attributes.get('type')?.value;
    if (written === undefined) fault(block.line, 'a type is missing');
    const type = typeOf(written);
    for (const unknown of unknownTypes(type)) fault(block.line, `there is no type ${unknown}`);
    const byDefault = block.attributes.get('default')?.value;
    if (byDefault !== undefined)
      for (const misfit of misfits(type, byDefault, 'the default')) fault(misfit.line, misfit.message);
    for (const inner of block.blocks) {
      if (inner.type !== 'validation') fault(inner.line, `there is no block ${inner.type}`);
      else if (!inner.attributes.has('condition') || !inner.attributes.has('error_message'))
        fault(inner.line, 'a validation has a condition and an error_message');
    }
  }
  for (const [name, block] of module.output) {
    const fault = declared(block, `output.${name}`, ofOutput);
    if (!block.attributes.has('value')) fault(block.line, 'a value is missing');
  }
  if (module.output.size === 0) faults.push({ file: module.path, line: 1, message: 'a module without an output' });
  return faults;
}

/** Providers are asked for in the version whose data this is held against, and none is asked for in vain. */
export function providerFaults(module, modules, schema) {
  const faults = [];
  const needed = new Set();
  for (const block of [...module.resource.values(), ...module.data.values()]) needed.add(providerOf(block));
  const own = new Set(needed);
  for (const call of module.module.values())
    for (const name of requiredProviders(modules.get(sourceOf(module, call)) ?? { terraform: [] }).keys())
      needed.add(name);
  const required = requiredProviders(module);
  const [terraform] = module.terraform;
  const file = terraform?.file ?? module.path;
  const fault = (line, message) => faults.push({ file, line, message });
  if (constantOf(terraform?.attributes.get('required_version')?.value) !== '>= 1.5.0')
    fault(terraform?.line ?? 1, 'required_version is ">= 1.5.0"');
  for (const name of own) if (!required.has(name)) fault(1, `required_providers lacks ${name}`);
  for (const [name, { line, source, version }] of required) {
    const known = schema[name]?.provider;
    if (known === undefined) fault(line, `nothing is known about the provider ${name}`);
    else if (source !== known.name) fault(line, `the source of ${name} is ${known.name}`);
    else if (version !== known.version) fault(line, `the version of ${name} is ${known.version}, not ${version}`);
    if (!needed.has(name)) fault(line, `nothing here needs the provider ${name}`);
  }
  // where there are providers, this is where Terraform is run: each one that is needed anywhere below is set up
  if (module.provider.size > 0)
    for (const name of needed) if (!module.provider.has(name)) fault(1, `the provider ${name} is not set up`);
  return faults;
}
