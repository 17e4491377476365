import { expect } from 'vitest';
import type { ChangeText } from '../../src/index.js';
import { applyPlan, mergePullRequest, planPromotion, readFleet } from '../../src/index.js';
import { type Json, toMap, without } from '../configuration-example.js';
import { memoryForge, testClock } from '../memory-forge.js';
import type { Effects } from './effect.js';
import { now, promote, shown, users } from './fleet.js';

const text =
  (key: keyof ChangeText, to = 'qa') =>
  (config: Json) =>
    shown(promote(config, to), (plan) => plan.changes[0]?.pullRequest[key]);

/** The lines of a trailer in the commit's message. */
const trailer = (name: string) => (config: Json) =>
  shown(promote(config, 'qa'), (plan) =>
    plan.changes[0]?.pullRequest.message.split('\n').filter((line) => line.startsWith(`${name}: `)),
  );

const firstLine = (config: Json) => {
  const title = text('title')(config);
  const message = String(text('message')(config));
  return message.startsWith(`${title}\n`) ? title : `${title}, but ${message}`;
};

/** What a forge is asked for when a pull request is opened and merged, and what is answered. */
async function merging(config: Json, to = 'qa') {
  const memory = memoryForge({ ...users(), 'gitops.yaml': JSON.stringify(config) });
  const asked: unknown[] = [];
  const { pullRequests, capabilities } = memory.forge;
  const forge: typeof memory.forge = {
    ...memory.forge,
    capabilities: { ...capabilities, autoMerge: true },
    pullRequests: {
      ...pullRequests,
      merge: (id, input, call) => {
        asked.push(input);
        return pullRequests.merge(id, input, call);
      },
    },
  };
  const clock = testClock();
  const variables = { 'env.TICKET': 'OPS-7' };
  const planned = await readFleet(forge).andThen((one) =>
    planPromotion(one, { from: 'dev', to: [to], now, by: 'ana', variables }),
  );
  const applied = await planned.asyncAndThen((plan) => applyPlan(plan, { forge, clock, variables }));
  const merged = await applied.asyncAndThen(() => mergePullRequest('1', { forge, clock }));
  return { asked: toMap(JSON.parse(JSON.stringify(asked[0] ?? {}))), merged: shown(merged, (one) => one) };
}

const hold = ['pullRequest', 'merge', 'holdLabel'];
const asked =
  (key: string, to = 'qa') =>
  async (config: Json) =>
    (await merging(without(config, hold), to)).asked[key];

/** Whether a label that the pull request has keeps it from being merged. */
const held = async (config: Json) => {
  const map = toMap(config);
  const pullRequest = { ...toMap(without(map['pullRequest'] ?? {}, ['labels'])), labels: ['do-not-merge'] };
  const free = without({ ...map, pullRequest }, ['pullRequest', 'merge', 'approvals']);
  return (await merging(free)).merged;
};

const environments = ['environments'];
const landed = { kind: 'merged', landed: { first: expect.any(String), last: expect.any(String) } };

/** Names, messages and pull requests, and what they are merged by. */
export const textEffects: Effects = {
  name: {
    look: text('sourceBranch'),
    given: 'gitops/shop/promote/dev/qa',
    leftOut: 'gitops/promote/dev/qa',
    beside: environments,
  },
  commit: {
    look: firstLine,
    given: 'chore: Promote dev to qa: users 2.1.0',
    leftOut: 'Promote dev to qa: users 2.1.0',
    beside: environments,
  },
  'commit.title': {
    look: firstLine,
    given: 'chore: Promote dev to qa: users 2.1.0',
    leftOut: 'Promote dev to qa: users 2.1.0',
    beside: environments,
  },
  'commit.signOff': {
    look: trailer('Signed-off-by'),
    given: ['Signed-off-by: ana'],
    leftOut: [],
    beside: environments,
  },
  'commit.trailers': { look: trailer('Ticket'), given: ['Ticket: OPS-7'], leftOut: [], beside: environments },
  pullRequest: { look: text('labels'), given: ['promotion', 'to/qa'], leftOut: [], beside: environments },
  'pullRequest.branchPrefix': {
    look: text('sourceBranch'),
    given: 'team/gitops/promote/dev/qa',
    leftOut: 'gitops/promote/dev/qa',
    beside: environments,
  },
  'pullRequest.labels': { look: text('labels'), given: ['promotion', 'to/qa'], leftOut: [], beside: environments },
  'pullRequest.reviewers': { look: text('reviewers'), given: ['@acme/platform'], leftOut: [], beside: environments },
  'pullRequest.assignees': { look: text('assignees'), given: ['@ana'], leftOut: [], beside: environments },
  'pullRequest.milestone': { look: text('milestone'), given: 'Release qa', leftOut: null, beside: environments },
  'pullRequest.draft': { look: text('draft'), given: true, leftOut: false, beside: environments },
  'pullRequest.merge': { look: asked('method'), given: 'squash', leftOut: 'merge', beside: environments },
  'pullRequest.merge.method': { look: asked('method'), given: 'squash', leftOut: 'merge', beside: environments },
  'pullRequest.merge.auto': { look: asked('auto'), given: true, leftOut: false, beside: environments },
  'pullRequest.merge.approvals': { look: asked('approvals'), given: 1, leftOut: 0, beside: environments },
  'pullRequest.merge.holdLabel': {
    look: held,
    given: { kind: 'waiting', for: ['the label do-not-merge to be removed'] },
    leftOut: landed,
    beside: environments,
  },
  'pullRequest.for': {
    look: text('reviewers', 'prod-us'),
    given: ['@acme/us'],
    leftOut: ['@acme/platform'],
    beside: environments,
  },
};
