/** The machine's clock, without what its package needs besides. */
export { systemClock } from '@gitops/provider-http';
