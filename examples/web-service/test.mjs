// Follows the README, tests of the service included, and holds what it says of settings and versions to the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followReadme } from '../../tools/readme.mjs';
import { verdicts } from '../../tools/verdicts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What is not ours is asked for in one version. */
function versions() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const theirs = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([name]) => !name.startsWith('@gitops/'),
  );
  const loose = theirs.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  if (loose.length > 0 || theirs.length === 0) throw new Error(`no exact version: ${loose.join(' ')}`);
  return theirs.map((one) => one.join(' ')).join(', ');
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
await checks.check('versions of dependencies', versions);
await checks.check('variables in the README', variables);
await checks.check('README, with the tests of the service', () => followReadme('examples/web-service'));
checks.notRun('the page in a browser', 'no browser is installed; it is plain HTML without scripts, read by a parser');
checks.finish();
