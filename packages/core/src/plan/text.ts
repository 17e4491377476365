import type { Config, PullRequestConfig } from '../environment/config.js';
import { describeVersion } from '../fleet/pin-version.js';
import { isNarrow } from '../fleet/select.js';
import type { Selection } from '../freeze/record.js';
import type { FileChange } from '../model.js';
import { bodyOf } from './body.js';
import { digestOfFiles, shortHash } from './digest.js';
import type { ChangeText, Finding, PlannedEdit, PlanRequest, Skipped, VersionChange } from './plan.js';

/** What a change is about, for its branch, message and pull request. */
export interface TextInput {
  readonly request: PlanRequest;
  readonly operation: 'promote' | 'freeze' | 'resume' | 'revert' | 'set' | 'migrate';
  /** Steps of the branch's name after prefix and project: `['promote', 'dev', 'prod']`. */
  readonly branch: readonly string[];
  readonly selection: Selection;
  /** `Promote dev to prod: payments 1.8.2, users 2.1.0`. */
  readonly summary: string;
  readonly environments: readonly string[];
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly versions: readonly VersionChange[];
  readonly edits: readonly PlannedEdit[];
  readonly files: readonly FileChange[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** Sentences for the body, after the table. */
  readonly notes: readonly string[];
  /** Variables that `gitops.yaml` may use (`{env.TICKET}`), resolved by the caller. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The texts of a change: the same input gives the same bytes. */
export function textOf(config: Config, input: TextInput): ChangeText {
  const settings = settingsOf(config, input.environments);
  const placeholders = {
    ...input.variables,
    summary: input.summary,
    operation: input.operation,
    to: input.environments.join(','),
    environment: input.environments.join(','),
  };
  const title = fill(config.commit.title, placeholders);
  return {
    sourceBranch: branchOf(config, settings, input),
    title,
    message: messageOf(config, title, input, placeholders),
    description: bodyOf(input),
    labels: settings.labels.map((label) => fill(label, placeholders)),
    reviewers: settings.reviewers,
    assignees: settings.assignees,
    milestone: settings.milestone === null ? null : fill(settings.milestone, placeholders),
    draft: settings.draft,
  };
}

/**
 * Pull request settings for these environments: each `for` entry replaces what it names. One pull request into several
 * environments asks for what each of them asks for: the reviewers and labels of all, the most approvals.
 */
export function settingsOf(config: Config, environments: readonly string[]): PullRequestConfig {
  const common = config.pullRequest;
  let settings = common;
  const each = environments.map((environment): PullRequestConfig => {
    const own = Object.hasOwn(config.pullRequestFor, environment) ? config.pullRequestFor[environment] : undefined;
    if (own === undefined) return common;
    settings = { ...settings, ...own, merge: { ...settings.merge, ...own.merge } };
    return { ...common, ...own, merge: { ...common.merge, ...own.merge } };
  });
  if (each.length === 0) return common;
  return {
    ...settings,
    labels: [...new Set(each.flatMap((one) => one.labels))],
    reviewers: [...new Set(each.flatMap((one) => one.reviewers))],
    assignees: [...new Set(each.flatMap((one) => one.assignees))],
    draft: each.some((one) => one.draft),
    merge: {
      ...settings.merge,
      auto: each.every((one) => one.merge.auto),
      approvals: Math.max(...each.map((one) => one.merge.approvals)),
    },
  };
}

/** `<prefix>/[<project>/]promote/<from>/<to>`; a selection adds `+<hash>`. */
function branchOf(config: Config, settings: PullRequestConfig, input: TextInput): string {
  const steps = [settings.branchPrefix, ...(config.name === null ? [] : [config.name]), ...input.branch].map(refSafe);
  return isNarrow(input.selection)
    ? `${steps.join('/')}+${shortHash(sortedSelection(input.selection))}`
    : steps.join('/');
}

/** The same selection in any order has the same name. */
export function sortedSelection(selection: Selection): Selection {
  return {
    applications: [...selection.applications].sort(),
    images: [...selection.images].sort(),
    except: [...selection.except].sort(),
  };
}

/** Characters that Git refuses in a ref's name become `-`. */
function refSafe(step: string): string {
  return step
    .replace(/[\u0000-\u0020\u007f~^:?*[\]\\]|\.\.|@\{/g, '-')
    .replace(/^[.-]+|(\.lock|\.)$/g, '-')
    .replace(/\/+/g, '/');
}

function messageOf(
  config: Config,
  title: string,
  input: TextInput,
  placeholders: Readonly<Record<string, string>>,
): string {
  const moves = columns(
    input.versions.map((one) => [
      one.application,
      one.image,
      `${describeVersion(one.from)} -> ${describeVersion(one.to)}`,
    ]),
  );
  const trailers: (readonly [string, string])[] = [
    ['GitOps-Operation', input.operation],
    ...input.trailers,
    ...(isNarrow(input.selection) ? ([['GitOps-Selection', describeSelection(input.selection)]] as const) : []),
    ['GitOps-Digest', digestOfFiles(input.files)],
    ...Object.entries(config.commit.trailers).map(([name, value]) => [name, fill(value, placeholders)] as const),
    ...(config.commit.signOff ? ([['Signed-off-by', input.request.by]] as const) : []),
  ];
  const paragraphs = [
    title,
    ...(moves.length > 0 ? [moves.join('\n')] : []),
    ...(input.operation === 'freeze' && 'reason' in input.request && input.request.reason !== ''
      ? [oneLine(input.request.reason)]
      : []),
    trailers.map(([name, value]) => `${name}: ${oneLine(value)}`).join('\n'),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

/** `app=payments image=… except=…`, for trailers and messages. */
export function describeSelection(selection: Selection): string {
  return [
    ...(selection.applications.length > 0 ? [`app=${selection.applications.join(',')}`] : []),
    ...(selection.images.length > 0 ? [`image=${selection.images.join(',')}`] : []),
    ...(selection.except.length > 0 ? [`except=${selection.except.join(',')}`] : []),
  ].join(' ');
}

/** `{name}` by its value; an unknown placeholder stays, and the configuration reader has refused it before. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([\w.]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}

/** Rows with their cells padded to equal width. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** More than three applications: how many, instead of their names. */
export function listMoves(versions: readonly VersionChange[]): string {
  const names = [...new Set(versions.map((one) => `${one.application} ${describeVersion(one.to)}`))];
  const applications = new Set(versions.map((one) => one.application));
  return applications.size > 3 ? `${applications.size} applications` : names.join(', ');
}
