import type { RegistryTag } from './select-tag.js';

/** An image that a tag leads to, one for each platform where there are several. */
export interface TagBuild {
  /** `linux/amd64`, `linux/arm/v7` */
  readonly platform: string;
  /** When it was made, in seconds since 1970; left out where that was not read. */
  readonly unixDate?: number;
}

/**
 * Whether an image for `platform` counts among those wanted, as in Image Updater 1.3.0 (`WantsPlatform`): the very
 * platform, or one without variant for all of its variants. Nothing wanted takes everything.
 */
export function isWantedPlatform(wanted: readonly string[], platform: string): boolean {
  const keys = wanted.flatMap((one) => platformIn(one) ?? []);
  if (keys.length === 0 || keys.includes(platform)) return true;
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return variant !== '' && keys.includes(`${os}/${architecture}`);
}

/** `os/architecture[/variant]` of a setting, in small letters; null for what is none, which Image Updater passes over. */
export function platformIn(text: string): string | null {
  const platform = text.trim().toLowerCase();
  return /^[^/\s]+\/[^/\s]+(?:\/[^/\s]+)?$/.test(platform) ? platform : null;
}

/** The tag with the date of the newest of its images that are wanted; null where none of them is. */
export function onPlatforms(tag: RegistryTag, wanted: readonly string[]): RegistryTag | null {
  if (tag.builds === undefined) return tag;
  const builds = tag.builds.filter(({ platform }) => isWantedPlatform(wanted, platform));
  if (builds.length === 0) return null;
  const dates = builds.flatMap(({ unixDate }) => unixDate ?? []);
  return dates.length === 0 ? tag : { ...tag, unixDate: Math.max(...dates) };
}
