import type { JsonValue, SourcePosition } from '../model.js';

/**
 * Every kind of expected failure, with the exit code that the command line answers. The names are API: a new one is a
 * minor change, a removed one a major. `docs/errors.md` has a heading for each; a test compares.
 */
export const errorKinds = {
  // how the program was called: 2
  usage: 2,
  'provider-unknown': 2,
  // what stands in the repository, or what was asked of it: 3
  'yaml-syntax': 3,
  'duplicate-key': 3,
  'alias-on-path': 3,
  'merge-key-on-path': 3,
  'template-in-yaml': 3,
  'yaml-too-large': 3,
  'pointer-invalid': 3,
  'pointer-not-found': 3,
  'pointer-ambiguous': 3,
  'not-a-scalar': 3,
  'already-there': 3,
  'edits-overlap': 3,
  'edit-unverified': 3,
  'config-invalid': 3,
  'no-argocd-files': 3,
  'no-environments': 3,
  'place-not-read': 3,
  'unknown-environment': 3,
  'unknown-application': 3,
  'unknown-image': 3,
  'application-in-one-environment': 3,
  'application-claimed-twice': 3,
  'application-invalid': 3,
  'override-invalid': 3,
  'image-reference-invalid': 3,
  'missing-version': 3,
  'missing-pin': 3,
  'masked-pin': 3,
  'shared-pin': 3,
  'ambiguous-image': 3,
  downgrade: 3,
  'not-comparable': 3,
  'mutable-tag': 3,
  'environment-bound-tag': 3,
  constraint: 3,
  'source-not-frozen': 3,
  'updater-on-target': 3,
  'environment-frozen': 3,
  'version-denied': 3,
  'promotion-order': 3,
  'reason-required': 3,
  'until-invalid': 3,
  'freeze-record-invalid': 3,
  'freeze-not-verified': 3,
  'freeze-covers-neighbour': 3,
  'freeze-in-template': 3,
  'changed-since-freeze': 3,
  'not-frozen': 3,
  'not-migrated': 3,
  'annotation-not-carried': 3,
  'migration-not-verified': 3,
  'nothing-to-revert': 3,
  'not-a-promotion': 3,
  'changed-since-promotion': 3,
  'plan-invalid': 3,
  'plan-newer': 3,
  'plan-expired': 3,
  'plan-path-refused': 3,
  'source-gone': 3,
  'merge-refused': 3,
  // who is asking: 4
  unauthenticated: 4,
  forbidden: 4,
  'identity-missing': 4,
  // somebody else was there first; run again: 5
  'plan-outdated': 5,
  'stale-head': 5,
  'already-exists': 5,
  'branch-modified': 5,
  'branch-checked-out': 5,
  'branch-diverged': 5,
  'pull-request-approved': 5,
  'timed-out': 5,
  // the forge: 6
  'rate-limited': 6,
  unavailable: 6,
  'response-invalid': 6,
  // not a kind of repository that can be served here
  'not-a-repository': 2,
  'repository-unsupported': 2,
  'not-found': 3,
  unsupported: 3,
  rejected: 3,
  aborted: 5,
} as const satisfies Record<string, number>;

export type ErrorKind = keyof typeof errorKinds;

/** An expected failure: plain data, ready for JSON. */
export interface GitOpsError {
  readonly kind: ErrorKind;
  /** Where, when it is about a place in a file. */
  readonly at: SourcePosition | null;
  /** What is wrong and why, in one or two sentences that end with a full stop. No secrets. */
  readonly message: string;
  /** What to do, in one or two sentences. */
  readonly remedy: string;
  /** Data for programs: names, known values, expected and found. */
  readonly details: { readonly [key: string]: JsonValue };
  /** Further problems found at the same time, so that all can be mended in one go. */
  readonly also: readonly GitOpsError[];
}

/** Makes an error; what is not given is empty. */
export function problem(
  kind: ErrorKind,
  message: string,
  remedy: string,
  more: {
    readonly at?: SourcePosition | null;
    readonly details?: { readonly [key: string]: JsonValue };
    readonly also?: readonly GitOpsError[];
  } = {},
): GitOpsError {
  return { kind, at: more.at ?? null, message, remedy, details: more.details ?? {}, also: more.also ?? [] };
}

/** Several problems as one: the first, carrying the others. Null for an empty list. */
export function severalProblems(problems: readonly GitOpsError[]): GitOpsError | null {
  const flat = problems.flatMap((one) => [{ ...one, also: [] }, ...one.also]);
  const first = flat[0];
  return first === undefined ? null : { ...first, also: flat.slice(1) };
}
