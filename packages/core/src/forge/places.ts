import { problem } from '../errors/error.js';
import type { Place } from '../fleet/fleet.js';
import { describePlace, home } from '../fleet/place.js';
import type { CommitId } from '../model.js';
import { type Answer, errAsync, okAsync } from '../result.js';
import type { BranchHead, CallOptions, Forge } from './ports.js';

/** Opens the forge of another repository, by the address that `gitops.yaml` gives. */
export type ForgeOf = (repository: string) => Answer<Forge>;

/** Where environments live besides the repository and branch that was opened. */
export interface PlaceOptions {
  /** Left out: environments of other repositories are `unsupported`. Answers the same forge for the same address. */
  readonly forgeOf?: ForgeOf;
  /** Commits to read places at instead of the heads of their branches, by the `id` of each. */
  readonly at?: Readonly<Record<string, CommitId>>;
}

/** Where the changes of a place go. */
export interface Target {
  readonly place: Place;
  readonly forge: Forge;
  readonly head: BranchHead;
}

/** The forge of a place. */
export function forgeAt(forge: Forge, place: Place, { forgeOf }: PlaceOptions): Answer<Forge> {
  if (place.repository === null) return okAsync(forge);
  if (forgeOf !== undefined) return forgeOf(place.repository);
  return errAsync(
    problem(
      'unsupported',
      `gitops.yaml says that an environment lives in ${place.repository}, and nothing was given to open it with.`,
      'Give forgeOf, which opens a repository by its address.',
      { details: { place: place.id } },
    ),
  );
}

/** The branch that changes of a place go to, as it is now. `not-found` where it is not there. */
export function targetAt(
  forge: Forge,
  place: Place,
  options: PlaceOptions & CallOptions & { readonly branch?: string | null },
): Answer<Target> {
  const branch = place.id === home.id ? (options.branch ?? null) : place.branch;
  return forgeAt(forge, place, options).andThen((at) =>
    targetHead(at, branch, options)
      .map((head): Target => ({ place, forge: at, head }))
      .mapErr((error) =>
        place.id === home.id ? error : { ...error, message: `${describePlace(place)}: ${error.message}` },
      ),
  );
}

/** The head that changes are made on. */
export function targetHead(forge: Forge, branch: string | null, call: CallOptions = {}): Answer<BranchHead> {
  return forge.git.head(branch, callOf(call)).andThen((head): Answer<BranchHead> => {
    if (head === null) return errAsync(noBranch(forge, branch));
    return okAsync(head);
  });
}

export function noBranch(forge: Forge, branch: string | null) {
  return branch === null
    ? problem('not-found', `${forge.name} has no commit yet.`, 'Commit the manifests first.')
    : problem('not-found', `${forge.name} has no branch ${branch}.`, 'Check the name, or push the branch first.', {
        details: { branch },
      });
}

/** Signal and age: what a call of a port needs of larger options. */
export function callOf(call: CallOptions): CallOptions {
  return {
    ...(call.signal === undefined ? {} : { signal: call.signal }),
    ...(call.maxAgeMs === undefined ? {} : { maxAgeMs: call.maxAgeMs }),
  };
}

export function signalOf(call: CallOptions): CallOptions {
  return call.signal === undefined ? {} : { signal: call.signal };
}
