/** `@gitops/provider-gitlab`: gitlab.com and self-managed GitLab as a forge. */
export { systemClock } from '@gitops/provider-http';
export { diagnose } from './doctor.js';
export { gitlab } from './gitlab.js';
export type { GitLabOptions, Wait } from './options.js';
