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
  const standing = byFolder(applications.filter((one) => one.assumed !== true));
  const facts = [
    ...applications.map((one) => factsOf(one, standing)),
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

function factsOf(one: ArgoApplication, standing: ByFolder): ApplicationFacts {
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
    ...(one.assumed === true ? { assumed: true } : {}),
    childApplications:
      one.assumed !== true && one.sources.some(({ path }) => path !== '' && holdsOthers(path, one, standing)),
  };
}

/** The Applications that stand in each folder, at any depth. */
type ByFolder = ReadonlyMap<string, readonly { readonly name: string; readonly file: string }[]>;

function byFolder(applications: readonly ArgoApplication[]): ByFolder {
  const found = new Map<string, { readonly name: string; readonly file: string }[]>();
  for (const { name, file: own, template = own } of applications) {
    for (const file of new Set([own, template])) {
      for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
        const folder = file.slice(0, end);
        const known = found.get(folder);
        if (known === undefined) found.set(folder, [{ name, file }]);
        else known.push({ name, file });
      }
    }
  }
  return found;
}

/**
 * True where a source path is a folder of other Applications: an app-of-apps deploys those, not images. One that only
 * stands beside the manifests that it deploys, or beside a copy of itself, is an application like any other.
 */
function holdsOthers(path: string, own: ArgoApplication, standing: ByFolder): boolean {
  const folder = path.replace(/^\.?\/|\/$/g, '');
  return (standing.get(folder) ?? []).some((one) => one.name !== own.name && one.file !== own.file);
}
