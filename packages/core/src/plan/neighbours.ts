import type { PullRequest } from '../forge/ports.js';
import type { Plan } from './plan.js';

/** What the hidden block of a pull request of ours tells. It is a cache: used for a hint to people, for nothing else. */
interface Hidden {
  readonly environments: readonly string[];
  readonly versions: readonly (readonly [application: string, image: string])[];
}

/**
 * What people should know of other open pull requests before they review this plan: promotions of the same images, whose
 * merge would change what this one sets; and for a freeze, changes of Image Updater that wait and would still be merged.
 */
export function describeNeighbours(plan: Plan, open: readonly PullRequest[]): readonly string[] {
  const own = new Set(plan.changes.map((change) => change.pullRequest.sourceBranch));
  const others = open.filter((one) => !own.has(one.source));
  const overlapping = others.flatMap((one) => {
    const hidden = hiddenOf(one.description);
    if (hidden === null) return [];
    const shared = plan.versions.filter(
      (version) =>
        hidden.environments.includes(version.environment) &&
        hidden.versions.some(([application, image]) => application === version.application && image === version.image),
    );
    if (shared.length === 0) return [];
    const names = [...new Set(shared.map((version) => version.application))].join(', ');
    return [
      `${one.id} (${one.title}) is open and sets ${names} as well: the one that is merged first makes the other one stale.`,
    ];
  });
  const written =
    plan.request.verb === 'freeze'
      ? others
          .filter((one) => one.source.startsWith('image-updater-'))
          .map((one) => `${one.id} (${one.title}) was opened by Image Updater; a freeze does not close it.`)
      : [];
  return [...overlapping, ...written];
}

function hiddenOf(description: string): Hidden | null {
  const json = /<!-- gitops (\{.*\}) -->/.exec(description)?.[1];
  if (json === undefined) return null;
  try {
    const value = JSON.parse(json) as { readonly environments?: unknown; readonly versions?: unknown };
    const { environments, versions } = value;
    if (!Array.isArray(environments) || !Array.isArray(versions)) return null;
    return {
      environments: environments.filter((one): one is string => typeof one === 'string'),
      versions: versions.flatMap((one: unknown) =>
        Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string'
          ? [[one[0], one[1]] as const]
          : [],
      ),
    };
  } catch {
    return null; // somebody edited it: a hint less
  }
}
