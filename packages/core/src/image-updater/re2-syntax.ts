import {
  bothCases,
  type CharacterRange,
  digits,
  largestCharacter,
  posixClasses,
  spaces,
  without,
  words,
} from './re2-characters.js';

/** Go's regular expressions (RE2) as a tree: only what matching a tag needs; groups capture nothing. */
export type Re2Node =
  | { readonly type: 'characters'; readonly ranges: readonly CharacterRange[] }
  | { readonly type: 'assertion'; readonly at: 'start' | 'end' | 'line-start' | 'line-end' | 'word' | 'no-word' }
  | { readonly type: 'sequence'; readonly nodes: readonly Re2Node[] }
  | { readonly type: 'choice'; readonly nodes: readonly Re2Node[] }
  | { readonly type: 'repeat'; readonly node: Re2Node; readonly least: number; readonly most: number };

/**
 * `invalid` is what Go refuses to compile (look-around, back-references); `unknown` is valid or not, but beyond what is
 * read here (Unicode classes, flags other than `i`, `s`, `m`, `U`).
 */
export type Re2Parse = { readonly tree: Re2Node } | 'invalid' | 'unknown';

class Refused {
  readonly why: 'invalid' | 'unknown';
  constructor(why: 'invalid' | 'unknown') {
    this.why = why;
  }
}

/** Go refuses repetitions beyond this, nested ones multiplied. */
const mostRepeats = 1000;

/** Parses an expression with Go's default flags. Total: never throws, whatever the text. */
export function parseRe2(text: string): Re2Parse {
  // Named groups may not repeat a name, and depth is limited so that no text can exhaust the stack.
  try {
    const reader = new Re2Reader([...text]);
    const tree = reader.alternation({ fold: false, dotAll: false, multiline: false }, 0);
    if (!reader.done()) return 'invalid';
    return { tree };
  } catch (caught) {
    if (caught instanceof Refused) return caught.why;
    throw caught;
  }
}

interface Flags {
  readonly fold: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
}

class Re2Reader {
  private at = 0;
  private readonly names = new Set<string>();
  private readonly text: readonly string[];

  constructor(text: readonly string[]) {
    this.text = text;
  }

  done(): boolean {
    return this.at >= this.text.length;
  }

  alternation(given: Flags, depth: number): Re2Node {
    if (depth > 200) throw new Refused('unknown');
    let flags = given;
    const branches: Re2Node[] = [];
    let nodes: Re2Node[] = [];
    while (!this.done() && this.peek() !== ')') {
      if (this.take('|')) {
        branches.push({ type: 'sequence', nodes });
        nodes = [];
      } else if (this.peek() === '(') {
        const inside = this.group(flags, depth);
        if (inside.node === null) {
          flags = inside.flags;
          this.repeatLast(nodes);
        } else nodes.push(this.repeated(inside.node));
      } else if (this.starts('\\Q')) {
        nodes.push(...this.quoted(flags));
        this.repeatLast(nodes);
      } else {
        nodes.push(this.repeated(this.atom(flags)));
      }
    }
    branches.push({ type: 'sequence', nodes });
    return { type: 'choice', nodes: branches };
  }

  /** A repetition after flags or a quotation is about what stands before them. */
  private repeatLast(nodes: Re2Node[]): void {
    const last = nodes.pop();
    if (last !== undefined) nodes.push(this.repeated(last));
  }

  /** A group, or flags for the rest of the surrounding one (`(?i)`, with a null node). */
  private group(flags: Flags, depth: number): { readonly node: Re2Node | null; readonly flags: Flags } {
    this.at += 1;
    let inner = flags;
    if (this.take('?')) {
      const name = /^P?<([^>]*)>/.exec(this.text.slice(this.at, this.at + 300).join(''));
      if (name !== null) {
        if (!/^[A-Za-z0-9_]+$/.test(name[1] ?? '') || this.names.has(name[1] ?? '')) throw new Refused('invalid');
        this.names.add(name[1] ?? '');
        this.at += name[0].length;
      } else {
        inner = this.flags(flags);
        if (this.take(')')) return { node: null, flags: inner };
        if (!this.take(':')) throw new Refused('invalid');
      }
    }
    const node = this.alternation(inner, depth + 1);
    if (!this.take(')')) throw new Refused('invalid');
    return { node, flags };
  }

  private flags(given: Flags): Flags {
    const flags = { ...given };
    let value = true;
    let any = false;
    for (; ; this.at += 1) {
      const next = this.peek();
      if (next === 'i') flags.fold = value;
      else if (next === 's') flags.dotAll = value;
      else if (next === 'm') flags.multiline = value;
      else if (next === '-' && value) {
        value = false;
        any = false;
        continue;
      } else if (next !== 'U') {
        if (!value && !any) throw new Refused('invalid');
        return flags;
      }
      any = true;
    }
  }

  private atom(flags: Flags): Re2Node {
    // Nothing stands before it that it could repeat.
    if (this.repetition() !== null) throw new Refused('invalid');
    const next = this.next();
    switch (next) {
      case '.':
        return {
          type: 'characters',
          ranges: flags.dotAll
            ? [[0, largestCharacter]]
            : [
                [0, 9],
                [11, largestCharacter],
              ],
        };
      case '^':
        return { type: 'assertion', at: flags.multiline ? 'line-start' : 'start' };
      case '$':
        return { type: 'assertion', at: flags.multiline ? 'line-end' : 'end' };
      case '[':
        return { type: 'characters', ranges: this.characterClass(flags) };
      case '\\':
        return this.escape(flags);
      default:
        return literal(next, flags);
    }
  }

  private escape(flags: Flags): Re2Node {
    const next = this.peek();
    const assertion = ({ A: 'start', z: 'end', b: 'word', B: 'no-word' } as const)[next as 'A' | 'z' | 'b' | 'B'];
    if (assertion !== undefined) {
      this.at += 1;
      return { type: 'assertion', at: assertion };
    }
    if (next === 'C') throw new Refused('invalid');
    const ranges = this.classEscape();
    if (ranges !== null) return { type: 'characters', ranges };
    return literal(String.fromCodePoint(this.escapedCharacter()), flags);
  }

  /** `\d` and its kin, after the backslash; null where it is another escape. */
  private classEscape(): readonly CharacterRange[] | null {
    const next = this.peek();
    if (next === 'p' || next === 'P') throw new Refused('unknown');
    const ranges = ({ d: digits, w: words, s: spaces } as Record<string, readonly CharacterRange[]>)[
      next.toLowerCase()
    ];
    if (next === '' || ranges === undefined || !/[dDwWsS]/.test(next)) return null;
    this.at += 1;
    return next === next.toLowerCase() ? ranges : without(ranges);
  }

  private escapedCharacter(): number {
    const next = this.next();
    if (next === '') throw new Refused('invalid');
    const control = ({ a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 } as Record<string, number>)[next];
    if (control !== undefined && /[afnrtv]/.test(next)) return control;
    if (/[0-7]/.test(next)) {
      // One digit from 1 to 7 would be a back-reference.
      if (next !== '0' && !/[0-7]/.test(this.peek())) throw new Refused('invalid');
      let octal = next;
      while (octal.length < 3 && /[0-7]/.test(this.peek())) octal += this.next();
      return Number.parseInt(octal, 8);
    }
    if (next === 'x') return this.hexadecimal();
    if (next.charCodeAt(0) < 0x80 && !/[A-Za-z0-9]/.test(next)) return next.charCodeAt(0);
    throw new Refused('invalid');
  }

  private hexadecimal(): number {
    const rest = this.text.slice(this.at, this.at + 40).join('');
    const match = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(rest);
    const code = Number.parseInt(match?.[1] ?? match?.[2] ?? '', 16);
    if (match === null || code > largestCharacter) throw new Refused('invalid');
    this.at += match[0].length;
    return code;
  }

  private quoted(flags: Flags): readonly Re2Node[] {
    this.at += 2;
    const nodes: Re2Node[] = [];
    while (!this.done() && !this.starts('\\E')) nodes.push(literal(this.next(), flags));
    if (!this.done()) this.at += 2;
    return nodes;
  }

  private characterClass(flags: Flags): readonly CharacterRange[] {
    const ranges: CharacterRange[] = [];
    const negated = this.take('^');
    for (let first = true; first || this.peek() !== ']'; first = false) {
      if (this.done()) throw new Refused('invalid');
      const named = this.posixClass() ?? (this.peek() === '\\' ? this.escapedClass() : null);
      if (named !== null) ranges.push(...named);
      else ranges.push(this.range());
    }
    this.at += 1;
    const folded = flags.fold ? ranges.flatMap(bothCases) : ranges;
    return negated ? without(folded) : folded;
  }

  private posixClass(): readonly CharacterRange[] | null {
    if (!this.starts('[:')) return null;
    const match = /^\[:(\^?)([a-z]*):\]/.exec(this.text.slice(this.at, this.at + 20).join(''));
    // Without an end it is a plain bracket; with one, the name has to be known.
    if (match === null) {
      if (/^\[:.*:\]/s.test(this.text.slice(this.at).join(''))) throw new Refused('invalid');
      return null;
    }
    const ranges = Object.hasOwn(posixClasses, match[2] ?? '') ? posixClasses[match[2] ?? ''] : undefined;
    if (ranges === undefined) throw new Refused('invalid');
    this.at += match[0].length;
    return match[1] === '^' ? without(ranges) : ranges;
  }

  private escapedClass(): readonly CharacterRange[] | null {
    this.at += 1;
    const found = this.classEscape();
    if (found === null) this.at -= 1;
    return found;
  }

  private range(): CharacterRange {
    const low = this.classCharacter();
    if (this.peek() !== '-' || this.text[this.at + 1] === ']' || this.at + 1 >= this.text.length) return [low, low];
    this.at += 1;
    const high = this.classCharacter();
    if (high < low) throw new Refused('invalid');
    return [low, high];
  }

  private classCharacter(): number {
    const next = this.next();
    if (next === '') throw new Refused('invalid');
    return next === '\\' ? this.escapedCharacter() : (next.codePointAt(0) ?? 0);
  }

  /** The node with the repetition that follows it, if one does. Two in a row are refused. */
  private repeated(node: Re2Node): Re2Node {
    const bounds = this.repetition();
    if (bounds === null) return node;
    this.take('?');
    if (this.repetition() !== null) throw new Refused('invalid');
    const repeat: Re2Node = { type: 'repeat', node, ...bounds };
    if (repeatsOf(repeat) > mostRepeats) throw new Refused('invalid');
    return repeat;
  }

  private repetition(): { readonly least: number; readonly most: number } | null {
    if (this.take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.take('?')) return { least: 0, most: 1 };
    if (this.peek() !== '{') return null;
    const match = /^\{(0|[1-9]\d*)(,)?(0|[1-9]\d*)?\}/.exec(this.text.slice(this.at, this.at + 40).join(''));
    // A brace that is no repetition stands for itself.
    if (match === null || (match[2] === undefined && match[3] !== undefined)) return null;
    this.at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (least > mostRepeats || (most !== Number.POSITIVE_INFINITY && most > mostRepeats) || most < least) {
      throw new Refused('invalid');
    }
    return { least, most };
  }

  private starts(text: string): boolean {
    return [...text].every((one, index) => this.text[this.at + index] === one);
  }

  private take(text: string): boolean {
    if (this.peek() !== text) return false;
    this.at += 1;
    return true;
  }

  private next(): string {
    const next = this.peek();
    this.at += 1;
    return next;
  }

  private peek(): string {
    return this.text[this.at] ?? '';
  }
}

/** How often the innermost node may stand, counted ones multiplied. */
function repeatsOf(node: Re2Node): number {
  switch (node.type) {
    case 'repeat': {
      const times = node.most === Number.POSITIVE_INFINITY ? node.least : node.most;
      return Math.max(times, 1) * repeatsOf(node.node);
    }
    case 'sequence':
    case 'choice':
      return Math.max(1, ...node.nodes.map(repeatsOf));
    default:
      return 1;
  }
}

function literal(character: string, flags: Flags): Re2Node {
  const code = character.codePointAt(0) ?? 0;
  return { type: 'characters', ranges: flags.fold ? bothCases([code, code]) : [[code, code]] };
}
