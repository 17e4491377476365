// npm run demo: the whole story on a temporary repository, with the real command line and real Git. Every step is checked.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'packages/cli/dist/bin.js');
if (!existsSync(cli)) {
  console.error('The command line is not built yet. Run: npm run demo');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'gitops-demo-'));
const bare = join(folder, 'gitops.git');
const emptyConfig = join(folder, 'empty.gitconfig');
const ana = { name: 'Ana Dev', email: 'ana@example.com' };
const ben = { name: 'Ben Ops', email: 'ben@example.com' };
const updater = { name: 'argocd-image-updater', email: 'noreply@argoproj.io' };

/** Nothing of this machine or of a CI system takes part: no identity, no configuration, no settings of ours. */
function cleanEnvironment() {
  const foreign =
    /^(GIT_|GITOPS_|CI$|CI_|GITHUB_|GITLAB_|JENKINS_|HUDSON_|BUILD_|RUNNER_|TF_BUILD|TEAMCITY_|BUILDKITE|CIRCLE)/;
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  return { ...own, GIT_CONFIG_GLOBAL: emptyConfig, GIT_CONFIG_NOSYSTEM: '1', NO_COLOR: '1' };
}
const clean = cleanEnvironment();

function identity({ name, email }) {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

function git(where, args, who = ana) {
  const options = {
    cwd: where,
    env: { ...clean, ...identity(who) },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  return execFileSync('git', args, options).trimEnd();
}

function title(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 100 - text.length))}\n`);
}

/** One step of the story: the command as people type it, its output, and its exit code as promised. */
function gitops(args, { as = null, exitCode = 0 } = {}) {
  const prefix = as === null ? '' : `GIT_AUTHOR_NAME="${as.name}" GIT_AUTHOR_EMAIL=${as.email} `;
  console.log(
    `$ ${prefix}gitops ${args.map((one) => (/^[\w@,=./:-]+$/.test(one) ? one : JSON.stringify(one))).join(' ')}`,
  );
  const ran = run(args, as);
  process.stdout.write(`${ran.stderr}${ran.stdout}\n`);
  expect(`the exit code of gitops ${args[0]}`, ran.status, exitCode);
  return ran.stdout;
}

function run(args, as = null) {
  const env = as === null ? clean : { ...clean, ...identity(as) };
  return spawnSync(process.execPath, [cli, ...args], {
    cwd: bare,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The same facts as JSON, for the checks. */
function ask(...args) {
  const ran = run([...args, '--output', 'json']);
  if (ran.status !== 0) fail(`gitops ${args.join(' ')} ended with ${ran.status}:\n${ran.stdout}${ran.stderr}`);
  return JSON.parse(ran.stdout);
}

function fail(message) {
  console.error(`\nThe demo did not go as it should: ${message}\nWhat there is: ${bare}`);
  process.exit(1);
}

let checked = 0;
function expect(what, found, wanted) {
  checked += 1;
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  fail(`${what}\n  found   ${JSON.stringify(found)}\n  wanted  ${JSON.stringify(wanted)}`);
}

/** Versions of an environment, as `payments 1.7.0`. */
function versionsOf(status, environment) {
  const found = status.environments.find((one) => one.name === environment);
  return found.applications.map((one) => `${one.name} ${one.images[0].version.tag}`);
}

function freezesOf(status, environment) {
  return status.environments.find((one) => one.name === environment).freezes;
}

/** The identifier on the last line: `Opened pull request 300b46d9f775: …`. */
function openedBy(output) {
  const last = output.trimEnd().split('\n').at(-1);
  const id = /^Opened pull request ([0-9a-f]+): /.exec(last)?.[1];
  return id ?? fail(`no pull request on the last line: ${last}`);
}

function merge(id) {
  gitops(['pr', 'merge', id]);
  expect(`the state of ${id}`, ask('pr', 'show', id).pullRequest.state, 'merged');
}

/** Files of a range with their added and removed lines, as `1 1 path`. */
function changedLines(from, to) {
  return git(bare, ['diff', '--numstat', from, to])
    .split('\n')
    .map((line) => line.replaceAll('\t', ' '))
    .filter(Boolean);
}

const head = () => git(bare, ['rev-parse', 'main']);
const apps = 'infra/apps';

/** A new version as Image Updater writes it back: its file, its message, its author; one commit for each application. */
function writeBack(clone, name, from, to) {
  const file = `${apps}/helm-charts/${name}/.argocd-source-${name}-dev.yaml`;
  const parameter = (key, value) => `  - name: ${key}\n    value: ${value}\n    forcestring: true\n`;
  writeFileSync(
    join(clone, file),
    `helm:\n  parameters:\n${parameter('image.name', `ghcr.io/acme/${name}`)}${parameter('image.tag', to)}`,
  );
  git(clone, ['add', file]);
  const message = `build: automatic update of ${name}-dev\n\nupdates image acme/${name} tag '${from}' to '${to}'\n`;
  git(clone, ['commit', '--quiet', '--message', message], updater);
}

function makeRepository() {
  writeFileSync(emptyConfig, '');
  const clone = join(folder, 'clone');
  git(folder, ['init', '--quiet', '--initial-branch=main', clone]);
  cpSync(join(root, 'infra'), join(clone, 'infra'), { recursive: true });
  git(clone, ['add', '--all']);
  git(clone, ['commit', '--quiet', '--message', 'payments and users in dev and prod']);
  writeBack(clone, 'payments', '1.7.0', '1.8.2');
  writeBack(clone, 'users', '2.0.4', '2.1.0');
  git(folder, ['clone', '--quiet', '--bare', clone, bare]);
  git(bare, ['remote', 'remove', 'origin']);
  git(bare, ['config', 'user.name', ana.name]);
  git(bare, ['config', 'user.email', ana.email]);
  rmSync(clone, { recursive: true });
}

function tellStory() {
  title('Image Updater wrote two new versions back for dev');
  console.log('$ git log --format="%h %an: %s" main');
  console.log(git(bare, ['log', '--format=%h %an: %s', 'main']));
  console.log();
  const start = head();
  gitops(['status']);
  const first = ask('status');
  expect('versions of dev', versionsOf(first, 'dev'), ['payments 1.8.2', 'users 2.1.0']);
  expect('versions of prod', versionsOf(first, 'prod'), ['payments 1.7.0', 'users 2.0.4']);

  title('Freeze dev: Image Updater changes nothing there while QA looks');
  merge(openedBy(gitops(['freeze', 'dev', '--reason', 'QA of payments 1.8.2 and users 2.1.0', '--until', '7d'])));
  const frozen = ask('status');
  const isEnforced = freezesOf(frozen, 'dev').map((one) => one.enforced && one.updating.length === 0);
  expect('dev is frozen, and Image Updater obeys', isEnforced, [true]);
  const thawedFiles = changedLines(start, head());

  title('Promote dev to prod: one commit, one pull request, one changed line for each version');
  const beforePromotion = head();
  const promotion = openedBy(gitops(['promote', 'dev', 'prod']));
  expect('the changed lines', changedLines('main', 'gitops/promote/dev/prod'), [
    `1 1 ${apps}/prod/payments/application.yaml`,
    `1 1 ${apps}/prod/users/application.yaml`,
  ]);
  expect('commits of the pull request', git(bare, ['rev-list', '--count', 'main..gitops/promote/dev/prod']), '1');
  expect(
    'a second run finds its own',
    ask('promote', 'dev', 'prod').pullRequests.map((one) => [one.id, one.kind]),
    [[promotion, 'unchanged']],
  );
  gitops(['pr', 'show', promotion]);

  title('Ben approves, Ana merges');
  gitops(['pr', 'approve', promotion, '--message', 'Seen in dev, good.'], { as: ben });
  expect(
    'who approved',
    ask('pr', 'show', promotion).approvals.map((one) => /ben/i.test(one.by)),
    [true],
  );
  merge(promotion);
  const promoted = ask('status');
  expect('versions of prod', versionsOf(promoted, 'prod'), ['payments 1.8.2', 'users 2.1.0']);
  gitops(['status']);

  title('It was not good after all: take it back, and keep those versions out');
  const beforeRevert = head();
  merge(openedBy(gitops(['revert', '--hold', '--reason', 'payments 1.8.2 loses refunds'])));
  const reverted = ask('status');
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
  gitops(['promote', 'dev', 'prod']);
  const again = ask('promote', 'dev', 'prod', '--dry-run');
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
  merge(openedBy(gitops(['resume', 'dev'])));
  expect('freezes of dev', freezesOf(ask('status'), 'dev'), []);
  expect('what the freeze had changed', thawedFiles.length > 0, true);
  expect('what is left of it', git(bare, ['diff', start, 'main', '--', `${apps}/dev`, 'infra/argocd']), '');

  title('Resume prod: end the hold');
  merge(openedBy(gitops(['resume', 'prod'])));
  const last = ask('status');
  expect('freezes of prod', freezesOf(last, 'prod'), []);
  expect('the repository is as it began', git(bare, ['diff', start, 'main']), '');
  gitops(['status']);
  expect(
    'what comes next',
    last.next.map((one) => one.command),
    ['gitops promote dev prod'],
  );
  expect(
    'pull requests',
    ask('pr', 'list', '--state', 'all').pullRequests.map((one) => one.state),
    Array(5).fill('merged'),
  );

  title('All of it is in Git');
  console.log('$ git log --first-parent --format="%h %an: %s" main');
  console.log(git(bare, ['log', '--first-parent', '--format=%h %an: %s', 'main']));
  git(bare, ['fsck', '--strict', '--no-dangling']);
}

function sayHowToGoOn() {
  title(`Done: ${checked} facts were checked on the way`);
  console.log(`The repository is ${bare}\nGo on by hand (Ana's name is in its configuration):

  cd ${bare}
  alias gitops='node ${cli}'
  gitops
  gitops promote dev prod --dry-run
  gitops pr list --state all

When you have seen enough: rm -r ${folder}`);
}

makeRepository();
tellStory();
sayHowToGoOn();
