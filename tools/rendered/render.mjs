// An Application as Argo CD renders it, by Helm and Kustomize themselves.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../run.mjs';

const needed = createRequire(fileURLToPath(new URL('../../packages/core/package.json', import.meta.url)));
const { parse, stringify } = needed('yaml');
const picomatch = needed('picomatch');

/** What cannot be rendered here, and why. */
export class NotRendered extends Error {}

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** As Go reads JSON into what is there already: maps are merged, and items of lists by their index. */
function over(earlier, later) {
  if (isMap(earlier) && isMap(later)) {
    const keys = [...new Set([...Object.keys(earlier), ...Object.keys(later)])];
    return Object.fromEntries(
      keys.map((key) => [key, Object.hasOwn(later, key) ? over(earlier[key], later[key]) : earlier[key]]),
    );
  }
  return Array.isArray(earlier) && Array.isArray(later)
    ? later.map((item, index) => over(earlier[index], item))
    : later;
}

/** The root of the tree that a path of a source counts from: the repository's, or a folder that the tree was moved into. */
function rootFor(folder, file, path) {
  for (let at = dirname(file); ; at = dirname(at)) {
    const root = at === '.' ? folder : join(folder, at);
    if (at === '.' || existsSync(join(root, path))) return root;
  }
}

async function renderHelm(tools, at, { root, path, source, application, refs }) {
  const helm = source.helm ?? {};
  const scratch = mkdtempSync(join(tmpdir(), 'gitops-values-'));
  try {
    const substitute = (text) =>
      String(text)
        .replace(/\$\{?ARGOCD_APP_NAME\}?/g, application.name)
        .replace(/\$\{?ARGOCD_APP_NAMESPACE\}?/g, application.destination)
        .replace(/\$\{?ARGOCD_APP_SOURCE_PATH\}?/g, path);
    const locate = (name) => {
      const [, ref, rest] = /^\$([^/]+)\/(.*)$/.exec(name) ?? [];
      if (ref !== undefined) {
        if (!refs.has(`$${ref}`)) throw new NotRendered(`the value file ${name} is in another repository`);
        return join(root, rest);
      }
      if (/^https?:/.test(name)) throw new NotRendered(`the value file ${name} is elsewhere`);
      return name.startsWith('/') ? join(root, name) : join(at, name);
    };
    const args = ['template', at, '--name-template', helm.releaseName || application.name, '--include-crds'];
    args.push('--namespace', helm.namespace || application.destination || 'default', '--kube-version', '1.33');
    for (const name of helm.valueFiles ?? []) {
      const file = locate(substitute(name));
      if (file.includes('*')) throw new NotRendered(`the value files ${name} are a glob`);
      if (existsSync(file) || !helm.ignoreMissingValueFiles) args.push('--values', file);
    }
    const inline = helm.valuesObject === undefined ? helm.values : stringify(helm.valuesObject);
    if (inline !== undefined && inline !== '') {
      writeFileSync(join(scratch, 'values.yaml'), inline);
      args.push('--values', join(scratch, 'values.yaml'));
    }
    const escape = (text) => text.replace(/(?<!\\),/g, '\\,');
    for (const one of helm.parameters ?? [])
      args.push(one.forceString ? '--set-string' : '--set', `${one.name}=${escape(substitute(one.value ?? ''))}`);
    for (const one of helm.fileParameters ?? []) args.push('--set-file', `${one.name}=${locate(one.path)}`);
    const chart = parse(readFileSync(join(at, 'Chart.yaml'), 'utf8'));
    const dependencies = chart.dependencies ?? [];
    const far = dependencies.find(
      (one) => !/^file:/.test(one.repository ?? '') && !existsSync(join(at, 'charts', one.name)),
    );
    if (far !== undefined) throw new NotRendered(`the chart ${far.name} is in ${far.repository || 'no folder'}`);
    if (dependencies.some((one) => /^file:/.test(one.repository ?? '')))
      await run(tools.helm.path, ['dependency', 'build', '--skip-refresh', at]);
    return await run(tools.helm.path, args);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function renderKustomize(tools, at, { source }) {
  const settings = source.kustomize ?? {};
  const unknown = Object.keys(settings).find((key) => !['images', 'version', 'namespace'].includes(key));
  if (unknown !== undefined) throw new NotRendered(`kustomize.${unknown} of the Application is not carried out here`);
  if (settings.images?.length > 0)
    await run(tools.kustomize.path, ['edit', 'set', 'image', ...settings.images], { cwd: at });
  if (settings.namespace)
    await run(tools.kustomize.path, ['edit', 'set', 'namespace', settings.namespace], { cwd: at });
  return run(tools.kustomize.path, ['build', '--enable-helm', '--helm-command', tools.helm.path, at]);
}

function renderDirectory(at, { source }) {
  const { recurse = false, include = '', exclude = '', jsonnet } = source.directory ?? {};
  if (jsonnet !== undefined) throw new NotRendered('Jsonnet is not carried out here');
  const files = readdirSync(at, { recursive: recurse, withFileTypes: true })
    .filter((one) => one.isFile() && /\.(?:ya?ml|json)$/.test(one.name) && !one.name.startsWith('.argocd-source'))
    .map((one) => join(one.parentPath ?? at, one.name))
    .filter((file) => include === '' || picomatch.isMatch(relative(at, file), include))
    .filter((file) => exclude === '' || !picomatch.isMatch(relative(at, file), exclude));
  return files
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n---\n');
}

/** The manifests of an Application, as its tools write them. */
export async function render(tools, folder, application) {
  const { spec, file, name } = application;
  const all = spec.sources?.length > 0 ? spec.sources : [spec.source ?? spec.sourceHydrator?.drySource];
  const parts = [];
  const here = new Set(
    all.flatMap((one) =>
      one.path && existsSync(join(rootFor(folder, file, one.path), one.path)) ? [one.repoURL] : [],
    ),
  );
  const refs = new Set(all.flatMap((one) => (one.ref && here.has(one.repoURL) ? [`$${one.ref}`] : [])));
  for (const written of all) {
    if (written.chart) throw new NotRendered(`the chart ${written.chart} is in ${written.repoURL}`);
    if (written.path === undefined) continue;
    const root = rootFor(folder, file, written.path);
    const at = join(root, written.path);
    if (!existsSync(at) || !statSync(at).isDirectory())
      throw new NotRendered(`${written.path} is in ${written.repoURL}`);
    let source = written;
    for (const override of ['.argocd-source.yaml', `.argocd-source-${name}.yaml`]) {
      const text = existsSync(join(at, override)) ? readFileSync(join(at, override), 'utf8') : '';
      if (text !== '') source = over(source, parse(text) ?? {});
    }
    if (source.plugin !== undefined) throw new NotRendered('a plugin renders it');
    const has = (names) => names.some((one) => existsSync(join(at, one)));
    const given = { root, path: written.path, source, application, refs };
    if (source.helm !== undefined || (!source.kustomize && !source.directory && has(['Chart.yaml'])))
      parts.push(await renderHelm(tools, at, given));
    else if (source.kustomize !== undefined || has(['kustomization.yaml', 'kustomization.yml', 'Kustomization']))
      parts.push(await renderKustomize(tools, at, given));
    else parts.push(renderDirectory(at, given));
  }
  return parts.join('\n---\n');
}
