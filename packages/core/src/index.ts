export * from './model.js';
export * from './result.js';
export { type ErrorKind, errorKinds, type GitOpsError, problem, severalProblems } from './errors/error.js';
export type * from './forge/ports.js';
