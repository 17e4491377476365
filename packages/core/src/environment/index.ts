/** Environments: `gitops.yaml`, and what can be discovered without it. */

export { claimedTwice } from './claimed-twice.js';
export type {
  Config,
  EnvironmentConfig,
  ImageMapping,
  PullRequestConfig,
  PullRequestOverride,
  RuleConfig,
  Severity,
} from './config.js';
export { isIgnored, isToldByLayout, versionPatternsOf } from './config-patterns.js';
export { defaultConfig } from './default-config.js';
export { type Assignment, assignEnvironments } from './discover.js';
export { parseDuration } from './duration.js';
export { environmentsNamedIn, environmentWords } from './environment-words.js';
export { compileGlobs, compileLayout, globOf, type LayoutMatch, type LayoutPattern } from './layout.js';
export { isName } from './names.js';
export { applicationInPath } from './naming.js';
export type { OrderedEnvironment } from './order.js';
export { type ParseConfigOptions, parseConfig } from './parse-config.js';
export type { ApplicationFacts } from './readings.js';
export { laterRuleIds, ruleIds } from './rule-ids.js';
export { didYouMean, editDistance, suggestionsFor, type UnknownKind, unknownName } from './suggest.js';
