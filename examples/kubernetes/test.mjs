// All checks of this example: the manifests held to strict schemas and to each other, and their command lines run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from '../../tools/argo-workflows.mjs';
import { rulesOf } from '../../tools/cluster-rules.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { filesOf, installCommandLine, startForge } from '../../tools/sample-forge.mjs';
import { verdicts } from '../../tools/verdicts.mjs';
import { containersOf, runOn } from './test/command-lines.mjs';
import { runPromotion } from './test/workflow.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-kubernetes-'));
const schemas = [
  'kubernetes/{{ .ResourceKind }}{{ .KindSuffix }}.json',
  'external-secrets/{{ .ResourceKind }}.json',
  'argo-workflows/{{ .ResourceKind }}.json',
];

function demand(condition, why) {
  if (!condition) throw new Error(why);
}

async function commandLines({ bin, fakes }, documents) {
  const fake = await startForge(fakes, { 'acme/gitops': filesOf({ dev: '1.2.0', qa: '1.1.0', prod: '1.0.0' }) });
  const key = join(folder, 'key.pem');
  writeFileSync(key, fake.app.privateKey, { mode: 0o600 });
  try {
    const said = {};
    const containers = containersOf(documents);
    for (const one of containers) said[one.name] = await runOn(fake, bin, one, key);
    demand(/qa {2,}prod/.test(said['gitops-status']), said['gitops-status']);
    demand(said['gitops-promote-dev-qa'].includes('Merged pull request'), said['gitops-promote-dev-qa']);
    demand(said['gitops-resume-expired'].includes('Nothing to do.'), said['gitops-resume-expired']);
    const promote = containers.find(({ name }) => name === 'gitops-promote-dev-qa');
    demand((await runOn(fake, bin, promote, key)).includes('Nothing to do.'), 'run again, it does something');
    demand(fake.violations.length === 0, fake.violations.join('\n'));
    return `${containers.length} command lines`;
  } finally {
    await fake.close();
  }
}

const checks = verdicts();
try {
  const command = await installCommandLine(join(folder, 'cli'));
  const { parseAllDocuments } = createRequire(join(folder, 'cli/package.json'))('yaml');
  const documents = {};
  for (const part of ['base', 'argo-workflows']) {
    const rendered = join(folder, `${part}.yaml`);
    await checks.withTool(`kustomize build ${part}`, 'kustomize', async (kustomize) => {
      writeFileSync(rendered, await run(kustomize, ['build', join(here, part)]));
      documents[part] = parseAllDocuments(readFileSync(rendered, 'utf8')).map((one) => one.toJS());
    });
    await checks.withTool(`kubeconform -strict ${part}`, 'kubeconform', (kubeconform) =>
      run(kubeconform, ['-strict', '-summary', ...schemas.flatMap((one) => ['-schema-location', one]), rendered], {
        cwd: join(here, 'test/schemas'),
      }),
    );
  }
  await checks.check('the command lines, on a fake GitHub', () => commandLines(command, documents.base));
  await checks.check('names that schemas do not know', () => {
    const faults = [...faultsOf(documents['argo-workflows']), ...rulesOf(documents)];
    demand(faults.length === 0, faults.join('\n'));
  });
  await checks.check('the workflow, on a fake GitHub', () =>
    runPromotion(command, documents['argo-workflows'], join(folder, 'workflow')),
  );
  checks.notRun(
    'argo lint',
    'its command line holds a web page that Go cannot build; with it: argo lint --offline --kinds=workflowtemplates,cronworkflows examples/kubernetes/argo-workflows',
  );
  checks.notRun(
    'kubectl apply --dry-run=server',
    'needs a cluster; with one: kubectl apply --dry-run=server -k examples/kubernetes/base',
  );
  await checks.check('README', () => followReadme('examples/kubernetes'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
