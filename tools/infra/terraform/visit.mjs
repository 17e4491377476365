// Every expression of a block, with the names that count around it.
import { visitExpression } from './expressions.mjs';

/**
 * Calls `visit(node, names)` for every expression in a body. A dynamic block names its own item inside `content`.
 */
export function visitBody(body, visit, names = new Map()) {
  for (const { value } of body.attributes.values()) visitExpression(value, visit, names);
  for (const block of body.blocks) {
    if (block.type !== 'dynamic') {
      visitBody(block, visit, names);
      continue;
    }
    const from = block.attributes.get('for_each')?.value;
    if (from !== undefined) visitExpression(from, visit, names);
    const iterator = block.attributes.get('iterator')?.value;
    const name = iterator?.root ?? block.labels[0];
    const inner = new Map(names).set(name, { item: true, from });
    for (const content of block.blocks) visitBody(content, visit, inner);
  }
}

/** Every expression of a module with the block that it stands in. */
export function visitModule(module, visit) {
  for (const local of module.locals.values())
    visitExpression(local.value, (node, names) =>
      visit(node, names, { ...local, type: 'local', labels: [local.name] }),
    );
  for (const kind of ['variable', 'output', 'module', 'resource', 'data', 'provider', 'check'])
    for (const block of module[kind].values()) visitBlock(block, visit);
}

function visitBlock(block, visit) {
  // a type is no reference, nor is what a lifecycle ignores
  const attributes = new Map(block.attributes);
  if (block.type === 'variable') attributes.delete('type');
  const blocks = block.blocks.map((inner) => {
    if (inner.type !== 'lifecycle') return inner;
    const kept = [...inner.attributes].filter(([name]) => name !== 'ignore_changes');
    return { ...inner, attributes: new Map(kept) };
  });
  visitBody({ attributes, blocks }, (node, names) => visit(node, names, block));
}
