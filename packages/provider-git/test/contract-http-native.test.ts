import { describeForge } from '@gitops/provider-testkit/contract';
import { overHttp } from './repositories.js';

describeForge('git, over HTTP, native', { makeForge: overHttp('native') });
