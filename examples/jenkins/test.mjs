// All checks of this example: the README, the library and its pipelines under JenkinsPipelineUnit with a real shell and
// real repositories, the linter, and the executable on a machine without Node.js.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fieldTool } from '../../tools/field-tools.mjs';
import { installPacked, packed } from '../../tools/packages.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { verdicts } from '../../tools/verdicts.mjs';
import { checkExecutable } from './test/executable.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gitops-jenkins-'));
const tools = join(folder, 'tools');
const script = join(folder, 'script');

/** The command line, the fakes, and the example that a pipeline runs with Node.js: as users install them. */
async function install() {
  const all = await packed();
  const pick = (...names) => Object.fromEntries(names.map((name) => [name, all[name]]));
  installPacked(pick('gitops', '@gitops/provider-testkit', '@gitops/core'), tools);
  installPacked(pick('@gitops/core', '@gitops/provider-git', '@gitops/provider-http'), script);
  cpSync(join(root, 'examples/node-script/promote.mjs'), join(script, 'promote.mjs'));
}

/** Maven writes nothing into the tree, and nothing to the log but failures. */
async function unitTests(maven, java) {
  const env = { ...java.env, PATH: `${join(tools, 'node_modules', '.bin')}:${java.env.PATH}`, NODE_SCRIPT: script };
  const target = join(folder, 'target');
  await run(maven, ['-q', '-B', `-Dbuild.folder=${target}`, 'test'], { cwd: join(here, 'test'), env });
  const reports = await run('sh', ['-c', `cat ${target}/surefire-reports/*.txt`]);
  const counts = [...reports.matchAll(/^Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)/gm)];
  const sum = (index) => counts.reduce((all, one) => all + Number(one[index]), 0);
  if (sum(1) === 0 || sum(4) > 0) throw new Error(`${sum(1)} tests ran, ${sum(4)} were skipped\n${reports}`);
  return `${sum(1)} tests in ${counts.length} classes`;
}

/** Every file is held to the rules, and one that the linter does not look at is a failure. SyntaxTest parses them. */
async function lint(linter, java) {
  const files = await run(
    'git',
    ['ls-files', '-co', '--exclude-standard', '--', 'Jenkinsfile', 'pipelines', 'vars', 'src'],
    {
      cwd: here,
    },
  );
  const groovy = files.split('\n').filter((file) => /(^|\/)Jenkinsfile$|\.groovy$/.test(file));
  const all = [...groovy, '../node-script/Jenkinsfile'];
  const args = ['--javaexecutable', java.path, '--noserver', '--failon', 'warning', '-l', 'warning', '-o', 'json'];
  const failed = (error) => error.stdout ?? Promise.reject(error);
  const report = JSON.parse(await run(linter, [...args, ...all], { cwd: here, env: java.env }).catch(failed));
  const linted = Object.keys(report.files).map((file) => basename(file));
  const missed = all.filter((file) => !linted.includes(basename(file)));
  if (missed.length > 0 || linted.length !== all.length) throw new Error(`not linted: ${missed.join(', ')}`);
  const faults = Object.entries(report.files).flatMap(([file, { errors }]) =>
    errors
      .filter(({ severity }) => severity !== 'info')
      .map(({ line, rule, msg }) => `${file.slice(root.length)}:${line}  ${rule}: ${msg}`),
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return `${linted.length} files`;
}

const checks = verdicts();
try {
  await checks.check('the packages install', install);
  const java = await fieldTool('java');
  const withJava = (name, tool, work) =>
    'missing' in java ? checks.notRun(name, java.missing) : checks.withTool(name, tool, (path) => work(path, java));
  await withJava('JenkinsPipelineUnit', 'mvn', unitTests);
  await withJava('npm-groovy-lint', 'npm-groovy-lint', lint);
  checks.notRun(
    'the validator of Jenkins',
    'needs a Jenkins; with one: java -jar jenkins-cli.jar declarative-linter < examples/jenkins/Jenkinsfile',
  );
  await checkExecutable(checks, { root, folder, tools });
  await checks.check('README', () => followReadme('examples/jenkins'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
