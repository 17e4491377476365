// The resources of infra/argocd and infra/apps: against their schemas, and against each other.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../run.mjs';
import { argocdFaults } from './argocd-rules.mjs';
import { imageUpdaterFaults } from './image-updater-rules.mjs';
import { conform } from './kubeconform.mjs';
import { notificationFaults, notificationTemplates } from './notification-rules.mjs';
import { secretFaults } from './secret-rules.mjs';
import { rootFaults, wordFaults } from './word-rules.mjs';
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
  return { files, folders, schemas };
}

const noFaults = (faults, said) => {
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return said;
};

/** Parses Go templates, without carrying them out: a chart may hold any definition that nothing uses. */
async function parseTemplates(helm, templates) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-templates-'));
  try {
    mkdirSync(join(folder, 'templates'));
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: templates\nversion: 0.0.0\n');
    for (const { at, text } of templates)
      writeFileSync(join(folder, 'templates', `${at}.yaml`), `{{ define "${at}" }}${text}{{ end }}`);
    await run(helm, ['template', folder]);
    return `${templates.length} templates`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

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
  await checks.check('manifests: words that no schema knows', () =>
    noFaults([...wordFaults(resources), ...rootFaults(resources)], ''),
  );
  await checks.check('manifests: Image Updater', () => noFaults(imageUpdaterFaults(resources), 'one way for each'));
  await checks.check('manifests: secrets', () => noFaults(secretFaults(resources), 'none stands in the tree'));
  await checks.check('manifests: notifications', () => noFaults(notificationFaults(resources), ''));
  await checks.withTool('manifests: templates of notifications', 'helm', (helm) =>
    parseTemplates(helm, notificationTemplates(resources)),
  );
  const gitops = (...args) =>
    run('node', [join(root, 'packages/cli/dist/bin.js'), '--no-cache', ...args], { cwd: dirname(infra) });
  await checks.check('manifests: gitops lint', () => gitops('lint', '--strict'));
  await checks.check('manifests: gitops status', () => gitops('status'));
}
