import { callFiles, entriesOfFiles, methodsOfFiles, parsed } from './chart-files.js';
import { printValue } from './go-text.js';
import { literal, type Segment, unknownSegment } from './segments.js';
import { itemOf, mergeInto, templateFunctions } from './template-functions.js';
import type { Command, Operand, Pipeline, TemplateNode } from './template-parse.js';
import { knownText, opaque, plainText, type Result, segmentsOf, truth, truthOf } from './template-value.js';
import { yamlSegments } from './template-yaml.js';
import { scalar, type Value } from './value.js';

/** Why Helm cannot render a chart with the given values, and where in the template. */
export interface RenderFailure {
  readonly message: string;
  /** Offset into the template that was being rendered. */
  readonly offset: number;
}

export interface Rendering {
  readonly segments: readonly Segment[];
  /** Values that a template prints as they are (`toYaml`). */
  readonly dumped: readonly Value[];
  readonly failures: readonly RenderFailure[];
}

/**
 * What becomes of `toYaml`: `apart` keeps its values aside and leaves a gap in the text, for templates that are searched
 * for images; `inline` writes them out, for text that is read as YAML.
 */
export type Dumping = 'apart' | 'inline';

/** Functions that change the map that they are given. */
const changes = ['set', 'unset', 'merge', 'mergeOverwrite'] as const;

/** Finds them in a template, whose values then must be its own. */
export const changesMaps = new RegExp(`\\b(?:${changes.join('|')})\\s+[$.(]`);

const deepestInclude = 40;
const mostSegments = 200_000;

/**
 * Renders a template with values as far as it is made of what {@link templateFunctions} know; the rest becomes unknown
 * segments, and both ways of a condition that is not known are rendered.
 *
 * @param defines the named templates of all charts, by name.
 * @param root what `$` and the first `.` are.
 */
export function renderTemplate(
  nodes: readonly TemplateNode[],
  defines: ReadonlyMap<string, readonly TemplateNode[]>,
  root: Result,
  dumping: Dumping = 'apart',
): Rendering {
  const renderer = new Renderer(defines, dumping);
  renderer.run(nodes, { dot: root, variables: new Map([['', { value: root }]]) });
  return { segments: renderer.segments, dumped: renderer.dumped, failures: renderer.failures };
}

interface Scope {
  readonly dot: Result;
  readonly variables: Map<string, { value: Result }>;
}

class Renderer {
  segments: Segment[] = [];
  readonly dumped: Value[] = [];
  readonly failures: RenderFailure[] = [];
  readonly #defines: ReadonlyMap<string, readonly TemplateNode[]>;
  readonly #dumping: Dumping;
  #uncertain = 0;
  #depth = 0;
  #at = 0;
  #made = 0;

  constructor(defines: ReadonlyMap<string, readonly TemplateNode[]>, dumping: Dumping) {
    this.#defines = defines;
    this.#dumping = dumping;
  }

  run(nodes: readonly TemplateNode[], scope: Scope): void {
    const inner: Scope = { dot: scope.dot, variables: new Map(scope.variables) };
    for (const node of nodes) {
      if (this.#made > mostSegments) return;
      this.#step(node, inner);
    }
  }

  #step(node: TemplateNode, scope: Scope): void {
    if (node.type !== 'text') this.#at = node.at;
    switch (node.type) {
      case 'text':
        this.#emit([literal(node.text)]);
        break;
      case 'print':
        this.#emit(segmentsOf(this.#pipeline(node.pipeline, scope)));
        break;
      case 'template': {
        const dot = node.pipeline === null ? scalar(null) : this.#pipeline(node.pipeline, scope);
        this.#emit(this.#include(node.name, dot));
        break;
      }
      case 'assign':
        this.#assign(node, scope);
        break;
      case 'if':
      case 'with':
        this.#choose(node, scope);
        break;
      case 'range':
        this.#repeat(node, scope);
        break;
    }
  }

  #assign(node: Extract<TemplateNode, { type: 'assign' }>, scope: Scope): void {
    const value = this.#pipeline(node.pipeline, scope);
    const known = scope.variables.get(node.name);
    if (node.declares || known === undefined) scope.variables.set(node.name, { value });
    else known.value = this.#uncertain > 0 ? opaque : value;
  }

  #choose(node: Extract<TemplateNode, { type: 'if' | 'with' }>, scope: Scope): void {
    const value = this.#pipeline(node.pipeline, scope);
    const decided = truthOf(value);
    const inner = node.type === 'with' ? { dot: value, variables: new Map(scope.variables) } : scope;
    const withVariable: Scope =
      node.variable === null
        ? inner
        : { dot: inner.dot, variables: new Map(inner.variables).set(node.variable, { value }) };
    if (decided !== null) {
      this.run(decided ? node.body : node.otherwise, decided ? withVariable : scope);
      return;
    }
    this.#uncertain++;
    this.run(node.body, withVariable);
    this.run(node.otherwise, scope);
    this.#uncertain--;
  }

  #repeat(node: Extract<TemplateNode, { type: 'range' }>, scope: Scope): void {
    const value = this.#pipeline(node.pipeline, scope);
    const items = itemsOf(value);
    if (items === null) this.#uncertain++;
    for (const [key, found] of items ?? [[opaque, opaque] as const]) {
      const item = isNothing(found) ? emptyItem : found;
      const variables = new Map(scope.variables);
      const [first, second] = node.variables;
      if (first !== undefined) variables.set(first, { value: second === undefined ? item : key });
      if (second !== undefined) variables.set(second, { value: item });
      this.run(node.body, { dot: item, variables });
    }
    if (items === null) this.#uncertain--;
    if (items === null || items.length === 0) this.run(node.otherwise, scope);
  }

  #emit(segments: readonly Segment[]): void {
    this.#made += segments.length;
    for (const segment of segments) this.segments.push(segment);
  }

  #include(name: string, dot: Result): readonly Segment[] {
    const body = this.#defines.get(name);
    if (body === undefined || this.#depth >= deepestInclude) return [unknownSegment];
    const outer = this.segments;
    const at = this.#at;
    this.segments = [];
    this.#depth++;
    this.run(body, { dot, variables: new Map([['', { value: dot }]]) });
    this.#depth--;
    const rendered = this.segments;
    this.segments = outer;
    this.#at = at;
    return rendered;
  }

  #pipeline(pipeline: Pipeline, scope: Scope): Result {
    let piped: Result | undefined;
    for (const command of pipeline) piped = this.#command(command, piped, scope);
    return piped ?? opaque;
  }

  #command(command: Command, piped: Result | undefined, scope: Scope): Result {
    const [head, ...rest] = command;
    if (head === undefined) return opaque;
    if (head.type !== 'name') {
      const called = this.#method(head, rest, piped, scope);
      if (called !== null) return called;
      const value = this.#operand(head, scope);
      return rest.length > 0 || piped !== undefined ? opaque : value;
    }
    if (head.text === 'true' || head.text === 'false') return truth(head.text === 'true');
    if (head.text === 'nil') return scalar(null);
    if (head.text === 'and' || head.text === 'or') return this.#connective(head.text, rest, piped, scope);
    const args = [...rest.map((operand) => this.#operand(operand, scope)), ...(piped === undefined ? [] : [piped])];
    return isChange(head.text) ? this.#change(head.text, args) : this.#call(head.text, args);
  }

  /** What changes a map in place, for all that hold it; what may or may not be run makes it unknown. */
  #change(name: (typeof changes)[number], args: readonly Result[]): Result {
    const [into = opaque, ...rest] = args;
    if (into.type !== 'map' && into.type !== 'dict') return opaque;
    const entries = into.entries as Map<string, Result>;
    const isCertain = this.#uncertain === 0;
    if (name === 'merge' || name === 'mergeOverwrite') {
      for (const more of rest) mergeInto(into, isCertain ? more : opaque, name === 'mergeOverwrite');
      return into;
    }
    const key = knownText(rest[0] ?? opaque);
    if (key === null) for (const known of entries.keys()) entries.set(known, opaque);
    else if (!isCertain) entries.set(key, opaque);
    else if (name === 'unset') entries.delete(key);
    else entries.set(key, rest[1] ?? opaque);
    return into;
  }

  /** A method of `.Files` with its argument; null where it is none. */
  #method(head: Operand, rest: readonly Operand[], piped: Result | undefined, scope: Scope): Result | null {
    if (!('fields' in head) || !methodsOfFiles.includes(head.fields.at(-1) ?? '')) return null;
    const [argument, ...others] = [
      ...rest.map((operand) => this.#operand(operand, scope)),
      ...(piped === undefined ? [] : [piped]),
    ];
    if (argument === undefined || others.length > 0) return null;
    const container = this.#operand({ ...head, fields: head.fields.slice(0, -1) }, scope);
    const text = knownText(argument);
    if (container.type !== 'files') return null;
    return text === null ? opaque : callFiles(container, head.fields.at(-1) ?? '', text);
  }

  /** Go stops at the first operand that decides; what stands behind it is not looked at. */
  #connective(name: 'and' | 'or', operands: readonly Operand[], piped: Result | undefined, scope: Scope): Result {
    let last: Result = piped ?? opaque;
    for (const operand of operands) {
      last = this.#operand(operand, scope);
      if (truthOf(last) !== (name === 'and')) return last;
    }
    return piped ?? last;
  }

  #call(name: string, args: readonly Result[]): Result {
    switch (name) {
      case 'include': {
        const [template = opaque, dot = scalar(null)] = args;
        const known = knownText(template);
        return known === null ? opaque : { type: 'text', segments: this.#include(known, dot) };
      }
      case 'tpl': {
        const [template = opaque] = args;
        const text = knownText(template);
        return text === null || text.includes('{{') ? opaque : { type: 'text', segments: segmentsOf(template) };
      }
      case 'toYaml': {
        const [given = opaque] = args;
        if (this.#dumping === 'inline') {
          const segments = yamlSegments(given);
          return segments === null ? opaque : { type: 'text', segments };
        }
        if (given.type === 'map' || given.type === 'list') this.dumped.push(given);
        return opaque;
      }
      case 'fromYaml':
      case 'fromJson':
        return parsed(args[0] ?? opaque, 'map');
      case 'fromYamlArray':
      case 'fromJsonArray':
        return parsed(args[0] ?? opaque, 'list');
      case 'index':
        return this.#index(args);
      case 'required': {
        const [message = opaque, given = opaque] = args;
        if (given.type === 'scalar' && given.known !== false && (given.value === null || given.value === ''))
          this.#fail(knownText(message) ?? 'a required value is missing');
        return given;
      }
      case 'fail':
        this.#fail(knownText(args[0] ?? opaque) ?? 'the chart refuses these values');
        return opaque;
      default:
        return Object.hasOwn(templateFunctions, name) ? (templateFunctions[name]?.(args) ?? opaque) : opaque;
    }
  }

  #index([container = opaque, ...keys]: readonly Result[]): Result {
    let current = container;
    for (const key of keys) {
      const position = Number(knownText(key) ?? Number.NaN);
      if (isNothing(current)) this.#fail('"index" is asked for an item of nothing');
      if (current.type === 'list' && position >= current.items.length)
        this.#fail(`"index" is asked for item ${position} of ${current.items.length}`);
      current = itemOf(current, key);
    }
    return current;
  }

  #operand(operand: Operand, scope: Scope): Result {
    switch (operand.type) {
      case 'string':
        return plainText(operand.text);
      case 'number':
        return Number.isNaN(Number(operand.text))
          ? opaque
          : {
              type: 'scalar',
              value: Number(operand.text),
              integer: /^[+-]?[0-9]+$/.test(operand.text),
              origin: null,
              hides: [],
            };
      case 'name':
        return this.#command([operand], undefined, scope);
      case 'dot':
        return this.#fields(scope.dot, operand.fields);
      case 'variable':
        return this.#fields(scope.variables.get(operand.name)?.value ?? opaque, operand.fields);
      case 'group':
        return this.#fields(this.#pipeline(operand.pipeline, scope), operand.fields);
    }
  }

  /**
   * Follows fields as Go does: a field of what a pipeline found to be nothing is nothing, but a field of a missing field
   * stops the rendering.
   */
  #fields(start: Result, fields: readonly string[]): Result {
    let current = start;
    for (const [index, field] of fields.entries()) {
      if (current.type === 'opaque' || isUnknown(current)) return opaque;
      if (current.type === 'dict') current = current.entries.get(field) ?? scalar(null);
      else if (current.type === 'map') current = current.entries.get(field) ?? scalar(null);
      else if (
        current.type === 'scalar' &&
        current.value === null &&
        start !== emptyItem &&
        (index === 0 || isNothing(start))
      )
        return scalar(null);
      else {
        this.#fail(`".${fields.join('.')}" leads through ${printedKind(current)}, which has no field "${field}"`);
        return opaque;
      }
    }
    return current;
  }

  #fail(message: string): void {
    if (this.#uncertain === 0) this.failures.push({ message, offset: this.#at });
  }
}

/** An item of `range` that is null: unlike other nulls, its fields cannot be asked for. */
const emptyItem = scalar(null);

function isChange(name: string): name is (typeof changes)[number] {
  return changes.some((one) => one === name);
}

function isUnknown(result: Result): boolean {
  return result.type === 'scalar' && result.known === false;
}

function isNothing(result: Result): boolean {
  return result.type === 'scalar' && result.value === null;
}

function printedKind(result: Result): string {
  if (isNothing(result)) return 'a value that is not set';
  return result.type === 'scalar' ? `the value "${printValue(result)}"` : 'a value that is no map';
}

/** The keys and items that `range` goes through; null where they are not known. */
function itemsOf(value: Result): (readonly [Result, Result])[] | null {
  const numbered = (items: readonly Result[]): (readonly [Result, Result])[] =>
    items.map((item, index) => [{ type: 'scalar', value: index, integer: true, origin: null, hides: [] }, item]);
  switch (value.type) {
    case 'list':
    case 'items':
      return numbered(value.items);
    case 'map':
    case 'dict':
      return [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [plainText(key), item]);
    case 'files':
      return entriesOfFiles(value).map(([path, item]) => [plainText(path), item]);
    case 'scalar':
      return value.value === null ? [] : null;
    default:
      return null;
  }
}
