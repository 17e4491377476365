// The story: freeze, promote, approve, merge, revert and hold, resume; each step with the facts that it promises.
import { apps } from './repository.mjs';

/** Versions of an environment, as `payments 1.7.0`. */
function versionsOf(status, environment) {
  const found = status.environments.find((one) => one.name === environment);
  return found.applications.map((one) => `${one.name} ${one.images[0].version.tag}`);
}

function freezesOf(status, environment) {
  return status.environments.find((one) => one.name === environment).freezes;
}

export async function tellStory(place, { ask, expect, fail, gitops, merge, openedBy, title }) {
  const { bare, git } = place;
  const head = () => git(bare, ['rev-parse', 'main']);
  /** Files of a range with their added and removed lines, as `1 1 path`. */
  const changedLines = (from, to) =>
    git(bare, ['diff', '--numstat', from, to])
      .split('\n')
      .map((line) => line.replaceAll('\t', ' '))
      .filter(Boolean);

  title('Image Updater wrote two new versions back for dev');
  console.log('$ git log --format="%h %an: %s" main');
  console.log(git(bare, ['log', '--format=%h %an: %s', 'main']));
  console.log();
  const start = head();
  await gitops(['status']);
  const first = await ask('status');
  expect('versions of dev', versionsOf(first, 'dev'), ['payments 1.8.2', 'users 2.1.0']);
  expect('versions of prod', versionsOf(first, 'prod'), ['payments 1.7.0', 'users 2.0.4']);

  title('Freeze dev: Image Updater changes nothing there while QA looks');
  await merge(
    openedBy(await gitops(['freeze', 'dev', '--reason', 'QA of payments 1.8.2 and users 2.1.0', '--until', '7d'])),
  );
  const frozen = await ask('status');
  const isEnforced = freezesOf(frozen, 'dev').map((one) => one.enforced && one.updating.length === 0);
  expect('dev is frozen, and Image Updater obeys', isEnforced, [true]);
  const thawedFiles = changedLines(start, head());

  title('Promote dev to prod: one commit, one pull request, one changed line for each version');
  const beforePromotion = head();
  const promotion = openedBy(await gitops(['promote', 'dev', 'prod'], { most: place.most }));
  expect('the changed lines', changedLines('main', 'gitops/promote/dev/prod'), [
    `1 1 ${apps}/prod/payments/application.yaml`,
    `1 1 ${apps}/prod/users/application.yaml`,
  ]);
  expect('commits of the pull request', git(bare, ['rev-list', '--count', 'main..gitops/promote/dev/prod']), '1');
  expect(
    'a second run finds its own',
    (await ask('promote', 'dev', 'prod')).pullRequests.map((one) => [one.id, one.kind]),
    [[promotion, 'unchanged']],
  );
  await gitops(['pr', 'show', promotion]);

  title('Ben approves, Ana merges');
  await gitops(['pr', 'approve', promotion, '--message', 'Seen in dev, good.'], { as: 'reviewer' });
  expect(
    'who approved',
    (await ask('pr', 'show', promotion)).approvals.map((one) => place.reviewer.isNamed.test(one.by)),
    [true],
  );
  await merge(promotion);
  const promoted = await ask('status');
  expect('versions of prod', versionsOf(promoted, 'prod'), ['payments 1.8.2', 'users 2.1.0']);
  await gitops(['status']);

  title('It was not good after all: take it back, and keep those versions out');
  const beforeRevert = head();
  await merge(openedBy(await gitops(['revert', '--hold', '--reason', 'payments 1.8.2 loses refunds'])));
  const reverted = await ask('status');
  expect('versions of prod', versionsOf(reverted, 'prod'), ['payments 1.7.0', 'users 2.0.4']);
  expect(
    'what is kept out',
    freezesOf(reverted, 'prod')
      .flatMap((one) => one.denied.map((it) => it.version))
      .sort(),
    ['1.8.2', '2.1.0'],
  );
  const manifests = [`${apps}/prod`, `${apps}/dev`];
  expect(
    'the manifests are those before the promotion',
    git(bare, ['diff', beforePromotion, 'main', '--', ...manifests]),
    '',
  );
  if (beforeRevert === head()) fail('the revert landed nothing');

  title('The next promotion does not bring them back');
  await gitops(['promote', 'dev', 'prod']);
  const again = await ask('promote', 'dev', 'prod', '--dry-run');
  expect('nothing would change', again.wouldChange, false);
  expect(
    'what was skipped',
    again.skipped.map((one) => [one.application, one.reason]),
    [
      ['payments', 'denied'],
      ['users', 'denied'],
    ],
  );

  title('Resume dev: every byte is as it was');
  await merge(openedBy(await gitops(['resume', 'dev'])));
  expect('freezes of dev', freezesOf(await ask('status'), 'dev'), []);
  expect('what the freeze had changed', thawedFiles.length > 0, true);
  expect('what is left of it', git(bare, ['diff', start, 'main', '--', `${apps}/dev`, 'infra/argocd']), '');

  title('Resume prod: end the hold');
  await merge(openedBy(await gitops(['resume', 'prod'])));
  const last = await ask('status');
  expect('freezes of prod', freezesOf(last, 'prod'), []);
  expect('the repository is as it began', git(bare, ['diff', start, 'main']), '');
  await gitops(['status']);
  expect(
    'what comes next',
    last.next.map((one) => one.command),
    ['gitops promote dev prod'],
  );
  expect(
    'pull requests',
    (await ask('pr', 'list', '--state', 'all')).pullRequests.map((one) => one.state),
    Array(5).fill('merged'),
  );

  title('All of it is in Git');
  console.log('$ git log --first-parent --format="%h %an: %s" main');
  console.log(git(bare, ['log', '--first-parent', '--format=%h %an: %s', 'main']));
  git(bare, ['fsck', '--strict', '--no-dangling']);
}
