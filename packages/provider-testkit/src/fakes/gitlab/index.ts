export type {
  Account as GitLabAccount,
  Role as GitLabRole,
  Scope as GitLabScope,
  TokenWish as GitLabTokenWish,
} from './accounts.js';
export { notFromDescription as notFromGitLabDescription } from './description.js';
export type { FakeGitLab, FakeTokens as GitLabTokens } from './fake-gitlab.js';
export type {
  DiffLimits,
  FakeGitLabOptions,
  ProjectOptions,
  ProjectSettings,
  ProtectedBranch,
} from './options.js';
export { startGitLab } from './start.js';
export type { PipelineStatus } from './state.js';
