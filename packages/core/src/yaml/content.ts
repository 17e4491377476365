import type { YamlContent } from './edit-types.js';
import { encodeScalar } from './scalar.js';

/** What an insertion puts into a text. Later insertions of the same call may add to it, so that it is not readonly. */
export type Made = MadeLeaf | MadeMap | MadeList;

export interface MadeLeaf {
  readonly type: 'leaf';
  readonly value: string | boolean;
}

export interface MadeMap {
  readonly type: 'map';
  /** Made empty, hence written as `{}`. */
  readonly flow: boolean;
  readonly entries: Map<string, Made>;
}

export interface MadeList {
  readonly type: 'list';
  /** Made empty, hence written as `[]`. */
  readonly flow: boolean;
  readonly items: Made[];
}

export function toMade(content: YamlContent): Made {
  if (typeof content === 'string' || typeof content === 'boolean') return { type: 'leaf', value: content };
  if (isList(content)) return { type: 'list', flow: content.length === 0, items: content.map(toMade) };
  const entries = Object.entries(content).map(([key, value]) => [key, toMade(value)] as const);
  return { type: 'map', flow: entries.length === 0, entries: new Map(entries) };
}

function isList(content: YamlContent): content is readonly YamlContent[] {
  return Array.isArray(content);
}

/** How the surroundings of an insertion are written. */
export interface Style {
  readonly flow: boolean;
  /** Keys and strings in double quotes, as JSON wants them. */
  readonly json: boolean;
  /** The column at which keys, or the dashes of items, begin. */
  readonly indent: number;
  /** How much deeper the next level begins. */
  readonly step: number;
  readonly lineEnd: string;
}

/** Writes what was made, and remembers where each part of it stands. */
export class Writer {
  text = '';
  readonly ranges = new Map<Made, { readonly start: number; readonly end: number }>();
  /** Columns at which the entries of maps and lists in block style begin. */
  readonly indents = new Map<Made, number>();
  private readonly style: Style;

  constructor(style: Style) {
    this.style = style;
  }

  /** `key: value`, without what stands before it. */
  entry(key: string, value: Made, indent = this.style.indent): void {
    this.text += `${this.word(key, this.style.flow)}:`;
    if (!this.inline(value)) this.block(value, indent + this.style.step);
  }

  /** One item of a list, without what stands before it but with its dash. */
  item(value: Made, indent = this.style.indent): void {
    if (this.style.flow) {
      this.flow(value, true);
      return;
    }
    this.text += '-';
    if (!this.inline(value)) {
      this.text += ' ';
      this.lines(value, indent + 2);
    }
  }

  private inline(value: Made): boolean {
    if (value.type !== 'leaf' && !value.flow && !this.style.flow) return false;
    this.text += ' ';
    this.flow(value, this.style.flow);
    return true;
  }

  private block(value: Made, indent: number): void {
    this.text += this.style.lineEnd + ' '.repeat(indent);
    this.lines(value, indent);
  }

  private lines(value: Made, indent: number): void {
    const start = this.text.length;
    const next = this.style.lineEnd + ' '.repeat(indent);
    let first = true;
    const begin = (): void => {
      if (!first) this.text += next;
      first = false;
    };
    if (value.type === 'map') {
      for (const [key, inner] of value.entries) {
        begin();
        this.entry(key, inner, indent);
      }
    } else if (value.type === 'list') {
      for (const inner of value.items) {
        begin();
        this.item(inner, indent);
      }
    }
    this.ranges.set(value, { start, end: this.text.length });
    this.indents.set(value, indent);
  }

  private flow(value: Made, inFlow: boolean): void {
    const start = this.text.length;
    if (value.type === 'leaf') {
      this.text += typeof value.value === 'boolean' ? String(value.value) : this.word(value.value, inFlow);
    } else if (value.type === 'map') {
      this.text += '{';
      for (const [key, inner] of value.entries) {
        if (this.text.length > start + 1) this.text += ', ';
        this.text += `${this.word(key, true)}: `;
        this.flow(inner, true);
      }
      this.text += '}';
    } else {
      this.text += '[';
      for (const inner of value.items) {
        if (this.text.length > start + 1) this.text += ', ';
        this.flow(inner, true);
      }
      this.text += ']';
    }
    this.ranges.set(value, { start, end: this.text.length });
  }

  private word(text: string, flow: boolean): string {
    return encodeScalar(text, { flow, quote: this.style.json ? 'double' : 'plain' });
  }
}
