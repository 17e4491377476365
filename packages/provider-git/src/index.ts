export { systemClock } from '@gitops/provider-http';
export { type GitOptions, git } from './git.js';
