import type { SourcePosition } from '../model.js';
import type { LintFinding } from './finding.js';
import { type LintRuleId, lintRules } from './rules.js';

export function finding(rule: LintRuleId, message: string, at: SourcePosition | null): LintFinding {
  return { rule, severity: lintRules[rule].severity, message: message.trim(), at };
}
