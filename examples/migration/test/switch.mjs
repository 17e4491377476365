// The weeks in which both are used on one repository, as docs/migration.md tells it.
import { applicationOf } from '../repositories.mjs';
import { demand, demandEqual, linesChanged, refused, versionsOf } from './side-by-side.mjs';

/** The script at work, gitops beside it; then a freeze and a promotion of the script that gitops has to deal with. */
export async function change({ old }, check) {
  await check('switch: gitops beside the script', async () => {
    const told = await refused(10, () => old.gitops('promote', 'dev', 'prod', '--check'));
    demand(/1\.7\.0 → 1\.8\.2/.test(told) && /2\.0\.4 → 2\.1\.0/.test(told), told);
    await refused(10, () => old.gitops('diff', 'dev', 'prod', '--check'));
    demandEqual('branches', old.git('for-each-ref', '--format=%(refname:short)', 'refs/heads'), 'main');
    await old.by('promote', 'dev', 'prod', '--merge');
    await old.gitops('diff', 'dev', 'prod', '--check');
    return '--check ends with 10 before the script runs and with 0 after, and writes nothing';
  });
  await check('switch: a promotion of the script', async () => {
    const base = old.git('rev-parse', 'main^1');
    await old.gitops('revert', '1', '--merge');
    demandEqual('prod', await versionsOf(old, 'prod'), { payments: '1.7.0', users: '2.0.4' });
    // the quotes that the script dropped do not come back
    demandEqual('what is left', linesChanged(old, base), [`1 1 ${applicationOf('prod', 'users')}`]);
    return 'gitops revert takes it back by its number';
  });
  await check('switch: a freeze of the script', async () => {
    await old.by('freeze', 'dev');
    const { environments } = JSON.parse(await old.gitops('status', 'dev', '--output', 'json'));
    const images = environments[0].applications.flatMap((one) => one.imageUpdater.images);
    demandEqual('freezes that status knows', environments[0].freezes, []);
    demandEqual(
      'images that Image Updater leaves alone',
      images.map((one) => one.frozen),
      [true, true],
    );
    const frozen = old.git('rev-parse', 'main^{tree}');
    await old.gitops('freeze', 'dev', '--reason', 'QA of 2.4', '--merge');
    await old.gitops('resume', 'dev', '--merge');
    demandEqual('what resume gives back', old.git('rev-parse', 'main^{tree}'), frozen);
    return 'no record, so gitops resume leaves it: end it by the script first';
  });
}
