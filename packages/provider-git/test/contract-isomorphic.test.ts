import { describeForge } from '@gitops/provider-testkit/contract';
import { underTest } from './repositories.js';

for (const kind of ['bare', 'ordinary'] as const) {
  describeForge(`git, isomorphic, ${kind}`, {
    makeForge: underTest(kind, ({ path }) => ({ path, backend: 'isomorphic' })),
  });
}
