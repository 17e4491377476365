// The pipelines, run: by gitlab-ci-local's shell executor, on a fake GitLab, with the command line as its user installs it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../tools/run.mjs';
import { filesOf } from '../../../tools/sample-forge.mjs';
import { clone, pipeline, startGitLab } from './project.mjs';

function demand(condition, why) {
  if (!condition) throw new Error(why);
}

const project = 'acme/gitops';
const template = fileURLToPath(new URL('../templates/lint.yml', import.meta.url));
const promoteInputs = { command: 'promote', from: 'dev', environment: 'prod' };
/** A quote, substitutions, variables, an option, a comment: what a form may bring. */
const awkward = "--it's $(touch pwned) `touch pwned` $GITLAB_TOKEN ${HOME}; touch pwned # é: x";

/** A project with a clone that holds one of the pipelines. `go` runs it with the tokens that the README says. */
async function start({ fakes, bin, tool }, folder, file, projects) {
  const fake = await startGitLab(fakes, projects);
  for (const path of Object.keys(projects)) fake.protect(path, { name: 'main', push: null, merge: 'developer' });
  const at = await clone(fake, join(folder, 'clone'), file);
  const tokens = {
    'gitops-read/*': fake.newToken({ account: 'rob', scopes: ['read_api'] }),
    'gitops/*': fake.tokens.project,
    'gitops-fleet/*': fake.tokens.ana,
  };
  const base = { fake, folder: at, bin, source: 'web', tokens };
  return {
    fake,
    folder: at,
    go: (options) => pipeline(tool, { ...base, ...options }),
    show: (ref, path) => run('git', ['-C', fake.folder(project), 'show', `${ref}:${path}`]),
    async files(place) {
      const bare = fake.folder(project);
      const text = await run('git', ['-C', bare, 'ls-tree', '-r', '--name-only', 'main', '--', place]);
      return text.split('\n').filter((line) => line !== '');
    },
    async merge(iid) {
      const url = `${fake.apiUrl}/projects/${encodeURIComponent(project)}/merge_requests/${iid}/merge`;
      const answer = await fetch(url, { method: 'PUT', headers: { 'private-token': fake.tokens.ana } });
      demand(answer.ok, `!${iid} is not merged: ${await answer.text()}`);
    },
    async end() {
      await fake.close();
      demand(fake.violations.length === 0, fake.violations.join('\n'));
    },
  };
}

/** Both jobs, the second because a person starts it. */
const change = (one, inputs) => one.go({ inputs, manual: ['gitops-apply'] });

/** From a frozen dev to a promotion that is taken back, with what a job must not do in between. */
export async function mergeRequestFlow(setup, folder) {
  const one = await start(setup, folder, 'gitops.gitlab-ci.yml', {
    [project]: filesOf({ dev: '1.2.0', prod: '1.1.0' }),
  });
  try {
    const frozen = await change(one, { command: 'freeze', environment: 'dev', reason: awkward, until: '2099-01-01' });
    demand(frozen.includes('Opened merge request !1'), frozen);
    await one.merge(1);
    const record = await one.show('main', '.gitops/freezes/dev.yaml');
    demand(setup.parse(record).reason === awkward, record);

    const whole = await one.go({ inputs: promoteInputs });
    demand(whole.includes('gitops-plan') && !/gitops-apply +starting/.test(whole), `nobody has approved\n${whole}`);
    const promoted = await one.go({ inputs: promoteInputs, jobs: ['gitops-apply'] });
    demand(promoted.includes('1.1.0 → 1.2.0') && promoted.includes('Opened merge request !2'), promoted);
    const again = await one.go({ inputs: promoteInputs, jobs: ['gitops-apply'] });
    demand(!again.includes('Opened') && again.includes('/merge_requests/2'), again);
    await one.merge(2);

    await commitToMain(one.fake.folder(project), '.gitops/freezes/dev.yaml', (text) =>
      text.replace('2099-01-01', '2026-01-01'),
    );
    const resumed = await one.go({ source: 'schedule' });
    demand(/gitops-resume-expired/.test(resumed) && !/gitops-(plan|lint|apply) /.test(resumed), resumed);
    demand((await one.files('.gitops/freezes')).length === 0, resumed);

    const reverted = await change(one, {
      command: 'revert',
      environment: 'prod',
      hold: 'true',
      reason: 'It fails.',
      until: '3d',
    });
    demand(reverted.includes('1.2.0 → 1.1.0'), reverted);
    await one.merge(4);
    const [hold] = await one.files('.gitops/freezes');
    demand(setup.parse(await one.show('main', hold)).reason === 'It fails.', hold);
    return 'freeze, promote, resume --expired, revert --hold';
  } finally {
    await one.end();
  }
}

/** Commits a change of one file to main. */
async function commitToMain(bare, path, edit) {
  const before = await run('git', ['-C', bare, 'show', `main:${path}`]);
  const folder = `${bare}.work`;
  const git = (...args) =>
    run('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-C', folder, ...args]);
  await run('git', ['clone', '--quiet', bare, folder]);
  writeFileSync(join(folder, path), edit(before));
  await git('commit', '--quiet', '--all', '--message', 'Later');
  await git('push', '--quiet', 'origin', 'HEAD:main');
}

/** The job's own token is not enough, and a plan's token cannot write. */
export async function leastPrivilege(setup, folder) {
  const one = await start(setup, folder, 'gitops.gitlab-ci.yml', {
    [project]: filesOf({ dev: '1.2.0', prod: '1.1.0' }),
  });
  const { readOnly } = one.fake.tokens;
  const failing = (options) => one.go({ inputs: promoteInputs, status: 1, ...options });
  try {
    const none = await failing({ jobs: ['gitops-plan'], tokens: {} });
    demand(none.includes('CI_JOB_TOKEN'), none);
    await one.go({ inputs: promoteInputs, jobs: ['gitops-plan'] });
    const reader = await failing({ jobs: ['gitops-apply'], tokens: { '*': readOnly } });
    demand(/FAIL.*gitops-apply/s.test(reader) && !reader.includes('Opened'), reader);
    const unprotected = await one.go({ inputs: promoteInputs, unprotected: true, list: true });
    const planned = JSON.parse(unprotected.slice(unprotected.indexOf('[\n')));
    demand(
      planned.every(({ when }) => when === 'never'),
      `runs on a branch that is not protected\n${unprotected}`,
    );
    const unknown = await failing({ inputs: { ...promoteInputs, command: 'delete' }, jobs: ['gitops-plan'] });
    demand(/command/.test(unknown) && /delete/.test(unknown), unknown);
    return 'no token, a token that only reads, a branch that is not protected, an unknown command';
  } finally {
    await one.end();
  }
}

/** The report is GitLab's, the log is for people, and a finding fails the job. */
export async function lintJob(setup, folder) {
  const files = filesOf({ dev: '1.2.0', prod: '1.1.0' });
  const one = await start(setup, folder, 'gitops.gitlab-ci.yml', { [project]: files });
  const lint = (status) => one.go({ source: 'merge_request_event', jobs: ['gitops-lint'], status });
  const [, component] = setup.parseAllDocuments(readFileSync(template, 'utf8')).map((document) => document.toJS());
  const place = component['gitops-lint'].artifacts.reports.codequality;
  const report = () => JSON.parse(readFileSync(join(one.folder, '.gitlab-ci-local/builds/gitops-lint', place), 'utf8'));
  try {
    await lint(0);
    demand(report().length === 0, JSON.stringify(report()));
    const path = 'apps/prod/shop/application.yaml';
    writeFileSync(
      join(one.folder, path),
      files[path].replace('kind: Application', 'kind: Application\nkind: Application'),
    );
    const log = await lint(1);
    demand(log.includes(`${path}:2:1`) && /FAIL 10/.test(log), log);
    const [found] = report();
    demand(
      found.location.path === path && found.fingerprint && found.severity && found.description,
      JSON.stringify(found),
    );
    return `${report().length} finding, at its line`;
  } finally {
    await one.end();
  }
}

/** Three repositories, one of them broken: the others are done, and the pipeline tells. */
export async function fleet(setup, folder) {
  const apart = filesOf({ dev: '1.2.0', qa: '1.1.0' });
  const path = 'apps/qa/shop/application.yaml';
  const broken = { ...apart, [path]: apart[path].replace('kind: Application', 'kind: Application\nkind: Application') };
  const one = await start(setup, folder, 'fleet.gitlab-ci.yml', {
    'acme/promotions': { 'README.md': 'Promotes in many.\n' },
    'acme/shop-gitops': apart,
    'acme/billing-gitops': broken,
    'acme/search-gitops': filesOf({ staging: '2.0.0', prod: '2.0.0' }),
  });
  try {
    const log = await one.go({ jobs: ['gitops-fleet'], status: 1 });
    for (const said of ['Opened merge request !1', 'duplicate-key', 'Nothing to do.'])
      demand(log.includes(said), `${said}\n${log}`);
    return '3 repositories, one broken';
  } finally {
    await one.end();
  }
}
