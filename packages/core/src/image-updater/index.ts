export { type AllowedTag, isBrokenAllowTags, isTagAllowed } from './allow-tags.js';
export {
  type AnnotationProblem,
  type Annotations,
  annotation,
  annotationKey,
  annotationPrefix,
  imageListEntries,
  imageListKey,
  imagesFromAnnotations,
  type SettingKeys,
  settingKeysOf,
  targetsFromAnnotations,
  updateSettingsFromAnnotations,
  writeBackFromAnnotations,
} from './annotations.js';
export { type AnnotatedImage, aliasInKeysV0, annotatedImage, annotatedImages } from './annotations-v0.js';
export {
  bySpecificity,
  isExactName,
  type NameRule,
  nameMatches,
  nameMatchesAny,
  refMatches,
  specificityOf,
} from './application-refs.js';
export {
  type ApplicationFacts,
  type ApplicationSource,
  type SourceType,
  sourceOf,
  sourceTypeOf,
} from './application-source.js';
export { type CredentialProblem, type CredentialSource, parseCredentialSource } from './credentials.js';
export { type FreezeScene, freezeUpdater } from './freeze.js';
export type { FreezeTarget, HeldValue, UpdaterFreeze, UpdaterFreezeEdit } from './freeze-types.js';
export { type GlobMatch, isFrozenBy, isMalformedGlob, isTagIgnored, matchGlob } from './glob.js';
export {
  type ConfiguredImage,
  configureImages,
  type ImageConfig,
  type ImageListContext,
  imageDefaults,
  type ManifestTargets,
  type NamedTarget,
  type WebhookEvent,
} from './images.js';
export {
  type Attachment,
  attachmentsOf,
  hasImageList,
  type Placed,
  positionOf,
  type UpdaterApplication,
  type UpdaterOptions,
  type UpdaterResource,
  updaterResource,
} from './inputs.js';
export { isQualifiedName, type LabelExpression, type LabelSelector, labelsMatch } from './labels.js';
export { type Level, settingsAt, settingsPath } from './levels.js';
export { lintApplication, lintResource } from './lint.js';
export {
  applicationsToUpdate,
  type MatchContext,
  type MatchedApplication,
  matchApplication,
  type NoMatch,
  type PassedOver,
  type RefMatch,
  type ResourceProblem,
  resourceProblem,
} from './match.js';
export { resolveUpdater } from './resolve.js';
export { type ApplicationRef, type ImageUpdater, isImageUpdater, readImageUpdater } from './resource.js';
export { isSameTag } from './same-tag.js';
export { type RegistryTag, type SelectedTag, selectTag, type TagRefusal, type TagSelection } from './select-tag.js';
export { type SelectedTagV0, selectTagV0 } from './select-tag-v0.js';
export { selects } from './selection.js';
export {
  type GitSettings,
  mergeUpdateSettings,
  mergeVerification,
  mergeWriteBackSettings,
  type PullRequestSettings,
  parseUpdateStrategy,
  type UpdateSettings,
  type UpdateStrategy,
  type VerificationSettings,
  type WriteBackSettings,
} from './settings.js';
export { type ImageTarget, imageTargets } from './targets.js';
export { type FrozenImage, type Verification, verifyFrozen } from './verify.js';
export { parseConstraint, satisfies, type VersionConstraint } from './version-constraint.js';
export type { UpdaterImage, UpdaterView, UpdaterWriteBack } from './view.js';
export { resolveWriteBack, type WriteBack, type WriteBackProblem, writeBackTypeOf } from './write-back.js';
