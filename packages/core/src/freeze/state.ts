import type { Environment, Fleet } from '../fleet/fleet.js';
import { isSelected } from '../fleet/select.js';
import { snapshotAt } from '../plan/assemble.js';
import { findDocument, nodeAt, readYaml, type YamlFile } from '../yaml/index.js';
import { isHold } from './in-force.js';
import type { FreezeRecord, UndoEntry } from './record.js';

/** How a freeze stands today. */
export interface FreezeState {
  readonly record: FreezeRecord;
  readonly hold: boolean;
  /** Past its `until`; it still counts, until `resume` ends it. */
  readonly expired: boolean;
  /** False where an enforcing edit does not stand any more: freezing again mends it (`freeze-not-enforced`). */
  readonly enforced: boolean;
  /** Images that Image Updater would still update although the record says frozen. */
  readonly updating: readonly { readonly application: string; readonly image: string }[];
}

/** Holds every record of an environment against what stands in the files. `now` is ISO 8601. */
export function freezeStateOf(fleet: Fleet, environment: Environment, now: string): readonly FreezeState[] {
  const { files } = snapshotAt(fleet, environment.place);
  const parsed = new Map<string, YamlFile | null>();
  const parse = (path: string): YamlFile | null => {
    const known = parsed.get(path);
    if (known !== undefined) return known;
    const text = files[path];
    const file = text === undefined ? null : readYaml(text, path).unwrapOr(null);
    parsed.set(path, file);
    return file;
  };
  return environment.freezes.map((record) => {
    const stands = record.undo.every((entry) => isStanding(parse(entry.file), entry));
    const updating = environment.instances.flatMap((instance) =>
      instance.updater.images
        .filter((image) => !image.frozen && isSelected(record.selection, instance.application, image.image))
        .map((image) => ({ application: instance.application, image: image.image })),
    );
    return {
      record,
      hold: isHold(record),
      expired: record.until !== null && Date.parse(record.until) <= Date.parse(now),
      enforced: stands && updating.length === 0,
      updating,
    };
  });
}

/** True where an enforcing edit still stands as it was written. */
export function isStanding(file: YamlFile | null, entry: UndoEntry): boolean {
  const document = file === null ? null : findDocument(file, entry.at.document);
  const node = document === null ? null : nodeAt(document, entry.at.path);
  return file !== null && node !== null && file.text.slice(node.start, node.end).trim() === entry.wrote?.trim();
}
