import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { orThrow } from '@gitops/core';
import { fsck, gitRepository } from '@gitops/provider-testkit/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleChild, runChild } from './processes.js';
import { ana, envOf, makeRepository, openAs } from './repositories.js';

let program: string;
beforeAll(async () => {
  program = await bundleChild();
});
afterAll(() => rm(dirname(program), { recursive: true, force: true }));

/** Both backends at once, so that each has to honour the other's locks. */
it('twenty processes that do the same make one pull request, and none fails for another reason than being second', {
  timeout: 180_000,
}, async () => {
  const made = await makeRepository('bare');
  await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      runChild(
        program,
        {
          path: made.path,
          backend: n % 2 === 0 ? 'native' : 'isomorphic',
          actions: ['commit', 'open'],
          killAt: 0,
          counter: null,
        },
        envOf(ana),
      ),
    ),
  );
  const kinds = new Set(results.flatMap((result) => result.errors.map((error) => error.kind)));
  expect([...kinds].filter((kind) => kind !== 'stale-head' && kind !== 'already-exists')).toEqual([]);
  const forge = await openAs(ana, { path: made.path });
  const requests = orThrow(await forge.pullRequests.list({ state: 'all', limit: 99 }));
  expect(requests).toHaveLength(1);
  const branches = await gitRepository(made.gitDir).inspect.branches();
  expect(Object.keys(branches)).toEqual(['gitops/topic', 'main']);
  expect(requests[0]?.head).toBe(branches['gitops/topic']);
  expect(await fsck(made.gitDir)).toEqual([]);
  await rm(made.folder, { recursive: true, force: true });
});
