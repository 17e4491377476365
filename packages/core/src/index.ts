/**
 * `@gitops/core`: environments, pins and promotions of an Argo CD repository as pure transforms of YAML, and the one
 * way to carry them out through a forge. Three levels, each usable alone: text edits; model and plans; forges.
 */
export type * from './environment/config.js';
export { defaultConfig, globOf, parseConfig, parseDuration } from './environment/index.js';
export { describeError, exitCodeOf } from './errors/describe.js';
export { type ErrorKind, errorKinds, type GitOpsError, problem, severalProblems } from './errors/error.js';
export { diffEnvironments, type EnvironmentDifference } from './fleet/difference.js';
export type * from './fleet/fleet.js';
export { describeVersion, isSameVersion } from './fleet/pin-version.js';
export { describePlace, type PlacedSnapshot } from './fleet/place.js';
export { proposeConfig } from './fleet/propose-config.js';
export { type FleetOptions, fleetOf } from './fleet/read.js';
export { type NamedFiles, namedFiles, placesOf } from './fleet/read-config.js';
export { environmentOf, environmentsOf } from './fleet/select.js';
export { type ApplyOptions, applyPlan, type Outcome, type Progress, type PullRequestOutcome } from './forge/apply.js';
export type * from './forge/diagnosis.js';
export { findLandedByCommit, findLandedByPullRequest, findLastPromotion, type Landed } from './forge/find-promotion.js';
export { type MergeOptions, mergePullRequest } from './forge/merge.js';
export { takeOverOpenRecord } from './forge/open-freeze.js';
export { recentMs } from './forge/open-pull-requests.js';
export { type ForgeOf, forgeAt, type PlaceOptions, type Target, targetAt, targetHead } from './forge/places.js';
export { type FleetReader, planAgain } from './forge/plan-again.js';
export type * from './forge/ports.js';
export { commitAt, fleetGlobs, type ReadOptions, readFleet, readFleetAt, readPlaces } from './forge/read-fleet.js';
export { type FreezeOptions, planFreeze } from './freeze/plan-freeze.js';
export { planResume, type ResumeOptions } from './freeze/plan-resume.js';
export type * from './freeze/record.js';
export { type FreezeState, freezeStateOf } from './freeze/state.js';
export { type DockerReference, parseDockerReference } from './image/docker-reference.js';
export { isWantedPlatform, platformIn, type TagBuild } from './image-updater/platforms.js';
export {
  type RegistryTag,
  type SelectedTag,
  selectTag,
  type TagRefusal,
  type TagSelection,
} from './image-updater/select-tag.js';
export type * from './image-updater/view.js';
export type * from './lint/finding.js';
export { fixFleet, type LintFixes } from './lint/fix-fleet.js';
export { lintFleet } from './lint/lint.js';
export { isLintRule, type LintRule, type LintRuleId, type LintSeverity, lintRules } from './lint/rules.js';
export { annotationFields, type KeyField } from './migrate/keys.js';
export { type Limit, type LimitKind, limits as migrationLimits } from './migrate/limits.js';
export { type MigrationOptions, planMigration } from './migrate/plan-migration.js';
export type * from './migrate/report.js';
export type { AnnotationRules } from './migrate/source.js';
export * from './model.js';
export { describePlan } from './plan/describe.js';
export type * from './plan/plan.js';
export { type PlanFile, parsePlanFile, toPlanFile } from './plan/plan-file.js';
export type { MoveOptions } from './promotion/move-plan.js';
export { type Moved, movedBetween } from './promotion/moved.js';
export { type PromotionOptions, planPromotion } from './promotion/plan-promotion.js';
export { planRevert, type RevertOptions } from './promotion/plan-revert.js';
export { planSet, type SetOptions } from './promotion/plan-set.js';
export type { Move, Rule } from './promotion/rules.js';
export * from './result.js';
export {
  type Decision,
  type GivenTags,
  type SimulatedImage,
  type SimulationOptions,
  type SimulationTarget,
  simulateUpdates,
  simulationTargets,
} from './simulate/simulate.js';
export type * from './yaml/edit-types.js';
export { editYaml, formatPointer, parsePointer, undoYaml } from './yaml/index.js';
export type { DocumentSelector, Path, Pointer, Step } from './yaml/node.js';
