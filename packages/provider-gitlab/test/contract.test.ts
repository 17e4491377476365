import { describeForge } from '@gitops/provider-testkit/contract';
import { forgeUnderTest } from './forge.js';

describeForge('GitLab, Enterprise Edition', { makeForge: () => forgeUnderTest() });

describeForge('GitLab below a path, sub-groups, that takes its time', {
  makeForge: () =>
    forgeUnderTest({
      base: '/gitlab',
      asyncMergeability: 2,
      projects: [{ path: 'acme/platform/team/gitops' }],
      repository: (fake) => ({ repository: `${fake.webUrl}/acme/platform/team/gitops.git`, apiUrl: fake.apiUrl }),
    }),
});

describeForge('GitLab, Community Edition, by number', {
  makeForge: () =>
    forgeUnderTest({
      edition: 'ce',
      keysetPagination: false,
      repository: (fake) => ({ repository: String(fake.project.id), host: fake.webUrl }),
    }),
});
