// Whether everything that is named exists, and everything that is declared is named.
import { sourceOf } from './modules.mjs';
import { typeOf } from './types.mjs';
import { visitModule } from './visit.mjs';

const roots = new Set(['var', 'local', 'module', 'data', 'each', 'count', 'self', 'path', 'terraform']);
const paths = new Set(['module', 'root', 'cwd']);

/**
 * @param module A module as readModule gives it.
 * @param {ReadonlyMap<string, object>} modules All modules by the path of their folder.
 * @param schema The providers' data.
 * @returns {{ file: string, line: number, message: string }[]}
 */
export function referenceFaults(module, modules, schema, functions) {
  const faults = [];
  const used = new Set();
  const world = { module, modules, schema, used };
  visitModule(module, (node, names, block) => {
    const fault = (message) => void faults.push({ file: block.file, line: node.line ?? block.line, message });
    if (node.kind === 'call') checkCall(node, functions, fault);
    if (node.kind === 'name') fault(`${node.name} is neither text nor a reference`);
    if (node.kind === 'traversal') checkTraversal(node, names, block, world, fault);
  });
  const unused = (kind, declared, prefix) => {
    for (const [name, { file, line }] of declared)
      if (!used.has(`${kind}.${name}`)) faults.push({ file, line, message: `${prefix}${name} is never used` });
  };
  unused('var', module.variable, 'var.');
  unused('local', module.locals, 'local.');
  unused('data', module.data, 'data.');
  return faults;
}

function checkCall(node, functions, fault) {
  if (!Object.hasOwn(functions, node.name)) return fault(`there is no function ${node.name}`);
  const [least, most] = functions[node.name];
  const count = node.args.length;
  if (!node.spread && (count < least || (most !== null && count > most)))
    fault(`${node.name} takes ${most === null ? `${least} or more` : least} arguments, not ${count}`);
}

function checkTraversal(node, names, block, world, fault) {
  const { module, used } = world;
  const [first, ...rest] = node.steps;
  if (names.has(node.root)) {
    const bound = names.get(node.root);
    if (bound.item) {
      if (first?.name !== 'key' && first?.name !== 'value') fault(`${node.root} has key and value, not ${first?.name}`);
      else if (first.name === 'value') checkSteps(itemShape(bound.from, world, names), rest, node.root, fault);
    } else if (bound.from !== undefined) checkSteps(itemShape(bound.from, world, names), node.steps, node.root, fault);
    return;
  }
  if (!roots.has(node.root) && first === undefined) {
    // providers, iterators and types are named by one word
    if (!module.provider.has(node.root)) fault(`${node.root} is not declared`);
    return;
  }
  // that it is validated does not make it used
  const itself = block.type === 'variable' && block.labels[0] === first?.name;
  if (node.root === 'var' && !itself) used.add(`var.${first?.name}`);
  if (node.root === 'local') used.add(`local.${first?.name}`);
  if (node.root === 'data') used.add(`data.${first?.name}.${rest[0]?.name}`);
  if (node.root === 'path') {
    if (!paths.has(first?.name)) fault(`there is no path.${first?.name}`);
  } else if (node.root === 'count') {
    if (!block.attributes?.has('count')) fault('count.index stands where no count is set');
  } else if (node.root === 'each') {
    const from = block.attributes?.get('for_each')?.value;
    if (from === undefined) fault(`each.${first?.name} stands where no for_each is set`);
    else if (first?.name === 'value') checkSteps(itemShape(from, world, names), rest, 'each.value', fault);
    else if (first?.name !== 'key') fault(`each has key and value, not ${first?.name}`);
  } else if (node.root !== 'self' && node.root !== 'terraform') {
    const shape = shapeOf(node, world, fault);
    if (shape !== undefined) checkSteps(shape, shape.steps, shape.name, fault);
  }
}

/** What a reference stands for, and the steps behind it that are still to be checked. */
function shapeOf(node, { module, modules, schema }, fault) {
  const [first, second, ...rest] = node.steps;
  if (node.root === 'var') {
    const variable = module.variable.get(first?.name);
    if (variable === undefined) return fault(`var.${first?.name} is not declared`);
    const type = typeOf(variable.attributes.get('type')?.value);
    return { type, steps: node.steps.slice(1), name: `var.${first.name}` };
  }
  if (node.root === 'local') {
    const local = module.locals.get(first?.name);
    if (local === undefined) return fault(`local.${first?.name} is not declared`);
    return { literal: local.value, steps: node.steps.slice(1), name: `local.${first.name}` };
  }
  if (node.root === 'module') {
    const call = module.module.get(first?.name);
    if (call === undefined) return fault(`module.${first?.name} is not declared`);
    const outputs = modules.get(sourceOf(module, call))?.output;
    return { outputs, many: isMany(call), steps: node.steps.slice(1), name: `module.${first.name}` };
  }
  const inData = node.root === 'data';
  const [type, name, steps] = inData
    ? [first?.name, second?.name, rest]
    : [node.root, first?.name, node.steps.slice(1)];
  const address = `${inData ? 'data.' : ''}${type}.${name}`;
  const declared = module[inData ? 'data' : 'resource'].get(`${type}.${name}`);
  if (declared === undefined) return fault(`${address} is not declared`);
  const known = schema[type.split('_')[0]]?.[inData ? 'data' : 'resources'][type];
  return { attributes: known?.attributes, many: isMany(declared), steps, name: address };
}

const isMany = (block) => block.attributes.has('for_each') || block.attributes.has('count');

/** One item of what a for expression, a for_each or a dynamic block goes through, where that is known. */
function itemShape(from, world, names) {
  if (from?.kind === 'traversal' && !names.has(from.root)) {
    const shape = shapeOf(from, world, () => undefined);
    if (shape === undefined) return undefined;
    if (shape.many) return shape.steps.length === 0 ? { ...shape, many: false } : undefined;
    if (shape.literal !== undefined && shape.steps.length === 0) return itemShape(shape.literal, world, names);
    return shape.type !== undefined && shape.steps.length === 0 ? { type: shape.type.item } : undefined;
  }
  if (from?.kind === 'call' && ['values', 'toset'].includes(from.name)) return itemShape(from.args[0], world, names);
  if (from?.kind === 'object') return { items: from.entries.map(({ value }) => value) };
  if (from?.kind === 'for' && from.object) return { literal: from.results[1], names: from.names, from: from.from };
  return undefined;
}

function checkSteps(shape, steps, name, fault) {
  const [step, ...rest] = steps;
  if (shape === undefined || step === undefined || step.splat) return;
  if (shape.many) {
    if (step.index === undefined)
      return fault(`${name} is many (count or for_each): an index is missing before .${step.name}`);
    return checkSteps({ ...shape, many: false }, rest, name, fault);
  }
  const own = (keys, what) => {
    if (!keys.includes(step.name)) fault(`${name} has no ${what} ${step.name ?? 'of a number'}`);
    return keys.includes(step.name);
  };
  if (shape.outputs !== undefined) return own([...shape.outputs.keys()], 'output');
  if (shape.attributes !== undefined) return own(shape.attributes, 'attribute');
  if (shape.type?.kind === 'object') {
    if (!own([...shape.type.attributes.keys()], 'attribute')) return;
    return checkSteps({ type: shape.type.attributes.get(step.name) }, rest, `${name}.${step.name}`, fault);
  }
  if (['map', 'list', 'set'].includes(shape.type?.kind) && step.index !== undefined)
    return checkSteps({ type: shape.type.item }, rest, `${name}[…]`, fault);
  if (['string', 'number', 'bool'].includes(shape.type?.kind))
    return fault(`${name} is a ${shape.type.kind} and has no parts`);
  const objects = (shape.items ?? [shape.literal]).filter((node) => node?.kind === 'object');
  const keysOf = (node) => node.entries.map(({ key }) => key.value);
  if (objects.length > 0 && objects.length === (shape.items?.length ?? 1) && step.name !== undefined)
    return own(
      objects.map(keysOf).reduce((all, keys) => all.filter((key) => keys.includes(key))),
      'key',
    );
}
