import type { Fleet, Pin, TrackedImage } from '../fleet/fleet.js';
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
  const old = new Map(
    before.environments.map(({ name, instances }) => [
      name,
      new Map(instances.map(({ application, images }) => [application, images])),
    ]),
  );
  return after.environments.flatMap(({ name: environment, instances }) =>
    instances.flatMap(({ application, images }) =>
      images.flatMap(({ image, version, pins }): Moved[] => {
        if (version === null) return [];
        const there = old.get(environment)?.get(application) ?? [];
        const was = counterpart({ image, pins, after: version }, there)?.version ?? null;
        if (was !== null && isSameVersion(was, version)) return [];
        return [{ environment, application, image, before: was, after: version, at: pins[0]?.at ?? null, pins }];
      }),
    ),
  );
}

/** The image that moved, as a fleet has it: by its name, and of several by the place of its version. */
export function imageMoved(fleet: Fleet, move: Moved): TrackedImage | null {
  const environment = fleet.environments.find(({ name }) => name === move.environment);
  const instance = environment === undefined ? null : instanceOf(environment, move.application);
  return instance === null ? null : counterpart(move, instance.images);
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
