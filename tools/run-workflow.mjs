// Runs an Argo Workflow without a cluster: its steps in their order, its containers as programs of this machine. What it
// does not know is an error, never passed over.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** `{{…}}` filled in by a function; what is left unknown is an error. */
function fill(value, lookup) {
  const text = JSON.stringify(value).replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, path) => {
    const found = lookup(path);
    if (found === undefined) throw new Error(`{{${path}}} has no value`);
    return JSON.stringify(String(found)).slice(1, -1);
  });
  return JSON.parse(text);
}

function holds(condition) {
  const found = /^(.*?) (==|!=) (.*)$/.exec(condition);
  if (found === null) throw new Error(`when: ${condition} is not understood here`);
  return (found[1].trim() === found[3].trim()) === (found[2] === '==');
}

/**
 * @param {object} spec A workflow's, with the parameters that it is started with in `parameters`.
 * @param {{ documents: object[], folder: string, env: object, secretFiles: Record<string, string>,
 *   environment?: (env: object) => object, approve?: (inputs: object) => object, parameters?: object }} options
 *   `environment`: what the variables of a container become here; `approve`: what a person supplies.
 */
export async function runWorkflow(spec, options) {
  const templates = new Map(spec.templates.map((one) => [one.name, one]));
  const parameters = Object.fromEntries((spec.arguments?.parameters ?? []).map(({ name, value }) => [name, value]));
  Object.assign(parameters, options.parameters);
  const log = [];
  let pods = 0;
  let status = 'Succeeded';
  const general = (path) => {
    if (path === 'workflow.status') return status;
    return path.startsWith('workflow.parameters.') ? parameters[path.slice('workflow.parameters.'.length)] : undefined;
  };

  /** A folder of this machine for each path that is mounted. */
  function mount(template, folder) {
    const volumes = new Map((spec.volumes ?? []).map((one) => [one.name, one]));
    return template.container.volumeMounts.map(({ name, mountPath }) => {
      const place = join(folder, name);
      mkdirSync(place, { recursive: true });
      const { secret, configMap } = volumes.get(name);
      if (secret !== undefined) {
        for (const [file, text] of Object.entries(options.secretFiles)) writeFileSync(join(place, file), text);
      }
      if (configMap !== undefined) {
        const map = options.documents.find(
          ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap.name,
        );
        for (const [file, text] of Object.entries(map.data)) writeFileSync(join(place, file), text);
      }
      return [mountPath, place];
    });
  }

  async function pod(template, inputs, lookup) {
    const folder = join(options.folder, `pod-${++pods}`);
    const places = mount(template, folder);
    const here = (text) =>
      places.reduce((one, [path, place]) => one.replaceAll(new RegExp(`${path}(?=[/ "]|$)`, 'gm'), place), text);
    for (const { name, path } of template.inputs?.artifacts ?? []) cpSync(inputs.artifacts[name], here(path));
    const { command, args, env = [], envFrom = [] } = fill(template.container, lookup);
    const maps = envFrom.map(({ configMapRef }) =>
      options.documents.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name),
    );
    const own = Object.assign(
      {},
      ...maps.map(({ data }) => data),
      ...env.map(({ name, value }) => ({ [name]: here(value) })),
    );
    const [program, ...rest] = [...command, ...args].map(here);
    let failed = null;
    const result = await run(program, rest, {
      cwd: folder,
      env: { ...options.env, ...(options.environment?.(own) ?? own) },
    }).catch((error) => {
      failed = error;
      return error.stdout ?? '';
    });
    log.push({
      template: template.name,
      inputs: inputs.parameters,
      output: failed?.output ?? result,
      status: failed?.status ?? 0,
    });
    if (failed !== null) throw failed;
    return {
      result: result.trim(),
      parameters: Object.fromEntries(
        (template.outputs?.parameters ?? []).map(({ name, valueFrom }) => [
          name,
          readFileSync(here(valueFrom.path), 'utf8').trim(),
        ]),
      ),
      artifacts: Object.fromEntries((template.outputs?.artifacts ?? []).map(({ name, path }) => [name, here(path)])),
    };
  }

  let files = 0;
  function rawFile(text) {
    mkdirSync(options.folder, { recursive: true });
    const file = join(options.folder, `raw-${++files}`);
    writeFileSync(file, text);
    return file;
  }

  async function runStep(step, lookup, scope) {
    if (step.when !== undefined && !holds(fill(step.when, lookup))) return null;
    const target = templates.get(step.template);
    const given = fill(step.arguments ?? {}, (path) => (path.includes('.artifacts.') ? `{{${path}}}` : lookup(path)));
    const artifacts = (given.artifacts ?? []).map(({ name, from, raw }) => {
      if (raw !== undefined) return [name, rawFile(raw.data)];
      const [root, first, ...rest] = /\{\{(.*)\}\}/.exec(from)[1].split('.');
      const found = root === 'inputs' ? scope.inputs.artifacts[rest[0]] : scope.steps[first].artifacts[rest.at(-1)];
      return [name, found];
    });
    const values = (given.parameters ?? []).map(({ name, value }) => [name, value]);
    return runTemplate(target, { parameters: Object.fromEntries(values), artifacts: Object.fromEntries(artifacts) });
  }

  /** One after the other is enough here: `parallelism` is a limit. */
  async function runItems(step, items, lookup, scope) {
    const all = [];
    for (const item of items) {
      const withItem = (path) => (path.startsWith('item.') ? item[path.slice('item.'.length)] : lookup(path));
      const one = runStep({ ...step, withParam: undefined }, withItem, scope);
      // as Argo does: what failed stops nothing where the step says so, and its outputs are not handed over
      const isTolerant = step.continueOn?.failed === true && step.continueOn.error === true;
      all.push(await (isTolerant ? one.catch(() => null) : one));
    }
    return { parameters: {}, artifacts: {}, all: all.filter((one) => one !== null) };
  }

  async function runTemplate(template, given) {
    const defaults = (template.inputs?.parameters ?? []).map(({ name, value }) => [name, value]);
    const inputs = { ...given, parameters: { ...Object.fromEntries(defaults), ...given.parameters } };
    const scope = { inputs, steps: {} };
    const lookup = (path) => {
      const [root, first, ...rest] = path.split('.');
      if (root === 'inputs' && first === 'parameters') return inputs.parameters[rest[0]];
      if (root !== 'steps') return general(path);
      const of = scope.steps[first];
      if (of?.all !== undefined && rest.join('.') === 'outputs.parameters')
        return JSON.stringify(of.all.map(({ parameters: one }) => one));
      return rest[1] === 'result' ? of?.result : of?.parameters[rest.at(-1)];
    };
    if (template.suspend !== undefined) {
      log.push({ template: template.name, inputs: inputs.parameters, output: '', status: 0 });
      return { parameters: options.approve(inputs.parameters), artifacts: {} };
    }
    if (template.container !== undefined) return pod(template, inputs, lookup);
    if (template.steps === undefined) throw new Error(`${template.name} is of a kind that is not run here`);
    for (const group of template.steps) {
      const results = [];
      for (const step of group) {
        const { withParam } = step;
        const items = withParam === undefined ? null : JSON.parse(lookup(/\{\{(.*)\}\}/.exec(withParam)[1]));
        results.push([
          step.name,
          await (items === null ? runStep(step, lookup, scope) : runItems(step, items, lookup, scope)),
        ]);
      }
      Object.assign(scope.steps, Object.fromEntries(results));
    }
    return { parameters: {}, artifacts: {} };
  }

  let failure = null;
  await runTemplate(templates.get(spec.entrypoint), { parameters: {}, artifacts: {} }).catch((error) => {
    failure = error;
    status = 'Failed';
  });
  if (spec.onExit !== undefined) await runTemplate(templates.get(spec.onExit), { parameters: {}, artifacts: {} });
  return { status, failure, log };
}
