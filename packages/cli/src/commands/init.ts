import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orThrow, problem, proposeConfig } from '@gitops/core';
import { fail } from '../failure.js';
import type { Run } from '../invocation.js';
import { exitCodes } from '../output/report.js';
import { look } from '../repository/look.js';

/** Writes down what was discovered, for people to change. */
export const run: Run = async (invocation) => {
  const { fleet, located } = await look(invocation);
  if (located.kind !== 'working-tree') {
    return fail(
      problem(
        'usage',
        'gitops init writes a file of a working tree, and this is none.',
        'Run it in a clone of the repository.',
      ),
    );
  }
  const file = join(located.root, 'gitops.yaml');
  const text = orThrow(proposeConfig(fleet));
  const isDry = invocation.options.flag('dryRun');
  // written only where nothing stands: another process may have been faster
  if (!isDry && !existsSync(file)) writeFileSync(file, text, { flag: 'wx' });
  const last = isDry ? 'Nothing was written.' : 'Wrote gitops.yaml. Look at it, then commit it.';
  return {
    document: () => ({ schema: 'gitops/init/1', file: 'gitops.yaml', written: !isDry, text }),
    text: () => `${text}\n${last}`,
    brief: last,
    exitCode: exitCodes.done,
  };
};
