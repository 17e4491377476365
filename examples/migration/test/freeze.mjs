// What a freeze by annotations does to the files, and what is left of it when it ends.
import { applicationOf, replaceIn } from '../repositories.mjs';
import { commitsSince, demand, demandEqual, linesChanged } from './side-by-side.mjs';

const payments = applicationOf('dev', 'payments');
const users = applicationOf('dev', 'users');
const prefix = 'argocd-image-updater.argoproj.io';
const strategy = `    ${prefix}/users.update-strategy: semver\n`;
const ownList = `    ${prefix}/users.ignore-tags: nightly-*\n`;
const resource = 'infra/argocd/image-updater/dev.yaml';

const comments = (side, file) => (side.show(file).match(/(^|\s)# /gm) ?? []).length;
/** What Image Updater would choose of tags that are new; by Image Updater's rules, as `gitops simulate` has them. */
async function chosen(side) {
  const printed = await side.gitops('simulate', 'payments=1.9.0', 'users=2.2.0', '--output', 'json');
  return JSON.parse(printed).images.map(({ decision, tags }) => (decision === 'update' ? tags.selected : decision));
}

/** dev is frozen and resumed; the team ignores nightly builds of users in any case. */
export async function freeze({ old, now }, check) {
  for (const side of [old, now])
    side.commit('No nightly builds', (folder) => replaceIn(folder, users, strategy, strategy + ownList));
  const base = { old: old.git('rev-parse', 'main'), now: now.git('rev-parse', 'main') };
  const tree = now.git('rev-parse', 'main^{tree}');
  demand(tree === old.git('rev-parse', 'main^{tree}'), 'both start from the same');
  const before = comments(old, payments);

  await check('freeze: it holds', async () => {
    demandEqual(
      'before',
      [await chosen(old), await chosen(now)],
      [
        ['1.9.0', '2.2.0'],
        ['1.9.0', '2.2.0'],
      ],
    );
    await Promise.all([old.by('freeze', 'dev'), now.by('freeze', 'dev', '--reason', 'QA of 2.4', '--merge')]);
    demandEqual(
      'frozen',
      [await chosen(old), await chosen(now)],
      [
        ['frozen', 'frozen'],
        ['frozen', 'frozen'],
      ],
    );
    return 'Image Updater would choose nothing, on both sides';
  });
  await check('freeze: comments and layout', () => {
    demandEqual('comments by the script', comments(old, payments), 0);
    demandEqual('comments by gitops', comments(now, payments), before);
    const [first] = linesChanged(now, base.now).filter((line) => line.endsWith(payments));
    demandEqual('lines by gitops', first, `1 0 ${payments}`);
    demandEqual('lines by the script', linesChanged(old, base.old)[0], `9 12 ${payments}`);
    return `${before} comments of payments are lost by the script; 12 lines are rewritten, by gitops none`;
  });
  await check('freeze: commits', () => {
    demandEqual('the script', commitsSince(old, base.old), ['Freeze payments in dev', 'Freeze users in dev']);
    demandEqual('merges by the script', old.git('rev-list', '--count', '--merges', `${base.old}..main`), '0');
    demandEqual('gitops', commitsSince(now, base.now), ['Freeze dev: QA of 2.4']);
    return 'the script writes to main, file by file; gitops by one pull request';
  });
  await check('resume: a list of the team', async () => {
    await Promise.all([old.by('resume', 'dev'), now.by('resume', 'dev', '--merge')]);
    demand(!old.show(users).includes('nightly'), 'the script loses it');
    demand(now.show(users).includes(ownList), 'gitops gives it back');
    return 'ignore-tags: nightly-* is gone after the script, back after gitops';
  });
  await check('resume: every byte', () => {
    demand(linesChanged(old, base.old).length === 2, 'the script leaves both files changed');
    demandEqual('the tree', now.git('rev-parse', 'main^{tree}'), tree);
    return 'the tree of gitops is the one before';
  });
}

/** Image Updater 1.x reads annotations only where its resource says so. */
export async function resources({ old, now }, check) {
  for (const side of [old, now])
    side.commit('Settings in the resource', (folder) => {
      for (const name of ['payments', 'users'])
        replaceIn(
          folder,
          resource,
          `- namePattern: ${name}-dev\n      useAnnotations: true`,
          `- namePattern: ${name}-dev\n      images:\n        - alias: ${name}\n          imageName: ghcr.io/acme/${name}:${name === 'users' ? 2 : 1}.x`,
        );
    });
  await check('freeze: settings in the ImageUpdater resource', async () => {
    await Promise.all([old.by('freeze', 'dev'), now.by('freeze', 'dev', '--reason', 'QA of 2.4', '--merge')]);
    demandEqual('by the script', await chosen(old), ['1.9.0', '2.2.0']);
    demandEqual('by gitops', await chosen(now), ['frozen', 'frozen']);
    return 'the script freezes nothing and says that it did; gitops freezes';
  });
}
