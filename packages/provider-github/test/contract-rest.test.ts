import { describeForge } from '@gitops/provider-testkit/contract';
import { makeForge } from './forge.js';

describeForge('GitHub without GraphQL', {
  makeForge: () => makeForge({ fake: { graphql: false }, more: { graphql: false } }),
});
