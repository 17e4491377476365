// Resources, data sources and providers held against what the providers say that they take.
import { providerOf } from './modules.mjs';
import { constantOf } from './parse.mjs';
import { misfits } from './types.mjs';

const meta = new Set(['count', 'for_each', 'provider', 'depends_on']);
const metaBlocks = new Set(['lifecycle', 'provisioner', 'connection']);
const ofLifecycle = new Set(['create_before_destroy', 'prevent_destroy', 'ignore_changes', 'replace_triggered_by']);
/** Blocks that may also be written as a list, so that an empty list clears them. */
const alsoLists = new Set(['ingress', 'egress', 'route']);

const types = {
  string: { kind: 'string' },
  number: { kind: 'number' },
  boolean: { kind: 'bool' },
  'string[]': { kind: 'list', item: { kind: 'string' } },
  'map(string)': { kind: 'map', item: { kind: 'string' } },
};

export function schemaFaults(module, schema) {
  const faults = [];
  const check = (block, address, known, allowed) => {
    const fault = (line, message) => faults.push({ file: block.file, line, message: `${address}: ${message}` });
    if (known === undefined) return fault(block.line, 'nothing is known about it');
    bodyFaults(block, known, fault, '', allowed);
  };
  for (const block of module.resource.values()) {
    const address = block.labels.join('.');
    check(block, address, schema[providerOf(block)]?.resources[block.labels[0]]?.arguments, meta);
  }
  for (const block of module.data.values()) {
    const address = `data.${block.labels.join('.')}`;
    check(block, address, schema[providerOf(block)]?.data[block.labels[0]]?.arguments, meta);
  }
  for (const block of module.provider.values())
    check(block, `provider.${block.labels[0]}`, schema[block.labels[0]]?.configuration, new Set());
  return faults;
}

function bodyFaults(body, known, fault, path, allowed = new Set()) {
  const given = new Set();
  for (const { name, line, value } of body.attributes.values()) {
    if (allowed.has(name)) continue;
    const argument = Object.hasOwn(known, name) ? known[name] : undefined;
    given.add(name);
    if (argument === undefined) fault(line, `there is no argument ${path}${name}`);
    else if (argument.block === undefined) {
      const type = types[argument.type] ?? { kind: 'any' };
      for (const misfit of misfits(type, value, `${path}${name}`)) fault(misfit.line, misfit.message);
    } else if (argument.attribute) nestedFaults(value, argument, fault, `${path}${name}`);
    else if (!alsoLists.has(name)) fault(line, `${path}${name} is a block: it is written without =`);
  }
  const count = new Map();
  for (const block of body.blocks) {
    if (allowed.has('depends_on') && metaBlocks.has(block.type)) {
      if (block.type === 'lifecycle') lifecycleFaults(block, fault);
      continue;
    }
    const dynamic = block.type === 'dynamic';
    const name = dynamic ? block.labels[0] : block.type;
    const argument = Object.hasOwn(known, name) ? known[name] : undefined;
    given.add(name);
    if (argument === undefined) fault(block.line, `there is no block ${path}${name}`);
    else if (argument.block === undefined || argument.attribute)
      fault(block.line, `${path}${name} is an argument: it is written with =`);
    else if (dynamic) dynamicFaults(block, argument, fault, `${path}${name}`);
    else {
      count.set(name, (count.get(name) ?? 0) + 1);
      if (!argument.many && count.get(name) === 2) fault(block.line, `${path}${name} stands twice, it can be once`);
      bodyFaults(block, argument.block, fault, `${path}${name}.`);
    }
  }
  for (const [name, argument] of Object.entries(known))
    if (argument.required && !given.has(name)) fault(body.line, `${path}${name} is missing`);
}

function dynamicFaults(block, argument, fault, path) {
  for (const { name, line } of block.attributes.values())
    if (!['for_each', 'iterator', 'labels'].includes(name)) fault(line, `dynamic ${path} has no ${name}`);
  if (!block.attributes.has('for_each')) fault(block.line, `dynamic ${path}: for_each is missing`);
  const contents = block.blocks.filter(({ type }) => type === 'content');
  if (contents.length !== 1 || block.blocks.length !== 1) fault(block.line, `dynamic ${path} has one content`);
  for (const content of contents) bodyFaults(content, argument.block, fault, `${path}.`);
}

/** An argument whose value is an object, or a list of them, with keys of its own. */
function nestedFaults(value, argument, fault, path) {
  const objects = value.kind === 'tuple' ? value.items : [value];
  if (argument.many && value.kind === 'object') fault(value.line, `${path} is a list of objects`);
  if (!argument.many && value.kind === 'tuple') fault(value.line, `${path} is an object, not a list`);
  for (const node of objects) {
    if (node.kind !== 'object') continue;
    const attributes = new Map();
    for (const { key, value: inner } of node.entries) {
      const name = String(constantOf(key));
      attributes.set(name, { name, line: inner.line, value: inner });
    }
    bodyFaults({ attributes, blocks: [], line: node.line }, argument.block, fault, `${path}.`);
  }
}

function lifecycleFaults(block, fault) {
  for (const { name, line } of block.attributes.values())
    if (!ofLifecycle.has(name)) fault(line, `there is no argument lifecycle.${name}`);
  for (const inner of block.blocks)
    if (inner.type !== 'precondition' && inner.type !== 'postcondition')
      fault(inner.line, `there is no block lifecycle.${inner.type}`);
}
