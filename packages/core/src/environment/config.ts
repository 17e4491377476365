/**
 * `gitops.yaml` as a value: what discovery cannot know. Everything has its default filled in. The file's own shape is
 * `schemas/gitops.schema.json`.
 */
export interface Config {
  /** Where the file stands (`gitops.yaml`, `team/gitops.yaml`); null where there is none and everything is discovered. */
  readonly file: string | null;
  /** Folder that `.gitops/` lies in, relative to the repository's root; `''` for the root itself. */
  readonly root: string;
  readonly name: string | null;
  /** Patterns such as `apps/{environment}/{application}/application.yaml`; empty: discover. */
  readonly layout: readonly string[];
  readonly ignore: readonly string[];
  /** As written; empty: discover. Their order of promotion is what each comes from. */
  readonly environments: readonly EnvironmentConfig[];
  /** Members as names of environments, whatever alias the file uses. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly versions: readonly { readonly files: string; readonly key: string; readonly image: string }[];
  readonly images: readonly ImageMapping[];
  readonly rules: readonly RuleConfig[];
  /** `longest` as written (`14d`); `parseDuration` gives the milliseconds. */
  /** What `gitops lint` is told to pass over, with the reason. `files` are globs; none: everywhere. */
  readonly lint: { readonly ignore: readonly LintSilence[] };
  readonly freeze: { readonly requireReason: boolean; readonly longest: string | null };
  readonly commit: {
    readonly title: string;
    readonly signOff: boolean;
    readonly trailers: Readonly<Record<string, string>>;
  };
  readonly pullRequest: PullRequestConfig;
  /** `pullRequest.for`: per environment. */
  readonly pullRequestFor: Readonly<Record<string, PullRequestOverride>>;
}

export interface EnvironmentConfig {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Environments that must all have a version before it may come here; empty: the first. */
  readonly from: readonly string[];
  readonly branch: string | null;
  readonly repository: string | null;
}

/** Where the same image has two names. `{path}` is a placeholder for the same text on both sides. */
export interface ImageMapping {
  readonly from: string;
  readonly to: string;
  /** Environments that it holds for, groups and aliases resolved; empty: all. */
  readonly into: readonly string[];
}

export interface LintSilence {
  readonly rule: string;
  readonly files: readonly string[];
  readonly reason: string;
}

export type Severity = 'off' | 'warn' | 'error';

export interface RuleConfig {
  readonly rule: string;
  readonly severity: Severity;
  /** Environments promoted into, groups and aliases resolved; empty: all. */
  readonly into: readonly string[];
  readonly options: Readonly<Record<string, string | readonly string[]>>;
}

export interface PullRequestConfig {
  readonly branchPrefix: string;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  /** Title of a milestone that the forge has. */
  readonly milestone: string | null;
  readonly draft: boolean;
  readonly merge: {
    readonly method: 'merge' | 'squash' | 'rebase';
    readonly auto: boolean;
    readonly approvals: number;
    readonly holdLabel: string | null;
  };
}

/** What differs for one environment: only what is given replaces the common settings. */
export interface PullRequestOverride extends Partial<Omit<PullRequestConfig, 'merge'>> {
  readonly merge?: Partial<PullRequestConfig['merge']>;
}
