import type { Place } from '../fleet/fleet.js';
import type { SourcePosition } from '../model.js';
import type { LintRuleId, LintSeverity } from './rules.js';

/** Something that a rule found. */
export interface LintFinding {
  readonly rule: LintRuleId;
  readonly severity: LintSeverity;
  /** A sentence or two: what is there, and what it does. */
  readonly message: string;
  readonly at: SourcePosition | null;
  /** Left out: home. Else the branch or repository that `at` is in; the message begins with it. */
  readonly place?: Place;
  /** Only where one is certain: one way to mend it, which changes what was meant to nothing else. */
  readonly fix?: LintFix;
}

/** A change of the file that a finding is in: one run of characters becomes another. */
export interface LintFix {
  /** What it does, in a few words: `write users.update-strategy`. */
  readonly does: string;
  readonly at: SourcePosition;
  /** Where what is replaced ends: the character there stays. */
  readonly end: SourcePosition;
  readonly text: string;
}

/** Findings, and those that somebody silenced, with the reason that was given. */
export interface LintReport {
  readonly findings: readonly LintFinding[];
  readonly silenced: readonly (LintFinding & { readonly reason: string })[];
}
