// Follows a README word by word: every block of shell in it is run, in order, in one shell, in a copy of the tree.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packed } from './pack.mjs';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The steps of a README: the blocks of `sh`, but for those that say ```` ```sh elsewhere ````, each with the block of
 * `text` that follows it directly, which is what it prints.
 *
 * @param {string} markdown
 * @returns {{ line: number, script: string, prints: string | null }[]}
 */
export function stepsOf(markdown) {
  const steps = [];
  let open = null;
  let isDirect = false; // nothing but empty lines since the last step
  markdown.split(/\r?\n/).forEach((line, index) => {
    if (open !== null) {
      if (!new RegExp(`^\\s*${open.fence}\\s*$`).test(line)) {
        open.lines.push(line.slice(open.indent));
        return;
      }
      const text = open.lines.join('\n');
      const wasDirect = isDirect;
      isDirect = open.info === 'sh';
      if (isDirect) steps.push({ line: open.line, script: text, prints: null });
      else if (open.info === 'text' && wasDirect) steps.at(-1).prints = text;
      open = null;
      return;
    }
    const fence = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(line);
    if (fence !== null) open = { fence: fence[2], indent: fence[1].length, info: fence[3], line: index + 2, lines: [] };
    else if (line.trim() !== '') isDirect = false;
  });
  return steps;
}

/** Whether a text is the printed one; `…` in a line stands for anything, alone on a line for any lines. */
export function matches(printed, found) {
  const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const lines = printed.trimEnd().split('\n');
  const pattern = lines.map((line) =>
    line.trim() === '…' ? '(?:.*\\n)*?' : `${line.trimEnd().split('…').map(escaped).join('.*')}[ \\t]*\\n`,
  );
  return new RegExp(`^${pattern.join('')}$`).test(`${found.trimEnd()}\n`);
}

/** The tree as a clone has it, new files included, with the packages packed and nothing to build. */
async function copyOfTheTree(folder) {
  await packed();
  const list = await run('git', ['ls-files', '-coz', '--exclude-standard', 'examples', 'infra', 'docs'], { cwd: root });
  for (const file of list.split('\0')) {
    if (file === '' || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true });
  }
  for (const made of ['tarballs', 'executables']) {
    if (existsSync(join(root, made))) cpSync(join(root, made), join(folder, made), { recursive: true });
  }
  const scripts = { pack: 'ls tarballs', executable: 'ls executables' }; // made already
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, scripts }));
}

function strangersEnvironment(folder) {
  const known =
    /^(PATH|LANG|TZ|TMPDIR|JAVA_HOME|GOPROXY|GOFLAGS|GONOSUMDB|GOSUMDB|CI|.*_(proxy|PROXY)|SSL_.*|NODE_EXTRA_CA_CERTS|npm_config_(registry|cache|prefer_offline|userconfig)|PIP_.*|MAVEN_.*|XDG_CACHE_HOME)$/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => known.test(name)));
  const home = join(folder, '.home');
  mkdirSync(home);
  const realHome = userInfo().homedir;
  const userconfig = join(realHome, '.npmrc');
  return {
    npm_config_cache: join(realHome, '.npm'),
    ...(existsSync(userconfig) ? { npm_config_userconfig: userconfig } : {}),
    XDG_CACHE_HOME: join(realHome, '.cache'),
    ...env,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    npm_config_update_notifier: 'false',
    NO_COLOR: '1',
  };
}

/**
 * Follows the README of a folder in a copy of the tree.
 *
 * @param {string} example Such as `examples/jenkins`.
 * @returns {Promise<string>} How many steps there were. Throws an Error that names the line of the step that failed.
 */
export async function followReadme(example) {
  const readme = join(example, 'README.md');
  const steps = stepsOf(readFileSync(join(root, readme), 'utf8'));
  if (steps.length === 0) throw new Error(`${readme} has no step that can be run`);
  const folder = mkdtempSync(join(tmpdir(), 'gitops-readme-'));
  try {
    await copyOfTheTree(folder);
    // not by tee: what Node.js hands down as stderr may be a socket, which has no name
    const mark = (index) => `printf '\\n@@step %s@@\\n' ${index}; printf '\\n@@step %s@@\\n' ${index} >&2\n`;
    const script = `set -euo pipefail\n${steps.map(({ script: text }, index) => `${mark(index)}${text}\n`).join('')}`;
    const env = strangersEnvironment(folder);
    const output = await run('bash', ['-s'], { cwd: join(folder, example), env, input: script }).catch((error) => {
      const reached = [...error.message.matchAll(/@@step (\d+)@@/g)].at(-1);
      const { line, script: text } = steps[Number(reached?.[1] ?? 0)];
      const told = error.message.slice(error.message.lastIndexOf('@@step')).slice(-6000);
      throw new Error(`${readme}:${line}: this step failed\n${text}\n\n${told}`);
    });
    const printed = output.split(/\n@@step \d+@@\n/).slice(1);
    steps.forEach(({ line, prints }, index) => {
      if (prints === null || matches(prints, printed[index])) return;
      throw new Error(`${readme}:${line}: prints\n${printed[index]}\nbut is said to print\n${prints}`);
    });
    return `${steps.length} steps`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 3) {
    console.error('node tools/readme.mjs <folder>   follows the README of an example, such as examples/node-script');
    process.exit(2);
  }
  try {
    console.log(await followReadme(process.argv[2].replace(/\/$/, '')));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
