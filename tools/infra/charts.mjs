// The charts, rendered for each Application with what it sets; and the kustomizations.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../run.mjs';
import { allowsKind } from './argocd-rules.mjs';
import { chartValueFaults } from './chart-values.mjs';
import { isHelmTest, kubeVersion, lint, render } from './helm.mjs';
import { conform } from './kubeconform.mjs';
import { networkFaults } from './network-rules.mjs';
import { workloadFaults } from './workload-rules.mjs';
import { documentsIn, filesBelow, resourcesOf, root } from './yaml-documents.mjs';

const data = join(root, 'tools/infra/data');
const fail = (faults) => {
  if (faults.length > 0) throw new Error(faults.join('\n'));
};

/** Objects that an Application's project does not let it make. */
export function projectFaults(application, objects, projects) {
  const project = projects.get(application.spec.project);
  return objects
    .filter((object) => !isHelmTest(object))
    .flatMap(({ apiVersion, kind, metadata }) => {
      const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
      const where = metadata.namespace;
      if (where !== undefined && where !== application.spec.destination.namespace)
        return [`${kind} ${metadata.name} goes to namespace ${where}`];
      if (project !== undefined && allowsKind(project, { group, kind })) return [];
      return [`project ${application.spec.project} does not allow ${kind} of ${group || 'the core group'}`];
    });
}

/** Adds the checks of charts and kustomizations. */
export async function chartChecks(checks, infra = join(root, 'infra')) {
  const resources = resourcesOf(infra);
  const of = (kind) => resources.filter((one) => !one.shown && one.value.kind === kind).map((one) => one.value);
  const projects = new Map(of('AppProject').map((one) => [one.metadata.name, one]));
  const files = filesBelow(infra);
  // those of terraform/ are installed by Terraform, not by an Application
  const charts = files.filter((file) => file.endsWith('/Chart.yaml') && !file.startsWith('terraform/'));
  const applications = of('Application').filter(({ spec: { source } }) => charts.includes(chartFile(source)));
  const rendered = [];
  const byNamespace = new Map();

  await checks.withTool('charts: Chart.yaml', 'check-jsonschema', (program) =>
    run(program, ['--schemafile', join(data, 'schemastore/chart.json'), ...charts.map((file) => join(infra, file))]),
  );
  await checks.check('charts: all are used', () => {
    const used = new Set(applications.map(({ spec: { source } }) => chartFile(source)));
    fail(charts.filter((file) => !used.has(file)).map((file) => `no Application uses ${file}`));
    fail(charts.map((file) => `${dirname(file)}/values.schema.json`).filter((file) => !existsSync(join(infra, file))));
    return `${charts.length} charts, ${applications.length} Applications`;
  });
  await checks.check('charts: templates and values agree', () => {
    const faults = (file) => chartValueFaults(join(infra, dirname(file))).map((fault) => `${dirname(file)}: ${fault}`);
    fail(charts.flatMap(faults));
  });
  for (const application of applications) {
    const { name } = application.metadata;
    await checks.withTool(`charts: helm, ${name}`, 'helm', async (program) => {
      await lint(program, application, infra);
      const objects = await render(program, application, infra);
      rendered.push(...objects.map((value) => ({ file: name, value })));
      const { namespace } = application.spec.destination;
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), ...objects]);
      fail([...workloadFaults(objects), ...projectFaults(application, objects, projects)]);
      return `${objects.length} objects for Kubernetes ${kubeVersion}`;
    });
  }
  await checks.withTool('charts: who may call whom', 'helm', () => {
    fail([...byNamespace].flatMap(([name, objects]) => networkFaults(objects).map((fault) => `${name}: ${fault}`)));
    return `${byNamespace.size} namespaces`;
  });
  await checks.withTool('charts: kubeconform, strict', 'kubeconform', (program) => conform(program, rendered));
  await kustomizationChecks(checks, { infra, files, resources });
}

const chartFile = (source) => `${source?.path?.replace(/^infra\//, '')}/Chart.yaml`;

async function kustomizationChecks(checks, { infra, files, resources }) {
  const kustomizations = files.filter((file) => /(^|\/)kustomization\.yaml$/.test(file));
  const built = new Map();
  await checks.withTool('kustomizations: schema', 'check-jsonschema', (program) => {
    const schema = join(data, 'schemastore/kustomization.json');
    return run(program, ['--schemafile', schema, ...kustomizations.map((file) => join(infra, file))]);
  });
  await checks.withTool('kustomizations: build', 'kustomize', async (program) => {
    for (const file of kustomizations)
      built.set(dirname(file), documentsIn(await run(program, ['build', dirname(join(infra, file))]), file));
    return `${built.size} folders`;
  });
  await checks.withTool('kustomizations: kubeconform, strict', 'kubeconform', (program) =>
    conform(
      program,
      [...built].flatMap(([file, values]) => values.map((value) => ({ file, value }))),
    ),
  );
  await checks.check('kustomizations: nothing is forgotten', () => {
    const key = ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
    // what is applied by hand is a bootstrap; the other folders are its parts
    const applied = [...built].filter(([folder]) => folder.startsWith('argocd/bootstrap/'));
    const all = new Set(applied.flatMap(([, values]) => values).map(key));
    const own = resources.filter((one) => one.file.startsWith('argocd/') && !one.shown);
    fail(own.filter(({ value }) => !all.has(key(value))).map(({ file, value }) => `${file}: ${key(value)} is in none`));
    return `${all.size} resources`;
  });
}
