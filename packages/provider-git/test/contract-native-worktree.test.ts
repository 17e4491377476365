import { describeForge } from '@gitops/provider-testkit/contract';
import { underTest } from './repositories.js';

describeForge('git, native, worktree', {
  makeForge: underTest('worktree', ({ path }) => ({ path, backend: 'native' })),
});
