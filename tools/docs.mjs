// The documents say what is true: every ts example compiles against the packages' sources, those marked `ts run` also
// run on the built packages, and every link into the repository leads somewhere.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.cache', 'docs');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Fenced ts examples of a Markdown text, with the line of their first line of code. */
export function examplesOf(text) {
  return [...text.matchAll(/^```ts([^\n]*)\n([\s\S]*?)^```/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length + 1,
    isRun: match[1].trim() === 'run',
    code: match[2],
  }));
}

/** Targets of links into the repository, without fragments. */
export function linksOf(text) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, (fence) => fence.replace(/[^\n]/g, ''));
  return [...prose.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map((match) => ({
    line: prose.slice(0, match.index).split('\n').length,
    target: match[1],
  }));
}

function documents() {
  const inside = (path) => (existsSync(join(root, path)) ? readdirSync(join(root, path)) : []);
  return [
    ...inside('.').filter((one) => one.endsWith('.md')),
    ...inside('docs')
      .filter((one) => one.endsWith('.md'))
      .map((one) => `docs/${one}`),
    ...['packages', 'examples'].flatMap((path) => inside(path).map((one) => `${path}/${one}/README.md`)),
    'infra/README.md',
  ].filter((path) => existsSync(join(root, path)));
}

/** Makes our packages importable from the folder, as they are for whoever installs them. */
function linkPackages() {
  for (const name of readdirSync(join(root, 'packages'))) {
    const target = join(root, 'packages', name);
    const link = join(folder, 'node_modules', JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')).name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'junction');
  }
}

function checkAll() {
  linkPackages();
  const problems = [];
  const examples = [];
  const paths = documents();
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const { line, target } of linksOf(text)) {
      if (!existsSync(join(root, dirname(path), decodeURI(target))))
        problems.push(`${path}:${line}  ${target} does not exist`);
    }
    for (const example of examplesOf(text)) {
      const name = `${path.replaceAll('/', '_')}_${example.line}`;
      // the code stands on the same lines as in the document, so that errors point there
      writeFileSync(join(folder, `${name}.ts`), `${'\n'.repeat(example.line - 1)}${example.code}\nexport {};\n`);
      examples.push({ ...example, path, name });
    }
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.base.json',
      compilerOptions: { types: ['node'], skipLibCheck: true, noUnusedLocals: false, noUnusedParameters: false },
      include: ['*.ts'],
    }),
  );
  const compiled = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  for (const line of `${compiled.stdout}${compiled.stderr}`.split('\n').filter((one) => one !== '')) {
    const at = /^([^(]+)\.ts\((\d+),(\d+)\): (.*)$/.exec(line);
    const example = examples.find((one) => one.name === at?.[1]);
    problems.push(example === undefined ? line : `${example.path}:${at[2]}:${at[3]}  ${at[4]}`);
  }
  const module = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  for (const { path, line, name } of examples.filter((one) => one.isRun)) {
    const { outputText } = ts.transpileModule(readFileSync(join(folder, `${name}.ts`), 'utf8'), {
      compilerOptions: module,
    });
    writeFileSync(join(folder, `${name}.mjs`), outputText);
    const ran = spawnSync(process.execPath, [`${name}.mjs`], { cwd: folder, encoding: 'utf8' });
    if (ran.status !== 0)
      problems.push(`${path}:${line}  the example ends with ${ran.status}\n${ran.stdout}${ran.stderr}`);
  }
  const run = examples.filter((one) => one.isRun).length;
  return { problems, summary: `${paths.length} documents, ${examples.length} examples compiled, ${run} run` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    const { problems, summary } = checkAll();
    for (const one of problems) console.error(one);
    console.log(summary);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
