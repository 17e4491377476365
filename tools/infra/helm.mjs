// A chart as Argo CD renders it for an Application.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../run.mjs';
import { documentsIn } from './yaml-documents.mjs';

/** The version of Kubernetes that charts are rendered for: the oldest one that they are kept for. */
export const kubeVersion = '1.33.0';

/** What `--set` would read as a list, a path or an escape is text in a parameter of Argo CD. */
const literal = (value) => String(value).replace(/[\\,{}[\]]/g, '\\$&');

async function withValues(application, work) {
  const { helm = {} } = application.spec.source;
  const folder = mkdtempSync(join(tmpdir(), 'gitops-helm-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, helm.values ?? JSON.stringify(helm.valuesObject ?? {}));
    const parameters = (helm.parameters ?? []).flatMap(({ name, value, forceString }) => [
      forceString === true ? '--set-string' : '--set',
      `${name}=${literal(value)}`,
    ]);
    return await work(['--values', file, ...parameters]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const chartOf = (application, infra) => join(dirname(infra), application.spec.source.path);

/** `helm lint --strict` with the values of an Application. */
export function lint(program, application, infra) {
  return withValues(application, (values) =>
    run(program, ['lint', '--strict', '--kube-version', kubeVersion, chartOf(application, infra), ...values]),
  );
}

/** The objects that an Application deploys, hooks of `helm test` too. */
export function render(program, application, infra) {
  const { source, destination } = application.spec;
  const name = source.helm?.releaseName ?? application.metadata.name;
  const place = ['--namespace', destination.namespace, '--kube-version', kubeVersion, '--include-crds'];
  return withValues(application, async (values) => {
    const text = await run(program, ['template', name, chartOf(application, infra), ...place, ...values]);
    return documentsIn(text, application.metadata.name);
  });
}

/** Argo CD knows the hooks of Helm but this one, and leaves it out. */
export const isHelmTest = ({ metadata }) =>
  metadata.annotations?.['helm.sh/hook']?.split(',').includes('test') ?? false;
