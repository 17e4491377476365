import type { Severity } from '../environment/config.js';
import type { ErrorKind, GitOpsError } from '../errors/error.js';
import type { Place } from '../fleet/fleet.js';
import type { Selection } from '../freeze/record.js';
import type { MigrationReport } from '../migrate/report.js';
import type { AnnotationRules } from '../migrate/source.js';
import type { CommitId, FileChange, SourcePosition, Version } from '../model.js';
import type { Pointer } from '../yaml/node.js';

/** What was asked, with everything resolved that a second planning needs: nothing here depends on a clock. */
export type PlanRequest = FreezeRequest | ResumeRequest | PromoteRequest | SetRequest | RevertRequest | MigrateRequest;

interface Asked {
  /** ISO 8601: the only time that planning knows. */
  readonly now: string;
  /** Who asks, for records and messages: the forge's identity, or `--on-behalf-of`. */
  readonly by: string;
}

export interface FreezeRequest extends Asked {
  readonly verb: 'freeze';
  readonly environment: string;
  readonly selection: Selection;
  readonly reason: string;
  /** ISO 8601, or null. */
  readonly until: string | null;
  /** Who froze first and when (ISO 8601), where the same freeze waits in an open pull request. */
  readonly previous?: { readonly since: string; readonly by: string };
}

export interface ResumeRequest extends Asked {
  readonly verb: 'resume';
  /** Null with `expired`: every environment. */
  readonly environment: string | null;
  readonly selection: Selection;
  readonly expired: boolean;
  readonly keepChanges: boolean;
}

export interface PromoteRequest extends Asked {
  readonly verb: 'promote';
  readonly from: string;
  /** The commit that the source's versions are read from, once known. */
  readonly fromCommit: CommitId | null;
  /** True where the commit was asked for (`dev@3f2c1ab`), so that the source cannot move while a review goes on. */
  readonly pinned: boolean;
  readonly to: readonly string[];
  readonly selection: Selection;
}

export interface SetRequest extends Asked {
  readonly verb: 'set';
  readonly environment: string;
  /** `application` may carry an image: `payments`, or `payments/ghcr.io/acme/payments` where it has several. */
  readonly versions: readonly {
    readonly application: string;
    readonly image: string | null;
    readonly version: string;
  }[];
}

export interface RevertRequest extends Asked {
  readonly verb: 'revert';
  /** What landed and is set back: the target branch before its first commit, and its last commit. */
  readonly landed: {
    readonly before: CommitId;
    readonly last: CommitId;
    /** Id of the place that it landed in; left out: home. */
    readonly place?: string;
  };
  /** The pull request that is reverted, where one is known. */
  readonly pullRequest: string | null;
  readonly environment: string | null;
  readonly selection: Selection;
  readonly skipChanged: boolean;
  readonly hold: { readonly reason: string; readonly until: string | null } | null;
}

/** From the annotations of Image Updater to `ImageUpdater` resources. */
export interface MigrateRequest extends Asked {
  readonly verb: 'migrate';
  /** Names, aliases and groups; empty: every application, in environments or not. */
  readonly environments: readonly string[];
  /** Whole applications: `images` is empty. */
  readonly selection: Selection;
  /** Which Image Updater reads the annotations today; null: as the repository tells. */
  readonly from: AnnotationRules | null;
  /** True to leave the annotations, and have the resources read them (`useAnnotations`). */
  readonly keepAnnotations: boolean;
  /** File of the resources, with `{environment}` and `{namespace}`; null: beside the Applications. */
  readonly out: string | null;
}

/** One value changed at one place. */
export interface PlannedEdit {
  readonly file: string;
  readonly pointer: Pointer;
  /** For people: `Application/users-dev spec.source.helm.parameters[image.tag].value`. */
  readonly where: string;
  readonly at: SourcePosition;
  readonly before: string | null;
  readonly after: string | null;
  readonly why: string;
}

/** An image that moves, as the table of a promotion shows it. */
export interface VersionChange {
  readonly environment: string;
  readonly application: string;
  readonly image: string;
  readonly from: Version;
  readonly to: Version;
  readonly kind: 'major' | 'minor' | 'patch' | 'prerelease' | 'other' | 'downgrade' | 'digest';
  readonly pins: readonly SourcePosition[];
}

/** What a rule found. */
export interface Finding {
  readonly rule: ErrorKind;
  readonly severity: Exclude<Severity, 'off'>;
  readonly message: string;
  readonly remedy: string;
  readonly at: SourcePosition | null;
  readonly environment: string | null;
  readonly application: string | null;
  readonly image: string | null;
}

/** What stayed where it is, and why. */
export interface Skipped {
  readonly environment: string;
  readonly application: string;
  readonly image: string | null;
  /** `shared`: several environments read one version, at one place; said where nothing else moves. */
  readonly reason: 'frozen' | 'denied' | 'changed' | 'excluded' | 'only-in-source' | 'untracked' | 'shared';
  readonly message: string;
}

/** The text of a pull request and of its only commit. */
export interface ChangeText {
  readonly sourceBranch: string;
  readonly title: string;
  readonly description: string;
  /** The whole commit message with trailers. */
  readonly message: string;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: string | null;
  readonly draft: boolean;
}

/** Everything that happens in one place: one commit, one pull request. */
export interface PlannedChange {
  readonly place: Place;
  /** The commit that the plan was made on; null for a working tree or files in memory. */
  readonly base: CommitId | null;
  readonly edits: readonly PlannedEdit[];
  readonly files: readonly FileChange[];
  readonly pullRequest: ChangeText;
}

/** Data: what would happen. Made without I/O; the same inputs give the same bytes. */
export interface Plan {
  readonly request: PlanRequest;
  /** One entry per place; empty where nothing is to be done. */
  readonly changes: readonly PlannedChange[];
  /** The versions that move. */
  readonly versions: readonly VersionChange[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** One line: `Promote dev to prod: payments 1.8.2, users 2.1.0`. */
  readonly summary: string;
  /** What was compared; left out, unless the request is a migration. */
  readonly migration?: MigrationReport;
}

export type { GitOpsError };
