/** `@gitops/provider-gitlab`: gitlab.com and self-managed GitLab as a forge. */
export { type Credential, type RequestEvent, systemClock, type Transport } from '@gitops/provider-http';
export { diagnose } from './doctor.js';
export { gitlab } from './gitlab.js';
export type { GitLabOptions, Wait } from './options.js';
