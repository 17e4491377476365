import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** YAML as people write it: what this repository bundles, and what its cases hold. */
export function sampleTexts(): string[] {
  return textsBelow(['infra', 'packages/core/test', 'packages/cli/test'], (path) => !isOdd(path));
}

/** Cases that were written to break an editor or a parser. */
export function oddTexts(): string[] {
  return textsBelow(['packages/core/test/cases'], isOdd);
}

const odd = /\/cases\/(?:kargo\/|yaml-test-suite\/|image-updater\/(?:writeback-|x-(?:helm-values|kustomize)-writes))/;

function isOdd(path: string): boolean {
  return odd.test(path);
}

function textsBelow(folders: readonly string[], isWanted: (path: string) => boolean): string[] {
  const texts = new Set<string>();
  for (const folder of folders) {
    for (const path of filesBelow(join(root, folder)).filter((one) => isWanted(one.replaceAll('\\', '/')))) {
      if (/\.(?:ya?ml|tpl)$/.test(path)) texts.add(readFileSync(path, 'utf8'));
      else if (path.endsWith('.json')) collectStrings(JSON.parse(readFileSync(path, 'utf8')), texts);
    }
  }
  return [...texts];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Every string of a case that may be a file. */
function collectStrings(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (/\n/.test(value)) into.add(value);
  } else if (Array.isArray(value)) for (const item of value) collectStrings(item, into);
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) collectStrings(item, into);
}

/** Numbers from 0 to below `sides`, the same for the same seed (xorshift). */
export function diceOf(seed: number): (sides: number) => number {
  let state = seed | 0 || 1;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

const fragments = [
  ...' \t\n:#-?|>\'"[]{}&*!%@`,.~<\\=x1\r\u0000\u0007\u007f\u00a0\u0085\u2028\ufeffé',
  ': ',
  ' #',
  '- ',
  '? ',
  ':\n',
  '---',
  '...',
  '---\n',
  '--- ',
  '...\n',
  '<<',
  '<<: ',
  '{}',
  '[]',
  '{a: b}',
  '[a, b]',
  "''",
  '""',
  '\\n',
  '\\u00e9',
  '\\x41',
  '\r\n',
  '\n\n',
  '\n# c\n',
  ' # c',
  '  ',
  '    ',
  '|\n',
  '|-\n',
  '>\n',
  '>-\n',
  '|+\n',
  '|2\n',
  'a: b\n',
  '- a\n',
  '- a: b\n',
  '- - a\n',
  'a:\n',
  '-\n',
  '*a',
  '&a ',
  '!!str ',
  '%YAML 1.2\n',
  '{{ x }}',
  '\t# c',
  ' \n',
  '\t\n',
  '"a',
  "'a",
  '[a',
  '{a',
  'a, ',
];

/** The text with one to four small things gone wrong, or only different. */
export function mutate(text: string, dice: (sides: number) => number): string {
  let now = text;
  for (let count = 1 + dice(dice(3) + 1); count > 0; count--) now = mutateOnce(now, dice);
  return now;
}

function mutateOnce(text: string, dice: (sides: number) => number): string {
  const at = dice(text.length + 1);
  const fragment = fragments[dice(fragments.length)] as string;
  switch (dice(12)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + dice(3));
    case 1:
      return text.slice(0, at) + fragment + text.slice(at);
    case 2:
      return text.slice(0, at) + fragment + text.slice(at + fragment.length);
    case 3:
      return text.slice(0, at);
    case 4:
      return text.replaceAll(/\r?\n/g, dice(2) === 0 ? '\r\n' : '\n');
    default:
      return mutateLine(text, fragment, dice);
  }
}

function mutateLine(text: string, fragment: string, dice: (sides: number) => number): string {
  const lines = text.split('\n');
  const at = dice(lines.length);
  const line = lines[at] as string;
  switch (dice(9)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, lines[dice(lines.length)] as string);
      break;
    case 2:
      lines[at] = line + fragment;
      break;
    case 3:
      lines[at] = line.trimStart();
      break;
    case 4:
      lines[at] = line.replace(/(: |- |^ *)[^\n]*$/, `$1${fragment}`);
      break;
    case 5:
      lines[at] = line.replace(/^( *)/, `$1${fragment}`);
      break;
    case 6:
      lines[at] = (lines[dice(lines.length)] as string).replace(/\S.*$/, '') + line.trimStart();
      break;
    default: {
      const shift = [1, 2, 3, 4, -1, -2][dice(6)] as number;
      for (let end = at + 1 + dice(4), now = at; now < end && now < lines.length; now++) {
        const moved = lines[now] as string;
        lines[now] = shift > 0 ? ' '.repeat(shift) + moved : moved.replace(shift === -1 ? /^ / : /^ {1,2}/, '');
      }
    }
  }
  return lines.join('\n');
}
