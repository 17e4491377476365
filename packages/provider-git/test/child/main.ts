import { appendFileSync } from 'node:fs';
import { orThrow } from '@gitops/core';
import { openForge } from '../../src/git.js';
import { nodeDisk } from '../../src/isomorphic/disk.js';
import { type Action, run } from './actions.js';
import { killingDisk } from './killing-disk.js';

interface Job {
  readonly path: string;
  readonly backend: 'native' | 'isomorphic';
  readonly actions: readonly Action[];
  readonly killAt: number;
  /** A file that gets a byte for every write. */
  readonly counter: string | null;
}

const job = JSON.parse(process.argv[2] ?? '') as Job;
const disk = killingDisk(nodeDisk, job.killAt, () => {
  if (job.counter !== null) appendFileSync(job.counter, '.');
});
const forge = orThrow(await openForge({ path: job.path, backend: job.backend }, disk));
const errors: unknown[] = [];
for (const action of job.actions) {
  const error = await run(forge, action);
  if (error !== null) errors.push(error);
}
process.stdout.write(JSON.stringify(errors));
