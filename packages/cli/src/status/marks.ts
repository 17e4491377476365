import {
  describeVersion,
  diffEnvironments,
  type Environment,
  type EnvironmentDifference,
  type Fleet,
  type FreezeState,
  type Selection,
} from '@gitops/core';
import type { StatusView } from './view.js';

/** `frozen`, `expired`, `not enforced` or `hold`: how a freeze stands, in one word. */
export function stateWords(state: FreezeState): string[] {
  return [
    state.hold ? 'held' : 'frozen',
    ...(state.expired ? ['expired'] : []),
    ...(state.enforced ? [] : ['freeze-not-enforced']),
  ];
}

/** True where a freeze names nothing: it holds the whole environment. */
export function isWhole({ applications, images, except }: Selection): boolean {
  return applications.length + images.length + except.length === 0;
}

/** Words beside one version: selections that hold it, versions that are kept out. */
export function marksOf(states: readonly FreezeState[], application: string, image: string): string[] {
  const words = states.flatMap((state) => {
    const { record } = state;
    if (state.hold) {
      const denied = record.denied.filter((one) => one.application === application && one.image === image);
      return denied.length === 0 ? [] : [`held (not ${denied.map((one) => one.version).join(', ')})`];
    }
    return !isWhole(record.selection) && isIn(record.selection, application, image) ? stateWords(state) : [];
  });
  return [...new Set(words)];
}

/** The same reading of a selection as everywhere: full image names, or their last part. */
function isIn({ applications, images, except }: Selection, application: string, image: string): boolean {
  const names = (given: string) => image === given || image.endsWith(`/${given}`);
  if (applications.length > 0 && !applications.includes(application)) return false;
  if (except.includes(application) || except.some(names)) return false;
  return images.length === 0 || images.some(names);
}

/** Each environment against the first of those that it is promoted from. */
export function differencesOf(fleet: Fleet, environments: readonly Environment[]): readonly EnvironmentDifference[] {
  return environments.flatMap((to) => {
    const from = fleet.environments.find((one) => one.name === to.from[0]);
    return from === undefined ? [] : [diffEnvironments(fleet, from, to)];
  });
}

/**
 * Versions that a promotion would bring: those that a hold keeps out do not count, nor those that another environment
 * which the target is promoted from does not run yet.
 */
export function promotable(
  difference: EnvironmentDifference,
  { freezes, fleet }: Pick<StatusView, 'freezes' | 'fleet'>,
): EnvironmentDifference['versions'] {
  const named = (name: string) => fleet.environments.find((one) => one.name === name);
  const from = named(difference.from);
  const lagging = (named(difference.to)?.from ?? []).flatMap((name) => {
    const other = name === difference.from ? undefined : named(name);
    return from === undefined || other === undefined ? [] : diffEnvironments(fleet, from, other).versions;
  });
  const states = freezes.find((one) => one.environment.name === difference.to)?.states ?? [];
  const denied = states.flatMap((state) => state.record.denied);
  return difference.versions.filter(
    ({ application, image, to }) =>
      to !== null &&
      !lagging.some((one) => one.application === application && one.image === image) &&
      !denied.some(
        (one) => one.application === application && one.image === image && one.version === describeVersion(to),
      ),
  );
}
