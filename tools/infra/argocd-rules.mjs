// What Argo CD would refuse, or silently leave undone, in a tree whose every file is valid alone.

/** Where Argo CD itself runs. Whoever installs it makes this namespace. */
export const argocdNamespace = 'argocd';

const of = (resources, kind) => resources.filter((one) => !one.shown && one.value.kind === kind);
const named = (resources, kind) => new Map(of(resources, kind).map((one) => [one.value.metadata.name, one.value]));

/** `*` and `!` as Argo CD reads them in projects. */
function allows(patterns, value) {
  const matches = (pattern) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(value);
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))
  );
}

const sourcesOf = ({ spec }) => spec.sources ?? (spec.source === undefined ? [] : [spec.source]);

/** Whether a project lets its Applications deploy there. */
function allowsDestination(project, { server = '', name = '', namespace = '' }) {
  return (project.spec.destinations ?? []).some(
    (one) =>
      (one.server !== undefined ? allows([one.server], server) : allows([one.name ?? '*'], name)) &&
      allows([one.namespace ?? '*'], namespace),
  );
}

/** Whether a project lets its Applications make a kind, as Argo CD decides it. */
export function allowsKind(project, { group, kind, clusterWide = false }) {
  const matches = (one) => allows([one.group], group) && allows([one.kind], kind);
  const { spec } = project;
  if (clusterWide) {
    const allowed = (spec.clusterResourceWhitelist ?? []).some(matches);
    return allowed && !(spec.clusterResourceBlacklist ?? []).some(matches);
  }
  const allowed = spec.namespaceResourceWhitelist?.some(matches) ?? true;
  return allowed && !(spec.namespaceResourceBlacklist ?? []).some(matches);
}

/**
 * Faults of Applications, their projects and namespaces.
 *
 * @param {{ file: string, value: any, shown?: boolean }[]} resources
 * @param {{ files: readonly string[], folders: ReadonlySet<string>, schemas: ReadonlyMap<string, object> }} tree Files and folders, as sources
 *   name them, and the `values.schema.json` of charts by their folder.
 */
export function argocdFaults(resources, tree) {
  const projects = named(resources, 'AppProject');
  const namespaces = new Set([argocdNamespace, ...named(resources, 'Namespace').keys()]);
  const seen = new Set();
  return [
    ...of(resources, 'Application').flatMap((one) => {
      const { name, namespace } = one.value.metadata;
      const faults = [...applicationFaults(one.value, { projects, namespaces, tree })];
      if (namespace !== argocdNamespace) faults.push(`stands in namespace ${namespace}, where Argo CD does not look`);
      if (seen.has(name)) faults.push('stands twice');
      seen.add(name);
      return faults.map((fault) => `${one.file}: ${name}: ${fault}`);
    }),
    ...of(resources, 'AppProject').flatMap((one) =>
      [...projectFaults(one.value, namespaces)].map((fault) => `${one.file}: ${one.value.metadata.name}: ${fault}`),
    ),
  ];
}

function* applicationFaults(application, { projects, namespaces, tree }) {
  const { spec } = application;
  const project = projects.get(spec.project);
  const sources = sourcesOf(application);
  if (sources.length === 0) yield 'has no source';
  if (project === undefined) {
    yield `project ${spec.project} does not exist`;
  } else {
    for (const { repoURL } of sources)
      if (!allows(project.spec.sourceRepos ?? [], repoURL)) yield `project ${spec.project} does not allow ${repoURL}`;
    if (!allowsDestination(project, spec.destination))
      yield `project ${spec.project} does not allow ${JSON.stringify(spec.destination)}`;
  }
  const { server, name, namespace } = spec.destination;
  if ((server === undefined) === (name === undefined)) yield 'destination needs either server or name';
  if (!namespaces.has(namespace)) yield `namespace ${namespace} is made by nothing in this tree`;
  for (const source of sources) {
    yield* sourceFaults(source, tree);
    if (source.directory !== undefined) yield* directoryFaults(source, tree);
  }
}

function* sourceFaults({ path, chart, targetRevision, helm }, { folders, schemas }) {
  if (targetRevision === undefined || targetRevision === 'HEAD') yield 'targetRevision is not said';
  if (chart !== undefined) return;
  if (!folders.has(path)) yield `source path ${path} does not exist`;
  const schema = schemas.get(path);
  const parameters = helm?.parameters ?? [];
  if (schema === undefined && helm !== undefined) yield `${path} is no chart with a values.schema.json`;
  for (const { name } of schema === undefined ? [] : parameters)
    if (!describes(schema, name)) yield `parameter ${name} is not in values.schema.json`;
  const names = parameters.map(({ name }) => name);
  for (const name of names.filter((one, index) => names.indexOf(one) !== index)) yield `parameter ${name} stands twice`;
  for (const { name, forceString } of parameters)
    if (/(^|\.)tag$/.test(name) && forceString !== true) yield `parameter ${name} needs forceString: a tag is text`;
}

/** An app of apps reads the files that its patterns choose, and makes nothing of the others without a word. */
function* directoryFaults({ path, directory: { recurse, include = '*', exclude = '' } }, { files }) {
  const below = files
    .filter((file) => file.startsWith(`${path}/`))
    .map((file) => file.slice(path.length + 1))
    .filter((file) => /\.(ya?ml|json)$/.test(file) && (recurse === true || !file.includes('/')));
  const chosen = below.filter((file) => chooses(include, file) && !(exclude !== '' && chooses(exclude, file)));
  if (chosen.length === 0) yield `nothing in ${path} is chosen by include: ${include}`;
  for (const file of below.filter((one) => !chosen.includes(one))) yield `${path}/${file} is left out`;
}

/** `{a,b}` and `*`, which goes over slashes, as Argo CD reads them. */
const chooses = (pattern, file) =>
  (/^\{.*\}$/.test(pattern) ? pattern.slice(1, -1).split(',') : [pattern]).some((one) =>
    allows([one.replaceAll('**', '*').replace(/^!/, '')], file),
  );

/** Whether a schema of values has a place for a parameter such as `image.tag`. */
function describes(schema, name) {
  let at = schema;
  for (const key of name.split('.')) {
    if (at.$ref !== undefined) at = schema.definitions[at.$ref.split('/').at(-1)];
    const next = at.properties?.[key] ?? at.additionalProperties;
    if (next === undefined || next === false) return false;
    at = next === true ? {} : next;
  }
  return true;
}

function* projectFaults({ metadata, spec }, namespaces) {
  const { sourceRepos = [], destinations = [], clusterResourceWhitelist = [], roles = [] } = spec;
  if (metadata.namespace !== argocdNamespace)
    yield `stands in namespace ${metadata.namespace}, where Argo CD does not look`;
  if (sourceRepos.some((one) => one.includes('*'))) yield 'takes sources from anywhere';
  for (const { namespace, server, name } of destinations) {
    if ([namespace, server ?? name].some((one) => one === undefined || one.includes('*'))) yield 'deploys to anywhere';
    else if (!namespaces.has(namespace)) yield `namespace ${namespace} is made by nothing in this tree`;
  }
  if (spec.namespaceResourceWhitelist === undefined) yield 'allows every kind';
  for (const { kind } of [...clusterResourceWhitelist, ...(spec.namespaceResourceWhitelist ?? [])])
    if (kind.includes('*')) yield 'allows every kind';
  for (const role of roles) yield* roleFaults(metadata.name, role);
}

/** `p, proj:<project>:<role>, <resource>, <action>, <project>/<object>, allow|deny` */
function* roleFaults(project, { name, policies = [] }) {
  for (const policy of policies) {
    const [type, subject, resource, action, object, effect, ...rest] = policy.split(',').map((part) => part.trim());
    const fine =
      type === 'p' &&
      subject === `proj:${project}:${name}` &&
      /^(applications|applicationsets|logs|exec|repositories|clusters)$/.test(resource) &&
      /^(get|create|update|delete|sync|override|action|\*)(\/.*)?$/.test(action) &&
      object?.startsWith(`${project}/`) &&
      /^(allow|deny)$/.test(effect) &&
      rest.length === 0;
    if (!fine) yield `role ${name}: not a policy of this project and role: ${policy}`;
  }
}
