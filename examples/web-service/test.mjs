// Follows the README, then runs the tests of the service from the packed packages.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPacked, packed } from '../../tools/packages.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { verdicts } from '../../tools/verdicts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-web-service-'));
const project = join(folder, 'examples/web-service');

/** The sources beside what npm installs for them: nothing that the manifest does not name. */
async function install() {
  const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const all = await packed();
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies, '@gitops/provider-http': '' };
  const ours = Object.keys(wanted).filter((name) => name.startsWith('@gitops/'));
  const theirs = Object.entries(wanted).filter(([name]) => !ours.includes(name));
  const loose = theirs.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  if (loose.length > 0) throw new Error(`no exact version: ${loose.join(' ')}`);
  const dependencies = Object.fromEntries(theirs);
  installPacked(Object.fromEntries(ours.map((name) => [name, all[name]])), project, { type: 'module', dependencies });
  for (const part of ['src', 'test', 'try', 'style.css'])
    cpSync(join(here, part), join(project, part), { recursive: true });
  cpSync(join(here, '../../infra'), join(folder, 'infra'), { recursive: true });
}

async function tests() {
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const files = readdirSync(join(project, 'test')).filter((name) => name.endsWith('.test.mjs'));
  const args = ['--test', '--test-reporter=tap', '--test-concurrency=2', ...files.map((name) => join('test', name))];
  const output = await run(process.execPath, args, { cwd: project, env });
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  if (count('pass') === 0 || count('skipped') + count('todo') > 0) throw new Error(output);
  return `${count('pass')} tests`;
}

/** Every variable that the service reads is in the README, and the README names no other. */
function variables() {
  const source = readdirSync(join(here, 'src')).map((name) => readFileSync(join(here, 'src', name), 'utf8'));
  const read = [...source.join('\n').matchAll(/(?:text|list|required|whole)\('([A-Z_]+)'/g)].map(([, name]) => name);
  const table = readFileSync(join(here, 'README.md'), 'utf8').split('| variable | what |')[1].split('\n\n')[0];
  const told = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([A-Z_]+)`/g)]);
  const own = told.map(([, name]) => name).filter((name) => !name.startsWith('GITHUB_'));
  const differing = [...new Set([...read, ...own])].filter((name) => read.includes(name) !== own.includes(name));
  if (differing.length > 0 || read.length === 0) throw new Error(`only in one of both: ${differing.join(', ')}`);
  return `${own.length} variables`;
}

const checks = verdicts();
try {
  if (await checks.check('the packages install', install)) await checks.check('tests of the service', tests);
  await checks.check('variables in the README', variables);
  await checks.check('README', () => followReadme('examples/web-service'));
  checks.notRun('the page in a browser', 'no browser is installed; it is plain HTML without scripts, read by a parser');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
