import { describeForge } from '@gitops/provider-testkit/contract';
import { makeForge } from './forge.js';

// as on github.com: GitHub signs what a person's token commits
describeForge('GitHub, as a person', { makeForge: () => makeForge({ more: { signedCommits: true } }) });
