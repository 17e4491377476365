export type { GitHubOptions, RateLimitOptions, RepositoryOptions } from './options.js';
export { startGitHub } from './start.js';
export type { Access, Permissions } from './state/accounts.js';
export type { Protection } from './state/repository.js';
export type { FakeGitHub } from './test-side.js';
