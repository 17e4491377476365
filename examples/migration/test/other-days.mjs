// Days that a script is not written for: a failure half-way, versions that look like numbers, an override, a way back.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationOf, release, replaceIn } from '../repositories.mjs';
import { demand, demandEqual, refused, versionsOf } from './side-by-side.mjs';

const payments = applicationOf('prod', 'payments');
const before = { payments: '1.7.0', users: '2.0.4' };
const after = { payments: '1.8.2', users: '2.1.0' };
const no = (status, message) => ({ status, headers: { 'content-type': 'application/json' }, body: { message } });

const branchesOf = (side) => side.git('for-each-ref', '--format=%(refname:short)', 'refs/heads');

/** The last write of each is refused: the second file of the script, the pull request of gitops. */
export async function failure({ old, now, fake }, check) {
  await check('promote: a name that is not there', async () => {
    await refused(1, () => old.by('promote', 'dev', 'prod', 'paymnts'));
    const told = await refused(3, () => now.by('promote', 'dev', 'prod', '--app', 'paymnts'));
    demand(told.includes('Did you mean "payments"?'), told);
    demand(/^promote-dev-to-prod-/m.test(branchesOf(old)), 'the script leaves a branch behind');
    demandEqual('branches', branchesOf(now), 'main');
    return 'the script leaves a branch and a stack trace; gitops says what was meant';
  });
  await check('promote: a failure half-way', async () => {
    fake.faults.next({
      match: { method: 'PUT', path: /by-script.*prod\/users/ },
      do: no(409, 'users/application.yaml does not match'),
    });
    fake.faults.next({
      match: { method: 'POST', path: /by-gitops\/pulls$/ },
      do: no(403, 'Resource not accessible by integration'),
    });
    await refused(1, () => old.by('promote', 'dev', 'prod', '--direct'));
    await refused(4, () => now.by('promote', 'dev', 'prod', '--merge'));
    demandEqual('faults that were not met', fake.faults.waiting, 0);
    demandEqual('by the script', await versionsOf(old, 'prod'), { ...before, payments: '1.8.2' });
    demandEqual('by gitops', await versionsOf(now, 'prod'), before);
    demandEqual('branches', branchesOf(now), 'main');
    return 'the script leaves prod with half of the versions; gitops with none, and no branch';
  });
  await check('promote: and run again', async () => {
    await Promise.all([old.by('promote', 'dev', 'prod', '--direct'), now.by('promote', 'dev', 'prod', '--merge')]);
    demandEqual('by the script', await versionsOf(old, 'prod'), after);
    demandEqual('by gitops', await versionsOf(now, 'prod'), after);
    return 'both end with the same versions';
  });
  await check('promote: an older version', async () => {
    for (const side of [old, now])
      side.commit('payments 1.8.2 was broken', (folder) => release(folder, 'payments', '1.8.2', '1.7.5'));
    await old.by('promote', 'dev', 'prod', '--direct');
    demandEqual('by the script', await versionsOf(old, 'prod'), { ...after, payments: '1.7.5' });
    const told = await refused(3, () => now.by('promote', 'dev', 'prod', '--merge'));
    demand(told.includes('error[downgrade]'), told);
    return 'the script moves prod back in silence, gitops refuses: downgrade';
  });
  await check('freeze: an environment without Image Updater', async () => {
    await Promise.all([old.by('freeze', 'prod'), now.by('freeze', 'prod', '--reason', 'audit', '--merge')]);
    for (const side of [old, now])
      side.commit('payments 1.9.0', (folder) => release(folder, 'payments', '1.7.5', '1.9.0'));
    await old.by('promote', 'dev', 'prod', '--direct');
    demandEqual('by the script', await versionsOf(old, 'prod'), { ...after, payments: '1.9.0' });
    const told = await refused(3, () => now.by('promote', 'dev', 'prod', '--merge'));
    demand(told.includes('error[environment-frozen]'), told);
    return 'the script promotes into a frozen prod, gitops refuses: environment-frozen';
  });
}

/** A version that reads as a number, and an override of which the script does not know. */
export async function values({ old, now }, check) {
  const override = 'infra/apps/helm-charts/users/.argocd-source-users-prod.yaml';
  const written = (version) =>
    `helm:\n  parameters:\n  - name: image.tag\n    value: ${version}\n    forcestring: true\n`;
  for (const side of [old, now])
    side.commit('payments 1.10; users of prod set by hand', (folder) => {
      release(folder, 'payments', '1.8.2', '"1.10"');
      writeFileSync(join(folder, override), written('2.0.4'));
    });
  await Promise.all([old.by('promote', 'dev', 'prod', '--direct'), now.by('promote', 'dev', 'prod', '--merge')]);

  await check('promote: 1.10', async () => {
    demandEqual('by the script', (await versionsOf(old, 'prod')).payments, 1.1);
    demandEqual('by gitops', (await versionsOf(now, 'prod')).payments, '1.10');
    return 'the script writes a number, which is 1.1; gitops the text "1.10"';
  });
  await check('promote: what Argo CD reads', () => {
    demandEqual('by the script', old.show(override), written('2.0.4'));
    demandEqual('by gitops', now.show(override), written('2.1.0'));
    return '.argocd-source-users-prod.yaml decides: the script leaves 2.0.4 there, gitops writes 2.1.0';
  });
}

/** A promotion is taken back after somebody else has changed the same file. */
export async function rollback({ old, now }, check) {
  await Promise.all([old.by('promote', 'dev', 'prod', '--merge'), now.by('promote', 'dev', 'prod', '--merge')]);
  for (const side of [old, now])
    side.commit('More of payments', (folder) => replaceIn(folder, payments, 'minReplicas: 3 ', 'minReplicas: 5 '));
  await Promise.all([old.by('rollback', '1'), now.by('revert', '--hold', '--reason', 'payments fail', '--merge')]);

  await check('rollback: the versions are equal', async () => {
    demandEqual('by the script', await versionsOf(old, 'prod'), before);
    demandEqual('by gitops', await versionsOf(now, 'prod'), before);
    return 'payments 1.7.0, users 2.0.4';
  });
  await check('rollback: what others have changed since', () => {
    demand(old.show(payments).includes('minReplicas: 3 '), 'the script takes it back as well');
    demand(now.show(payments).includes('minReplicas: 5 '), 'gitops leaves it');
    return 'the script undoes the change of a colleague; gitops leaves it';
  });
  await check('rollback: the next promotion', async () => {
    await Promise.all([old.by('promote', 'dev', 'prod', '--merge'), now.by('promote', 'dev', 'prod', '--merge')]);
    demandEqual('by the script', await versionsOf(old, 'prod'), after);
    demandEqual('by gitops', await versionsOf(now, 'prod'), before);
    return 'the script brings the broken version back; gitops keeps it out: revert --hold';
  });
}
