// What no schema of Argo Workflows says: names that are used are those that are declared.

const paths = /\{\{\s*([\w.-]+)\s*\}\}/g;
const used = (value) => [...JSON.stringify(value ?? null).matchAll(paths)].map(([, path]) => path);
const namesOf = (list) => (list ?? []).map(({ name }) => name);

/** The workflow in a document: what it runs, and what it is given. */
function specOf({ kind, spec }) {
  return kind === 'CronWorkflow' ? spec.workflowSpec : spec;
}

const stepsOf = (template) => (template.steps ?? []).flat().concat(template.dag?.tasks ?? []);

/** What is given to a template is what it takes. */
function givenFaults(place, step, target) {
  const faults = [];
  for (const what of ['parameters', 'artifacts']) {
    const takes = target.inputs?.[what] ?? [];
    const given = namesOf(step.arguments?.[what]);
    for (const name of given) {
      if (!namesOf(takes).includes(name)) faults.push(`${place}: ${target.name} takes no ${what.slice(0, -1)} ${name}`);
    }
    for (const { name, value, default: otherwise, optional } of takes) {
      const isOwn =
        (target.suspend !== undefined && value !== undefined) || otherwise !== undefined || optional === true;
      if (!given.includes(name) && value === undefined && !isOwn)
        faults.push(`${place}: ${target.name} is not given the ${what.slice(0, -1)} ${name}`);
    }
  }
  return faults;
}

const outputsOf = (template, what) =>
  what === 'result' ? (template.container ?? template.script) : namesOf(template.outputs?.[what]);

/** Paths that a template may use: of the workflow, of its inputs, of steps that came before in it. */
function pathFaults(place, template, templates, known) {
  const faults = [];
  const groups = template.steps ?? [];
  const before = new Map();
  const loops = new Set();
  const check = (value, steps, hasItem) => {
    for (const path of used(value)) {
      const [root, first, ...rest] = path.split('.');
      const last = rest.at(-1);
      let isKnown = known.has(path) || (hasItem && root === 'item');
      if (root === 'inputs') isKnown = namesOf(template.inputs?.[first]).includes(rest[0]);
      if (root === 'steps' || root === 'tasks') {
        const target = steps.get(first);
        const outputs = target === undefined ? [] : outputsOf(target, rest[1]);
        isKnown = rest[0] === 'outputs' && (rest[1] === 'result' ? Boolean(outputs) : outputs?.includes(last));
      }
      if (root === 'steps' && rest.join('.') === 'outputs.parameters') isKnown = loops.has(first);
      if (!isKnown) faults.push(`${place}: {{${path}}} is not declared`);
    }
  };
  for (const group of groups) {
    for (const step of group) check(step, before, step.withParam !== undefined || step.withItems !== undefined);
    for (const step of group) {
      before.set(step.name, templates.get(step.template));
      if (step.withParam !== undefined || step.withItems !== undefined) loops.add(step.name);
    }
  }
  const { steps: _, outputs, ...own } = template;
  check(own, before, false);
  check(outputs, before, false);
  return faults;
}

function mountFaults(place, template, spec) {
  const volumes = [...namesOf(spec.volumes), ...namesOf(template.volumes)];
  const { container } = template;
  const mounts = container?.volumeMounts ?? [];
  const faults = namesOf(mounts)
    .filter((name) => !volumes.includes(name))
    .map((name) => `${place}: there is no volume ${name}`);
  const files = [
    ...(template.inputs?.artifacts ?? []).map(({ path }) => path),
    ...(template.outputs?.artifacts ?? []).map(({ path }) => path),
    ...(template.outputs?.parameters ?? []).map(({ valueFrom }) => valueFrom?.path),
  ].filter((path) => path !== undefined);
  for (const file of files) {
    const isWritable = mounts.some(({ mountPath, readOnly }) => file.startsWith(`${mountPath}/`) && readOnly !== true);
    if (!isWritable) faults.push(`${place}: ${file} is in no volume that can be written`);
  }
  return faults;
}

/** Every fault of the workflows in these documents, each with its place. */
export function faultsOf(documents) {
  const byName = new Map(documents.map((one) => [`${one.kind}/${one.metadata.name}`, one]));
  const faults = [];
  for (const document of documents.filter(({ kind }) => /Workflow/.test(kind))) {
    const name = `${document.kind} ${document.metadata.name}`;
    const spec = specOf(document);
    if (spec.workflowTemplateRef !== undefined) {
      const target = byName.get(`WorkflowTemplate/${spec.workflowTemplateRef.name}`);
      if (target === undefined) faults.push(`${name}: there is no WorkflowTemplate ${spec.workflowTemplateRef.name}`);
      else {
        const takes = namesOf(target.spec.arguments?.parameters);
        for (const given of namesOf(spec.arguments?.parameters)) {
          if (!takes.includes(given)) faults.push(`${name}: ${target.metadata.name} takes no parameter ${given}`);
        }
      }
      continue;
    }
    const templates = new Map(spec.templates.map((one) => [one.name, one]));
    const known = new Set(['workflow.status', 'workflow.name', 'workflow.failures', 'workflow.uid']);
    for (const parameter of namesOf(spec.arguments?.parameters)) known.add(`workflow.parameters.${parameter}`);
    const called = new Set([spec.entrypoint, spec.onExit].filter((one) => one !== undefined));
    for (const template of spec.templates) for (const step of stepsOf(template)) called.add(step.template);
    for (const one of called) if (!templates.has(one)) faults.push(`${name}: there is no template ${one}`);
    for (const one of templates.keys()) if (!called.has(one)) faults.push(`${name}: nothing runs the template ${one}`);
    const { templates: _, ...own } = spec;
    for (const path of used(own)) if (!known.has(path)) faults.push(`${name}: {{${path}}} is not declared`);
    for (const template of spec.templates) {
      const place = `${name}, ${template.name}`;
      for (const step of stepsOf(template)) {
        const target = templates.get(step.template);
        if (target !== undefined) faults.push(...givenFaults(`${place}, ${step.name}`, step, target));
      }
      if (template.suspend?.duration !== undefined)
        faults.push(`${place}: it would go on by itself, approved by nobody`);
      const bare = { ...template };
      faults.push(...pathFaults(place, bare, templates, known), ...mountFaults(place, template, spec));
    }
  }
  return faults;
}
