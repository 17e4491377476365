import type { Fleet } from '../fleet/fleet.js';
import { isSameVersion } from '../fleet/pin-version.js';
import type { SourcePosition, Version } from '../model.js';

/** An effective version that differs between two fleets of the same repository. */
export interface Moved {
  readonly environment: string;
  readonly application: string;
  readonly image: string;
  /** Null: the image had no version before. */
  readonly before: Version | null;
  readonly after: Version;
  readonly at: SourcePosition | null;
}

/** Which effective versions a change moved: computed from what stands there, whatever its message says. */
export function movedBetween(before: Fleet, after: Fleet): readonly Moved[] {
  const old = new Map<string, Version | null>();
  for (const one of versionsOf(before)) old.set(one.key, one.version);
  return versionsOf(after).flatMap(({ key, version, environment, application, image, at }) => {
    const was = old.get(key) ?? null;
    if (version === null || (was !== null && isSameVersion(was, version))) return [];
    return [{ environment, application, image, before: was, after: version, at }];
  });
}

/** Every effective version of a fleet with its place. */
export function versionsOf(fleet: Fleet): readonly {
  readonly key: string;
  readonly environment: string;
  readonly application: string;
  readonly image: string;
  readonly version: Version | null;
  readonly at: SourcePosition | null;
}[] {
  return fleet.environments.flatMap((environment) =>
    environment.instances.flatMap((instance) =>
      instance.images.map((image) => ({
        key: JSON.stringify([environment.name, instance.application, image.image]),
        environment: environment.name,
        application: instance.application,
        image: image.image,
        version: image.version,
        at: image.pins[0]?.at ?? null,
      })),
    ),
  );
}
