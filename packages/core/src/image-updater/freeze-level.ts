import type { YamlContent, YamlEdit } from '../yaml/edit-types.js';
import type { Path, Pointer } from '../yaml/node.js';
import { everyTag, nothing, type UpdaterFreeze } from './freeze-types.js';
import { isFrozenBy } from './glob.js';
import type { UpdaterResource } from './inputs.js';
import { type Level, rawAt, settingsAt, settingsPath } from './levels.js';
import type { UpdateSettings } from './settings.js';

/** The edit that freezes everything which takes its ignored tags from a level; or the note that it is frozen already. */
export function freezeLevel(from: UpdaterResource, level: Level): UpdaterFreeze {
  const { file } = from;
  const path: Path = [...settingsPath(from, level), 'ignoreTags'];
  const at: Pointer = { document: from.document, path };
  const whom = describeLevel(from, level);
  if (isFrozenBy(settingsAt(from, level)?.ignoreTags ?? [])) {
    return { ...nothing, held: [{ file, at, why: `already keeps Image Updater from ${whom}` }] };
  }
  return { ...nothing, edits: [{ file, edit: editOf(from, level, at), why: `keeps Image Updater from ${whom}` }] };
}

function editOf(from: UpdaterResource, level: Level, at: Pointer): YamlEdit {
  const existing = rawAt(from, at.path);
  if (Array.isArray(existing)) {
    // One pattern for every tag freezes, whatever stands beside it: the least that can be changed of a list.
    const first: Pointer = { ...at, path: [...at.path, 0] };
    return existing.length > 0 ? { at: first, set: everyTag } : { at: first, insert: everyTag };
  }
  if (existing !== undefined) return { at, replace: `["${everyTag}"]` };
  if (settingsAt(from, level) !== null) return { at, insert: [everyTag] };
  const block: Pointer = { ...at, path: at.path.slice(0, -1) };
  return { at: block, insert: frozenBlock(inheritedBy(from, level)) };
}

/**
 * A new `commonUpdateSettings`. The schema of v1.0-v1.3 fills in `updateStrategy: semver` and `forceUpdate: false` in any
 * block that is there, which would override what is inherited: so that is repeated.
 */
export function frozenBlock(inherited: UpdateSettings): { readonly [key: string]: YamlContent } {
  return {
    ...(inherited.updateStrategy === undefined ? {} : { updateStrategy: inherited.updateStrategy }),
    ...(inherited.forceUpdate === undefined ? {} : { forceUpdate: inherited.forceUpdate }),
    ignoreTags: [everyTag],
  };
}

/**
 * What a new block at this level has to repeat: what the nearest broader block says outright. Where that block is silent
 * the schema has filled it in as well, so silence gives the same with every release.
 */
export function inheritedBy(from: UpdaterResource, level: Level): UpdateSettings {
  if (level.level === 'spec') return {};
  const ref = level.level === 'image' ? level.ref.commonUpdateSettings : null;
  return ref ?? from.resource.commonUpdateSettings ?? {};
}

function describeLevel(from: UpdaterResource, level: Level): string {
  switch (level.level) {
    case 'spec':
      return `all that ImageUpdater/${from.resource.name} covers`;
    case 'ref':
      return `the applications of ${level.ref.namePattern}`;
    case 'image':
      return `the image ${level.image.alias} of ${level.ref.namePattern}`;
  }
}
