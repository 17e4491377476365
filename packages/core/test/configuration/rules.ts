import { lintFleet, type Plan, planFreeze } from '../../src/index.js';
import type { Json } from '../configuration-example.js';
import type { Effects } from './effect.js';
import { fleet, now, promote, shown, users } from './fleet.js';

const findings = (plan: Plan): unknown => plan.findings.map((one) => `${one.rule} ${one.severity}`);

/** A promotion that would go back. */
const older = (config: Json) => shown(promote(config, 'qa', { files: users({ qa: '3.0.0' }) }), findings);

/** A promotion of a tag that is moved. */
const moving = (to: string) => (config: Json) =>
  shown(promote(config, to, { from: 'qa', files: users({ qa: 'latest', [to]: 'main' }) }), findings);

/** How many findings of the rule that the example silences are told for one environment. */
const told = (environment: string) => (config: Json) =>
  shown(fleet(config, users({ [environment]: 'latest' })), (one) => {
    const { findings: found, silenced } = lintFleet(one, { now });
    const own = (all: readonly { readonly rule: string }[]) => all.filter(({ rule }) => rule === 'mutable-tag');
    return { told: own(found).length, silenced: silenced.map((each) => each.reason) };
  });

const freeze = (more: { reason?: string; until?: string }) => (config: Json) =>
  shown(
    fleet(config).andThen((one) => planFreeze(one, { environment: 'dev', by: 'ana', now, reason: 'QA', ...more })),
    () => 'frozen',
  );

const reason = 'dev follows main';
const passed = { told: 0, silenced: [reason] };
const found = { told: 1, silenced: [] };
const rules = ['environments', 'groups'];
const missing = (at: string, key: string) => `${at}: "${key}" must be given.`;

/** What refuses a change, what lint tells, what a freeze must say. */
export const ruleEffects: Effects = {
  rules: { look: older, given: ['downgrade warn'], leftOut: 'downgrade', beside: rules },
  'rules[].rule': { look: older, given: ['downgrade warn'], leftOut: missing('rules[0]', 'rule'), beside: rules },
  'rules[].severity': {
    look: older,
    given: ['downgrade warn'],
    leftOut: missing('rules[0]', 'severity'),
    beside: rules,
  },
  // perf is none of the group that the severity is for
  'rules[].into': {
    look: moving('perf'),
    given: ['promotion-order warn', 'not-comparable warn', 'mutable-tag warn'],
    leftOut: 'mutable-tag',
    beside: rules,
  },
  lint: { look: told('dev'), given: passed, leftOut: found, beside: ['environments'] },
  'lint.ignore': { look: told('dev'), given: passed, leftOut: found, beside: ['environments'] },
  'lint.ignore[].rule': {
    look: told('dev'),
    given: passed,
    leftOut: missing('lint.ignore[0]', 'rule'),
    beside: ['environments'],
  },
  'lint.ignore[].files': { look: told('qa'), given: found, leftOut: passed, beside: ['environments'] },
  'lint.ignore[].reason': {
    look: told('dev'),
    given: passed,
    leftOut: missing('lint.ignore[0]', 'reason'),
    beside: ['environments'],
  },
  freeze: { look: freeze({ reason: '' }), given: 'reason-required', leftOut: 'frozen', beside: ['environments'] },
  'freeze.requireReason': {
    look: freeze({ reason: '', until: '2026-11-26T10:00:00Z' }),
    given: 'reason-required',
    leftOut: 'frozen',
    beside: ['environments'],
  },
  'freeze.longest': {
    look: freeze({ until: '2026-12-09T10:00:01Z' }),
    given: 'until-invalid',
    leftOut: 'frozen',
    beside: ['environments'],
  },
};
