/** Facts of an `Application` that decide where Image Updater writes; all as they stand in its YAML. */
export interface ApplicationFacts {
  readonly name: string;
  readonly namespace: string | null;
  readonly spec?: unknown;
  /** Only a cluster knows it. */
  readonly status?: unknown;
}

export type SourceType = 'Helm' | 'Kustomize' | 'Plugin' | 'Directory' | '';

/** A source of an application. */
export interface ApplicationSource {
  readonly repoURL: string;
  readonly path: string;
  readonly has: { readonly helm: boolean; readonly kustomize: boolean; readonly plugin: boolean };
}

const kinds = [
  ['Helm', 'helm'],
  ['Kustomize', 'kustomize'],
  ['Plugin', 'plugin'],
] as const;

/**
 * The source that Image Updater v1.3.0 takes: the only one; else the first with a block of the application's type, else
 * by the types in the status, else the first with any such block, else the first. Null where there is none.
 */
export function sourceOf(application: ApplicationFacts, type: SourceType | null = null): ApplicationSource | null {
  const { sources, single } = sourcesOf(application);
  const first = sources[0];
  if (first === undefined) return single;
  const wanted = type ?? sourceTypeOf(application);
  const statusTypes = statusTypesOf(application);
  const byStatus = wanted !== 'Directory' && statusTypes.length === sources.length ? statusTypes.indexOf(wanted) : -1;
  return (
    sources.find((source) => kinds.some(([kind, block]) => kind === wanted && source.has[block])) ??
    sources[byStatus] ??
    sources.find((source) => source.has.helm || source.has.kustomize || source.has.plugin) ??
    first
  );
}

/** The type of an application from its status, or from the dry source of a hydrator; empty where nothing tells. */
export function sourceTypeOf(application: ApplicationFacts): SourceType {
  const { sources, single, isHydrated } = sourcesOf(application);
  if (sources.length > 0) {
    return statusTypesOf(application).find((type) => kinds.some(([kind]) => kind === type)) ?? 'Directory';
  }
  const dry = isHydrated && single !== null ? kinds.find(([, block]) => single.has[block]) : undefined;
  return dry?.[0] ?? typeFrom(objectOf(application.status)?.['sourceType']);
}

function sourcesOf(application: ApplicationFacts): {
  readonly sources: readonly ApplicationSource[];
  readonly single: ApplicationSource | null;
  readonly isHydrated: boolean;
} {
  const spec = objectOf(application.spec) ?? {};
  const hydrator = objectOf(spec['sourceHydrator']);
  if (hydrator !== null) {
    return { sources: [], single: sourceFrom(objectOf(hydrator['drySource']) ?? {}), isHydrated: true };
  }
  const sources = listOf(spec['sources']).map((one) => sourceFrom(objectOf(one) ?? {}));
  const single = objectOf(spec['source']);
  return { sources, single: single === null ? null : sourceFrom(single), isHydrated: false };
}

function sourceFrom(source: Readonly<Record<string, unknown>>): ApplicationSource {
  const has = (key: string) => objectOf(source[key]) !== null;
  return {
    repoURL: textOf(source['repoURL']),
    path: textOf(source['path']),
    has: { helm: has('helm'), kustomize: has('kustomize'), plugin: has('plugin') },
  };
}

function statusTypesOf(application: ApplicationFacts): readonly SourceType[] {
  return listOf(objectOf(application.status)?.['sourceTypes']).map(typeFrom);
}

function typeFrom(value: unknown): SourceType {
  return value === 'Helm' || value === 'Kustomize' || value === 'Plugin' || value === 'Directory' ? value : '';
}

/** A map of a parsed YAML document, else null. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** A list of a parsed YAML document, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
