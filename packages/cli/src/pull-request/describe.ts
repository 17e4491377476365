import { type CallOptions, type Forge, orThrow, type PullRequestStatus } from '@gitops/core';
import { exitCodes, type JsonDocument, type Report, toJson } from '../output/report.js';
import type { FileLines } from './changes.js';
import { nameOf } from './name.js';

export type Action = 'shown' | 'commented' | 'approved' | 'merged' | 'waiting' | 'closed';

/** `gitops/pull-request/1`: the pull request as it is after the command. */
export function pullRequestDocument(
  forge: Forge,
  status: PullRequestStatus,
  action: Action,
  more: { readonly files?: readonly FileLines[] | null; readonly waitingFor?: readonly string[] } = {},
): JsonDocument {
  const { pullRequest, approvals, rejections, checks, comments, mergeable, queued, awaits } = status;
  return {
    schema: 'gitops/pull-request/1',
    action,
    repository: forge.name,
    pullRequest: toJson(pullRequest),
    approvals: toJson(approvals),
    rejections: toJson(rejections),
    checks: toJson(checks),
    comments: toJson(comments),
    mergeable,
    queued,
    awaits: toJson(more.waitingFor ?? awaits),
    files: toJson(more.files ?? null),
  };
}

/** The answer of a command that did something to a pull request; the address is the last line. */
export async function pullRequestReport(
  forge: Forge,
  id: string,
  action: Exclude<Action, 'shown'>,
  verb: string,
  call: CallOptions,
  more: {
    readonly as?: string;
    readonly waitingFor?: readonly string[];
    readonly exitCode?: number;
  } = {},
): Promise<Report> {
  const status = orThrow(await forge.pullRequests.status(id, call));
  const { url, title, target } = status.pullRequest;
  const name = nameOf(forge, id);
  const into = more.as === undefined ? '' : ` into ${target} as ${more.as.slice(0, 7)}`;
  const said =
    more.waitingFor === undefined
      ? `${verb} ${name}${into}`
      : `${name.charAt(0).toUpperCase()}${name.slice(1)} waits for ${more.waitingFor.join(', ')}`;
  const last = `${said}: ${url}`;
  return {
    document: () =>
      pullRequestDocument(forge, status, action, more.waitingFor === undefined ? {} : { waitingFor: more.waitingFor }),
    text: () => [title, ...(more.as === undefined ? [] : [`Argo CD syncs it from ${target}.`]), last].join('\n'),
    brief: last,
    exitCode: more.exitCode ?? exitCodes.done,
  };
}

/** A pull request as people read it. */
export function describePullRequest(
  forge: Forge,
  status: PullRequestStatus,
  files: readonly FileLines[] | null,
): string {
  const { pullRequest } = status;
  const facts = [
    `${pullRequest.source} → ${pullRequest.target}, at ${pullRequest.head.slice(0, 12)}`,
    `${pullRequest.author}, ${pullRequest.createdAt}`,
    ...(pullRequest.landed === null ? [] : [`landed as ${pullRequest.landed.last.slice(0, 12)}`]),
    ...(pullRequest.labels.length > 0 ? [`labels ${pullRequest.labels.join(', ')}`] : []),
    ...(pullRequest.reviewers.length > 0 ? [`reviewers ${pullRequest.reviewers.join(', ')}`] : []),
    ...(pullRequest.assignees.length > 0 ? [`assigned to ${pullRequest.assignees.join(', ')}`] : []),
    ...(pullRequest.milestone === null ? [] : [`milestone ${pullRequest.milestone}`]),
    ...status.checks.map((one) => `check ${one.name}: ${one.state}${one.url === null ? '' : ` ${one.url}`}`),
    ...status.approvals.map((one) => `approved by ${one.by}, ${one.at}`),
    ...status.rejections.map((one) => `rejected by ${one.by}, ${one.at}`),
    ...(pullRequest.state === 'open' ? [stateOf(status)] : []),
  ];
  const comments = status.comments
    .filter((one) => one.text.trim() !== '')
    .map((one) => [`  ${one.author}, ${one.at}:`, ...indented(one.text, '    ')].join('\n'));
  return [
    `${pullRequest.title} · ${nameOf(forge, pullRequest.id)} · ${pullRequest.state}`,
    facts.map((one) => `  ${one}`).join('\n'),
    indented(withoutHidden(pullRequest.description), '  ').join('\n'),
    ...(files ?? []).map((file) => [`  ${file.path} (${file.change})`, ...shownLines(file)].join('\n')),
    ...comments,
    pullRequest.url,
  ]
    .filter((section) => section.trim() !== '')
    .join('\n\n');
}

function stateOf({ mergeable, awaits, queued }: PullRequestStatus): string {
  if (queued) return 'waiting to be merged';
  if (mergeable === 'conflict') return 'in conflict with its target';
  return awaits.length === 0 ? 'may be merged' : `waits for ${awaits.join(', ')}`;
}

const mostLines = 40;

function shownLines({ lines }: FileLines): string[] {
  const shown = lines.slice(0, mostLines).map((one) => `  ${String(one.line).padStart(6)} ${one.sign} ${one.text}`);
  return lines.length > mostLines ? [...shown, `  … and ${lines.length - mostLines} more`] : shown;
}

/** Without the block that is only a cache. */
function withoutHidden(description: string): string {
  return description.replace(/<!-- gitops [\s\S]*?-->/g, '').trim();
}

function indented(text: string, indent: string): string[] {
  return text === '' ? [] : text.split(/\r?\n/).map((line) => (line === '' ? '' : `${indent}${line}`));
}
