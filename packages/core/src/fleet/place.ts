import type { Config, EnvironmentConfig } from '../environment/config.js';
import type { Snapshot } from '../model.js';
import type { Environment, Pin, Place } from './fleet.js';

/** A place and the files of one commit there. */
export interface PlacedSnapshot {
  readonly place: Place;
  readonly snapshot: Snapshot;
}

/** The repository and branch that were opened: where `gitops.yaml` stands. */
export const home: Place = { id: 'home', repository: null, branch: null };

/** Where the configuration says that an environment lives. */
export function placeOfEnvironment({ branch, repository }: Pick<EnvironmentConfig, 'branch' | 'repository'>): Place {
  if (branch === null && repository === null) return home;
  return { id: `${repository ?? ''}#${branch ?? ''}`, repository, branch };
}

/** The places that a configuration names besides home, each once. */
export function placesNamed(config: Config): readonly Place[] {
  const places = new Map(config.environments.map((one) => [placeOfEnvironment(one).id, placeOfEnvironment(one)]));
  places.delete(home.id);
  return [...places.values()];
}

/**
 * The configuration as it counts at a place: in another branch the project lies where it lies at home, another
 * repository is a project as a whole.
 */
export function configAt(config: Config, place: Place): Config {
  return place.repository === null ? config : { ...config, root: '' };
}

/** For people: `branch release`, `https://github.com/acme/gitops-us`. */
export function describePlace({ repository, branch }: Place): string {
  if (repository === null) return branch === null ? 'this repository' : `branch ${branch}`;
  return branch === null ? repository : `${repository}, branch ${branch}`;
}

/** Where a pin of an environment is changed. */
export function placeOfPin(environment: Pick<Environment, 'place'>, pin: Pin): Place {
  return pin.place ?? environment.place;
}
