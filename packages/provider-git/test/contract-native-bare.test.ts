import { describeForge } from '@gitops/provider-testkit/contract';
import { underTest } from './repositories.js';

describeForge('git, native, bare', { makeForge: underTest('bare', ({ path }) => ({ path, backend: 'native' })) });
