import type { Re2Node } from './re2-syntax.js';

/** One step of a program: all threads run side by side, so time grows with the text, never explodes. */
type Instruction =
  | { readonly do: 'read'; readonly node: Extract<Re2Node, { type: 'characters' }> }
  | { readonly do: 'check'; readonly node: Extract<Re2Node, { type: 'assertion' }> }
  | { readonly do: 'go'; readonly to: number[] }
  | { readonly do: 'match' };

const longestProgram = 20_000;

/** True where the expression matches somewhere in the text; null where it is too large to run. */
export function searchRe2(tree: Re2Node, text: string): boolean | null {
  const program: Instruction[] = [];
  if (!compile(tree, program)) return null;
  program.push({ do: 'match' });
  const points = [...text].map((one) => one.codePointAt(0) ?? 0);
  let threads = new Set<number>();
  for (let at = 0; at <= points.length; at += 1) {
    // Unanchored: a new attempt starts at each position.
    if (addThread(program, threads, 0, points, at)) return true;
    const point = points[at];
    if (point === undefined) break;
    const next = new Set<number>();
    for (const index of threads) {
      const step = program[index];
      if (step?.do !== 'read' || !step.node.ranges.some(([low, high]) => low <= point && point <= high)) continue;
      if (addThread(program, next, index + 1, points, at + 1)) return true;
    }
    threads = next;
  }
  return false;
}

/** Follows everything that reads nothing from `start` on; true where that reaches the end of the program. */
function addThread(
  program: readonly Instruction[],
  threads: Set<number>,
  start: number,
  points: readonly number[],
  at: number,
): boolean {
  const open = [start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (threads.has(index)) continue;
    threads.add(index);
    const step = program[index];
    if (step?.do === 'match') return true;
    if (step?.do === 'go') open.push(...step.to);
    else if (step?.do === 'check' && holds(step.node.at, points, at)) open.push(index + 1);
  }
  return false;
}

function holds(
  assertion: Extract<Re2Node, { type: 'assertion' }>['at'],
  points: readonly number[],
  at: number,
): boolean {
  switch (assertion) {
    case 'start':
      return at === 0;
    case 'end':
      return at === points.length;
    case 'line-start':
      return at === 0 || points[at - 1] === 10;
    case 'line-end':
      return at === points.length || points[at] === 10;
    case 'word':
      return isWord(points[at - 1]) !== isWord(points[at]);
    case 'no-word':
      return isWord(points[at - 1]) === isWord(points[at]);
  }
}

function isWord(point: number | undefined): boolean {
  return point !== undefined && point < 0x80 && /\w/.test(String.fromCharCode(point));
}

/** Appends the steps of a node; false where the program would become too long. */
function compile(node: Re2Node, program: Instruction[]): boolean {
  if (program.length > longestProgram) return false;
  switch (node.type) {
    case 'characters':
      program.push({ do: 'read', node });
      return true;
    case 'assertion':
      program.push({ do: 'check', node });
      return true;
    case 'sequence':
      return node.nodes.every((one) => compile(one, program));
    case 'choice':
      return compileChoice(node.nodes, program);
    case 'repeat':
      return compileRepeat(node, program);
  }
}

function compileChoice(branches: readonly Re2Node[], program: Instruction[]): boolean {
  const starts: number[] = [];
  const ends: number[][] = [];
  program.push({ do: 'go', to: starts });
  for (const branch of branches) {
    starts.push(program.length);
    if (!compile(branch, program)) return false;
    const end: number[] = [];
    program.push({ do: 'go', to: end });
    ends.push(end);
  }
  for (const end of ends) end.push(program.length);
  return true;
}

function compileRepeat(node: Extract<Re2Node, { type: 'repeat' }>, program: Instruction[]): boolean {
  for (let count = 0; count < node.least; count += 1) if (!compile(node.node, program)) return false;
  if (node.most === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const loop = [start + 1];
    program.push({ do: 'go', to: loop });
    if (!compile(node.node, program)) return false;
    program.push({ do: 'go', to: [start] });
    loop.push(program.length);
    return true;
  }
  const exits: number[][] = [];
  for (let count = node.least; count < node.most; count += 1) {
    const choice = [program.length + 1];
    program.push({ do: 'go', to: choice });
    exits.push(choice);
    if (!compile(node.node, program)) return false;
  }
  for (const exit of exits) exit.push(program.length);
  return true;
}
