// A file of Terraform's language: attributes and blocks, each with its line.
import { Cursor, parseExpression } from './expressions.mjs';
import { HclError, tokensOf } from './tokens.mjs';

/**
 * @param {string} text
 * @returns {{ attributes: Map<string, object>, blocks: object[] }} Throws an HclError with the line of what it cannot read.
 */
export function parseHcl(text) {
  const cursor = new Cursor(tokensOf(text).tokens);
  const body = parseBody(cursor);
  if (cursor.peek().kind !== 'end') throw new HclError(`unexpected ${cursor.peek().value}`, cursor.peek().line);
  return body;
}

function parseBody(cursor) {
  const body = { attributes: new Map(), blocks: [] };
  for (cursor.skipNewlines(); cursor.peek().kind === 'identifier'; cursor.skipNewlines()) {
    const { line } = cursor.peek();
    const name = cursor.name();
    if (cursor.take('=')) {
      if (body.attributes.has(name)) throw new HclError(`${name} is set twice`, line);
      body.attributes.set(name, { name, line, value: parseExpression(cursor) });
      endOfLine(cursor);
    } else body.blocks.push(parseBlock(cursor, name, line));
  }
  return body;
}

function endOfLine(cursor) {
  const token = cursor.peek();
  if (token.kind === 'newline' || token.kind === 'end' || cursor.is('}')) return;
  throw new HclError(`unexpected ${JSON.stringify(token.value)} behind a value`, token.line);
}

function parseBlock(cursor, type, line) {
  const labels = [];
  while (!cursor.is('{')) {
    const token = cursor.next();
    if (token.kind === 'identifier') labels.push(token.value);
    else if (token.kind === 'template' && token.value.every((part) => typeof part === 'string'))
      labels.push(token.value.join(''));
    else throw new HclError(`{ or = is missing behind ${type}`, token.line);
  }
  cursor.need('{');
  const body = parseBody(cursor);
  cursor.skipNewlines();
  cursor.need('}');
  return { type, labels, line, ...body };
}

/** The value of an expression that needs nothing to be known: text, a number, a list of them... Undefined otherwise. */
export function constantOf(node) {
  if (node === undefined) return undefined;
  if (node.kind === 'literal') return node.value;
  if (node.kind === 'tuple') {
    const items = node.items.map(constantOf);
    return items.includes(undefined) ? undefined : items;
  }
  if (node.kind !== 'object') return undefined;
  const entries = node.entries.map(({ key, value }) => [constantOf(key), constantOf(value)]);
  return entries.some((entry) => entry.includes(undefined)) ? undefined : Object.fromEntries(entries);
}
