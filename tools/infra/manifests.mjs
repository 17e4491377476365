// The resources of infra/argocd and infra/apps: against their schemas, and against each other.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argocdFaults } from './argocd-rules.mjs';
import { imageUpdaterFaults } from './image-updater-rules.mjs';
import { conform } from './kubeconform.mjs';
import { filesBelow, resourcesOf, root } from './yaml-documents.mjs';

/** What Applications refer to, by the paths that they use: `infra/…`. */
export function treeOf(infra) {
  const files = filesBelow(infra).map((file) => `infra/${file}`);
  const folders = new Set();
  for (const file of files) for (let at = dirname(file); at !== '.'; at = dirname(at)) folders.add(at);
  const charts = files.filter((file) => file.endsWith('/Chart.yaml')).map(dirname);
  const schema = (folder) => join(dirname(infra), folder, 'values.schema.json');
  const schemas = new Map(
    charts
      .filter((folder) => existsSync(schema(folder)))
      .map((folder) => [folder, JSON.parse(readFileSync(schema(folder), 'utf8'))]),
  );
  return { folders, schemas };
}

const noFaults = (faults, said) => {
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return said;
};

/** Adds the checks of the manifests of a setup, of the bundled one if no other is given. */
export async function manifestChecks(checks, infra = join(root, 'infra')) {
  let resources = [];
  const readable = await checks.check('manifests: YAML', () => {
    resources = resourcesOf(infra);
    return `${resources.length} resources`;
  });
  if (!readable) return;
  await checks.withTool('manifests: kubeconform, strict', 'kubeconform', (program) => conform(program, resources));
  await checks.check('manifests: Argo CD', () => {
    const applications = resources.filter((one) => one.value.kind === 'Application');
    return noFaults(argocdFaults(resources, treeOf(infra)), `${applications.length} Applications`);
  });
  await checks.check('manifests: Image Updater', () => noFaults(imageUpdaterFaults(resources), 'one way for each'));
}
