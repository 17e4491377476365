import { describeForge } from '@gitops/provider-testkit/contract';
import { makeForge } from './forge.js';

describeForge('GitHub Enterprise Server', {
  makeForge: () => makeForge({ fake: { base: '/api/v3', asyncMergeability: 2 } }),
});
