import { type GitOpsError, problem } from '../errors/error.js';
import type { Environment, Fleet, Instance } from '../fleet/fleet.js';
import { snapshotAt } from '../plan/assemble.js';

/**
 * An application that only one environment holds. What would have to be copied is printed, with the environment's word
 * changed in paths and names, unless a file stands there already; nothing is created, since a new application is a
 * decision of people.
 */
export function missingApplication(
  fleet: Fleet,
  present: Instance,
  here: Environment,
  there: Environment,
): GitOpsError {
  const target = swapWord(present.resource.file, here.name, there.name);
  const text = snapshotAt(fleet, here.place).files[present.resource.file] ?? '';
  const isThere = snapshotAt(fleet, there.place).files[target] !== undefined && target !== present.resource.file;
  const copy = target === present.resource.file ? `a copy of ${present.resource.file}` : target;
  return problem(
    'application-in-one-environment',
    `${present.application} is in ${here.name} (${present.resource.file}), but not in ${there.name}.`,
    isThere
      ? `To have it in ${there.name}, add it to ${target} as ${present.resource.file} has it, and run again.`
      : [
          `To have it in ${there.name}, add ${copy} with this content, look through it, and run again:`,
          '',
          ...swapWord(text, here.name, there.name)
            .trimEnd()
            .split(/\r?\n/)
            .map((line) => `    ${line}`),
        ].join('\n'),
    {
      at: present.resource.at,
      details: { application: present.application, present: here.name, missing: there.name, file: target },
    },
  );
}

/** The environment's name as a whole word becomes the other's. */
function swapWord(text: string, from: string, to: string): string {
  return text.replace(
    new RegExp(`(?<![A-Za-z0-9])${from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9])`, 'g'),
    to,
  );
}
