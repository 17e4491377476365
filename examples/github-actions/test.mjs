// All checks of this example: the action as it is built, its tests on a forge of its own and on a fake GitHub, the
// workflows by actionlint and by our own rules, then run for real by act, and the README.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionFaults } from '../../tools/action-inputs.mjs';
import { fieldTool } from '../../tools/field-tools.mjs';
import { installPacked, packed } from '../../tools/packages.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { verdicts } from '../../tools/verdicts.mjs';
import { readmeFaults } from './checks/readme.mjs';
import { differingPins, faultsOf, unknownChoices } from './checks/rules.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const ofThisProject = fileURLToPath(new URL('../../.github/workflows', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-actions-'));
const project = join(folder, 'project');
const built = join(project, 'action/dist');
const user = join(folder, 'user');

/** The sources beside what npm installs for them, as somebody has it who follows the README. */
async function build() {
  for (const part of ['action', 'workflows', 'checks', 'README.md']) {
    const ours = (path) => !/\/(node_modules|dist)(\/|$)/.test(path.slice(here.length));
    cpSync(join(here, part), join(project, part), { recursive: true, filter: ours });
  }
  const all = await packed();
  const { devDependencies } = JSON.parse(readFileSync(join(here, 'action/package.json'), 'utf8'));
  const wanted = ['gitops', '@gitops/core', '@gitops/provider-testkit'];
  const tarballs = Object.fromEntries(wanted.map((name) => [name, all[name]]));
  installPacked(tarballs, project, { type: 'module', dependencies: devDependencies });
  return run(process.execPath, ['build.mjs'], { cwd: join(project, 'action') });
}

/** A repository of somebody who copied everything to where the README says. */
async function usersRepository() {
  cpSync(join(here, 'workflows'), join(user, '.github/workflows'), { recursive: true });
  cpSync(built, join(user, '.github/actions/gitops'), { recursive: true });
  cpSync(fileURLToPath(new URL('../../infra', import.meta.url)), join(user, 'infra'), { recursive: true });
  const git = (...args) => run('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-C', user, ...args]);
  await run('git', ['init', '--quiet', '--initial-branch=main', user]);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'gitops in GitHub Actions');
}

async function unitTests(files, what) {
  const env = { ...process.env, ACTION_FOLDER: built };
  delete env.NODE_TEST_CONTEXT;
  const tests = readdirSync(join(project, files)).filter((name) => name.endsWith('.test.mjs'));
  const args = ['--test', '--test-reporter=tap', ...tests.map((name) => join(project, files, name))];
  const output = await run(process.execPath, args, { cwd: project, env });
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  if (count('pass') === 0 || count('skipped') + count('todo') > 0) throw new Error(output);
  return `${count('pass')} ${what}`;
}

const workflowsOf = (place) => (existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : []);

async function actionlint(linter, { env }) {
  const shellcheck = await fieldTool('shellcheck');
  if ('missing' in shellcheck) checks.notRun('shellcheck of their scripts', shellcheck.missing);
  const args = ['-shellcheck', shellcheck.path ?? '', '-pyflakes', ''];
  await run(linter, args, { cwd: user, env });
  const own = workflowsOf(ofThisProject);
  if (own.length > 0) await run(linter, [...args, ...own], { env });
  return `${workflowsOf(join(user, '.github/workflows')).length} workflows, and ${own.length} of this project`;
}

/** Of the repository that the README copies the workflows into. */
async function environments() {
  const args = [join(built, 'index.mjs'), 'gitops', 'status', '--output=json', '--provider=git'];
  const answer = await run(process.execPath, args, { cwd: fileURLToPath(new URL('../../infra', import.meta.url)) });
  return JSON.parse(answer).environments.map(({ name }) => name);
}

async function rules() {
  const known = await environments();
  const { parse } = createRequire(join(project, 'package.json'))('yaml');
  const all = [
    ...workflowsOf(join(here, 'workflows')).map((file) => ({ file, isExample: true })),
    ...workflowsOf(ofThisProject).map((file) => ({ file, isExample: false })),
  ].map((one) => ({ ...one, text: readFileSync(one.file, 'utf8') }));
  const faults = all.flatMap(({ file, isExample, text }) =>
    [...faultsOf(parse(text), text, { isExample }), ...actionFaults(parse(text), text)].map(
      (fault) => `${basename(file)}: ${fault}`,
    ),
  );
  for (const { file, text } of all.filter(({ isExample }) => isExample)) {
    faults.push(...unknownChoices(parse(text), known).map((fault) => `${basename(file)}: ${fault}`));
  }
  faults.push(...differingPins(all.map(({ text }) => text)));
  const { outputs } = parse(readFileSync(join(here, 'action/action.yml'), 'utf8'));
  const examples = all.filter(({ isExample }) => isExample).map(({ text }) => text);
  const told = readmeFaults(readFileSync(join(here, 'README.md'), 'utf8'), { outputs, workflows: examples }, parse);
  faults.push(...told.map((fault) => `README.md: ${fault}`));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return `${all.length} workflows, and the README`;
}

const checks = verdicts();
try {
  if (await checks.check('the action is built from the packed packages', build)) {
    await usersRepository();
    await checks.check('the action, on a fake GitHub and without one', () => unitTests('action/test', 'tests'));
    await checks.check('the rules for workflows, tried', () => unitTests('checks', 'tests'));
    await checks.check('workflows: permissions, pins, scripts, inputs', rules);
    await checks.withTool('action.yml by its schema', 'check-jsonschema', (path) =>
      run(path, ['--builtin-schema', 'vendor.github-actions', join(user, '.github/actions/gitops/action.yml')]),
    );
    await checks.withTool('actionlint', 'actionlint', actionlint);
    await checks.withTool('the workflows, run by act', 'act', (path) =>
      run(process.execPath, ['checks/act.mjs'], {
        cwd: project,
        env: {
          ...process.env,
          ACT: path,
          USER_REPOSITORY: user,
          ARTIFACT_ACTIONS: join(project, 'checks/artifacts'),
        },
      }),
    );
    checks.notRun(
      'the workflows on GitHub',
      'needs a repository there, with its App and environments; with one: gh workflow run promote.yaml -f from=dev -f to=prod',
    );
    await checks.check('README', () => followReadme('examples/github-actions'));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
