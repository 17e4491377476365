import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeForge } from '@gitops/provider-testkit/contract';
import { underTest } from './repositories.js';

describeForge('git, remote', {
  makeForge: underTest('bare', ({ path, folder }) => ({
    url: pathToFileURL(path).href,
    backend: 'native',
    cacheFolder: join(folder, 'cache'),
  })),
});
