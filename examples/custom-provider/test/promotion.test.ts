// What the suite does not ask: that core does its work on this forge from end to end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPlan, type Forge, mergePullRequest, orThrow, planPromotion, readFleet } from '@gitops/core';
import { systemClock as clock } from '@gitops/provider-http';
import { gitRepository, runGit } from '@gitops/provider-testkit/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { folder, reject } from '../src/index.ts';

const application = (environment: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: payments-${environment}, namespace: argocd }
spec:
  project: default
  destination: { namespace: payments, server: https://kubernetes.default.svc }
  source: { repoURL: https://git.example.com/acme/gitops.git, path: manifests/${environment}/payments }
`;
const deployment = (tag: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: payments }
spec:
  template:
    spec:
      containers:
        - { name: payments, image: 'ghcr.io/acme/payments:${tag}' } # moved by promotions
`;

let path = '';
const as = (name: string) => ({ path, identity: { name, email: `${name.toLowerCase()}@example.com` } });

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'folder-forge-'));
  await runGit(['init', '--quiet', '--bare', '--initial-branch=main', path]);
  await gitRepository(path).seed.commit({
    branch: 'main',
    files: {
      'apps/dev/payments/application.yaml': application('dev'),
      'apps/prod/payments/application.yaml': application('prod'),
      'manifests/dev/payments/deployment.yaml': deployment('1.8.2'),
      'manifests/prod/payments/deployment.yaml': deployment('1.7.0'),
    },
  });
});
afterEach(() => rm(path, { recursive: true, force: true }));

async function promote(forge: Forge) {
  const fleet = await orThrow(readFleet(forge));
  const plan = orThrow(planPromotion(fleet, { from: 'dev', to: ['prod'], now: clock.now() }));
  return (await orThrow(applyPlan(plan, { forge, clock }))).pullRequests;
}

it('promotes once, waits for an approval, merges, and then has nothing to do', async () => {
  const [ada, ben] = [folder(as('Ada')), folder(as('Ben'))];
  const [opened] = await promote(ada);
  expect(opened).toMatchObject({ kind: 'opened', id: '1', url: `${path}#1` });
  expect(await promote(ben)).toMatchObject([{ kind: 'unchanged', id: '1' }]);

  await orThrow(ada.git.head(null));
  await orThrow(ben.pullRequests.approve('1', { head: opened?.head ?? '' }));
  expect(await orThrow(mergePullRequest('1', { forge: ada, clock, deleteSource: true }))).toMatchObject({
    kind: 'merged',
  });
  const { files } = await orThrow(ada.git.snapshot({ branch: 'main' }, ['manifests/prod/**']));
  expect(files['manifests/prod/payments/deployment.yaml']).toBe(deployment('1.8.2'));
  expect(await promote(ada)).toEqual([]);
});

it('does not merge what somebody rejected', async () => {
  const forge = folder(as('Ada'));
  await promote(forge);
  await orThrow(reject(as('Cleo'), '1', 'Not on a Friday.'));
  const answer = await mergePullRequest('1', { forge, clock });
  expect(answer.isErr() && [answer.error.kind, answer.error.message]).toEqual([
    'merge-refused',
    expect.stringContaining('rejected by Cleo'),
  ]);
});

it('makes one pull request of two promotions at once', async () => {
  const both = await Promise.all([promote(folder(as('Ada'))), promote(folder(as('Ben')))]);
  expect(new Set(both.flat().map(({ id }) => id))).toEqual(new Set(['1']));
});

it('says so where there is no repository', async () => {
  const answer = await folder({ ...as('Ada'), path: `${path}-none` }).git.head(null);
  expect(answer.isErr() && answer.error).toMatchObject({ kind: 'not-a-repository', details: {} });
});
