import type { Place } from '../fleet/fleet.js';
import { describePlace, home } from '../fleet/place.js';
import type { SourcePosition } from '../model.js';
import type { YamlEdit } from '../yaml/index.js';
import type { LintFinding } from './finding.js';
import { type LintRuleId, lintRules } from './rules.js';

/** What a rule found, with the edits that would mend it where that is certain. They are of the file that `at` is in. */
export interface Found extends Omit<LintFinding, 'fix'> {
  readonly repair?: Repair;
}

export interface Repair {
  readonly does: string;
  readonly edits: readonly YamlEdit[];
}

export function finding(
  rule: LintRuleId,
  message: string,
  at: SourcePosition | null,
  repair: Repair | null = null,
): Found {
  const { severity } = lintRules[rule];
  return { rule, severity, message: message.trim(), at, ...(repair === null ? {} : { repair }) };
}

/** A finding as it is told of a place: one that is not home is named. */
export function placed(place: Place, found: Found): Found {
  if (place.id === home.id) return found;
  const name = `${describePlace(place)}: `;
  return { ...found, place, message: found.message.startsWith(name) ? found.message : `${name}${found.message}` };
}
