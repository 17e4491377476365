// docs/migration.md names commands of both, options and headings: each of them is there.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../tools/run.mjs';
import { demand } from './side-by-side.mjs';

const page = fileURLToPath(new URL('../../../docs/migration.md', import.meta.url));
const script = fileURLToPath(new URL('../promote.py', import.meta.url));

/** Commands in code and in blocks of shell, without what stands behind a `#`: lists of words. */
export function commandsOf(text, program) {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap((block) => block[1].split('\n'));
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map((code) => code[1]);
  const all = [...blocks, ...inline].map((line) => line.replace(/\s+#.*$/, '').replace(/^python /, ''));
  return [...new Set(all)]
    .filter((line) => line.startsWith(`${program} `))
    .map((line) => line.match(/"[^"]*"|\S+/g).slice(1));
}

const isOption = (word) => word.startsWith('--');

/** What a command's own help says against it: options that it does not have, arguments that it lacks. */
export function faultsOf(words, name, help) {
  const has = (option, more) => new RegExp(`(^|[\\s[])${option}(?![\\w-])${more}`, 'm').test(help);
  const usage = /^usage: .*(?:\n {2,}.*)*/i.exec(help)?.[0] ?? '';
  if (!usage.includes(` ${name.join(' ')} `)) return ['there is no such command'];
  const unknown = words.filter((word) => isOption(word) && !has(word, '')).map((option) => `there is no ${option}`);
  const given = words.slice(name.length);
  const plain = given.filter(
    (word, index) => !isOption(word) && !(isOption(given[index - 1] ?? '') && has(given[index - 1], ' <')),
  );
  const wanted = usage.match(/<[^>]+>/g)?.length ?? 0;
  // a name alone is a mention
  return given.length > 0 && plain.length < wanted ? [...unknown, `${wanted} arguments are wanted`] : unknown;
}

async function checkCommands(text, program, ask) {
  const commands = commandsOf(text, program);
  demand(commands.length > 4, `${commands.length} commands of ${program} are found`);
  const helps = new Map();
  for (const words of commands) {
    const name = words.slice(0, ['plan', 'pr'].includes(words[0]) ? 2 : 1).filter((word) => !isOption(word));
    const key = name.join(' ');
    if (!helps.has(key)) helps.set(key, await ask(name));
    const faults = faultsOf(words, name, helps.get(key));
    demand(faults.length === 0, `${program} ${words.join(' ')}: ${faults.join(', ')}`);
  }
  return commands.length;
}

const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function headingsOf(file) {
  const prose = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map((heading) => slug(heading[1]));
}

/** Links with a fragment whose heading is not there. */
export function deadFragments(text, file) {
  const links = [...text.matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)];
  return links.filter(([, path, heading]) => {
    const target = path === '' ? file : join(dirname(file), path);
    return !headingsOf(target).includes(heading);
  });
}

/** `bin`: the folder of gitops; `python`: the interpreter that has PyGithub. */
export async function checkPage({ bin, python }) {
  const text = readFileSync(page, 'utf8');
  const dead = deadFragments(text, page).map(([link]) => link);
  demand(dead.length === 0, `no such heading: ${dead.join(', ')}`);
  const ours = await checkCommands(text, 'gitops', (name) => run(join(bin, 'gitops'), [...name, '--help']));
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const theirs = await checkCommands(text, 'promote.py', (name) => run(python, [script, ...name, '--help'], { env }));
  return `${ours} commands of gitops, ${theirs} of the script`;
}
