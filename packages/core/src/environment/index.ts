/** Environments: `gitops.yaml`, and what can be discovered without it. */
export type { Config, EnvironmentConfig, ImageMapping, PullRequestConfig, PullRequestOverride, RuleConfig, Severity } from './config.js';
export { claimedTwice } from './claimed-twice.js';
export { isIgnored } from './config-patterns.js';
export { defaultConfig } from './default-config.js';
export { assignEnvironments, type Assignment } from './discover.js';
export { parseDuration } from './duration.js';
export { compileGlobs, compileLayout, type LayoutMatch, type LayoutPattern } from './layout.js';
export { isName } from './names.js';
export type { OrderedEnvironment } from './order.js';
export type { ApplicationFacts } from './readings.js';
export { parseConfig, type ParseConfigOptions } from './parse-config.js';
export { laterRuleIds, ruleIds } from './rule-ids.js';
export { suggestionsFor, unknownName, type UnknownKind } from './suggest.js';
