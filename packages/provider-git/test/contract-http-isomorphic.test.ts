import { describeForge } from '@gitops/provider-testkit/contract';
import { overHttp } from './repositories.js';

describeForge('git, over HTTP, isomorphic', { makeForge: overHttp('isomorphic') });
