import { type Forge, orThrow, type Plan, type PlanRequest, type ReadOptions, readFleet } from '@gitops/core';

/**
 * Freezing twice changes nothing: where the same record waits in an open pull request of ours, who froze first and when
 * are taken over from there, so that a second run finds its own change. Null where nothing is to be taken over.
 */
export async function openRecordRequest(
  plan: Plan,
  forge: Forge,
  target: string,
  reading: ReadOptions,
): Promise<PlanRequest | null> {
  const { request } = plan;
  if (request.verb !== 'freeze' && !(request.verb === 'revert' && request.hold !== null)) return null;
  for (const change of plan.changes) {
    const source = change.pullRequest.sourceBranch;
    const isNew = new Set(change.files.filter((one) => one.before === null).map((one) => one.path));
    if (isNew.size === 0) continue;
    const open = orThrow(await forge.pullRequests.findOpen({ source, target }, callOf(reading)));
    if (open === null) continue;
    const theirs = await readFleet(forge, { ...reading, commit: open.head });
    const records = theirs.isOk() ? theirs.value.environments.flatMap((one) => one.freezes) : [];
    const record = records.find((one) => isNew.has(one.file));
    if (record !== undefined) return { ...request, now: record.since, by: record.by };
  }
  return null;
}

function callOf({ signal }: ReadOptions) {
  return signal === undefined ? {} : { signal };
}
