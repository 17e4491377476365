import type { GitOpsError } from '../errors/error.js';
import type { Environment, Fleet, Place } from '../fleet/fleet.js';
import { describeVersion } from '../fleet/pin-version.js';
import { configAt } from '../fleet/place.js';
import { everything } from '../fleet/select.js';
import type { FileChange } from '../model.js';
import { type EditedPlace, groupBy, snapshotAt, type WantedEdit } from '../plan/assemble.js';
import type { Moved } from '../promotion/moved.js';
import { err, ok, type Result } from '../result.js';
import { enforcementOf, sortedEntries } from './enforce.js';
import { isHold } from './in-force.js';
import type { FreezeRecord, UndoEntry } from './record.js';
import { formatRecord, recordPath } from './record-file.js';

/** What a hold adds to a revert: enforcing edits, and the record once it is known what they did. */
export interface Hold {
  readonly extra: readonly WantedEdit[];
  readonly files: (places: readonly EditedPlace[]) => readonly { readonly place: Place; readonly file: FileChange }[];
}

/**
 * Plans the hold of what a revert takes back, one record per environment: Image Updater is kept from these images, and
 * promotions from the versions that were reverted. An earlier hold of the environment is taken over and added to.
 */
export function planHold(
  fleet: Fleet,
  input: {
    readonly reason: string;
    readonly until: string | null;
    readonly by: string;
    readonly now: string;
    readonly takenBack: readonly { readonly environment: Environment; readonly moved: Moved }[];
  },
): Result<Hold, GitOpsError> {
  const extra: WantedEdit[] = [];
  const records: {
    readonly place: Place;
    readonly record: FreezeRecord;
    readonly claimed: readonly UndoEntry[];
    readonly keys: ReadonlySet<WantedEdit>;
  }[] = [];
  for (const ofEnvironment of groupBy(input.takenBack, (one) => one.environment.name).values()) {
    const environment = ofEnvironment[0]?.environment;
    if (environment === undefined) continue;
    const earlier = environment.freezes.find(isHold);
    const denied = [...(earlier?.denied ?? [])];
    for (const { moved } of ofEnvironment) {
      const one = { application: moved.application, image: moved.image, version: describeVersion(moved.after) };
      if (!denied.some((known) => JSON.stringify(known) === JSON.stringify(one))) denied.push(one);
    }
    const selection = {
      ...everything,
      applications: [...new Set(denied.map((one) => one.application))].sort(),
      images: [...new Set(denied.map((one) => one.image))].sort(),
    };
    const file =
      earlier?.file ?? recordPath(configAt(fleet.config, environment.place), environment.name, { selection, denied });
    const enforcement = enforcementOf(fleet, environment, selection, file);
    if (enforcement.isErr()) return err(enforcement.error);
    extra.push(...enforcement.value.edits);
    records.push({
      place: environment.place,
      claimed: enforcement.value.claimed,
      keys: new Set(enforcement.value.edits),
      record: {
        file,
        environment: environment.name,
        selection,
        reason: input.reason,
        by: earlier?.by ?? input.by,
        since: earlier?.since ?? input.now,
        until: input.until ?? earlier?.until ?? null,
        denied,
        undo: [],
      },
    });
  }
  const files: Hold['files'] = (places) =>
    records.map(({ place, record, claimed, keys }) => {
      const addresses = new Set([...keys].map((one) => JSON.stringify([one.file, one.edit.at])));
      const made = places
        .filter((one) => one.place.id === place.id)
        .flatMap((one) => one.applied)
        .filter((one) => addresses.has(JSON.stringify([one.file, one.edit.at])))
        .map((one): UndoEntry => ({ ...one.edit, file: one.file }));
      const after = formatRecord({ ...record, undo: sortedEntries([...claimed, ...made]) });
      return { place, file: { path: record.file, before: snapshotAt(fleet, place).files[record.file] ?? null, after } };
    });
  return ok({ extra, files });
}
