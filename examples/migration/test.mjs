// All checks of this example: the script and gitops side by side on a fake GitHub, what the script breaks, the README.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fieldTool } from '../../tools/field-tools.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { installCommandLine } from '../../tools/sample-forge.mjs';
import { verdicts } from '../../tools/verdicts.mjs';
import { checkPage } from './test/documents.mjs';
import { freeze, resources } from './test/freeze.mjs';
import { failure, rollback, values } from './test/other-days.mjs';
import { promotion } from './test/promote.mjs';
import { compare, demandEqual } from './test/side-by-side.mjs';
import { change } from './test/switch.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-migration-'));
const comparisons = [promotion, freeze, resources, failure, values, rollback, change];

/** What is compared is what a user of this page installs. */
async function samePackages(python) {
  const listed = readFileSync(join(here, 'requirements.txt'), 'utf8').trim().split('\n');
  const names = listed.map((line) => line.split('==')[0]);
  const ask =
    'import sys; from importlib.metadata import version as v; [print(n, v(n), sep="==") for n in sys.argv[1:]]';
  demandEqual('requirements.txt', (await run(python, ['-c', ask, ...names])).trim().split('\n'), listed);
  return listed.join(', ');
}

const checks = verdicts();

const compared = (comparison, programs) =>
  checks.check(`${comparison.name}: only what GitHub's API describes`, () =>
    compare(programs, (sides) => comparison(sides, checks.check)),
  );

/** Two at a time; the longest comes first. */
async function runAll(programs) {
  const left = [
    () => checks.check('README', () => followReadme('examples/migration')),
    ...comparisons.map((one) => () => compared(one, programs)),
    () => checks.check('docs/migration.md: commands, options, headings', () => checkPage(programs)),
  ];
  const worker = async () => {
    while (left.length > 0) await left.shift()();
  };
  await Promise.all([worker(), worker()]);
}

try {
  const installed = {};
  await checks.check('the packages install', async () => Object.assign(installed, await installCommandLine(folder)));
  await checks.withTool('ruff', 'ruff', async (ruff) => {
    const form = ['--no-cache', '--line-length', '120', 'promote.py'];
    await run(ruff, ['format', '--check', ...form], { cwd: here });
    return run(ruff, ['check', ...form], { cwd: here });
  });
  await checks.withTool('requirements.txt', 'pygithub', samePackages);
  const python = await fieldTool('pygithub');
  if ('missing' in python) checks.notRun('the script beside gitops, README', python.missing);
  else await runAll({ ...installed, python: python.path });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
