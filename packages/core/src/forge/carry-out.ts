import type { GitOpsError } from '../errors/error.js';
import type { PlannedChange } from '../plan/plan.js';
import { err, ok, type Result } from '../result.js';
import type { ApplyOptions, PullRequestOutcome } from './apply.js';
import { commitOnce } from './commit-once.js';
import type { OpenAt } from './open-freeze.js';
import { signalOf } from './places.js';
import type { Forge, PullRequest } from './ports.js';

/** Branch, then pull request: each found where it is there already. */
export async function carryOutOne(
  change: PlannedChange,
  at: OpenAt,
  options: ApplyOptions,
): Promise<Result<PullRequestOutcome, GitOpsError>> {
  const { forge, head: target } = at.target;
  const call = signalOf(options);
  const text = change.pullRequest;
  const source = text.sourceBranch;
  const open = await at.open.find({ source, target: target.branch });
  if (open.isErr()) return err(open.error);
  const committed = await commitOnce(change, open.value, { ...options, forge });
  if (committed.isErr()) return err(committed.error);
  const { commit, unchanged, isNewBranch } = committed.value;
  const outcome = (kind: PullRequestOutcome['kind'], one: PullRequest): PullRequestOutcome => ({
    kind,
    place: change.place.id,
    id: one.id,
    url: one.url,
    title: one.title,
    source,
    target: target.branch,
    head: commit,
    landed: null,
    waitingFor: [],
  });
  if (open.value === null) {
    options.onProgress?.({ step: 'open', message: `Opening the ${forge.capabilities.terms.request}.` });
    const opened = await forge.pullRequests.open(
      { ...descriptionOf(change, forge), source, target: target.branch },
      call,
    );
    if (opened.isOk()) return ok(outcome('opened', opened.value));
    const retried = opened.error.kind === 'already-exists' || opened.error.kind === 'stale-head';
    // best effort: what failed first is what is told
    if (!retried && isNewBranch) await forge.git.deleteBranch(source, commit, call).unwrapOr(undefined);
    return err(opened.error);
  }
  const wanted = descriptionOf(change, forge);
  const isSame =
    unchanged &&
    open.value.title === text.title &&
    isSameText(open.value.description, wanted.description) &&
    (wanted.labels ?? []).every((label) => open.value?.labels.includes(label));
  if (isSame) return ok(outcome('unchanged', open.value));
  options.onProgress?.({ step: 'update', message: `Updating ${open.value.id}.` });
  const updated = await forge.pullRequests.update(open.value.id, changeable(wanted), call);
  return updated.map((one) => outcome('updated', one));
}

/** Forges trim and change line ends; the content decides. */
function isSameText(a: string, b: string): boolean {
  return a.replace(/\r\n/g, '\n').trim() === b.replace(/\r\n/g, '\n').trim();
}

/** People may have made a draft ready: an update leaves that as it is. */
function changeable({ draft: _, ...rest }: ReturnType<typeof descriptionOf>) {
  return rest;
}

function descriptionOf(change: PlannedChange, forge: Forge) {
  const { title, description, labels, reviewers, assignees, milestone, draft } = change.pullRequest;
  const { capabilities } = forge;
  return {
    title,
    description: cutAt(description, capabilities.descriptionLimit),
    ...(capabilities.labels && labels.length > 0 ? { labels } : {}),
    ...(capabilities.reviewers && reviewers.length > 0 ? { reviewers } : {}),
    ...(capabilities.assignees && assignees.length > 0 ? { assignees } : {}),
    ...(capabilities.milestones && milestone !== null ? { milestone } : {}),
    ...(capabilities.drafts && draft ? { draft } : {}),
  };
}

/** Cut at a line, so that a table is not torn. */
function cutAt(text: string, limit: number | null): string {
  if (limit === null || text.length <= limit) return text;
  const note = '\n\n… cut; the whole list is in the commit message.\n';
  const room = text.slice(0, Math.max(0, limit - note.length));
  return `${room.slice(0, Math.max(0, room.lastIndexOf('\n')))}${note}`;
}
