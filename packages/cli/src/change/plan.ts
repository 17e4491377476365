import {
  type BranchHead,
  type Clock,
  type Fleet,
  orThrow,
  type Plan,
  type PlanRequest,
  planAgain,
  type ReadOptions,
  readFleet,
  readFleetAt,
  recentMs,
  takeOverOpenRecord,
  targetHead,
} from '@gitops/core';
import { callOf, clockOf } from '../call.js';
import { fail, usage } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { readingOf } from '../repository/config-path.js';
import { checkedOutBranch } from '../repository/locate.js';
import { type Opened, openForge } from '../repository/open.js';
import { forgesOfPlaces } from '../repository/places.js';
import type { RequestOf } from './request.js';
import { variablesOf } from './variables.js';

/** The branch that changes go to, as it is today. */
export interface Target {
  readonly opened: Opened;
  readonly target: BranchHead;
  readonly reading: ReadOptions;
  readonly clock: Clock;
}

/** A plan on the target branch of today, and what it was made from. */
export interface Planned extends Target {
  readonly plan: Plan;
  readonly variables: Readonly<Record<string, string>>;
}

export async function openTarget(invocation: Invocation): Promise<Target> {
  const { settings, console } = invocation;
  const opened = await openForge(invocation);
  const call = callOf(invocation);
  const target = orThrow(await targetHead(opened.forge, branchOf(opened, invocation), call));
  console.progress('read', `Reading ${opened.forge.name}, ${target.branch}@${target.commit.slice(0, 7)}.`);
  const reading: ReadOptions = { ...readingOf(opened.located, settings), ...call, forgeOf: forgesOfPlaces(invocation) };
  return { opened, target, reading, clock: await clockOf(invocation) };
}

/** `--branch`; null for the default branch, which a working tree without one (a detached head) does not tell. */
function branchOf({ located, choice }: Opened, { settings }: Invocation): string | null {
  const isOwn = located.kind === 'working-tree' && 'path' in choice && choice.path === located.root;
  if (settings.branch !== null || !isOwn || checkedOutBranch(located.gitDir) !== null) return settings.branch;
  return usage(
    'No branch is checked out here, so where the change should go is not known.',
    'Name the branch: --branch <name>',
  );
}

/** The target branch and its fleet, read together: a forge that is far away is asked once. */
async function readTarget(invocation: Invocation): Promise<{ readonly found: Target; readonly fleet: Fleet }> {
  const { settings, console } = invocation;
  const opened = await openForge(invocation);
  const { forge } = opened;
  const branch = branchOf(opened, invocation);
  const reading: ReadOptions = {
    ...readingOf(opened.located, settings),
    ...callOf(invocation),
    forgeOf: forgesOfPlaces(invocation),
  };
  console.progress('read', `Reading ${forge.name}.`);
  const fleet = orThrow(await readFleet(forge, { ...reading, branch }));
  const head = orThrow(await targetHead(forge, branch, { ...callOf(invocation), maxAgeMs: recentMs }));
  const target: BranchHead = { branch: head.branch, commit: fleet.places[0]?.snapshot.commit ?? head.commit };
  console.progress('plan', `Planning on ${target.branch}@${target.commit.slice(0, 7)}.`);
  return { found: { opened, target, reading, clock: await clockOf(invocation) }, fleet };
}

/** Opens the forge, reads the target branch, asks the verb what is wanted, and plans it. */
export async function planChange(invocation: Invocation, requestOf: RequestOf, writes: boolean): Promise<Planned> {
  const { found, fleet } = await readTarget(invocation);
  const { opened, target, reading, clock } = found;
  const { forge } = opened;
  const variables = variablesOf(fleet.config, invocation.io.env);
  const by = (): Promise<string> => whoAsks(opened, invocation, writes);
  const asked = await requestOf({ invocation, opened, fleet, reading, now: clock.now(), by });
  const request = fleet.config.commit.signOff && asked.by === '' ? { ...asked, by: await by() } : asked;
  const planFor = async (wanted: PlanRequest): Promise<Plan> => planOn(found, fleet, wanted, variables);
  const first = await planFor(request);
  const again = orThrow(
    await takeOverOpenRecord(first, forge, { ...reading, branch: target.branch, maxAgeMs: recentMs }),
  );
  const plan = again === null ? first : await planFor(again);
  return { ...found, plan, variables };
}

export async function fleetOfTarget({ opened, reading, target }: Target): Promise<Fleet> {
  return orThrow(await readFleet(opened.forge, { ...reading, commit: target.commit }));
}

/** Plans a request on the target's fleet. */
export async function planOn(
  { opened, reading }: Target,
  fleet: Fleet,
  request: PlanRequest,
  variables: Planned['variables'],
): Promise<Plan> {
  return orThrow(
    await planAgain(request, fleet, (commit, place) => readFleetAt(opened.forge, place, commit, reading), {
      variables,
    }),
  );
}

/** `Name <e-mail>` for records and sign-offs. What writes nothing, and keeps no record, needs no identity. */
async function whoAsks({ forge }: Opened, invocation: Invocation, writes: boolean): Promise<string> {
  const behalf = invocation.options.text('onBehalfOf');
  if (behalf !== null) return behalf;
  const identity = await forge.git.identity(callOf(invocation));
  if (identity.isOk()) {
    const { name, email } = identity.value;
    return email === null ? name : `${name} <${email}>`;
  }
  return !writes && identity.error.kind === 'identity-missing' ? '' : fail(identity.error);
}
