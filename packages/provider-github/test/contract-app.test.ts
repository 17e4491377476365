import { describeForge } from '@gitops/provider-testkit/contract';
import { makeForge } from './forge.js';

describeForge('GitHub, as an App', {
  makeForge: () =>
    makeForge({
      act: ({ app }) => ({ app: { id: app.id, privateKey: app.privateKey } }),
      more: { signedCommits: true },
    }),
});
