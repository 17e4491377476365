export {
  type ApplicationReadings,
  type ArgoApplication,
  type ArgoApplicationSet,
  readApplications,
} from './application.js';
export { type EffectiveImages, type ReadImagesOptions, readImages } from './effective.js';
export { createReadCache, type ReadCache, yamlAt } from './files.js';
export { isFixedRevision } from './git-revisions.js';
export { selectorOf } from './origin.js';
export { applyOverrides, instanceName, type OverriddenSource, overridePaths } from './overrides.js';
export { isSameRepository, normalizedUrl } from './repository-url.js';
export type {
  ApplicationSource,
  DirectorySettings,
  HelmFileParameter,
  HelmParameter,
  HelmSettings,
  KustomizeSettings,
  Setting,
} from './source.js';
export type { GivenToChart } from './source-context.js';
export { isAnotherRoot, type SourceType, sourceTypeOf } from './source-type.js';
export type { UpdaterTarget } from './updater-image.js';
