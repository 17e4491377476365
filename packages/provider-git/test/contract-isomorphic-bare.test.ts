import { describeForge } from '@gitops/provider-testkit/contract';
import { underTest } from './repositories.js';

describeForge('git, isomorphic, bare', {
  makeForge: underTest('bare', ({ path }) => ({ path, backend: 'isomorphic' })),
});
