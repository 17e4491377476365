import {
  type Annotations,
  annotationPrefix,
  imageListEntries,
  imageListKey,
  parseCredentialSource,
  parseUpdateStrategy,
} from '../image-updater/index.js';
import { type Limit, limit } from './limits.js';
import type { AnnotationRules } from './source.js';

/** An annotation of Image Updater (v0.18.0, v1.3.0) and the field of the resource that says the same. */
export interface KeyField {
  /** Without the prefix; `<alias>.` in front where it is of one image. */
  readonly annotation: string;
  /** Below `spec.applicationRefs[]`; for what may be of one image or of all, of both levels. */
  readonly field: string;
}

const ofApplication: readonly KeyField[] = [
  { annotation: 'image-list', field: 'images[].alias, images[].imageName' },
  { annotation: 'update-strategy', field: 'commonUpdateSettings.updateStrategy' },
  { annotation: 'force-update', field: 'commonUpdateSettings.forceUpdate' },
  { annotation: 'allow-tags', field: 'commonUpdateSettings.allowTags' },
  { annotation: 'ignore-tags', field: 'commonUpdateSettings.ignoreTags' },
  { annotation: 'pull-secret', field: 'commonUpdateSettings.pullSecret' },
  { annotation: 'write-back-method', field: 'writeBackConfig.method' },
  { annotation: 'write-back-target', field: 'writeBackConfig.gitConfig.writeBackTarget' },
  { annotation: 'git-branch', field: 'writeBackConfig.gitConfig.branch' },
  { annotation: 'git-repository', field: 'writeBackConfig.gitConfig.repository' },
];

const ofImage: readonly KeyField[] = [
  { annotation: 'update-strategy', field: 'commonUpdateSettings.updateStrategy' },
  { annotation: 'force-update', field: 'commonUpdateSettings.forceUpdate' },
  { annotation: 'allow-tags', field: 'commonUpdateSettings.allowTags' },
  { annotation: 'tag-match', field: 'commonUpdateSettings.allowTags' },
  { annotation: 'ignore-tags', field: 'commonUpdateSettings.ignoreTags' },
  { annotation: 'pull-secret', field: 'commonUpdateSettings.pullSecret' },
  { annotation: 'platforms', field: 'commonUpdateSettings.platforms' },
  { annotation: 'helm.image-name', field: 'manifestTargets.helm.name' },
  { annotation: 'helm.image-tag', field: 'manifestTargets.helm.tag' },
  { annotation: 'helm.image-spec', field: 'manifestTargets.helm.spec' },
  { annotation: 'kustomize.image-name', field: 'manifestTargets.kustomize.name' },
];

/** Which annotation becomes which field of `spec.applicationRefs[]`: the table of `docs/image-updater.md`. */
export const annotationFields: readonly KeyField[] = [
  ...ofApplication,
  ...ofImage.map(({ annotation, field }) => ({ annotation: `<alias>.${annotation}`, field: `images[].${field}` })),
];

/** The annotations of Image Updater that stand at an application, with their prefix. */
export function ownKeys(annotations: Annotations): readonly string[] {
  return Object.keys(annotations).filter((key) => key.startsWith(annotationPrefix));
}

/** Annotations that are not read, and values that count as others. */
export function keyLimits(annotations: Annotations, rules: AnnotationRules): readonly Limit[] {
  const known = readKeys(annotations, rules);
  return ownKeys(annotations).flatMap((key): readonly Limit[] => {
    const short = key.slice(annotationPrefix.length);
    const name = known.get(short);
    if (name === undefined) {
      return [
        limit(
          'unread-key',
          short,
          `Image Updater does not read ${short}, so it is left out.`,
          'Nothing is to be done.',
        ),
      ];
    }
    const counts = replacedValue(name, annotations[key] ?? '', rules);
    return counts === null
      ? []
      : [
          limit(
            'value-replaced',
            short,
            `${short} is "${annotations[key]}", which ${counts}.`,
            'Correct it in the new file, if something else was meant.',
          ),
        ];
  });
}

/** The annotations that are read, and what each is about. */
function readKeys(annotations: Annotations, rules: AnnotationRules): ReadonlyMap<string, string> {
  const aliases = imageListEntries(annotations[imageListKey] ?? '')
    .map(({ alias }) => (rules === '0' ? alias.replaceAll('/', '_') : alias))
    .filter((alias) => alias !== '');
  const each = ofImage.filter(({ annotation }) => rules === '0' || annotation !== 'tag-match');
  return new Map([
    ...ofApplication.map(({ annotation }) => [annotation, annotation] as const),
    ...aliases.flatMap((alias) => each.map(({ annotation }) => [`${alias}.${annotation}`, annotation] as const)),
  ]);
}

/** What a value counts as where that is not what it says; null where it is. */
function replacedValue(name: string, value: string, rules: AnnotationRules): string | null {
  const given = value.trim();
  if (given === '') return null;
  if (name === 'update-strategy') {
    const isKnown = ['semver', 'newest-build', 'latest', 'alphabetical', 'name', 'digest'].includes(
      given.toLowerCase(),
    );
    return isKnown ? null : `is no strategy: it counts as ${parseUpdateStrategy(value)}`;
  }
  if (name === 'force-update' && rules === '0') {
    return value === 'true' || value === 'false' ? null : 'counts as false';
  }
  if (name === 'pull-secret' && rules === '0') {
    return parseCredentialSource(value).isOk() ? null : "is no reference to a secret: the registry's own counts";
  }
  return null;
}
