import type { SourcePosition } from '../model.js';
import type { Comparison } from './compare.js';
import type { Limit } from './limits.js';
import type { AnnotationRules } from './source.js';

/** What a migration of Image Updater's annotations comes to, application by application. */
export interface MigrationReport {
  readonly applications: readonly MigratedApplication[];
  /** Those that stay as they are. */
  readonly keptBack: readonly KeptBack[];
}

export interface MigratedApplication {
  /** Null for an Application outside of all environments. */
  readonly environment: string | null;
  /** The name of the Argo CD resource. */
  readonly application: string;
  /** By which rules the annotations were read. */
  readonly rules: AnnotationRules;
  /** The `ImageUpdater` resource that decides afterwards, and its file. */
  readonly resource: string;
  readonly file: string;
  /** What is not written as it stood; nothing of it changes a decision. */
  readonly told: readonly Told[];
  /** Both configurations compared; a plan is only made where there is no difference. */
  readonly compared: Comparison;
}

export interface KeptBack {
  readonly environment: string | null;
  readonly application: string;
  readonly why: readonly Told[];
}

export interface Told extends Limit {
  readonly at: SourcePosition;
}
