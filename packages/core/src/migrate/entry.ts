import { fullNameWithoutTag, parseIdentifier } from '../image/index.js';
import {
  type Annotations,
  parseUpdateStrategy,
  settingKeysOf,
  type UpdateSettings,
  type VerificationSettings,
  type WriteBackSettings,
} from '../image-updater/index.js';
import type { YamlContent } from '../yaml/edit-types.js';
import type { Named } from './aliases.js';
import type { Source } from './source.js';

export type ContentMap = { readonly [key: string]: YamlContent };

type Strategy = ReturnType<typeof parseUpdateStrategy>;

/** Settings that both levels of an entry know, as they count for an image; the strategy is never left open. */
interface Effective {
  readonly strategy: Strategy;
  readonly force: boolean;
  readonly rest: Omit<UpdateSettings, 'updateStrategy' | 'forceUpdate'>;
}

/**
 * The entry of `applicationRefs` for one application: its exact name, so that it takes in no neighbour, and everything
 * that counts, so that nothing depends on the rest of the resource. Settings of the whole application stand at the entry
 * where they count for all of its images, else at each image. Every block says its strategy and every write-back its
 * method, because Image Updater 1.0 to 1.3 fill in defaults there that would replace what is inherited.
 */
export function entryOf(name: string, source: Source, named: readonly Named[], annotations: Annotations): ContentMap {
  const all = named.map(({ image }) => effective(image.settings));
  const wide = sharedSettings(all, annotations);
  return {
    namePattern: name,
    ...(wide === null ? {} : { commonUpdateSettings: blockOf(wide) }),
    writeBackConfig: writeBackOf(source.writeBack),
    ...(source.verification === null ? {} : { imagesVerification: verificationOf(source.verification) }),
    images: named.map((one, index) => imageOf(one, all[index] ?? effective({}), wide, source)),
  };
}

/** The entry that has Image Updater 1.1 and later read the annotations, as they stand. */
export function annotationsEntry(name: string): ContentMap {
  return { namePattern: name, useAnnotations: true };
}

function effective({ updateStrategy = 'semver', forceUpdate = false, ...rest }: UpdateSettings): Effective {
  return { strategy: parseUpdateStrategy(updateStrategy), force: forceUpdate, rest };
}

/** What the annotations of the whole application say, as far as it counts for all images; null for nothing. */
function sharedSettings(all: readonly Effective[], annotations: Annotations): Effective | null {
  const [first] = all;
  if (first === undefined) return null;
  const keys = settingKeysOf('');
  const isShared = (key: string, valueOf: (one: Effective) => unknown) =>
    Object.hasOwn(annotations, key) &&
    valueOf(first) !== undefined &&
    all.every((one) => JSON.stringify(valueOf(one)) === JSON.stringify(valueOf(first)));
  const rest = {
    ...(isShared(keys.allowTags, (one) => one.rest.allowTags) ? pick(first.rest, 'allowTags') : {}),
    ...(isShared(keys.ignoreTags, (one) => one.rest.ignoreTags) ? pick(first.rest, 'ignoreTags') : {}),
    ...(isShared(keys.pullSecret, (one) => one.rest.pullSecret) ? pick(first.rest, 'pullSecret') : {}),
  };
  const force = first.force && isShared(keys.forceUpdate, (one) => one.force);
  const sharesStrategy = isShared(keys.updateStrategy, (one) => one.strategy);
  if (Object.keys(rest).length === 0 && !force && !sharesStrategy) return null;
  const strategy = all.every((one) => one.strategy === first.strategy) ? first.strategy : 'semver';
  return { strategy, force, rest };
}

function pick<K extends keyof Effective['rest']>(rest: Effective['rest'], key: K): Pick<Effective['rest'], K> {
  return { [key]: rest[key] } as Pick<Effective['rest'], K>;
}

function imageOf({ image, alias }: Named, own: Effective, wide: Effective | null, source: Source): ContentMap {
  const rest = Object.fromEntries(
    Object.entries(own.rest).filter(([key]) => wide === null || !Object.hasOwn(wide.rest, key)),
  );
  const inherits = Object.keys(rest).length === 0 && own.strategy === (wide?.strategy ?? 'semver');
  const { helm, kustomize } = image.targets;
  return {
    alias,
    imageName: imageNameOf(image.imageName, own.strategy, source),
    ...(inherits && own.force === (wide?.force ?? false)
      ? {}
      : { commonUpdateSettings: blockOf({ ...own, rest }, wide?.force === true) }),
    ...(helm !== null
      ? { manifestTargets: { helm: { ...helm } } }
      : kustomize !== null
        ? { manifestTargets: { kustomize: { name: kustomize } } }
        : {}),
  };
}

function blockOf({ strategy, force, rest }: Effective, saysForce = force): ContentMap {
  const { allowTags, ignoreTags, pullSecret, platforms } = rest;
  return {
    updateStrategy: strategy,
    ...(force || saysForce ? { forceUpdate: force } : {}),
    ...(allowTags === undefined ? {} : { allowTags }),
    ...(ignoreTags === undefined ? {} : { ignoreTags }),
    ...(pullSecret === undefined ? {} : { pullSecret }),
    ...(platforms === undefined ? {} : { platforms }),
  };
}

/** True where 0.x would take pre-releases and 1.3 would not: `semver` without a constraint. */
export function takesPrereleases(imageName: string, strategy: string, { rules }: Pick<Source, 'rules'>): boolean {
  const { tag } = parseIdentifier(`x=${imageName}`);
  return rules === '0' && strategy === 'semver' && (tag === null || tag.name === '');
}

/** `x-0` is every version with its pre-releases, and, unlike `*-0`, a tag in the grammar of image names. */
function imageNameOf(imageName: string, strategy: Strategy, source: Source): string {
  if (!takesPrereleases(imageName, strategy, source)) return imageName;
  const at = imageName.indexOf('@');
  const name = (at === -1 ? imageName : imageName.slice(0, at)).replace(/:$/, '');
  return `${name}:x-0${at === -1 ? '' : imageName.slice(at)}`;
}

function writeBackOf(settings: WriteBackSettings | null): ContentMap {
  const { repository, branch, writeBackTarget } = settings?.gitConfig ?? {};
  const gitConfig = {
    ...(repository === undefined ? {} : { repository }),
    ...(branch === undefined ? {} : { branch }),
    ...(writeBackTarget === undefined ? {} : { writeBackTarget }),
  };
  return { method: settings?.method ?? 'argocd', ...(Object.keys(gitConfig).length === 0 ? {} : { gitConfig }) };
}

function verificationOf({ enabled, cosignKey }: VerificationSettings): ContentMap {
  return {
    ...(enabled === undefined ? {} : { enabled }),
    ...(cosignKey === undefined ? {} : { cosignKey: { ...cosignKey } }),
  };
}

/** The images of an entry, for a sentence. */
export function describeImages(named: readonly Named[]): string {
  return named.map(({ image }) => fullNameWithoutTag(parseIdentifier(`x=${image.imageName}`))).join(', ');
}
