export { type ChangeKind, compareVersions, kindOfChange, type VersionOrder } from './compare.js';
export { type DockerReference, isKnownDigest, isTag, parseDockerReference } from './docker-reference.js';
export {
  differsFrom,
  formatIdentifier,
  fullNameWithoutTag,
  fullNameWithTag,
  hasRegistryPrefix,
  type IdentifierTag,
  type ImageIdentifier,
  kustomizeImagesMatch,
  parseIdentifier,
  shortFormOf,
  tagWithDigest,
} from './identifier.js';
export { isMutableTag } from './mutable-tag.js';
export {
  formatReference,
  formatVersion,
  type ImageReference,
  type KustomizeImage,
  parseKustomizeImage,
  parseReference,
  parseVersion,
  versionOf,
  withVersion,
} from './reference.js';
export { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semver.js';
export { revisionInUrl, withRevision } from './url-revision.js';
