import type { SourcePosition } from '../model.js';
import type { LintRuleId, LintSeverity } from './rules.js';

/** Something that a rule found. */
export interface LintFinding {
  readonly rule: LintRuleId;
  readonly severity: LintSeverity;
  /** A sentence or two: what is there, and what it does. */
  readonly message: string;
  readonly at: SourcePosition | null;
}

/** Findings, and those that somebody silenced, with the reason that was given. */
export interface LintReport {
  readonly findings: readonly LintFinding[];
  readonly silenced: readonly (LintFinding & { readonly reason: string })[];
}
