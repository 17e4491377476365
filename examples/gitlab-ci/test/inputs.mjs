// What nobody checks before GitLab does: an input that is used and not declared, or declared and not used, a value that does
// not fit what is declared, and an input inside of a script, where its text would be run.

const used = /\$\[\[(.*?)\]\]/g;
const anywhere = ['stage', 'image', 'environment', 'resource_group', 'variables', 'rules', 'parallel'];

/** `[path, value]` of every scalar. */
function scalars(value, path = []) {
  if (value === null || typeof value !== 'object') return [[path, value]];
  return Object.entries(value).flatMap(([key, one]) => scalars(one, [...path, key]));
}

/** The name in `inputs.name`; what is no more than that is not known here. */
function nameOf(text, say) {
  const found = /^ inputs\.([\w-]+) $/.exec(text);
  if (found === null) say(`$[[${text}]] is not "$[[ inputs.name ]]"`);
  return found?.[1];
}

const types = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
};

/** Why a value does not fit the declaration of an input; null if it does. */
export function misfit(declared, value) {
  const { type = 'string', options, regex } = declared ?? {};
  if (!types[type]?.(value)) return `is no ${type}`;
  if (options !== undefined && !options.includes(value)) return `is none of ${options.join(', ')}`;
  if (regex !== undefined && !new RegExp(regex).test(value)) return `does not fit ${regex}`;
  return null;
}

/** Faults of a file's header and of how the rest of it uses the inputs. `documents`: one, or header and rest. */
export function faultsOf(name, documents) {
  const faults = [];
  const say = (text) => faults.push(`${name}: ${text}`);
  const [header, body] = documents.length === 1 ? [{}, documents[0]] : documents;
  const inputs = header.spec?.inputs ?? {};
  for (const [input, declared] of Object.entries(inputs)) {
    if (!declared?.description) say(`${input} has no description`);
    if (declared?.default === undefined) continue;
    const why = misfit(declared, declared.default);
    if (why !== null) say(`the default of ${input} ${why}`);
  }
  const seen = new Set();
  for (const [path, value] of scalars(body)) {
    for (const [, text] of typeof value === 'string' ? value.matchAll(used) : []) {
      const input = nameOf(text, say);
      if (input === undefined) continue;
      seen.add(input);
      if (!Object.hasOwn(inputs, input)) say(`${path.join('.')} uses ${input}, which is not declared`);
    }
  }
  for (const input of Object.keys(inputs)) if (!seen.has(input)) say(`${input} is declared and not used`);
  for (const key of jobsOf(body)) faults.push(...jobFaults(`${name}: ${key}`, body[key]));
  return faults;
}

const words = ['include', 'stages', 'workflow', 'default', 'variables', 'spec'];
const jobsOf = (body) => Object.keys(body ?? {}).filter((key) => !words.includes(key));

/** Inputs of a job stand in what is data for GitLab; as variables they are values that nothing expands. */
function jobFaults(name, job) {
  return scalars(job).flatMap(([path, value]) => {
    if (typeof value !== 'string' || !value.includes('$[[')) return [];
    const [key, variable] = path;
    if (!anywhere.includes(key)) return [`${name}.${path.join('.')} has an input, whose text would be run`];
    if (key === 'variables' && job.variables[variable].expand !== false)
      return [`${name}.${path.join('.')} has an input, and no "expand: false"`];
    return [];
  });
}

/** Faults of what a pipeline hands to the components that it includes. `components`: their inputs, by name. */
export function includeFaults(name, documents, components) {
  const [header, body] = documents.length === 1 ? [{}, documents[0]] : documents;
  const own = header.spec?.inputs ?? {};
  return (body.include ?? []).flatMap(({ component, inputs: given = {} }) => {
    const [, called, version] = /\/([a-z-]+)@(.*)$/.exec(component ?? '') ?? [];
    const inputs = components[called];
    if (inputs === undefined) return [`${name}: there is no component ${component}`];
    const faults = /^\d+\.\d+\.\d+$/.test(version) ? [] : [`${name}: ${component} is not one version`];
    const say = (input, why) => faults.push(`${name}: ${input} of ${called} ${why}`);
    for (const [input, declared] of Object.entries(inputs))
      if (declared.default === undefined && given[input] === undefined) say(input, 'is missing');
    for (const [input, value] of Object.entries(given)) {
      if (!Object.hasOwn(inputs, input)) {
        say(input, 'is not declared');
        continue;
      }
      for (const why of misfits(inputs[input], value, own)) say(input, why);
    }
    return faults;
  });
}

/** A value that is an input itself fits if all that it may be does. */
function misfits(declared, value, own) {
  const [, passed] = /^\$\[\[ inputs\.([\w-]+) \]\]$/.exec(value) ?? [];
  if (passed === undefined) return [misfit(declared, value)].filter((why) => why !== null);
  const from = own[passed] ?? {};
  if ((from.type ?? 'string') !== (declared.type ?? 'string')) return [`is given ${passed}, of another type`];
  const possible = from.options ?? (from.default === undefined ? [] : [from.default]);
  return possible
    .map((one) => [one, misfit(declared, one)])
    .flatMap(([one, why]) => (why === null ? [] : [`may be "${one}", which ${why}`]));
}
