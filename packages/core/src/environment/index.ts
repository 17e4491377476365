/** Environments: `gitops.yaml`, and what can be discovered without it. */
export type { Config, EnvironmentConfig, ImageMapping, PullRequestConfig, RuleConfig, Severity } from './config.js';
export { defaultConfig } from './default-config.js';
export { parseDuration } from './duration.js';
export { suggestionsFor, unknownName, type UnknownKind } from './suggest.js';
