// The shell scripts of jobs, each as the one script that a runner makes of its parts.
const parts = ['before_script', 'script', 'after_script'];
/** What GitLab sets, as far as it is used here; and what the entries of a fleet have. */
const predefined = ['CI_PROJECT_URL', 'CI_SERVER_URL'];
const ofEntries = ['REPOSITORY', 'FROM', 'TO'];

/** `{ name, script, variables }` of every job with a script. */
export function scriptsOf(components) {
  return Object.entries(components).flatMap(([component, documents]) =>
    Object.entries(documents.at(-1)).flatMap(([job, content]) =>
      parts
        .filter((part) => content?.[part] !== undefined)
        .map((part) => ({
          name: `${component}: ${job}.${part}`,
          script: `${[content[part]].flat().join('\n')}\n`,
          variables: [...Object.keys(content.variables ?? {}), ...(content.parallel === undefined ? [] : ofEntries)],
        })),
    ),
  );
}

/** shellcheck takes a name in capitals for something of the environment, however it is written. */
export function unknownVariables({ name, script, variables }) {
  const assigned = [...script.matchAll(/\b([a-z_]+)=/g)].map(([, one]) => one);
  const known = new Set([...variables, ...predefined, ...assigned]);
  const used = new Set([...script.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, one]) => one));
  const unused = variables.filter((one) => one !== 'GIT_STRATEGY' && !used.has(one));
  return [
    ...[...used].filter((one) => !known.has(one)).map((one) => `${name}: $${one} is set nowhere`),
    ...unused.map((one) => `${name}: ${one} is used nowhere`),
  ];
}

const lost = [
  '',
  '/etc',
  'acme/../gitops',
  'acme//gitops',
  'acme/gitops?x',
  'evil.example/a:b',
  '-x y',
  'acme/gitops\nx',
];

/** Runs the script of a fleet's job with paths that are none, and one that is. `shell`: gives the exit code. */
export async function fleetPaths(script, shell) {
  const codeOf = (path) =>
    shell(`gitops() { :; }\n${script}`, { REPOSITORY: path, FROM: 'dev', TO: 'qa', FLEET_MERGE: 'none' });
  const wrong = [];
  for (const path of lost) if ((await codeOf(path)) !== 2) wrong.push(`${JSON.stringify(path)} is taken for a path`);
  if ((await codeOf('acme/platform/shop-gitops')) !== 0) wrong.push('a path is refused');
  return wrong;
}
