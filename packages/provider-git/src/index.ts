export { systemClock } from './clock.js';
export { type GitOptions, git } from './git.js';
