// The checks of infra/terraform: node tools/infra/terraform.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../run.mjs';
import { verdicts } from '../verdicts.mjs';
import { checkTree, shown } from './terraform/check.mjs';
import { exampleFaults } from './terraform/examples.mjs';
import { readManifests, renderManifests } from './terraform/manifests.mjs';
import { readFolders } from './terraform/modules.mjs';
import { planAll, standInMissing, standInProviders } from './terraform/stand-in.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const data = (name) => JSON.parse(readFileSync(new URL(`data/${name}.json`, import.meta.url), 'utf8'));

const none = (faults, said) => {
  if (faults.length > 0) throw new Error(faults.map(shown).join('\n'));
  return said;
};

/** Adds the checks of a tree of Terraform to the list; of the bundled one if no other is given. */
export async function terraformChecks(checks, infra = join(root, 'infra')) {
  const tree = join(infra, 'terraform');
  const env = { ...process.env };
  delete env['TF_CLI_CONFIG_FILE'];
  await checks.withTool('terraform: fmt', 'terraform', (terraform) =>
    run(terraform, ['fmt', '-check', '-diff', '-recursive', tree], { env }).then(() => ''),
  );
  const known = { schema: data('terraform-providers'), functions: data('terraform-functions') };
  const found = checkTree(readFolders(tree), known);
  const modules = [...found.modules.values()];
  const count = (kind) => modules.reduce((sum, module) => sum + module[kind].size, 0);
  await checks.check('terraform: syntax', () => none(found.syntax, `${modules.length} modules`));
  await checks.check('terraform: references', () =>
    none(found.references, `${count('variable')} variables, ${count('output')} outputs`),
  );
  await checks.check('terraform: calls and declarations', () => none(found.calls, `${count('module')} calls`));
  await checks.check('terraform: arguments of the providers', () =>
    none(found.schema, `${count('resource')} resources, ${count('data')} data sources`),
  );
  await checks.check('terraform: rules of this repository', () => none(found.policy));
  await checks.check('terraform: examples of values', () => exampleCheck(tree, found.modules));
  await manifestCheck(checks, infra, found.modules);
  await checks.withTool('terraform: tflint', 'tflint', (tflint) =>
    run(tflint, ['--recursive', `--config=${join(tree, '.tflint.hcl')}`], { cwd: tree }).then(() => ''),
  );
  await checks.withTool('terraform: checkov', 'checkov', async (checkov) => {
    const text = await run(checkov, ['--config-file', '.checkov.yaml', '--directory', '.'], { cwd: tree });
    const [, passed] = /Passed checks: (\d+), Failed checks: 0/.exec(text) ?? [];
    if (passed === undefined || Number(passed) === 0) throw new Error(`checkov looked at nothing:\n${text}`);
    return `${passed} passed`;
  });
  await checks.withTool('terraform: login script', 'shellcheck', (shellcheck) => {
    const file = join(tree, 'modules/image-updater/ecr-login.sh.tftpl');
    const script = readFileSync(file, 'utf8').replaceAll('${region}', 'eu-central-1');
    if (script.includes('${')) throw new Error('ecr-login.sh.tftpl is given the region alone');
    return run(shellcheck, ['--norc', '-'], { input: script }).then(() => '');
  });
  await planCheck(checks, infra, modules, Object.keys(known.schema));
  checks.notRun(
    'terraform: plan with the real providers',
    'it needs them and an AWS account: terraform init && terraform plan, see infra/terraform/README.md',
  );
}

function exampleCheck(tree, modules) {
  const faults = [];
  let count = 0;
  for (const [path, module] of modules) {
    if (module.provider.size === 0) continue;
    const file = `${path}/terraform.tfvars.example`;
    faults.push(...exampleFaults(module, file, readFileSync(join(tree, file), 'utf8')));
    count++;
  }
  return none(faults, `${count} files`);
}

async function manifestCheck(checks, infra, modules) {
  const environments = [...modules.values()].filter((module) => module.locals.has('argocd_files'));
  const read = environments.map((module) => readManifests(module, infra));
  const all = read.flatMap(({ manifests }) => manifests);
  await checks.check('terraform: manifests for Argo CD', () =>
    none(
      read.flatMap(({ faults }) => faults),
      `${all.length} in ${environments.length} environments`,
    ),
  );
  await checks.withTool('terraform: chart of the manifests', 'helm', async (helm) => {
    for (const { manifests } of read) await renderManifests(helm, join(infra, 'terraform/charts/manifests'), manifests);
    return '';
  });
}

async function planCheck(checks, infra, modules, names) {
  const name = 'terraform: validate, plan (stand-in providers)';
  const missing = await standInMissing();
  if (missing !== undefined) return checks.notRun(name, missing);
  const folders = modules.filter((module) => module.provider.size > 0).map(({ path }) => path);
  return checks.withTool(name, 'terraform', async (terraform) =>
    planAll(terraform, await standInProviders(names), infra, folders, names),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const checks = verdicts();
  await terraformChecks(checks);
  checks.finish();
}
