// What an environment hands to Argo CD: files of infra/argocd, whole, through the chart `manifests`.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { run } from '../../run.mjs';
import { documentsIn } from '../yaml-documents.mjs';
import { visitExpression } from './expressions.mjs';

/** The names of files that a local names, in whatever list or condition. */
export function filesIn(local) {
  const names = [];
  visitExpression(local.value, (node) => {
    if (node.kind === 'literal' && /\.ya?ml$/.test(String(node.value))) names.push(node.value);
  });
  return names;
}

/** Terraform splits at a line `---` and reads what is between, one document each; so is it done here. */
export function documentsOf(text, file) {
  return text.split('\n---\n').map((part) => {
    const [document, ...more] = documentsIn(part, file);
    if (document === undefined || more.length > 0) throw new Error(`${file}: one document between two lines ---`);
    return document;
  });
}

/** The manifests of an environment, and what is wrong with their files. */
export function readManifests(module, infra) {
  const faults = [];
  const manifests = [];
  const local = module.locals.get('argocd_files');
  const names = local === undefined ? [] : filesIn(local);
  for (const name of names) {
    const file = join(infra, 'argocd', name);
    const fault = (message) => faults.push({ file: local.file, line: local.line, message: `${name}: ${message}` });
    if (!existsSync(file)) {
      fault('there is no such file in infra/argocd');
      continue;
    }
    try {
      for (const manifest of documentsOf(readFileSync(file, 'utf8'), name)) {
        if ([manifest?.apiVersion, manifest?.kind, manifest?.metadata?.name].includes(undefined))
          fault('a manifest has apiVersion, kind and metadata.name');
        manifests.push(manifest);
      }
    } catch (error) {
      fault(error.message);
    }
  }
  return { faults, manifests };
}

/** Renders manifests with the chart and compares: what comes out is what went in. */
export async function renderManifests(helm, chart, manifests) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-manifests-'));
  try {
    const values = join(folder, 'values.json');
    writeFileSync(values, JSON.stringify({ manifests }));
    await run(helm, ['lint', '--strict', chart, '--values', values]);
    const text = await run(helm, ['template', 'manifests', chart, '--values', values]);
    const rendered = documentsIn(text, 'the rendered chart');
    const key = ({ kind, metadata }) => `${kind}/${metadata.name}`;
    const ordered = (list) => [...list].sort((a, b) => key(a).localeCompare(key(b)));
    if (!isDeepStrictEqual(ordered(rendered), ordered(manifests)))
      throw new Error(`the chart renders something else:\n${text}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
