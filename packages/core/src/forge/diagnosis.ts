/** One line of `gitops doctor`: something that would work, would fail, or could not be looked at. */
export interface Diagnosis {
  /** What was looked at, in words that do not change: `host`, `token`, `scopes`, `permissions`, `protection`, … */
  readonly check: string;
  /** `unknown`: it could not be looked at, and the message says why. */
  readonly state: 'ok' | 'warn' | 'fail' | 'unknown';
  /** What is so. No secret. */
  readonly message: string;
  /** What to do; null where nothing is to be done. */
  readonly remedy: string | null;
}
