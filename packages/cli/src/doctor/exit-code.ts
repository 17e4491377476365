import { exitCodes } from '../output/report.js';
import type { Line } from './line.js';

/** Checks that fail where somebody is not known, or not allowed. */
const access = ['token', 'scopes', 'permissions', 'identity'];
/** Checks that fail where nobody answers. */
const reach = ['network', 'host'];

/** As errors of a run would have them: 6 unreachable, 4 token or permission, 3 any other failure; 0 else. */
export function exitCodeOf(lines: readonly Line[]): number {
  const failed = lines.filter((one) => one.state === 'fail').map((one) => one.check);
  if (failed.length === 0) return exitCodes.done;
  if (failed.includes('network')) return 6;
  // a host that refuses an unknown token answers, though not what was asked
  if (failed.some((check) => access.includes(check))) return 4;
  return failed.some((check) => reach.includes(check)) ? 6 : 3;
}
