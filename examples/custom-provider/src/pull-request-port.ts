import type { Check, Identity, PullRequestPeople, PullRequestPort } from '@gitops/core';
import { answer, fail, stopIfAborted } from '@gitops/provider-http';
import { checkMilestone } from './capabilities.ts';
import { merge } from './merge.ts';
import { checkBranch } from './names.ts';
import { change, create, type Entry, readAll, readOne, setCheck } from './records.ts';
import { branchRef, type Repository } from './repository.ts';
import { refusals, shown, standing, trialOf, waits } from './standing.ts';

export function makePullRequestPort(repository: Repository, by: Identity, now: () => string): PullRequestPort {
  const entry = (text: string, more: Partial<Entry> = {}): Entry => {
    return { author: by.name, at: now(), text, approves: null, commit: null, marker: null, ...more };
  };
  const openOf = async ({ source, target }: { readonly source: string; readonly target: string }) =>
    (await readAll(repository)).find(
      ({ record }) => record.state === 'open' && record.source === source && record.target === target,
    )?.record ?? null;

  async function tipOf(branch: string): Promise<string> {
    await checkBranch(repository, branch);
    const tip = await repository.ref(branchRef(branch));
    return tip ?? fail('not-found', `There is no branch ${branch}.`, 'Push it first.', { branch });
  }

  return {
    findOpen: (branches, call) =>
      answer(call, async () => {
        const record = await openOf(branches);
        return record === null ? null : shown(repository, record);
      }),

    list: ({ state, sourcePrefix = '', limit }, call) =>
      answer(call, async () => {
        const all = (await readAll(repository)).map(({ record }) => record);
        const wanted = all.filter(
          (one) => (state === 'all' || one.state === state) && one.source.startsWith(sourcePrefix),
        );
        return Promise.all(wanted.slice(0, limit).map((record) => shown(repository, record)));
      }),

    get: (id, call) => answer(call, async () => shown(repository, (await readOne(repository, id)).record)),

    open: ({ title, description, source, target, draft = false, milestone, ...people }, call) =>
      answer(call, async (signal) => {
        checkMilestone(milestone);
        const [head, targetHead] = [await tipOf(source), await tipOf(target)];
        if (head === targetHead) {
          fail('rejected', `${source} and ${target} are the same commit.`, 'Commit something to be reviewed.');
        }
        for (let attempt = 0; attempt < 50; attempt++) {
          const other = await openOf({ source, target });
          if (other !== null) {
            const details = { id: other.id };
            fail('already-exists', `Pull request ${other.id} is open for these branches.`, 'Update that one.', details);
          }
          stopIfAborted(signal);
          const made = await create(repository, {
            ...{ state: 'open', title, description, source, target, head, draft, author: by.name, createdAt: now() },
            ...{ ...namesOf(people), landed: null, entries: [] },
          });
          if (made !== null) return shown(repository, made);
        }
        return fail('stale-head', 'Others keep opening pull requests.', 'Run again.');
      }),

    update: (id, { milestone, labels, reviewers, assignees, ...text }, call) =>
      answer(call, async () => {
        checkMilestone(milestone);
        const given = namesOf({ labels: labels ?? [], reviewers: reviewers ?? [], assignees: assignees ?? [] });
        const record = await change(repository, id, async (before) => {
          if (before.state !== 'open') fail('rejected', `Pull request ${id} is ${before.state}.`, 'Open a new one.');
          const both = (name: keyof typeof given) => [...new Set([...before[name], ...(given[name] ?? [])])];
          const head = (await repository.ref(branchRef(before.source))) ?? before.head;
          const people = { labels: both('labels'), reviewers: both('reviewers'), assignees: both('assignees') };
          return { ...before, ...text, ...people, head };
        });
        return shown(repository, record);
      }),

    status: (id, call) =>
      answer(call, async () => {
        const { record } = await readOne(repository, id);
        const found = await standing(repository, record);
        const { pullRequest, approvals, rejections, checks } = found;
        const trial = await trialOf(repository, found);
        const isOpen = pullRequest.state === 'open';
        return {
          ...{ pullRequest, approvals, rejections, checks, trial, queued: false },
          comments: record.entries.map(({ marker: _, ...comment }) => comment),
          mergeable: trial !== null ? 'yes' : isOpen ? 'conflict' : 'unknown',
          awaits: isOpen ? [...refusals(found), ...waits(found)] : [],
        };
      }),

    setStatus: (commit, { name, state, url = null }, call) =>
      answer(call, async () => {
        await repository.commit(commit);
        await setCheck(repository, commit, { name, state, url } satisfies Check);
      }),

    approve: (id, { head, text = '' }, call) =>
      answer(call, async () => {
        await change(repository, id, async (record) => {
          if (record.state !== 'open') fail('rejected', `Pull request ${id} is ${record.state}.`, 'Open a new one.');
          if (record.author === by.name) fail('rejected', 'Nobody approves his own.', 'Ask somebody else.');
          const { head: present } = await shown(repository, record);
          if (present !== head) {
            fail('stale-head', `Pull request ${id} is at ${present} now.`, 'Review that one.', { head: present });
          }
          return { ...record, entries: [...record.entries, entry(text, { approves: true, commit: head })] };
        });
      }),

    merge: (id, input, call) => answer(call, () => merge(repository, by, now(), id, input)),

    close: (id, { reason }, call) =>
      answer(call, async () => {
        await change(repository, id, async (record) => {
          if (record.state !== 'open') return null;
          const { head } = await shown(repository, record);
          return { ...record, state: 'closed', head, entries: [...record.entries, entry(reason)] };
        });
      }),

    comment: (id, { text, marker = null }, call) =>
      answer(call, async () => {
        await change(repository, id, (record) => {
          const { entries } = record;
          const own = entries.findIndex((one) => marker !== null && one.marker === marker && one.author === by.name);
          if (own < 0) return { ...record, entries: [...entries, entry(text, { marker })] };
          if (entries[own]?.text === text) return null;
          return { ...record, entries: entries.with(own, entry(text, { marker })) };
        });
      }),
  };
}

/** With or without the `@`. */
function namesOf(people: Pick<PullRequestPeople, 'labels' | 'reviewers' | 'assignees'>) {
  const plain = (names: readonly string[] = []) => [...new Set(names.map((name) => name.replace(/^@/, '')))];
  return {
    labels: [...new Set(people.labels ?? [])],
    reviewers: plain(people.reviewers),
    assignees: plain(people.assignees),
  };
}
