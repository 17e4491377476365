import type { Fleet, Instance, Pin, TrackedImage } from '../fleet/fleet.js';
import { isSameVersion } from '../fleet/pin-version.js';
import { instanceOf, pinKey } from '../fleet/select.js';
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
  /** Where the version stands afterwards: they tell images of one name apart. */
  readonly pins: readonly Pin[];
}

/** Which effective versions a change moved: computed from what stands there, whatever its message says. */
export function movedBetween(before: Fleet, after: Fleet): readonly Moved[] {
  return after.environments.flatMap(({ name: environment, instances }) =>
    instances.flatMap((instance) => {
      const { application } = instance;
      const old = instanceIn(before, environment, application);
      return instance.images.flatMap(({ image, version, pins }): Moved[] => {
        if (version === null) return [];
        const was = counterpart({ image, pins, after: version }, old?.images ?? [])?.version ?? null;
        if (was !== null && isSameVersion(was, version)) return [];
        return [{ environment, application, image, before: was, after: version, at: pins[0]?.at ?? null, pins }];
      });
    }),
  );
}

/** The image that moved, as a fleet has it: by its name, and of several by the place of its version. */
export function imageMoved(fleet: Fleet, move: Moved): TrackedImage | null {
  const instance = instanceIn(fleet, move.environment, move.application);
  return instance === null ? null : counterpart(move, instance.images);
}

function instanceIn(fleet: Fleet, environment: string, application: string): Instance | null {
  const found = fleet.environments.find(({ name }) => name === environment);
  return found === undefined ? null : instanceOf(found, application);
}

function counterpart(
  { image, pins, after }: Pick<Moved, 'image' | 'pins' | 'after'>,
  images: readonly TrackedImage[],
): TrackedImage | null {
  const [first = null, ...others] = images.filter((one) => one.image === image);
  if (others.length === 0 || first === null) return first;
  const places = new Set(pins.map(pinKey));
  const isOne = (one: TrackedImage): boolean =>
    pins.length > 0
      ? one.pins.some((pin) => places.has(pinKey(pin)))
      : one.pins.length === 0 && one.version !== null && isSameVersion(one.version, after);
  return [first, ...others].find(isOne) ?? null;
}
