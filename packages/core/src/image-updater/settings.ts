/** How images are selected, on one level: `commonUpdateSettings` of a resource, or annotations. Absent: not set there. */
export interface UpdateSettings {
  readonly updateStrategy?: string;
  readonly forceUpdate?: boolean;
  readonly allowTags?: string;
  /** An empty list is set, too: it takes back what a broader level ignores. */
  readonly ignoreTags?: readonly string[];
  readonly pullSecret?: string;
  readonly platforms?: readonly string[];
}

/** Where new versions are written, on one level. */
export interface WriteBackSettings {
  readonly method?: string;
  readonly gitConfig?: GitSettings;
}

export interface GitSettings {
  readonly repository?: string;
  readonly branch?: string;
  readonly writeBackTarget?: string;
  readonly pullRequest?: PullRequestSettings;
}

export interface PullRequestSettings {
  readonly github?: object;
  readonly gitlab?: object;
  readonly labels?: readonly string[];
}

/** Whether signatures are checked, on one level. */
export interface VerificationSettings {
  readonly enabled?: boolean;
  readonly cosignKey?: { readonly secretName: string; readonly key: string };
}

export type UpdateStrategy = 'semver' | 'newest-build' | 'alphabetical' | 'digest';

type Level<T> = T | null | undefined;

/**
 * The settings that count, from the broadest level to the most specific: each field as a whole from the last level that
 * sets it. Lists replace each other, also by an empty one; they are never joined (Image Updater v1.3.0).
 */
export function mergeUpdateSettings(...levels: readonly Level<UpdateSettings>[]): UpdateSettings {
  return mergeFields(levels);
}

/** The same for signatures; null where no level says anything. */
export function mergeVerification(...levels: readonly Level<VerificationSettings>[]): VerificationSettings | null {
  return levels.some(isSet) ? mergeFields(levels) : null;
}

/**
 * Write-back of the whole resource, then of one application reference: field by field, also inside `gitConfig`;
 * `pullRequest` is replaced as a whole, since it holds one provider. There is no image level.
 */
export function mergeWriteBackSettings(
  broad: Level<WriteBackSettings>,
  specific: Level<WriteBackSettings>,
): WriteBackSettings {
  const gitConfigs = [broad?.gitConfig, specific?.gitConfig];
  const merged = mergeFields<WriteBackSettings>([broad, specific]);
  return gitConfigs.some(isSet) ? { ...merged, gitConfig: mergeFields<GitSettings>(gitConfigs) } : merged;
}

/** The strategy that a name stands for, in any case; an unknown name means `semver`, as in Image Updater. */
export function parseUpdateStrategy(name: string): UpdateStrategy {
  switch (name.toLowerCase()) {
    case 'newest-build':
    case 'latest':
      return 'newest-build';
    case 'alphabetical':
    case 'name':
      return 'alphabetical';
    case 'digest':
      return 'digest';
    default:
      return 'semver';
  }
}

function mergeFields<T extends object>(levels: readonly Level<T>[]): T {
  const fields = levels.filter(isSet).flatMap((level) => Object.entries(level));
  return Object.fromEntries(fields.filter(([, value]) => isSet(value))) as T;
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
