import { err, ok, type Result } from '../result.js';
import { parseBool, trimSpace } from './go-text.js';
import type { ImageConfig, ManifestTargets, NamedTarget } from './images.js';
import type { GitSettings, UpdateSettings, WriteBackSettings } from './settings.js';

/** Annotations of an `Application`. */
export type Annotations = Readonly<Record<string, string>>;

export const annotationPrefix = 'argocd-image-updater.argoproj.io/';

export const imageListKey = `${annotationPrefix}image-list`;

/** Why Image Updater leaves the annotations of an application aside. */
export interface AnnotationProblem {
  readonly kind:
    | 'image-list-missing'
    | 'image-list-empty'
    | 'image-name-empty'
    | 'force-update-invalid'
    | 'several-targets';
  /** The annotation that is wrong. */
  readonly key: string;
  /** The image that it is about; empty for the whole application. */
  readonly alias: string;
}

/** The annotations that hold update settings: of one image, or of the whole application. */
export interface SettingKeys {
  readonly updateStrategy: string;
  readonly forceUpdate: string;
  readonly allowTags: string;
  readonly ignoreTags: string;
  readonly pullSecret: string;
  /** Null for the whole application, which has no such key. */
  readonly platforms: string | null;
}

/** Names of the settings annotations of an alias; empty: of the whole application. A `/` in the alias stays. */
export function settingKeysOf(alias: string): SettingKeys {
  const key = (name: string) => annotationKey(alias, name);
  return {
    updateStrategy: key('update-strategy'),
    forceUpdate: key('force-update'),
    allowTags: key('allow-tags'),
    ignoreTags: key('ignore-tags'),
    pullSecret: key('pull-secret'),
    platforms: alias === '' ? null : key('platforms'),
  };
}

/** The annotation of this name, of an image or (empty alias) of the whole application. */
export function annotationKey(alias: string, name: string): string {
  return `${annotationPrefix}${alias === '' ? '' : `${alias}.`}${name}`;
}

/**
 * `image-list` with the settings and targets of each alias, as Image Updater v1.3.0 reads it for an application reference
 * with `useAnnotations`. Entries are split at commas (there is no escape) and at their first `=`. One broken setting
 * fails the whole list; the next, less specific reference decides then.
 */
export function imagesFromAnnotations(annotations: Annotations): Result<readonly ImageConfig[], AnnotationProblem> {
  const list = annotation(annotations, imageListKey);
  if (list === null) return err({ kind: 'image-list-missing', key: imageListKey, alias: '' });
  const images: ImageConfig[] = [];
  for (const { alias, image } of imageListEntries(list)) {
    if (image === '') return err({ kind: 'image-name-empty', key: imageListKey, alias });
    if (alias === '') {
      images.push({ alias, imageName: image });
      continue;
    }
    const settings = updateSettingsFromAnnotations(annotations, settingKeysOf(alias));
    if (settings.isErr()) return err({ ...settings.error, alias });
    const targets = targetsFromAnnotations(annotations, alias);
    if (targets.isErr()) return err(targets.error);
    images.push({
      alias,
      imageName: image,
      ...(settings.value === null ? {} : { commonUpdateSettings: settings.value }),
      ...(targets.value === null ? {} : { manifestTargets: targets.value }),
    });
  }
  return images.length === 0 ? err({ kind: 'image-list-empty', key: imageListKey, alias: '' }) : ok(images);
}

/** The entries of an image list that are not blank: an alias (empty where none is given) and an image, both trimmed. */
export function imageListEntries(list: string): readonly { readonly alias: string; readonly image: string }[] {
  return list
    .split(',')
    .map(trimSpace)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const equals = entry.indexOf('=');
      return { alias: trimSpace(entry.slice(0, Math.max(equals, 0))), image: trimSpace(entry.slice(equals + 1)) };
    });
}

/**
 * The settings that stand under these keys; null where none does. Blank values count as absent, but for `ignore-tags`
 * (each element trimmed, empty ones kept) and for `force-update`, where anything that is no Go boolean is an error.
 */
export function updateSettingsFromAnnotations(
  annotations: Annotations,
  keys: SettingKeys,
): Result<UpdateSettings | null, AnnotationProblem> {
  const force = annotation(annotations, keys.forceUpdate);
  const forceUpdate = force === null ? undefined : parseBool(trimSpace(force));
  if (forceUpdate === null) return err({ kind: 'force-update-invalid', key: keys.forceUpdate, alias: '' });
  const ignore = annotation(annotations, keys.ignoreTags);
  const platforms = keys.platforms === null ? null : annotation(annotations, keys.platforms);
  const list = (platforms ?? '')
    .split(',')
    .map(trimSpace)
    .filter((one) => one !== '');
  return ok(
    orNull<UpdateSettings>({
      ...field('updateStrategy', filled(annotations, keys.updateStrategy)),
      ...field('forceUpdate', forceUpdate),
      ...field('allowTags', filled(annotations, keys.allowTags)),
      ...field('ignoreTags', ignore?.split(',').map(trimSpace)),
      ...field('pullSecret', filled(annotations, keys.pullSecret)),
      ...field('platforms', list.length === 0 ? undefined : list),
    }),
  );
}

/** Where the image of this alias stands in the manifests; null where nothing says so. */
export function targetsFromAnnotations(
  annotations: Annotations,
  alias: string,
): Result<ManifestTargets | null, AnnotationProblem> {
  const helm = orNull<NamedTarget>({
    ...field('name', filled(annotations, annotationKey(alias, 'helm.image-name'))),
    ...field('tag', filled(annotations, annotationKey(alias, 'helm.image-tag'))),
    ...field('spec', filled(annotations, annotationKey(alias, 'helm.image-spec'))),
  });
  const kustomizeKey = annotationKey(alias, 'kustomize.image-name');
  const kustomize = filled(annotations, kustomizeKey);
  if (helm !== null && kustomize !== undefined) return err({ kind: 'several-targets', key: kustomizeKey, alias });
  return ok(
    orNull<ManifestTargets>({
      ...field('helm', helm ?? undefined),
      ...field('kustomize', kustomize === undefined ? undefined : { name: kustomize }),
    }),
  );
}

/** The write-back that the annotations ask for; null where they ask for none. Blank values count as absent. */
export function writeBackFromAnnotations(annotations: Annotations): WriteBackSettings | null {
  const gitConfig = orNull<GitSettings>({
    ...field('repository', filled(annotations, `${annotationPrefix}git-repository`)),
    ...field('branch', filled(annotations, `${annotationPrefix}git-branch`)),
    ...field('writeBackTarget', filled(annotations, `${annotationPrefix}write-back-target`)),
  });
  return orNull<WriteBackSettings>({
    ...field('method', filled(annotations, `${annotationPrefix}write-back-method`)),
    ...field('gitConfig', gitConfig ?? undefined),
  });
}

/** The value of an annotation, null where it is not there. */
export function annotation(annotations: Annotations, key: string): string | null {
  return Object.hasOwn(annotations, key) ? (annotations[key] ?? null) : null;
}

function filled(annotations: Annotations, key: string): string | undefined {
  return trimSpace(annotation(annotations, key) ?? '') || undefined;
}

function field<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

function orNull<T extends object>(value: T): T | null {
  return Object.keys(value).length === 0 ? null : value;
}
