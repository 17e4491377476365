// An expression of Terraform's language as a tree. Only what the checks ask about is kept: names, calls, values.
import { HclError } from './tokens.mjs';

const levels = [['||'], ['&&'], ['==', '!='], ['<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']];

/** Words with a place in them. Inside brackets a new line means nothing. */
export class Cursor {
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
    this.depth = 0;
  }

  peek(ahead = 0) {
    let at = this.at;
    let left = ahead;
    for (; at < this.tokens.length; at++) {
      if (this.depth > 0 && this.tokens[at].kind === 'newline') continue;
      if (left === 0) return this.tokens[at];
      left--;
    }
    return { kind: 'end', value: 'the end', line: this.tokens.at(-1)?.line ?? 1 };
  }

  next() {
    while (this.depth > 0 && this.tokens[this.at]?.kind === 'newline') this.at++;
    const token = this.peek();
    this.at++;
    return token;
  }

  is(value, ahead = 0) {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.value === value;
  }

  take(value) {
    if (!this.is(value)) return false;
    this.next();
    return true;
  }

  need(value) {
    const token = this.next();
    if (token.kind !== 'operator' || token.value !== value)
      throw new HclError(`${value} is missing before ${shown(token)}`, token.line);
    return token;
  }

  name() {
    const token = this.next();
    if (token.kind !== 'identifier') throw new HclError(`a name is missing before ${shown(token)}`, token.line);
    return token.value;
  }

  skipNewlines() {
    while (this.tokens[this.at]?.kind === 'newline') this.at++;
  }

  inside(open, close, read) {
    this.need(open);
    this.depth++;
    const value = read();
    while (this.tokens[this.at]?.kind === 'newline') this.at++;
    this.depth--;
    this.need(close);
    return value;
  }
}

const shown = (token) => (token.kind === 'newline' ? 'the end of the line' : JSON.stringify(token.value));

export function parseExpression(cursor) {
  const condition = binary(cursor, 0);
  if (!cursor.take('?')) return condition;
  const yes = parseExpression(cursor);
  cursor.need(':');
  const no = parseExpression(cursor);
  return { kind: 'conditional', condition, yes, no, line: condition.line };
}

function binary(cursor, level) {
  if (level === levels.length) return unary(cursor);
  let left = binary(cursor, level + 1);
  while (cursor.peek().kind === 'operator' && levels[level].includes(cursor.peek().value)) {
    const sign = cursor.next().value;
    left = { kind: 'binary', sign, left, right: binary(cursor, level + 1), line: left.line };
  }
  return left;
}

function unary(cursor) {
  const { line } = cursor.peek();
  if (cursor.take('!')) return { kind: 'unary', value: unary(cursor), line };
  if (cursor.take('-')) {
    const value = unary(cursor);
    return value.kind === 'literal' ? { ...value, value: -value.value } : { kind: 'unary', value, line };
  }
  return postfix(cursor, primary(cursor));
}

function postfix(cursor, target) {
  const steps = [];
  for (;;) {
    if (cursor.is('.') && cursor.peek(1).kind === 'identifier') {
      cursor.next();
      steps.push({ name: cursor.next().value });
    } else if (cursor.is('.') && (cursor.is('*', 1) || cursor.peek(1).kind === 'number')) {
      cursor.next();
      const token = cursor.next();
      steps.push(token.value === '*' ? { splat: true } : { index: { kind: 'literal', value: token.value } });
    } else if (cursor.is('[')) {
      steps.push(
        cursor.inside('[', ']', () => (cursor.take('*') ? { splat: true } : { index: parseExpression(cursor) })),
      );
    } else break;
  }
  if (target.kind === 'name') return { kind: 'traversal', root: target.name, steps, line: target.line };
  return steps.length === 0 ? target : { kind: 'access', target, steps, line: target.line };
}

function primary(cursor) {
  const token = cursor.peek();
  const { line } = token;
  if (token.kind === 'number') return { kind: 'literal', value: cursor.next().value, line };
  if (token.kind === 'template') return template(cursor.next());
  if (token.kind === 'identifier') {
    cursor.next();
    if (cursor.is('(')) return call(cursor, token);
    const constants = { true: true, false: false, null: null };
    if (Object.hasOwn(constants, token.value)) return { kind: 'literal', value: constants[token.value], line };
    return { kind: 'name', name: token.value, line };
  }
  if (cursor.is('(')) return cursor.inside('(', ')', () => parseExpression(cursor));
  if (cursor.is('[')) return collection(cursor, '[', ']');
  if (cursor.is('{')) return collection(cursor, '{', '}');
  throw new HclError(`a value is missing before ${shown(token)}`, line);
}

function template(token) {
  const parts = token.value.map((part) => {
    if (typeof part === 'string') return part;
    const cursor = new Cursor(part.tokens);
    cursor.depth = 1;
    const value = parseExpression(cursor);
    if (cursor.peek().kind !== 'end') throw new HclError(`unexpected ${shown(cursor.peek())}`, cursor.peek().line);
    return value;
  });
  if (parts.every((part) => typeof part === 'string'))
    return { kind: 'literal', value: parts.join(''), line: token.line };
  return { kind: 'template', parts, line: token.line };
}

function call(cursor, token) {
  const args = [];
  let spread = false;
  cursor.inside('(', ')', () => {
    while (!cursor.is(')')) {
      args.push(parseExpression(cursor));
      if (cursor.take('...')) spread = true;
      if (!cursor.take(',')) break;
    }
  });
  return { kind: 'call', name: token.value, args, spread, line: token.line };
}

function collection(cursor, open, close) {
  const { line } = cursor.peek();
  return cursor.inside(open, close, () => {
    if (cursor.peek().kind === 'identifier' && cursor.peek().value === 'for' && cursor.peek(1).kind === 'identifier')
      return loop(cursor, open, line);
    return open === '[' ? tuple(cursor, line) : object(cursor, line);
  });
}

function loop(cursor, open, line) {
  cursor.next();
  const names = [cursor.name()];
  if (cursor.take(',')) names.push(cursor.name());
  const word = cursor.name();
  if (word !== 'in') throw new HclError(`in is missing before ${word}`, line);
  const from = parseExpression(cursor);
  cursor.need(':');
  const results = [parseExpression(cursor)];
  if (open === '{') {
    cursor.need('=>');
    results.push(parseExpression(cursor));
    cursor.take('...');
  }
  if (cursor.peek().value === 'if') {
    cursor.next();
    results.push(parseExpression(cursor));
  }
  return { kind: 'for', names, from, results, object: open === '{', line };
}

function tuple(cursor, line) {
  const items = [];
  while (!cursor.is(']')) {
    items.push(parseExpression(cursor));
    if (!cursor.take(',')) break;
  }
  return { kind: 'tuple', items, line };
}

function object(cursor, line) {
  const entries = [];
  while (!cursor.is('}')) {
    const token = cursor.peek();
    const plain = token.kind === 'identifier' && (cursor.is('=', 1) || cursor.is(':', 1));
    const key = plain ? { kind: 'literal', value: cursor.next().value, line: token.line } : parseExpression(cursor);
    if (!cursor.take(':')) cursor.need('=');
    entries.push({ key, value: parseExpression(cursor) });
    cursor.take(',');
  }
  return { kind: 'object', entries, line };
}

/**
 * Calls `visit` for an expression and everything in it. `names` are those that a for expression or a dynamic block
 * declared around it, each with what it stands for if that is known.
 */
export function visitExpression(node, visit, names = new Map()) {
  const into = (child, inner = names) => child !== undefined && visitExpression(child, visit, inner);
  visit(node, names);
  for (const step of node.steps ?? []) if (step.index !== undefined) into(step.index);
  if (node.kind === 'for') {
    into(node.from);
    const inner = new Map(names);
    const [first, second] = node.names;
    if (second === undefined) inner.set(first, { from: node.from });
    else inner.set(first, {}).set(second, { from: node.from });
    for (const result of node.results) into(result, inner);
    return;
  }
  for (const child of [node.condition, node.yes, node.no, node.left, node.right, node.target]) into(child);
  if (node.kind === 'unary') into(node.value);
  for (const child of [...(node.items ?? []), ...(node.args ?? [])]) into(child);
  for (const part of node.parts ?? []) if (typeof part !== 'string') into(part);
  for (const { key, value } of node.entries ?? []) {
    into(key);
    into(value);
  }
}
