import type { Config, Severity } from '../environment/config.js';
import type { ErrorKind, GitOpsError } from '../errors/error.js';
import { problem } from '../errors/error.js';
import type { Environment, Fleet, Instance, TrackedImage } from '../fleet/fleet.js';
import { describeVersion } from '../fleet/pin-version.js';
import { compareVersions, isMutableTag } from '../image/index.js';
import type { Version } from '../model.js';
import type { Finding } from '../plan/plan.js';
import { boundTag, outsideConstraint } from './tag-rules.js';

/** One image that is about to move, as a rule sees it. */
export interface Move {
  readonly verb: 'promote' | 'set' | 'revert';
  readonly from: Environment | null;
  readonly to: Environment;
  readonly source: Instance | null;
  readonly target: Instance;
  readonly image: TrackedImage;
  readonly before: Version;
  readonly after: Version;
  readonly now: string;
}

/**
 * A check of one image that moves. A rule of one's own is a function of this type, handed to `planPromotion({ rules })`;
 * rules are never loaded from a repository.
 */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** What is wrong with the move, or null. */
  readonly check: (move: Move) => { readonly message: string; readonly remedy: string } | null;
}

/** The severities that hold where `gitops.yaml` says nothing. */
export const defaultSeverities = {
  downgrade: 'error',
  'not-comparable': 'warn',
  'mutable-tag': 'warn',
  'environment-bound-tag': 'warn',
  constraint: 'warn',
  'source-not-frozen': 'warn',
  'updater-on-target': 'warn',
  'missing-pin': 'error',
  'masked-pin': 'error',
  'shared-pin': 'error',
  'ambiguous-image': 'error',
  'unknown-application': 'error',
  'environment-frozen': 'error',
  'application-in-one-environment': 'warn',
  'missing-version': 'error',
  'promotion-order': 'warn',
} as const satisfies Partial<Record<ErrorKind, Severity>>;

export type RuleId = keyof typeof defaultSeverities;

/** The severity of a rule for what goes into this environment: the strictest entry of the configuration that applies. */
export function severityOf(config: Config, rule: RuleId, into: string): Severity {
  const order: readonly Severity[] = ['off', 'warn', 'error'];
  const entries = config.rules.filter((one) => one.rule === rule && appliesInto(config, one.into, into));
  if (entries.length === 0) return defaultSeverities[rule];
  return entries.map((one) => one.severity).reduce((a, b) => (order.indexOf(a) > order.indexOf(b) ? a : b));
}

function appliesInto(config: Config, into: readonly string[], environment: string): boolean {
  return into.length === 0 || into.some((one) => (config.groups[one] ?? [one]).includes(environment));
}

interface Check {
  readonly id: RuleId;
  readonly found: { readonly message: string; readonly remedy: string } | null;
}

/** The checks of versions that are built in. `revert` passes those of what is new: going back is what it is for. */
export function checkMove({ config, environments }: Fleet, move: Move): readonly Finding[] {
  const checks: readonly Check[] = [
    ...(move.verb === 'revert' ? [] : checksForward(environments, move)),
    { id: 'mutable-tag', found: checkMutable(move) },
  ];
  return checks.flatMap(({ id, found }) => {
    const severity = severityOf(config, id, move.to.name);
    return found === null || severity === 'off' ? [] : [findingOf(move, id, severity, found)];
  });
}

/** A rule of one's own, as a finding. */
export function checkOwnRule(rule: Rule, move: Move): readonly Finding[] {
  const found = rule.severity === 'off' ? null : rule.check(move);
  return found === null || rule.severity === 'off'
    ? []
    : [{ ...findingOf(move, 'rejected', rule.severity, found), message: `${rule.id}: ${found.message}` }];
}

/** Of what goes where it has not been. */
function checksForward(environments: readonly Environment[], move: Move): readonly Check[] {
  return [
    checkOrder(move),
    { id: 'environment-bound-tag', found: boundTag(environments, move) },
    { id: 'constraint', found: outsideConstraint(move) },
  ];
}

function checkOrder(move: Move): Check {
  const order = compareVersions(move.before, move.after);
  const several = move.target.images.length > 1 ? `${move.image.image} of ` : '';
  const where = `${several}${move.target.application} in ${move.to.name}`;
  const versions = `${describeVersion(move.before)} to ${describeVersion(move.after)}`;
  if (order === 'older') {
    return {
      id: 'downgrade',
      found: {
        message: `${where} would go back from ${versions}.`,
        remedy:
          move.verb === 'set'
            ? 'To go back on purpose, use gitops revert, or set the rule downgrade to warn in gitops.yaml.'
            : `Leave it out with --except ${move.target.application}, or set the rule downgrade to warn in gitops.yaml.`,
      },
    };
  }
  if (order === 'not-comparable') {
    return {
      id: 'not-comparable',
      found: {
        message: `${where} would go from ${versions}; which of them is newer cannot be told.`,
        remedy: 'Look at both versions in the review.',
      },
    };
  }
  return { id: 'downgrade', found: null };
}

function checkMutable(move: Move): { message: string; remedy: string } | null {
  const { tag, digest } = move.after;
  if (tag === null || digest !== null || !isMutableTag(tag, move.image.image)) return null;
  return {
    message: `The tag ${tag} of ${move.image.image} may point to another image tomorrow.`,
    remedy: 'Promote a tag that is written once, or a digest.',
  };
}

function findingOf(
  move: Move,
  rule: ErrorKind,
  severity: Exclude<Severity, 'off'>,
  found: { readonly message: string; readonly remedy: string },
): Finding {
  return {
    rule,
    severity,
    message: found.message,
    remedy: found.remedy,
    at: move.image.pins[0]?.at ?? null,
    environment: move.to.name,
    application: move.target.application,
    image: move.image.image,
  };
}

/** A finding of severity error, as the failure that refuses the plan. */
export function toProblem(finding: Finding): GitOpsError {
  return problem(finding.rule, finding.message, finding.remedy, {
    at: finding.at,
    details: {
      ...(finding.environment === null ? {} : { environment: finding.environment }),
      ...(finding.application === null ? {} : { application: finding.application }),
      ...(finding.image === null ? {} : { image: finding.image }),
    },
  });
}
