// All checks of this example: the components against GitLab's schema, their inputs, their scripts, the pipelines as
// gitlab-ci-local runs them on a fake GitLab, and the README.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fieldTool } from '../../tools/field-tools.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { installCommandLine } from '../../tools/sample-forge.mjs';
import { verdicts } from '../../tools/verdicts.mjs';
import { fleet, leastPrivilege, lintJob, mergeRequestFlow } from './test/flow.mjs';
import { faultsOf, includeFaults } from './test/inputs.mjs';
import { rendered, textFaults } from './test/render.mjs';
import { ruleFaults } from './test/rules.mjs';
import { fleetPaths, scriptsOf, unknownVariables } from './test/scripts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-gitlab-ci-'));
const checks = verdicts();

function demandNone(faults) {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** Every YAML file of a folder, by name: header and rest. */
function documentsIn(place, parseAll) {
  const names = readdirSync(join(here, place)).filter((name) => name.endsWith('.yml'));
  const read = (name) =>
    parseAll(readFileSync(join(here, place, name), 'utf8')).map((one) => one.toJS({ maxAliasCount: 0 }));
  return Object.fromEntries(names.map((name) => [name.replace(/\.yml$/, ''), read(name)]));
}

/** Headers and pipelines, each as one document, since the schema is for one. */
async function schema(checkJsonschema, all) {
  const place = join(folder, 'schema');
  mkdirSync(place);
  const files = Object.entries(all).flatMap(([name, document]) => {
    const file = join(place, `${name}.json`);
    writeFileSync(file, JSON.stringify(document));
    return [file];
  });
  await run(checkJsonschema, ['--builtin-schema', 'vendor.gitlab-ci', ...files]);
  return `${files.length} documents`;
}

async function shellcheck(program, components) {
  const scripts = scriptsOf(components);
  demandNone(scripts.flatMap(unknownVariables));
  for (const { name, script } of scripts) {
    await run(program, ['--shell=sh', '--severity=style', '-'], { input: script }).catch((error) => {
      throw new Error(`${name}\n${error.message}`);
    });
  }
  return `${scripts.length} scripts`;
}

try {
  const command = await installCommandLine(join(folder, 'cli'));
  const { parse, parseAllDocuments } = createRequire(join(folder, 'cli/package.json'))('yaml');
  const components = documentsIn('templates', parseAllDocuments);
  const pipelines = documentsIn('pipelines', parseAllDocuments);
  const inputs = Object.fromEntries(Object.entries(components).map(([name, [header]]) => [name, header.spec.inputs]));
  await checks.check('the checks of inputs and rules', async () => {
    await run(process.execPath, ['--test', join(here, 'test/inputs.test.mjs'), join(here, 'test/rules.test.mjs')]);
  });
  await checks.check('inputs: declared, used, no part of a script', () => {
    demandNone(
      Object.entries({ ...components, ...pipelines }).flatMap(([name, documents]) => faultsOf(name, documents)),
    );
  });
  await checks.check('inputs: what pipelines hand over', () => {
    demandNone(Object.entries(pipelines).flatMap(([name, documents]) => includeFaults(name, documents, inputs)));
  });
  await checks.check('inputs: whatever they accept stays a value', () => {
    const parseAll = (text) => parseAllDocuments(text).map((one) => one.toJS());
    const files = ['templates', 'pipelines'].flatMap((place) =>
      readdirSync(join(here, place)).map((file) => join(place, file)),
    );
    demandNone(files.flatMap((file) => textFaults(file, readFileSync(join(here, file), 'utf8'), parseAll)));
  });
  await checks.check('jobs with a token: protected, one at a time', () => {
    demandNone(Object.entries(components).flatMap(([name, documents]) => ruleFaults(name, documents.at(-1))));
  });
  await checks.check('a fleet takes paths alone', async () => {
    const { script } = scriptsOf(components).find(({ name }) => name.startsWith('fleet:'));
    const shell = (input, env) =>
      run('sh', [], {
        input,
        env: { PATH: process.env.PATH, CI_SERVER_URL: 'https://gitlab.example.com', ...env },
      }).then(
        () => 0,
        ({ status }) => status,
      );
    demandNone(await fleetPaths(script, shell));
  });
  await checks.withTool("GitLab's schema", 'check-jsonschema', (tool) => schema(tool, rendered(components, pipelines)));
  await checks.withTool('shellcheck', 'shellcheck', (tool) => shellcheck(tool, components));
  const tool = await fieldTool('gitlab-ci-local');
  const setup = { ...command, parse, parseAllDocuments, tool };
  for (const [name, work] of Object.entries({
    'the merge request flow': mergeRequestFlow,
    'tokens, and who may': leastPrivilege,
    'the report of lint': lintJob,
    'a fleet': fleet,
  })) {
    if ('missing' in tool) checks.notRun(name, tool.missing);
    else
      await checks.withTool(`${name}, by gitlab-ci-local`, 'rsync', () =>
        work(setup, mkdtempSync(join(folder, 'run-'))),
      );
  }
  checks.notRun(
    "GitLab's own lint",
    'needs a GitLab; with one: glab ci lint, and CI Lint with "Simulate" for the rules and the components of others',
  );
  await checks.check('README', () => followReadme('examples/gitlab-ci'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
