import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orThrow } from '@gitops/core';
import { describeForge, gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { folder, reject } from '../src/index.ts';

describeForge('folder', {
  makeForge: async () => {
    const path = await mkdtemp(join(tmpdir(), 'folder-forge-'));
    await runGit(['init', '--quiet', '--bare', '--initial-branch=main', path]);
    const as = (name: string) => ({ path, identity: { name, email: `${name.toLowerCase()}@example.com` } });
    const { seed, inspect } = gitRepository(path);
    return {
      forge: folder(as('Ada')),
      colleague: folder(as('Ben')),
      colleagueName: 'Ben',
      milestone: null,
      seed: {
        ...seed,
        reject: async (id, _head, text) => {
          await orThrow(reject(as('Cleo'), id, text));
        },
      },
      inspect,
      dispose: () => rm(path, { recursive: true, force: true }),
    };
  },
});
