import { describe, expect, it, vi } from 'vitest';
import {
  applyPlan,
  type Forge,
  findLastPromotion,
  mergePullRequest,
  okAsync,
  type Plan,
  planFreeze,
  planPromotion,
  planResume,
  readFleet,
  toPlanFile,
} from '../src/index.js';
import { memoryForge, testClock } from './memory-forge.js';
import { application, shop, writeBack } from './shop.js';

const now = '2026-11-25T10:00:00Z';
const branch = 'gitops/promote/dev/prod';

function start(files = shop({ writtenBack: { payments: '1.8.2' } })) {
  const memory = memoryForge(files);
  const clock = testClock();
  const plan = async (): Promise<Plan> =>
    (
      await readFleet(memory.forge).andThen((fleet) =>
        planPromotion(fleet, { from: 'dev', to: ['prod'], now, by: 'ana' }),
      )
    )._unsafeUnwrap();
  const apply = (one: Plan, more = {}) => applyPlan(one, { forge: memory.forge, clock, ...more });
  return { ...memory, clock, plan, apply };
}

describe('applyPlan', () => {
  it('opens one pull request with one commit, and finds it again', async () => {
    const { plan, apply, pulls, filesOf } = start();
    const first = (await apply(await plan()))._unsafeUnwrap();
    expect(first.pullRequests.map((one) => one.kind)).toEqual(['opened']);
    expect(filesOf(branch)['apps/prod/payments/application.yaml']).toBe(application('payments', 'prod', '1.8.2'));
    const second = (await apply(await plan()))._unsafeUnwrap();
    expect(second.pullRequests.map((one) => one.kind)).toEqual(['unchanged']);
    expect(pulls()).toHaveLength(1);
  });

  it('asks a forge five things to open one, and one more than reading to find it again', async () => {
    const { plan, apply, calls } = start();
    await apply(await plan());
    expect(calls).toEqual(['snapshot', 'head', 'list', 'commit', 'open']);
    calls.length = 0;
    await apply(await plan());
    expect(calls).toEqual(['snapshot', 'head', 'list', 'holds']);
  });

  it('takes up the branch that a run left without a pull request', async () => {
    const { plan, apply, calls, hooks, pulls, head } = start();
    hooks.before = (call) => {
      if (call === 'open') throw new Error('killed');
    };
    await expect(apply(await plan())).rejects.toThrow('killed');
    const left = head(branch);
    hooks.before = () => {};
    calls.length = 0;
    const done = (await apply(await plan()))._unsafeUnwrap();
    expect(done.pullRequests[0]).toMatchObject({ kind: 'opened', head: left });
    expect(head(branch)).toBe(left);
    expect(pulls()).toHaveLength(1);
  });

  it('files labels, assignees and a milestone, and adds a label that was taken off', async () => {
    const config =
      'version: 1\npullRequest: { labels: [promotion, "to/{to}"], assignees: ["@ana"], milestone: "into {to}" }\n';
    const { plan, apply, forge, pulls } = start(
      shop({ writtenBack: { payments: '1.8.2' }, extra: { 'gitops.yaml': config } }),
    );
    await apply(await plan());
    expect(pulls()[0]).toMatchObject({ labels: ['promotion', 'to/prod'], assignees: ['@ana'], milestone: 'into prod' });
    expect((await apply(await plan()))._unsafeUnwrap().pullRequests[0]?.kind).toBe('unchanged');
    await forge.pullRequests.update('1', { labels: ['promotion'] });
    expect((await apply(await plan()))._unsafeUnwrap().pullRequests[0]?.kind).toBe('updated');
    expect(pulls()[0]?.labels).toEqual(['promotion', 'to/prod']);
  });

  it('does nothing where nothing is to be done', async () => {
    const { plan, apply, calls } = start(shop());
    const done = (await apply(await plan()))._unsafeUnwrap();
    expect(done.pullRequests).toEqual([]);
    expect(calls.filter((one) => one === 'commit' || one === 'open')).toEqual([]);
  });

  it('plans again where the target has moved, and leaves its own commit where it still says the same', async () => {
    const { plan, apply, push, head } = start();
    const made = await plan();
    push('main', { 'README.md': 'moved' });
    expect((await apply(made))._unsafeUnwrap().pullRequests[0]?.kind).toBe('opened');
    const at = head(branch);
    push('main', { 'README.md': 'moved again' });
    expect((await apply(await plan()))._unsafeUnwrap().pullRequests[0]?.kind).toBe('unchanged');
    expect(head(branch)).toBe(at);
  });

  it('updates its pull request with a new set of versions', async () => {
    const { plan, apply, push, filesOf } = start();
    await apply(await plan());
    push('main', { 'charts/payments/.argocd-source-payments-dev.yaml': writeBack('payments', '1.9.0') });
    const again = (await apply(await plan()))._unsafeUnwrap();
    expect(again.pullRequests[0]).toMatchObject({ kind: 'updated', title: 'Promote dev to prod: payments 1.9.0' });
    expect(filesOf(branch)['apps/prod/payments/application.yaml']).toContain('1.9.0');
  });

  it('does not take its own commit for current where the target has changed the same line since', async () => {
    const { plan, apply, push, forge, clock, filesOf } = start();
    await apply(await plan());
    push('main', { 'apps/prod/payments/application.yaml': application('payments', 'prod', '1.7.5') });
    expect((await mergePullRequest('1', { forge, clock }))._unsafeUnwrapErr().kind).toBe('merge-refused');
    expect((await apply(await plan(), { merge: true }))._unsafeUnwrap().pullRequests[0]?.kind).toBe('merged');
    expect(filesOf('main')['apps/prod/payments/application.yaml']).toContain('1.8.2');
  });

  it('freezes twice without a change, and closes the open freeze when it is resumed', async () => {
    const { apply, forge, pulls } = start();
    const fleet = (await readFleet(forge))._unsafeUnwrap();
    const freeze = (by: string, at: string) =>
      planFreeze(fleet, { environment: 'dev', reason: 'QA', by, now: at })._unsafeUnwrap();
    expect((await apply(freeze('ana', now)))._unsafeUnwrap().pullRequests[0]?.kind).toBe('opened');
    const again = (await apply(freeze('ben', '2026-11-26T10:00:00Z')))._unsafeUnwrap();
    expect(again.pullRequests[0]?.kind).toBe('unchanged');
    const resume = planResume(fleet, { environment: 'dev', by: 'ana', now })._unsafeUnwrap();
    expect((await apply(resume))._unsafeUnwrap().closed.map((one) => one.id)).toEqual(['1']);
    expect(pulls().map((one) => one.state)).toEqual(['closed']);
  });

  it('keeps the versions that were read, though dev moves on before it is carried out', async () => {
    const { plan, apply, push, filesOf } = start();
    const made = await plan();
    push('main', { 'charts/payments/.argocd-source-payments-dev.yaml': writeBack('payments', '1.9.0') });
    await apply(made);
    expect(filesOf(branch)['apps/prod/payments/application.yaml']).toContain('1.8.2');
  });

  it('refuses to replace a commit made by hand, a second one or a changed one, unless told to', async () => {
    for (const message of ['A fix by hand\n', null]) {
      const { plan, apply, push, messageOf } = start();
      await apply(await plan());
      push(branch, { 'README.md': 'by hand' }, message ?? messageOf(branch));
      push('main', { 'charts/payments/.argocd-source-payments-dev.yaml': writeBack('payments', '1.9.0') });
      expect((await apply(await plan()))._unsafeUnwrapErr().kind).toBe('branch-modified');
      expect((await apply(await plan(), { overwrite: true }))._unsafeUnwrap().pullRequests[0]?.kind).toBe('updated');
    }
  });

  it('does not change what is approved, unless told to', async () => {
    const { plan, apply, push, forge, pulls } = start();
    await apply(await plan());
    await forge.pullRequests.approve('1', { head: pulls()[0]?.head ?? '' });
    push('main', { 'charts/payments/.argocd-source-payments-dev.yaml': writeBack('payments', '1.9.0') });
    expect((await apply(await plan()))._unsafeUnwrapErr().kind).toBe('pull-request-approved');
    expect((await apply(await plan(), { updateApproved: true }))._unsafeUnwrap().pullRequests[0]?.kind).toBe('updated');
  });

  it('meets a race by looking again', async () => {
    const { plan, apply, hooks, push } = start();
    const made = await plan();
    let raced = false;
    hooks.before = (call) => {
      if (call !== 'commit' || raced) return;
      raced = true;
      push('main', { 'other.md': 'x' });
      hooks.before = () => {};
      void apply(made);
    };
    const done = await apply(made);
    expect(done._unsafeUnwrap().pullRequests).toHaveLength(1);
  });

  it('goes on with what was reviewed only while it is the same', async () => {
    const { plan, apply, push } = start();
    const made = await plan();
    const reviewed = toPlanFile(made);
    push('main', { 'README.md': 'moved' });
    expect((await apply(made, { reviewed })).isOk()).toBe(true);
    push('main', { 'apps/prod/payments/application.yaml': application('payments', 'prod', '1.7.5') });
    const outdated = (await apply(made, { reviewed }))._unsafeUnwrapErr();
    expect(outdated.kind).toBe('plan-outdated');
    expect(outdated.message).toContain('1.7.5');
  });

  it('refuses a plan file whose digests were changed by hand', async () => {
    const { plan, apply } = start();
    const made = await plan();
    const paper = toPlanFile(made);
    const tampered = {
      ...paper,
      changes: paper.changes.map((one) => ({
        ...one,
        files: one.files.map((file) => ({ ...file, path: 'Jenkinsfile' })),
      })),
    };
    expect((await apply(made, { reviewed: tampered }))._unsafeUnwrapErr().kind).toBe('plan-invalid');
  });

  it('names other open pull requests that set the same versions, and what Image Updater has opened', async () => {
    const { plan, apply, forge, clock } = start();
    await apply(await plan());
    const fleet = (await readFleet(forge))._unsafeUnwrap();
    const part = planPromotion(fleet, { from: 'dev', to: ['prod'], now, selection: { applications: ['payments'] } });
    const second = (await apply(part._unsafeUnwrap()))._unsafeUnwrap();
    expect(second.notes).toEqual([
      expect.stringContaining('1 (Promote dev to prod: payments 1.8.2) is open and sets payments'),
    ]);
    await forge.pullRequests.open({ source: 'image-updater-x', target: 'main', title: 'update', description: '' });
    const freeze = planFreeze(fleet, { environment: 'dev', reason: 'QA', by: 'ana', now })._unsafeUnwrap();
    const frozen = (await applyPlan(freeze, { forge, clock }))._unsafeUnwrap();
    expect(frozen.notes).toEqual([expect.stringContaining('was opened by Image Updater')]);
  });

  it('merges when it may be merged', async () => {
    const { plan, apply, filesOf, head } = start();
    const done = (await apply(await plan(), { merge: true }))._unsafeUnwrap();
    expect(done.pullRequests[0]?.kind).toBe('merged');
    expect(filesOf('main')['apps/prod/payments/application.yaml']).toContain('1.8.2');
    expect(head(branch)).toBeNull();
  });
});

describe('findLastPromotion', () => {
  it('says where to set back, so that a commit which moved dev as well is taken back in prod only', async () => {
    const { push, forge } = start(shop());
    const commit = push('main', {
      'apps/dev/payments/application.yaml': application('payments', 'dev', '1.9.0'),
      'apps/prod/payments/application.yaml': application('payments', 'prod', '1.9.0'),
    });
    const landed = (await findLastPromotion(forge, null))._unsafeUnwrap();
    expect(landed).toMatchObject({ last: commit, environment: 'prod' });
  });

  it('finds one that changed nothing but files which the configuration names', async () => {
    const { push, forge } = start({
      'gitops.yaml':
        'version: 1\nversions:\n  - { files: "tags/{environment}/{application}", key: tag, image: acme/web }\n',
      'tags/dev/web': 'tag: v2\n',
      'tags/prod/web': 'tag: v1\n',
    });
    const commit = push('main', { 'tags/prod/web': 'tag: v2\n' });
    const landed = (await findLastPromotion(forge, null))._unsafeUnwrap();
    expect(landed).toMatchObject({ last: commit, environment: 'prod' });
  });
});

describe('mergePullRequest', () => {
  it('refuses a merge whose result something else overrides now', async () => {
    const { plan, apply, push, forge, clock } = start();
    await apply(await plan());
    push('main', { 'charts/payments/.argocd-source-payments-prod.yaml': writeBack('payments', '1.0.0') });
    const refused = (await mergePullRequest('1', { forge, clock }))._unsafeUnwrapErr();
    expect(refused.kind).toBe('merge-refused');
    expect(refused.also.map((one) => one.kind)).toContain('masked-pin');
  });

  it('refuses a merge into what was frozen meanwhile', async () => {
    const { plan, apply, push, forge, clock } = start();
    await apply(await plan());
    push('main', {
      '.gitops/freezes/prod.yaml': `version: 1\nenvironment: prod\nreason: audit\nby: ben\nsince: ${now}\nundo: []\n`,
    });
    const refused = (await mergePullRequest('1', { forge, clock }))._unsafeUnwrapErr();
    expect(refused.also.map((one) => one.kind)).toContain('environment-frozen');
  });

  it('takes what a forge merged into the branch for its base, and the promotion for what is merged', async () => {
    const { plan, apply, push, forge, clock, updateBranch, head, filesOf, messageOf } = start();
    await apply(await plan());
    push('main', { 'apps/prod/users/application.yaml': application('users', 'prod', '3.0.0') });
    updateBranch('1');
    const masked = push('main', {
      'charts/payments/.argocd-source-payments-prod.yaml': writeBack('payments', '1.0.0'),
    });
    const refused = (await mergePullRequest('1', { forge, clock }))._unsafeUnwrapErr();
    expect(refused.also.map((one) => one.kind)).toContain('masked-pin');
    expect(head('main')).toBe(masked);
    push('main', { 'charts/payments/.argocd-source-payments-prod.yaml': null });
    const merged = (await mergePullRequest('1', { forge, clock }))._unsafeUnwrap();
    expect(merged.kind).toBe('merged');
    expect(filesOf('main')['apps/prod/users/application.yaml']).toContain('3.0.0');
    expect(filesOf('main')['apps/prod/payments/application.yaml']).toContain('1.8.2');
    expect(messageOf('main')).toContain('GitOps-Operation: promote');
  });

  it('lets a second identity approve only where one is given, and says so', async () => {
    const config = { 'gitops.yaml': 'version: 1\npullRequest: { merge: { approvals: 1 } }\n' };
    const { plan, apply, forge, clock } = start(shop({ writtenBack: { payments: '1.8.2' }, extra: config }));
    await apply(await plan());
    const approver = { ...forge, git: { ...forge.git, identity: () => okAsync({ name: 'bot', email: null }) } };
    const said: string[] = [];
    const onProgress = ({ message }: { readonly message: string }) => said.push(message);
    expect((await mergePullRequest('1', { forge, clock, onProgress }))._unsafeUnwrap().kind).toBe('waiting');
    expect(said).toEqual([]);
    const merged = await mergePullRequest('1', { forge, clock, approver, onProgress });
    expect(merged._unsafeUnwrap().kind).toBe('merged');
    expect(said).toEqual(['Approving 1 as bot.']);
  });

  it('lets a second identity approve nothing that is refused', async () => {
    const { plan, apply, push, forge, clock } = start();
    await apply(await plan());
    push('main', { 'charts/payments/.argocd-source-payments-prod.yaml': writeBack('payments', '1.0.0') });
    const approve = vi.fn(forge.pullRequests.approve);
    const approver = { ...forge, pullRequests: { ...forge.pullRequests, approve } };
    expect((await mergePullRequest('1', { forge, clock, approver }))._unsafeUnwrapErr().kind).toBe('merge-refused');
    expect(approve).not.toHaveBeenCalled();
  });

  it('asks for auto-merge where the configuration or the caller wants it and the forge has it', async () => {
    const config = { 'gitops.yaml': 'version: 1\npullRequest: { merge: { auto: true } }\n' };
    const { plan, apply, forge, clock } = start(shop({ writtenBack: { payments: '1.8.2' }, extra: config }));
    await apply(await plan());
    const merge = vi.fn(() => okAsync({ kind: 'waiting' as const, for: ['check build'] }));
    const auto = async (autoMerge: boolean, more = {}) => {
      const asked: Forge = {
        ...forge,
        capabilities: { ...forge.capabilities, autoMerge },
        pullRequests: { ...forge.pullRequests, merge },
      };
      await mergePullRequest('1', { forge: asked, clock, ...more });
      return merge.mock.lastCall?.at(1) as unknown;
    };
    expect(await auto(true)).toMatchObject({ auto: true });
    expect(await auto(true, { auto: false })).toMatchObject({ auto: false });
    expect(await auto(false)).toMatchObject({ auto: false });
  });

  it('waits for approvals, and gives up in time', async () => {
    const config = { 'gitops.yaml': 'version: 1\npullRequest: { merge: { approvals: 1 } }\n' };
    const { plan, apply, forge, clock, pulls } = start(shop({ writtenBack: { payments: '1.8.2' }, extra: config }));
    await apply(await plan());
    expect((await mergePullRequest('1', { forge, clock }))._unsafeUnwrap()).toMatchObject({ kind: 'waiting' });
    expect((await mergePullRequest('1', { forge, clock, wait: true, timeoutMs: 10_000 }))._unsafeUnwrapErr().kind).toBe(
      'timed-out',
    );
    await forge.pullRequests.approve('1', { head: pulls()[0]?.head ?? '' });
    expect((await mergePullRequest('1', { forge, clock, wait: true }))._unsafeUnwrap().kind).toBe('merged');
  });
});
