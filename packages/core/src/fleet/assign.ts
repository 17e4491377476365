import type { ArgoApplication } from '../argocd/index.js';
import {
  type ApplicationFacts,
  type Assignment,
  assignEnvironments,
  type Config,
  claimedTwice,
} from '../environment/index.js';
import type { GitOpsError } from '../errors/error.js';
import type { VersionFile } from './version-files.js';

/** What was found of applications, and the environments that live here; null: all. */
export interface Assignable {
  readonly applications: readonly ArgoApplication[];
  readonly versionFiles: readonly VersionFile[];
  readonly environments: readonly string[] | null;
}

/** Which resource is which application in which environment; what several resources claim is left out and told. */
export interface Assigned {
  readonly assigned: Assignment['assigned'];
  readonly ambiguous: readonly GitOpsError[];
}

/**
 * Which application in which environment each resource is; after the resources, each version file, by index. Where one
 * environment lives alone in a place, what nothing else tells is in that one. What belongs to environments of other
 * places is apart.
 */
export function assign(
  { applications, versionFiles, environments }: Assignable,
  config: Config,
): { readonly assignment: Assignment; readonly here: Assigned; readonly elsewhere: Assigned } {
  const counts = filesByFolder(
    applications.flatMap((one) => (one.assumed === true ? [] : [one.file, one.template ?? one.file])),
  );
  const facts = [
    ...applications.map((one) => factsOf(one, counts)),
    ...versionFiles.map(
      (one): ApplicationFacts => ({ ...nothing, file: one.file, name: one.application, at: one.at, told: one }),
    ),
  ];
  const assignment = assignByPlace(facts, environments, config);
  const ambiguous = claimedTwice(assignment, facts);
  const isClear = (one: Assignment['assigned'][number]): boolean =>
    facts[one.index]?.told !== undefined ||
    !ambiguous.some(
      ({ details }) => details.environment === one.environment && details.application === one.application,
    );
  const isHere = (environment: unknown): boolean =>
    environments === null || environments.includes(environment as string);
  const clear = assignment.assigned.filter(isClear);
  return {
    assignment,
    here: {
      assigned: clear.filter((one) => isHere(one.environment)),
      ambiguous: ambiguous.filter(({ details }) => isHere(details.environment)),
    },
    elsewhere: {
      assigned: clear.filter((one) => !isHere(one.environment)),
      ambiguous: ambiguous.filter(({ details }) => !isHere(details.environment)),
    },
  };
}

/** Where one environment is alone, in its place or in all of the configuration, what nothing else tells is in that one. */
function assignByPlace(
  facts: readonly ApplicationFacts[],
  environments: readonly string[] | null,
  config: Config,
): Assignment {
  const assignment = assignEnvironments(facts, config);
  const living = environments ?? config.environments.map(({ name }) => name);
  const [only] = living;
  if (only === undefined || living.length !== 1 || assignment.unassigned.length === 0) return assignment;
  const open = new Set(
    (environments === null ? withoutEnvironment(facts, config) : assignment.unassigned)
      .map((one) => one.index)
      .filter((index) => facts[index]?.childApplications === false),
  );
  const told = facts.map((one, index) =>
    open.has(index) ? { ...one, told: { environment: only, application: one.name } } : one,
  );
  const again = assignEnvironments(told, config);
  const evidence = environments === null ? 'layout' : 'branch';
  return { ...again, assigned: again.assigned.map((one) => (open.has(one.index) ? { ...one, evidence } : one)) };
}

/** What names no environment at all, also none that the configuration lacks. */
function withoutEnvironment(facts: readonly ApplicationFacts[], config: Config): Assignment['unassigned'] {
  return assignEnvironments(facts, { ...config, environments: [] }).unassigned;
}

const nothing = {
  document: 0,
  namespace: null,
  destinationNamespace: null,
  valueFiles: [],
  path: null,
  repository: null,
  project: null,
  childApplications: false,
} as const;

function factsOf(one: ArgoApplication, counts: ReadonlyMap<string, number>): ApplicationFacts {
  const source = one.sources.find(({ path }) => path !== '');
  return {
    file: one.file,
    document: one.document,
    name: one.name,
    namespace: one.namespace,
    destinationNamespace: one.destinationNamespace === '' ? null : one.destinationNamespace,
    valueFiles: one.sources.flatMap(({ helm }) => helm?.valueFiles.map((file) => file.text) ?? []),
    path: source?.path ?? null,
    repository: source?.repoUrl ?? null,
    project: one.project,
    at: one.at,
    childApplications:
      one.assumed !== true && one.sources.some(({ path }) => path !== '' && holdsOthers(path, one.file, counts)),
  };
}

/** For every folder that holds some of these files, at any depth, how many. */
function filesByFolder(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of new Set(files)) {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const folder = file.slice(0, end);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * True where a source path is a folder of other Applications: an app-of-apps deploys those, not images. One that only
 * stands beside the manifests that it deploys is an application like any other.
 */
function holdsOthers(path: string, file: string, counts: ReadonlyMap<string, number>): boolean {
  const folder = path.replace(/^\.?\/|\/$/g, '');
  const own = file.startsWith(`${folder}/`) ? 1 : 0;
  return (counts.get(folder) ?? 0) > own;
}
