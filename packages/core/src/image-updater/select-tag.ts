import { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from '../image/index.js';
import { isTagAllowed } from './allow-tags.js';
import { isTagIgnored } from './glob.js';
import { onPlatforms, type TagBuild } from './platforms.js';
import type { UpdateStrategy } from './settings.js';
import { parseConstraint, satisfies, type VersionConstraint } from './version-constraint.js';

/** A tag of a registry. */
export interface RegistryTag {
  readonly name: string;
  /** When the image was made, in seconds since 1970; counts for `newest-build` only. Left out: 0. */
  readonly unixDate?: number;
  /** What the tag points at (`sha256:…`), where the registry was asked for it. */
  readonly digest?: string;
  /** Its images by platform, where the registry was asked for them; counts for `newest-build` and `digest`. */
  readonly builds?: readonly TagBuild[];
  /** The registry lists the tag, and does not tell what it points at: `newest-build` and `digest` pass it over. */
  readonly unreadable?: boolean;
}

/** How a tag is chosen. */
export interface TagSelection {
  readonly strategy: UpdateStrategy;
  /** Version constraint, or the tag to track for `digest`; null for none. */
  readonly constraint: string | null;
  /** As `allow-tags` and `allowTags` say it; null for none. */
  readonly allowTags: string | null;
  readonly ignoreTags: readonly string[];
  /** `os/architecture[/variant]` that an image must be for; empty or left out: any. */
  readonly platforms?: readonly string[];
}

/** What Image Updater would choose of a list of tags, and why not the others. */
export interface SelectedTag {
  /** Null where it would change nothing. */
  readonly selected: string | null;
  /** What passes `allow-tags` and `ignore-tags`, and is there for the platforms, in the order given. */
  readonly candidates: readonly string[];
  /** In the order given. */
  readonly refused: readonly { readonly tag: string; readonly why: TagRefusal }[];
  /** Why nothing can be chosen at all; null where that is not so. */
  readonly problem: 'constraint-invalid' | 'constraint-missing' | 'expression-unknown' | null;
}

export type TagRefusal =
  | 'not-allowed'
  | 'ignored'
  | 'not-the-tracked-tag'
  | 'other-platform'
  | 'unreadable'
  | 'no-version'
  | 'outside-constraint'
  | 'prerelease'
  | 'older';

/**
 * Chooses as Image Updater 1.3.0 does: filter, sort, constraint, the last one. An empty constraint is `*`, which takes no
 * pre-releases. Total: a constraint that it refuses is a `problem`, and nothing is chosen.
 */
export function selectTag(tags: readonly RegistryTag[], selection: TagSelection): SelectedTag {
  const { strategy } = selection;
  const refused = new Map<string, TagRefusal>();
  let isUnknown = false;
  const candidates = tags.flatMap((tag): readonly RegistryTag[] => {
    const { name } = tag;
    const allowed = isTagAllowed(selection.allowTags, name);
    isUnknown ||= allowed === 'unknown';
    const why: TagRefusal | null =
      allowed !== 'yes'
        ? 'not-allowed'
        : isTagIgnored(selection.ignoreTags, name)
          ? 'ignored'
          : strategy === 'digest' && name !== selection.constraint
            ? 'not-the-tracked-tag'
            : null;
    const usable = why === null ? withMetadata(tag, selection) : why;
    if (typeof usable === 'object') return [usable];
    refused.set(name, usable);
    return [];
  });
  const answer = (selected: string | null, problem: SelectedTag['problem'] = null): SelectedTag => ({
    selected,
    candidates: candidates.map((one) => one.name),
    refused: tags.flatMap(({ name }) => {
      const why = refused.get(name) ?? (name === selected || problem !== null ? null : 'older');
      return why === null ? [] : [{ tag: name, why }];
    }),
    problem,
  });
  if (isUnknown) return answer(null, 'expression-unknown');
  if (strategy === 'digest') {
    if (selection.constraint === null || selection.constraint === '') return answer(null, 'constraint-missing');
    return answer(candidates.at(-1)?.name ?? null);
  }
  if (strategy === 'semver') {
    const constraint = parseConstraint(
      selection.constraint === null || selection.constraint === '' ? '*' : selection.constraint,
    );
    // with nothing to choose from, the constraint is not looked at
    if (constraint === null) return answer(null, candidates.length === 0 ? null : 'constraint-invalid');
    return answer(newestVersion(candidates, constraint, refused));
  }
  const sorted = [...candidates].sort((a, b) =>
    strategy === 'newest-build'
      ? (a.unixDate ?? 0) - (b.unixDate ?? 0) || byText(a.name, b.name)
      : byText(a.name, b.name),
  );
  return answer(sorted.at(-1)?.name ?? null);
}

/** Only these strategies look at what a tag points at; what they cannot use is as good as not there. */
function withMetadata(tag: RegistryTag, { strategy, platforms }: TagSelection): RegistryTag | TagRefusal {
  if (strategy !== 'newest-build' && strategy !== 'digest') return tag;
  if (tag.unreadable === true) return 'unreadable';
  return onPlatforms(tag, platforms ?? []) ?? 'other-platform';
}

function newestVersion(
  candidates: readonly RegistryTag[],
  constraint: VersionConstraint,
  refused: Map<string, TagRefusal>,
): string | null {
  const fitting: { readonly name: string; readonly version: SemanticVersion }[] = [];
  for (const { name } of candidates) {
    const version = parseSemanticVersion(name);
    if (version === null) refused.set(name, 'no-version');
    else if (satisfies(version, constraint)) fitting.push({ name, version });
    else {
      const isOnlyPrerelease = version.prerelease.length > 0 && satisfies({ ...version, prerelease: [] }, constraint);
      refused.set(name, isOnlyPrerelease ? 'prerelease' : 'outside-constraint');
    }
  }
  fitting.sort((a, b) => compareSemanticVersions(a.version, b.version) || byText(a.name, b.name));
  return fitting.at(-1)?.name ?? null;
}

/** By the bytes of UTF-8, which for tags are those of the text. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
