/**
 * `@gitops/provider-github`: GitHub, GitHub Enterprise Cloud and Server as a forge of the GitOps toolkit.
 */
export { type Credential, type RequestEvent, systemClock, type Transport } from '@gitops/provider-http';
export { diagnose } from './doctor.js';
export { github } from './github.js';
export type { GitHubApp, GitHubOptions } from './options.js';
