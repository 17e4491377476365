// All checks of this example: what the engines are given is linted, and both run over a fleet of fake repositories, one of
// which is broken.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionFaults } from '../../tools/action-inputs.mjs';
import { faultsOf } from '../../tools/argo-workflows.mjs';
import { rulesOf } from '../../tools/cluster-rules.mjs';
import { fieldTool } from '../../tools/field-tools.mjs';
import { packed } from '../../tools/packages.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { runWorkflow } from '../../tools/run-workflow.mjs';
import { filesOf, installCommandLine, startForge } from '../../tools/sample-forge.mjs';
import { verdicts } from '../../tools/verdicts.mjs';
import { runJobs } from './test/run-jobs.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const schemas = fileURLToPath(new URL('../kubernetes/test/schemas', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-fleet-'));

function demand(condition, why) {
  if (!condition) throw new Error(why);
}

const apart = filesOf({ dev: '1.2.0', qa: '1.1.0' });
const broken = apart['apps/qa/shop/application.yaml'].replace(
  'kind: Application',
  'kind: Application\nkind: Application',
);
const repositories = {
  'acme/shop-gitops': apart,
  'acme/billing-gitops': { ...apart, 'apps/qa/shop/application.yaml': broken },
  'acme/search-gitops': filesOf({ dev: '2.0.0', qa: '2.0.0' }),
  'acme/mail-gitops': filesOf({ staging: '3.1.0', prod: '3.0.0' }),
};
const expected = { shop: 'ok', billing: 'FAILED', search: 'ok', mail: 'ok' };

/** The table says how each went, and why one failed. */
function demandTable(text, again) {
  demand(text.includes('3 of 4 repositories are done, 1 failed.'), text);
  for (const [name, verdict] of Object.entries(expected))
    demand(text.includes(`| ${verdict} | ${name} |`), `${name}\n${text}`);
  demand(/\| billing \|.*\*\*duplicate-key\*\*/.test(text), text);
  const merged = [...text.matchAll(/\[merged\]\(http/g)].length;
  demand(merged === (again ? 0 : 2), `${merged} merged, ${again ? 'again' : 'first'}\n${text}`);
}

const environmentOn = (fake) => (env) => ({
  ...env,
  GITHUB_SERVER_URL: fake.webUrl,
  GITOPS_NO_CACHE: 'true',
  PAUSE: '0',
  ...(env.REPOSITORY === undefined ? {} : { REPOSITORY: env.REPOSITORY.replace('https://github.com', fake.webUrl) }),
  ...(env.GITHUB_APP_ID === undefined ? {} : { GITHUB_APP_ID: String(fake.app.id) }),
});

/** Twice on the same fleet: the second time there is nothing left to do but in the broken one. */
async function twice(fakes, work) {
  const fake = await startForge(fakes, repositories);
  try {
    for (const again of [false, true]) demandTable(await work(fake, again), again);
    demand(fake.violations.length === 0, fake.violations.join('\n'));
    return '4 repositories, one broken, twice';
  } finally {
    await fake.close();
  }
}

async function onActions({ fakes }, parse, path) {
  const repository = join(folder, 'repository');
  mkdirSync(join(repository, 'fleet'), { recursive: true });
  for (const file of ['repositories.yaml', 'promote-one.mjs', 'summary.mjs'])
    cpSync(join(here, file), join(repository, 'fleet', file));
  cpSync((await packed()).gitops, join(repository, 'fleet/gitops-cli.tgz'));
  const workflow = parse(readFileSync(join(here, 'github-actions.yaml'), 'utf8'));
  return twice(fakes, async (fake, again) => {
    const { jobs, matrices } = await runJobs(workflow, {
      folder,
      repository,
      artifacts: join(folder, `artifacts-${again}`),
      env: { PATH: path, HOME: process.env.HOME },
      context: { vars: { GITOPS_APP_ID: '1' }, secrets: { GITOPS_APP_PRIVATE_KEY: fake.app.privateKey } },
      environment: environmentOn(fake),
    });
    demand(jobs.list.result === 'success', jobs.list.failure?.message);
    const results = Object.fromEntries(
      matrices.promote.map(({ name, result }) => [name, result === 'success' ? 'ok' : 'FAILED']),
    );
    demand(
      JSON.stringify(results) === JSON.stringify(expected),
      `${JSON.stringify(results)}\n${matrices.promote.map(({ failure }) => failure?.message).join('\n')}`,
    );
    demand(jobs.summary.result === 'failure', 'the summary passes although one failed');
    return jobs.summary.summary;
  });
}

async function onArgo({ bin, fakes }, documents, path) {
  const { spec } = documents.find(({ kind }) => kind === 'WorkflowTemplate');
  return twice(fakes, async (fake, again) => {
    const done = await runWorkflow(spec, {
      documents,
      folder: join(folder, `argo-${again}`),
      env: { PATH: `${bin}:${path}` },
      secretFiles: { 'private-key.pem': fake.app.privateKey },
      environment: environmentOn(fake),
    });
    demand(done.status === 'Failed', `the workflow is ${done.status} although one failed`);
    demand(done.log.at(-1).template === 'summary', done.failure?.message);
    return done.log.at(-1).output;
  });
}

/** A repository that nothing is known of is told, and never counted as done. */
async function lostOne() {
  const place = join(folder, 'lost');
  mkdirSync(place);
  writeFileSync(join(place, 'shop.json'), JSON.stringify({ name: 'shop', exitCode: 0, summary: 'nothing | to <do>' }));
  const list = join(folder, 'list.json');
  writeFileSync(
    list,
    JSON.stringify([
      { name: 'shop', from: 'dev', to: 'qa' },
      { name: 'gone', from: 'dev', to: 'qa' },
    ]),
  );
  const text = await run(process.execPath, [join(here, 'summary.mjs'), list, place], { status: 1 });
  demand(/\| FAILED \| gone \|.*no-result/.test(text) && text.includes('nothing \\| to &lt;do>'), text);
}

function namesFit(parse) {
  const list = parse(readFileSync(join(here, 'repositories.yaml'), 'utf8')).repositories;
  const names = list.map(({ name }) => name);
  demand(new Set(names).size === names.length, 'a name stands twice');
  for (const { name, ...rest } of list) {
    demand(/^[a-z0-9-]+$/.test(name), `${name} is no name of a file`);
    demand(Object.keys(rest).join() === 'repository,from,to', `${name} has ${Object.keys(rest).join()}`);
  }
}

const checks = verdicts();
try {
  const command = await installCommandLine(join(folder, 'cli'));
  const { parse, parseAllDocuments } = createRequire(join(folder, 'cli/package.json'))('yaml');
  const rendered = join(folder, 'fleet.yaml');
  let documents = [];
  let beside = []; // what the README has set up before
  await checks.check('repositories.yaml', () => namesFit(parse));
  await checks.withTool('actionlint', 'actionlint', (actionlint) =>
    run(actionlint, ['-shellcheck', '', '-pyflakes', '', join(here, 'github-actions.yaml')]),
  );
  await checks.check('inputs and outputs of actions', () => {
    const text = readFileSync(join(here, 'github-actions.yaml'), 'utf8');
    const faults = actionFaults(parse(text), text);
    demand(faults.length === 0, faults.join('\n'));
  });
  await checks.withTool('kustomize build', 'kustomize', async (kustomize) => {
    writeFileSync(rendered, await run(kustomize, ['build', here]));
    documents = parseAllDocuments(readFileSync(rendered, 'utf8')).map((one) => one.toJS());
    const others = fileURLToPath(new URL('../kubernetes/argo-workflows', import.meta.url));
    beside = parseAllDocuments(await run(kustomize, ['build', others])).map((one) => one.toJS());
  });
  await checks.withTool('kubeconform -strict', 'kubeconform', (kubeconform) => {
    const places = ['kubernetes/{{ .ResourceKind }}{{ .KindSuffix }}.json', 'argo-workflows/{{ .ResourceKind }}.json'];
    const args = ['-strict', '-summary', ...places.flatMap((one) => ['-schema-location', one]), rendered];
    return run(kubeconform, args, { cwd: schemas });
  });
  await checks.check('how many at a time', () => {
    const { strategy } = parse(readFileSync(join(here, 'github-actions.yaml'), 'utf8')).jobs.promote;
    const { spec } = documents.find(({ kind }) => kind === 'WorkflowTemplate');
    demand(strategy['max-parallel'] === 4 && spec.parallelism === 4, 'the README says four, and an engine does not');
  });
  await checks.check('names that schemas do not know', () => {
    const faults = [...faultsOf(documents), ...rulesOf({ fleet: documents, beside })];
    demand(faults.length === 0, faults.join('\n'));
  });
  await checks.check('a repository without a result', lostOne);
  const yq = await fieldTool('yq');
  const withYq = (name, work) => ('missing' in yq ? checks.notRun(name, yq.missing) : checks.check(name, work));
  const path = yq.env?.PATH;
  await withYq('the matrix of GitHub Actions, on a fake GitHub', () => onActions(command, parse, path));
  await withYq('the Argo Workflow, on a fake GitHub', () => onArgo(command, documents, path));
  await checks.check('README', () => followReadme('examples/fleet'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
