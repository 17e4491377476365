/** The rules that `rules` in `gitops.yaml` can set, in the order of the documentation. */
export const ruleIds = [
  'downgrade',
  'not-comparable',
  'missing-pin',
  'masked-pin',
  'shared-pin',
  'ambiguous-image',
  'unknown-application',
  'application-in-one-environment',
  'missing-version',
  'promotion-order',
  'source-not-frozen',
  'updater-on-target',
  'environment-frozen',
  'mutable-tag',
  'environment-bound-tag',
  'constraint',
] as const;

/**
 * Rules that this release does not check yet. Naming one is an error: a rule that somebody relies on is never passed
 * over in silence.
 */
export const laterRuleIds = ['soak', 'window'] as const;
