export { systemClock } from '@gitops/provider-http';
export type { GivenCredential } from './credential.js';
export { type GitOptions, git } from './git.js';
