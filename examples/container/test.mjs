// All checks of this example: the Dockerfile and its release job linted, and its steps carried out without a builder.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionFaults } from '../../tools/action-inputs.mjs';
import { packed } from '../../tools/packages.mjs';
import { followReadme } from '../../tools/readme.mjs';
import { run } from '../../tools/run.mjs';
import { appOf, filesOf, installCommandLine, startForge } from '../../tools/sample-forge.mjs';
import { verdicts } from '../../tools/verdicts.mjs';
import { carryOut, runImage } from './test/carry-out.mjs';
import { readDockerfile } from './test/dockerfile.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
// The image's user must be able to enter it.
const folder = mkdtempSync(join(tmpdir(), 'gitops-container-'));
const text = readFileSync(join(here, 'Dockerfile'), 'utf8');
const workflow = readFileSync(join(here, 'release.yaml'), 'utf8');

function demand(condition, why) {
  if (!condition) throw new Error(why);
}

function pinned() {
  const images = readDockerfile(text).map(({ image }) => image);
  for (const image of images) {
    demand(/^[a-z0-9./-]+:[\w.-]*\d[\w.-]*@sha256:[0-9a-f]{64}$/.test(image), `${image} has no version and digest`);
  }
  for (const [, action] of workflow.matchAll(/uses: (\S.*)$/gm)) {
    demand(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action), `${action} is not pinned to a commit`);
  }
  const [, node] = /node:(\d+\.\d+\.\d+)-/.exec(text);
  demand(workflow.includes(`node-version: ${node}\n`), `the release job does not pack with Node.js ${node}`);
}

/** What the job gives to the build and takes from it is what the Dockerfile declares. */
function releaseFits() {
  const given = workflow.slice(workflow.indexOf('build-args: |'));
  const names = [...given.slice(0, given.indexOf('      - ')).matchAll(/^ +([A-Z]+)=/gm)].map(([, name]) => name);
  const declared = readDockerfile(text)
    .at(-1)
    .instructions.filter(({ name }) => name === 'ARG')
    .map(({ rest }) => rest);
  demand(names.join() === declared.join(), `build-args ${names.join()} are not the arguments ${declared.join()}`);
  for (const line of ['provenance: mode=max', 'sbom: true', 'id-token: write', 'latest=false', 'cosign sign --yes']) {
    demand(workflow.includes(line), `the release job lacks: ${line}`);
  }
}

async function build() {
  await packed();
  const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
  const context = {
    folder: root,
    ignore: readFileSync(join(here, 'Dockerfile.dockerignore'), 'utf8'),
    args: { VERSION: version, REVISION: '0'.repeat(40), SOURCE: 'https://github.com/acme/gitops-toolkit' },
    env: { PATH: process.env.PATH, HOME: folder, npm_config_cache: join(folder, 'npm') },
  };
  await run('chmod', ['755', folder]);
  const image = await carryOut(readDockerfile(text), folder, context);
  demand(
    /^[1-9]\d*:[1-9]\d*$/.test(image.user ?? ''),
    `USER ${image.user}: a number is wanted, so that runAsNonRoot holds`,
  );
  demand(image.labels['org.opencontainers.image.version'] === version, 'the version is in no label');
  for (const label of ['title', 'description', 'licenses', 'revision', 'source']) {
    demand(image.labels[`org.opencontainers.image.${label}`], `org.opencontainers.image.${label} is empty`);
  }
  demand((await runImage(image, ['--version'])).trim() === version, 'gitops --version tells another version');
  demand((await runImage(image, image.cmd)).includes('promote'), 'CMD shows no help');
  return { image, size: await run('du', ['-sk', join(image.root, 'opt')]) };
}

async function onForge(image) {
  const { fakes } = await installCommandLine(join(folder, 'fakes'));
  const fake = await startForge(fakes, { 'acme/shop': filesOf({ dev: '1.2.0', qa: '1.1.0' }) });
  try {
    const env = { GITOPS_REPO: `${fake.webUrl}/acme/shop`, GITOPS_PROVIDER: 'github', ...appOf(fake) };
    const said = await runImage(image, ['promote', 'dev', 'qa'], { env });
    demand(said.includes('Opened pull request 1'), said);
    const again = await runImage(image, ['promote', 'dev', 'qa', '--output', 'json'], { env });
    demand(JSON.parse(again).pullRequests[0].kind === 'unchanged', again);
    demand(fake.violations.length === 0, fake.violations.join('\n'));
  } finally {
    await fake.close();
  }
}

const checks = verdicts();
try {
  await checks.withTool('hadolint', 'hadolint', (hadolint) =>
    run(hadolint, ['--no-color', '--failure-threshold', 'style', 'Dockerfile'], { cwd: here }),
  );
  await checks.withTool('actionlint', 'actionlint', (actionlint) =>
    run(actionlint, ['-shellcheck', '', '-pyflakes', '', join(here, 'release.yaml')]),
  );
  await checks.check('base images and actions are pinned', pinned);
  await checks.check('the release job fits the Dockerfile', releaseFits);
  await checks.check('inputs and outputs of actions', () => {
    const { parse } = createRequire(join(root, 'packages/core/package.json'))('yaml');
    const faults = actionFaults(parse(workflow), workflow);
    demand(faults.length === 0, faults.join('\n'));
  });
  let made;
  await checks.check('the Dockerfile, carried out without a builder', async () => {
    made = await build();
    return `${Math.round(Number.parseInt(made.size, 10) / 102.4) / 10} MB beside the base`;
  });
  if (made !== undefined) await checks.check('the entrypoint, as the user of the image', () => onForge(made.image));
  checks.notRun(
    'docker build',
    'needs a builder and a registry; with them: docker build -f examples/container/Dockerfile .',
  );
  await checks.check('README', () => followReadme('examples/container'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checks.finish();
