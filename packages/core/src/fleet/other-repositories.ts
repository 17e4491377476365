import { hasFolder } from '../argocd/files.js';
import {
  type ApplicationSource,
  type ArgoApplication,
  isAnotherRoot,
  normalizedUrl,
  type ReadCache,
} from '../argocd/index.js';
import { joinPath } from '../argocd/paths.js';
import type { Note } from './fleet.js';

/** An Application, the environment that it is in, and whether any version of it was found. */
interface Placed {
  readonly manifest: ArgoApplication;
  readonly environment: string;
  readonly hasVersion: boolean;
}

/**
 * Environments whose versions all stand in another repository, which is read where `gitops.yaml` names it: one note for
 * each such repository. One that an Application deploys from here is this one, and what it lacks is no other's.
 */
export function otherRepositories(
  placed: readonly Placed[],
  all: readonly ArgoApplication[],
  cache: ReadCache,
): readonly Note[] {
  const isHere = (source: ApplicationSource): boolean => {
    const folder = joinPath(source.path) ?? source.path;
    return hasFolder(cache, folder) && !isAnotherRoot(source, folder, cache);
  };
  const gitSources = (one: ArgoApplication) => one.sources.filter(({ path, chart }) => path !== '' && chart === '');
  const hasVersions = new Set(placed.filter((one) => one.hasVersion).map(({ environment }) => environment));
  const lacking = placed.filter(({ environment }) => !hasVersions.has(environment));
  if (lacking.length === 0) return [];
  const own = new Set(
    all.flatMap((one) => gitSources(one).flatMap((source) => (isHere(source) ? [normalizedUrl(source.repoUrl)] : []))),
  );
  const found = new Map<string, { readonly url: string; readonly users: Placed[] }>();
  for (const one of lacking) {
    const url = gitSources(one.manifest).find((source) => !isHere(source))?.repoUrl;
    const key = normalizedUrl(url ?? '');
    if (url === undefined || key === '' || own.has(key)) continue;
    const known = found.get(key) ?? { url, users: [] };
    known.users.push(one);
    found.set(key, known);
  }
  return [...found.values()].map(({ url, users }): Note => {
    const environments = [...new Set(users.map(({ environment }) => environment))];
    const entries = environments.map((one) => `${one}: { repository: ${url} }`).join(', ');
    const names = users.slice(0, 3).map(({ manifest }) => manifest.name);
    const more = users.length > 3 ? ` and ${users.length - 3} more` : '';
    return {
      kind: 'deploys-another-repository',
      severity: 'warn',
      message: `What ${names.join(', ')}${more} ${users.length === 1 ? 'deploys' : 'deploy'} stands in ${url}, which was not read. To read and change versions there, say so in gitops.yaml: environments: { ${entries} }.`,
      at: users[0]?.manifest.at ?? null,
    };
  });
}
