import { describeForge } from '@gitops/provider-testkit/contract';
import { underTest } from './repositories.js';

for (const kind of ['bare', 'ordinary', 'worktree'] as const) {
  describeForge(`git, native, ${kind}`, { makeForge: underTest(kind, ({ path }) => ({ path, backend: 'native' })) });
}
