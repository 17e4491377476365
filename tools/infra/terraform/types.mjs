// Types of variables, and whether a value that is written out fits one.

/** What a type says about its parts: `{ kind, item?, attributes? }`. */
export function typeOf(node) {
  if (node?.kind === 'traversal' && node.steps.length === 0) return { kind: node.root };
  if (node?.kind !== 'call') return { kind: 'any' };
  const [first, second] = node.args;
  if (node.name === 'optional') return { ...typeOf(first), optional: true, default: second };
  if (node.name === 'object') {
    const entries = first?.kind === 'object' ? first.entries : [];
    return { kind: 'object', attributes: new Map(entries.map(({ key, value }) => [key.value, typeOf(value)])) };
  }
  return { kind: node.name, item: typeOf(first) };
}

const known = new Set(['any', 'string', 'number', 'bool', 'list', 'set', 'map', 'object', 'tuple']);

/** Names in a type that are no type. */
export function unknownTypes(type) {
  const inner = [...(type.attributes?.values() ?? []), ...(type.item === undefined ? [] : [type.item])];
  return [...(known.has(type.kind) ? [] : [type.kind]), ...inner.flatMap(unknownTypes)];
}

const shown = (node) =>
  ({ tuple: 'a list', object: 'an object' })[node.kind] ??
  (node.kind === 'template' ? 'text' : JSON.stringify(node.value));

/**
 * Where a value that is written out does not fit its type. What is computed fits, as far as this can tell.
 *
 * @returns {{ line: number, message: string }[]}
 */
export function misfits(type, node, name) {
  const wrong = (wanted) => [{ line: node.line, message: `${name} is ${wanted}, not ${shown(node)}` }];
  const written = ['literal', 'template', 'tuple', 'object'].includes(node.kind);
  if (!written || (node.kind === 'literal' && node.value === null)) return [];
  if (type.kind === 'string') return node.kind === 'literal' || node.kind === 'template' ? [] : wrong('text');
  if (type.kind === 'number') return isNumber(node) ? [] : wrong('a number');
  if (type.kind === 'bool') return isBoolean(node) ? [] : wrong('true or false');
  if (type.kind === 'list' || type.kind === 'set') {
    if (node.kind !== 'tuple') return wrong('a list');
    return node.items.flatMap((item, index) => misfits(type.item, item, `${name}[${index}]`));
  }
  if (type.kind === 'map') {
    if (node.kind !== 'object') return wrong('a map');
    return node.entries.flatMap(({ key, value }) => misfits(type.item, value, `${name}.${key.value}`));
  }
  return type.kind === 'object' ? objectMisfits(type, node, name, wrong) : [];
}

const isNumber = (node) =>
  node.kind === 'template' ||
  (node.kind === 'literal' &&
    node.value !== '' &&
    Number.isFinite(Number(node.value)) &&
    typeof node.value !== 'boolean');
const isBoolean = (node) =>
  node.kind === 'template' || (node.kind === 'literal' && ['true', 'false'].includes(String(node.value)));

function objectMisfits(type, node, name, wrong) {
  if (node.kind !== 'object') return wrong('an object');
  const given = new Set(node.entries.map(({ key }) => key.value));
  const missing = [...type.attributes].filter(([key, inner]) => !inner.optional && !given.has(key));
  return [
    ...missing.map(([key]) => ({ line: node.line, message: `${name}.${key} is missing` })),
    ...node.entries.flatMap(({ key, value }) => {
      const inner = type.attributes.get(key.value);
      if (inner !== undefined) return misfits(inner, value, `${name}.${key.value}`);
      return [{ line: value.line, message: `${name} has no ${key.value}` }];
    }),
  ];
}
