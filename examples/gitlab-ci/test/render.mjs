// Each component and pipeline as one document, with its inputs filled in, as GitLab would hold it against its schema.

const whole = /^\$\[\[ inputs\.([\w-]+) \]\]$/;

/** Values of inputs in place of their names; what is the whole of a value keeps its type, but in the text of a variable. */
function fill(value, values, isText = false) {
  if (Array.isArray(value)) return value.map((one) => fill(one, values));
  if (value !== null && typeof value === 'object') {
    const isVariable = Object.hasOwn(value, 'expand');
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, fill(one, values, isVariable && key === 'value')]),
    );
  }
  if (typeof value !== 'string') return value;
  const [, name] = whole.exec(value) ?? [];
  if (name !== undefined && !isText) return values[name];
  return value.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, one) => String(values[one]));
}

const examples = { environment: 'prod', command: 'promote' };

function valuesOf(inputs, given) {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { default: usual }]) => [name, usual ?? given[name] ?? examples[name]]),
  );
}

/** The documents by a name for the file of each. `given`: what the pipelines hand to the components that need it. */
export function rendered(components, pipelines) {
  const given = {};
  for (const documents of Object.values(pipelines)) {
    for (const { inputs = {} } of documents.at(-1).include) Object.assign(given, inputs);
  }
  return Object.fromEntries(
    Object.entries({ ...components, ...pipelines }).flatMap(([name, documents]) => {
      const header = documents.length === 2 ? documents[0] : null;
      const body = fill(documents.at(-1), valuesOf(header?.spec.inputs ?? {}, given));
      return header === null
        ? [[name, body]]
        : [
            [name, body],
            [`${name}-header`, header],
          ];
    }),
  );
}

/** Texts that mean something else to YAML than to people. */
const probes = ['', 'a: b # c', "it's", '- x', '007', 'null', 'a"b', 'a\\b', 'a\nb'];

function accepts({ type = 'string', options, regex }, probe) {
  return type === 'string' && options === undefined && (regex === undefined || new RegExp(regex).test(probe));
}

/**
 * GitLab puts the value of an input into the text of the file, and reads the text as YAML then. What an input accepts must
 * come out as that value: neither another one nor keys of a job.
 */
export function textFaults(name, text, parseAll) {
  const documents = parseAll(text);
  if (documents.length === 1) return [];
  const inputs = documents[0].spec.inputs;
  const rest = text.slice(text.indexOf('\n---\n') + 5);
  const usual = valuesOf(inputs, { repositories: [{ REPOSITORY: 'acme/gitops' }] });
  return Object.entries(inputs).flatMap(([input, declared]) =>
    probes
      .filter((probe) => accepts(declared, probe))
      .filter((probe) => {
        const values = { ...usual, [input]: probe };
        const asText = rest.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, one) =>
          typeof values[one] === 'string' ? values[one] : JSON.stringify(values[one]),
        );
        try {
          return JSON.stringify(parseAll(asText)[0]) !== JSON.stringify(fill(documents[1], values));
        } catch {
          return true;
        }
      })
      .map((probe) => `${name}: ${input} accepts ${JSON.stringify(probe)}, which is other YAML where it stands`),
  );
}
