/** Any part of an OpenAPI document: the checker reads them as data. */
export type Node = { readonly [name: string]: Value };
export type Value = string | number | boolean | null | Node | readonly Value[];

export function isNode(value: Value | undefined): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Follows `$ref`s of one document (`#/components/…`) until something else is there. */
export function deref(document: Node, value: Value | undefined): Node | null {
  let node = value;
  while (isNode(node) && typeof node['$ref'] === 'string') node = at(document, node['$ref'].slice(1));
  return isNode(node) ? node : null;
}

/** The value at a JSON pointer. */
export function at(document: Value, pointer: string): Value | undefined {
  let value: Value | undefined = document;
  for (const raw of pointer.split('/').slice(1)) {
    const name = decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = (value as readonly Value[])[Number(name)];
    else value = isNode(value) ? value[name] : undefined;
  }
  return value;
}

/** A JSON pointer as the fragment of a reference. */
export function pointer(...names: readonly string[]): string {
  return names.map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

/**
 * Makes `nullable` understood everywhere: a JSON Schema validator refuses it without a `type`, so such a node becomes
 * "this or null"; beside a type and an `enum`, null joins the enum.
 */
export function prepare(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(prepare);
  if (!isNode(value)) return value;
  const node: Record<string, Value> = {};
  for (const [name, part] of Object.entries(value)) node[name] = prepare(part);
  if (node['nullable'] !== true) return node;
  if (typeof node['type'] === 'string') {
    const list = node['enum'];
    if (Array.isArray(list) && !list.includes(null)) node['enum'] = [...(list as readonly Value[]), null];
    return node;
  }
  delete node['nullable'];
  return { anyOf: [node, { type: 'null' }] };
}
