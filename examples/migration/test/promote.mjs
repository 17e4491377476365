// What a promotion by the script does on a good day, and what gitops does in its place.
import { applicationOf } from '../repositories.mjs';
import { commitsSince, demand, demandEqual, linesChanged, requestsOf, versionsOf } from './side-by-side.mjs';

const payments = applicationOf('prod', 'payments');
const users = applicationOf('prod', 'users');
const wanted = { payments: '1.8.2', users: '2.1.0' };
const branches = (side) => side.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n').length - 1;

/** Opened, run a second time, merged. */
export async function promotion({ old, now, fake }, check) {
  const base = old.git('rev-parse', 'main');
  const versions = async (side) => demandEqual(side.name, await versionsOf(side, 'prod'), wanted);

  await check('promote: requests until it is open', async () => {
    const by = {
      old: await requestsOf(fake, () => old.by('promote', 'dev', 'prod')),
      now: await requestsOf(fake, () => now.by('promote', 'dev', 'prod')),
    };
    demandEqual('requests for two applications', by, { old: 13, now: 6 });
    const each = fake.log.lines().filter((line) => /by-script.*payments/.test(line)).length;
    return `${by.old} by the script, ${each} more with each application; ${by.now} by gitops, whatever their number`;
  });
  await check('promote: a second run', async () => {
    demand(/Opened #2/.test(await old.by('promote', 'dev', 'prod')), 'the script opens another');
    const again = await now.by('promote', 'dev', 'prod');
    demand(/pull request 1\b.*already/i.test(again), again);
    demandEqual('branches', [branches(old), branches(now)], [2, 1]);
    return 'the script opens another pull request, gitops finds its own';
  });
  await check('promote: the versions are equal', async () => {
    await Promise.all([old.by('promote', 'dev', 'prod', '--merge'), now.by('promote', 'dev', 'prod', '--merge')]);
    await Promise.all([versions(old), versions(now)]);
    return 'payments 1.8.2, users 2.1.0';
  });
  await check('promote: gitops finds what the script did to be complete', async () => {
    await old.gitops('diff', 'dev', 'prod', '--check');
    await old.gitops('promote', 'dev', 'prod', '--check');
    return 'diff --check and promote --check end with 0';
  });
  await check('promote: commits', async () => {
    const titles = ['Promote payments 1.8.2 to prod', 'Promote users 2.1.0 to prod'];
    demandEqual('the script', commitsSince(old, base).slice(0, 2), titles);
    demandEqual('gitops', commitsSince(now, base), ['Promote dev to prod: payments 1.8.2, users 2.1.0']);
    return 'one for each file by the script, one by gitops';
  });
  await check('promote: quotes', async () => {
    demandEqual('gitops', linesChanged(now, base), [`1 1 ${payments}`, `1 1 ${users}`]);
    demand(/value: "2\.1\.0"\n/.test(now.show(users)), 'gitops keeps the quotes');
    demand(/value: 2\.1\.0\n/.test(old.show(users)), 'the script drops them');
    return '"2.0.4" becomes 2.1.0 by the script, "2.1.0" by gitops';
  });
}
