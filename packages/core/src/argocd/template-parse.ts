import { lexTemplate, type Piece, type Word } from './template-lex.js';

/** One file of a chart's `templates` folder. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
  /** Null where the text cannot be read as a template. */
  readonly nodes: readonly TemplateNode[] | null;
  /** The named templates that it defines. */
  readonly defines: ReadonlyMap<string, readonly TemplateNode[]>;
  /** Named templates that it includes, as far as they are named outright. */
  readonly includes: ReadonlySet<string>;
}

export type TemplateNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'print'; readonly pipeline: Pipeline; readonly at: number }
  | {
      readonly type: 'assign';
      readonly name: string;
      readonly declares: boolean;
      readonly pipeline: Pipeline;
      readonly at: number;
    }
  | {
      readonly type: 'if' | 'with';
      readonly variable: string | null;
      readonly pipeline: Pipeline;
      readonly body: Nodes;
      readonly otherwise: Nodes;
      readonly at: number;
    }
  | {
      readonly type: 'range';
      readonly variables: readonly string[];
      readonly pipeline: Pipeline;
      readonly body: Nodes;
      readonly otherwise: Nodes;
      readonly at: number;
    }
  | { readonly type: 'template'; readonly name: string; readonly pipeline: Pipeline | null; readonly at: number };

type Nodes = readonly TemplateNode[];

/** Commands joined by `|`: the answer of each is the last argument of the next. */
export type Pipeline = readonly Command[];
export type Command = readonly Operand[];

export type Operand =
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'name'; readonly text: string }
  | { readonly type: 'dot'; readonly fields: readonly string[] }
  | { readonly type: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly type: 'group'; readonly pipeline: Pipeline; readonly fields: readonly string[] };

/** Reads a Go template into nodes. Never fails: what cannot be read has null nodes. */
export function parseTemplate(path: string, text: string): TemplateFile {
  const pieces = lexTemplate(text);
  const parser = new TemplateParser(pieces ?? []);
  const nodes = pieces === null ? null : parser.parseAll();
  const includes = new Set<string>();
  for (const found of text.matchAll(/\b(?:include|template)\s+["`]([^"`]+)["`]/g))
    if (found[1] !== undefined) includes.add(found[1]);
  return { path, text, nodes, defines: parser.defines, includes };
}

class TemplateParser {
  readonly defines = new Map<string, Nodes>();
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  parseAll(): Nodes | null {
    const body = this.#parseBody();
    return body !== null && body.end === null ? body.nodes : null;
  }

  /** Nodes up to `end` or `else`; `end` is that action, null at the end of the text. */
  #parseBody(): { readonly nodes: Nodes; readonly end: readonly Word[] | null } | null {
    const nodes: TemplateNode[] = [];
    while (this.#at < this.#pieces.length) {
      const piece = this.#pieces[this.#at++];
      if (piece === undefined) break;
      if (piece.type === 'text') {
        nodes.push(piece);
        continue;
      }
      const keyword = piece.words[0]?.type === 'name' ? piece.words[0].text : '';
      if (keyword === 'end' || keyword === 'else') return { nodes, end: piece.words };
      if (keyword === 'break' || keyword === 'continue') continue;
      if (keyword === 'define' || keyword === 'block') {
        if (!this.#parseDefine(piece.words, keyword, nodes, piece.at)) return null;
        continue;
      }
      const node = this.#parseAction(keyword, piece.words, piece.at);
      if (node === null) return null;
      nodes.push(node);
    }
    return { nodes, end: null };
  }

  #parseDefine(words: readonly Word[], keyword: string, nodes: TemplateNode[], at: number): boolean {
    const name = words[1];
    const body = this.#parseBody();
    if (name?.type !== 'string' || body?.end === null || body === null) return false;
    this.defines.set(name.text, body.nodes);
    if (keyword === 'block')
      nodes.push({ type: 'template', name: name.text, pipeline: parsePipeline(words.slice(2)), at });
    return true;
  }

  #parseAction(keyword: string, words: readonly Word[], at: number): TemplateNode | null {
    if (keyword === 'if' || keyword === 'with') return this.#parseChoice(keyword, words.slice(1), at);
    if (keyword === 'range') return this.#parseRange(words.slice(1), at);
    if (keyword === 'template') {
      const name = words[1];
      if (name?.type !== 'string') return null;
      return {
        type: 'template',
        name: name.text,
        pipeline: words.length > 2 ? parsePipeline(words.slice(2)) : null,
        at,
      };
    }
    const assigned = assignment(words);
    const pipeline = parsePipeline(assigned?.rest ?? words);
    if (pipeline === null) return null;
    const name = assigned?.names[0];
    if (assigned === null || name === undefined) return { type: 'print', pipeline, at };
    return { type: 'assign', name, declares: assigned.declares, pipeline, at };
  }

  #parseChoice(type: 'if' | 'with', words: readonly Word[], at: number): TemplateNode | null {
    const assigned = assignment(words);
    const pipeline = parsePipeline(assigned?.rest ?? words);
    const branches = this.#parseBranches(at);
    if (pipeline === null || branches === null) return null;
    return { type, variable: assigned?.names[0] ?? null, pipeline, ...branches, at };
  }

  #parseRange(words: readonly Word[], at: number): TemplateNode | null {
    const assigned = assignment(words);
    const pipeline = parsePipeline(assigned?.rest ?? words);
    const branches = this.#parseBranches(at);
    if (pipeline === null || branches === null) return null;
    return { type: 'range', variables: assigned?.names ?? [], pipeline, ...branches, at };
  }

  #parseBranches(at: number): { readonly body: Nodes; readonly otherwise: Nodes } | null {
    const body = this.#parseBody();
    if (body === null || body.end === null) return null;
    if (isWord(body.end[0], 'end')) return { body: body.nodes, otherwise: [] };
    const [, next] = body.end;
    if (next?.type === 'name' && (next.text === 'if' || next.text === 'with')) {
      const nested = this.#parseChoice(next.text, body.end.slice(2), at);
      return nested === null ? null : { body: body.nodes, otherwise: [nested] };
    }
    const otherwise = this.#parseBody();
    return otherwise === null || otherwise.end === null ? null : { body: body.nodes, otherwise: otherwise.nodes };
  }
}

function isWord(word: Word | undefined, text: string): boolean {
  return word?.type === 'name' && word.text === text;
}

/** `$a := …`, `$k, $v := …`, `$a = …`. */
function assignment(
  words: readonly Word[],
): { readonly names: readonly string[]; readonly declares: boolean; readonly rest: readonly Word[] } | null {
  const names: string[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const variable = words[at];
    const sign = words[at + 1];
    if (variable?.type !== 'variable' || sign?.type !== 'sign') return null;
    names.push(variable.text);
    if (sign.text === ':=' || sign.text === '=')
      return { names, declares: sign.text === ':=', rest: words.slice(at + 2) };
    if (sign.text !== ',') return null;
  }
  return null;
}

/** Reads a pipeline; null where it is malformed. */
export function parsePipeline(words: readonly Word[]): Pipeline | null {
  const reader = { words, at: 0 };
  const pipeline = readPipeline(reader);
  return pipeline !== null && reader.at === words.length ? pipeline : null;
}

function readPipeline(reader: { readonly words: readonly Word[]; at: number }): Pipeline | null {
  const commands: Operand[][] = [[]];
  for (; reader.at < reader.words.length; ) {
    const word = reader.words[reader.at];
    if (word === undefined || (word.type === 'sign' && word.text === ')')) break;
    reader.at++;
    if (word.type === 'sign' && word.text === '|') {
      commands.push([]);
      continue;
    }
    const operand = readOperand(word, reader);
    if (operand === null) return null;
    commands[commands.length - 1]?.push(operand);
  }
  return commands.every((command) => command.length > 0) ? commands : null;
}

function readOperand(word: Word, reader: { readonly words: readonly Word[]; at: number }): Operand | null {
  switch (word.type) {
    case 'string':
    case 'number':
    case 'name':
      return word;
    case 'variable':
      return { type: 'variable', name: word.text, fields: readFields(reader) };
    case 'field':
      return { type: 'dot', fields: word.text === '' ? [] : [word.text, ...readFields(reader)] };
    case 'sign': {
      if (word.text !== '(') return null;
      const pipeline = readPipeline(reader);
      const close = reader.words[reader.at];
      if (pipeline === null || close?.type !== 'sign' || close.text !== ')') return null;
      reader.at++;
      return { type: 'group', pipeline, fields: readFields(reader) };
    }
  }
}

function readFields(reader: { readonly words: readonly Word[]; at: number }): string[] {
  const fields: string[] = [];
  for (;;) {
    const word = reader.words[reader.at];
    if (word?.type !== 'field' || !word.glued || word.text === '') return fields;
    fields.push(word.text);
    reader.at++;
  }
}
