/**
 * `@gitops/core`: environments, pins and promotions of an Argo CD repository as pure transforms of YAML, and the one
 * way to carry them out through a forge. Three levels, each usable alone: text edits; model and plans; forges.
 */
export type * from './environment/config.js';
export { parseConfig, defaultConfig, parseDuration } from './environment/index.js';
export { errorKinds, problem, severalProblems, type ErrorKind, type GitOpsError } from './errors/error.js';
export { describeError, exitCodeOf } from './errors/describe.js';
export type * from './fleet/fleet.js';
export { fleetOf, type FleetOptions } from './fleet/read.js';
export { environmentOf, environmentsOf } from './fleet/select.js';
export { describeVersion, isSameVersion } from './fleet/pin-version.js';
export { diffEnvironments, type EnvironmentDifference } from './fleet/difference.js';
export { planFreeze, type FreezeOptions } from './freeze/plan-freeze.js';
export { planResume, type ResumeOptions } from './freeze/plan-resume.js';
export { freezeStateOf, type FreezeState } from './freeze/state.js';
export type * from './freeze/record.js';
export { type ApplyOptions, applyPlan, type Outcome, type Progress, type PullRequestOutcome } from './forge/apply.js';
export { findLandedByCommit, findLandedByPullRequest, findLastPromotion, type Landed } from './forge/find-promotion.js';
export { mergePullRequest, type MergeOptions } from './forge/merge.js';
export { planAgain, type FleetReader } from './forge/plan-again.js';
export type * from './forge/ports.js';
export { fleetGlobs, readFleet, type ReadOptions, targetHead } from './forge/read-fleet.js';
export type * from './image-updater/view.js';
export * from './model.js';
export { describePlan } from './plan/describe.js';
export type * from './plan/plan.js';
export { parsePlanFile, type PlanFile, toPlanFile } from './plan/plan-file.js';
export type { MoveOptions } from './promotion/move-plan.js';
export { movedBetween, type Moved } from './promotion/moved.js';
export { planPromotion, type PromotionOptions } from './promotion/plan-promotion.js';
export { planRevert, type RevertOptions } from './promotion/plan-revert.js';
export { planSet, type SetOptions } from './promotion/plan-set.js';
export type { Move, Rule } from './promotion/rules.js';
export * from './result.js';
export type * from './yaml/edit-types.js';
export type { Path, Pointer, Step, DocumentSelector } from './yaml/node.js';
export { editYaml, formatPointer, parsePointer, undoYaml } from './yaml/index.js';
