import { parseSemanticVersion } from '../image/index.js';
import type { Version } from '../model.js';
import { type RegistryTag, type SelectedTag, selectTag, type TagRefusal, type TagSelection } from './select-tag.js';

/** What Image Updater 0.x would choose. */
export interface SelectedTagV0 extends Omit<SelectedTag, 'problem'> {
  readonly problem: SelectedTag['problem'] | 'running-no-version';
  /**
   * Null where a tag was chosen, or none is. Where nothing was there to choose from, 0.x chooses the version that runs:
   * `kept` where that is no update, `rewritten` where it is written once more, as it is.
   */
  readonly running: 'kept' | 'rewritten' | null;
}

/** What a tag is refused for once there is something to choose from. */
const afterwards: ReadonlySet<TagRefusal> = new Set([
  'not-the-tracked-tag',
  'outside-constraint',
  'prerelease',
  'older',
]);

/**
 * Chooses as Image Updater v0.18.0 does, for annotations. Other than 1.3 ({@link selectTag}): without a constraint
 * `semver` takes pre-releases; it refuses an image that runs a tag that is no version (`running-no-version`); and where
 * no tag passes `allow-tags` and `ignore-tags`, the version that runs is chosen, which `digest` takes for an update
 * where that has no digest.
 *
 * @param running the version that runs; null where it is not known, or there is none.
 */
export function selectTagV0(
  tags: readonly RegistryTag[],
  selection: TagSelection,
  running: Version | null,
): SelectedTagV0 {
  const isSemver = selection.strategy === 'semver';
  const takesAll = isSemver && (selection.constraint ?? '') === '';
  const chosen = selectTag(tags, takesAll ? { ...selection, constraint: '>=0.0.0-0' } : selection);
  if (chosen.problem === 'expression-unknown' || chosen.problem === 'constraint-missing') {
    return { ...chosen, running: null };
  }
  const refused = new Map(chosen.refused.map(({ tag, why }) => [tag, why]));
  const isToChoose = tags.some(({ name }) => {
    const why = refused.get(name);
    return (why === undefined || afterwards.has(why)) && (!isSemver || parseSemanticVersion(name) !== null);
  });
  if (!isToChoose) {
    const rewrites = selection.strategy === 'digest' && (running?.digest ?? null) === null;
    return { ...chosen, selected: null, problem: null, running: rewrites ? 'rewritten' : 'kept' };
  }
  const tag = running?.tag ?? '';
  if (isSemver && tag !== '' && parseSemanticVersion(tag) === null) {
    return { ...chosen, selected: null, problem: 'running-no-version', running: null };
  }
  return { ...chosen, running: null };
}
