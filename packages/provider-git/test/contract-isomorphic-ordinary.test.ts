import { describeForge } from '@gitops/provider-testkit/contract';
import { underTest } from './repositories.js';

describeForge('git, isomorphic, ordinary', {
  makeForge: underTest('ordinary', ({ path }) => ({ path, backend: 'isomorphic' })),
});
