// The sample service: its own tests, its pipeline, and whether the charts fit to it.
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldTool } from '../field-tools.mjs';
import { run } from '../run.mjs';
import { withApp } from './app-process.mjs';
import { render } from './helm.mjs';
import { scriptsOf, withVersions, workflowFaults } from './workflow-rules.mjs';
import { documentsIn, filesBelow, resourcesOf, root } from './yaml-documents.mjs';

const fail = (faults) => {
  if (faults.length > 0) throw new Error(faults.join('\n'));
};
// nothing is written into the tree
const quiet = { PYTHONDONTWRITEBYTECODE: '1', RUFF_NO_CACHE: 'true' };

/** Adds the checks of infra/myapp. */
export async function appChecks(checks, infra = join(root, 'infra')) {
  const folder = join(infra, 'myapp');
  await checks.withTool('app: pytest', 'pytest', async (program, { env }) => {
    const text = await run(program, [], { cwd: folder, env: { ...env, ...quiet } });
    const [line] = /^\d+ passed in .*$/m.exec(text) ?? [];
    if (line === undefined) throw new Error(`not every test passed\n${text}`);
    return line;
  });
  await checks.withTool('app: ruff', 'ruff', async (program, { env }) => {
    const options = { cwd: folder, env: { ...env, ...quiet } };
    await run(program, ['format', '--check', '.'], options);
    return run(program, ['check', '.'], options);
  });
  await checks.check('app: versions of its tools', () => sameTools(folder));
  await workflowChecks(checks, folder);
  await checks.withTool('app: the charts fit to it', 'helm', (helm) => chartsFit(helm, infra));
  checks.notRun('app: the image', 'needs Docker; with it: docker build --build-arg VERSION=0.0.0 infra/myapp');
}

/** What the pipeline installs is what its checks are run with here. */
async function sameTools(folder) {
  const pinned = readFileSync(join(folder, 'requirements-dev.txt'), 'utf8').matchAll(/^([\w-]+)==(\S+)$/gm);
  const faults = [];
  for (const [, name, version] of pinned) {
    const tool = await fieldTool(name);
    if ('missing' in tool) continue;
    const text = await run(tool.path, ['--version'], { env: { ...process.env, ...quiet } });
    if (!text.split(/\s/).includes(version)) faults.push(`${name} ${version} in the pipeline, ${text.trim()} here`);
  }
  fail(faults);
}

async function workflowChecks(checks, folder) {
  const workflows = filesBelow(join(folder, '.github/workflows')).map((file) =>
    join(folder, '.github/workflows', file),
  );
  const shellcheck = await fieldTool('shellcheck');
  await checks.withTool('app: actionlint', 'actionlint', async (program) => {
    const copies = mkdtempSync(join(tmpdir(), 'gitops-workflows-'));
    try {
      const files = workflows.map((file, index) => {
        const copy = join(copies, `${index}.yaml`);
        writeFileSync(copy, withVersions(readFileSync(file, 'utf8')));
        return copy;
      });
      const args = ['-no-color', '-shellcheck', shellcheck.path ?? '', '-pyflakes', ''];
      await run(program, [...args, ...workflows]);
      await run(program, [...args, ...files]);
      return `${workflows.length} workflow${'missing' in shellcheck ? ', without shellcheck' : ''}`;
    } finally {
      rmSync(copies, { recursive: true, force: true });
    }
  });
  await checks.check('app: least rights of the pipeline', () => {
    fail(
      workflows.flatMap((file) => {
        const text = readFileSync(file, 'utf8');
        return workflowFaults(text, documentsIn(text, file)[0]).map((fault) => `${file}: ${fault}`);
      }),
    );
  });
  await checks.check('app: scripts and arguments of the build', () => {
    const read = (file) => documentsIn(readFileSync(file, 'utf8'), file)[0];
    const scripts = workflows.flatMap((file) => scriptsOf(read(file)));
    fail(scripts.filter((file) => !isProgram(join(folder, file))).map((file) => `${file} is no program`));
    const declared = namesIn(join(folder, 'Dockerfile'), /^ARG (\w+)/gm);
    const given = scripts.flatMap((file) => namesIn(join(folder, file), /--build-arg (\w+)=/g));
    fail(given.filter((name) => !declared.includes(name)).map((name) => `the Dockerfile has no argument ${name}`));
    return scripts.join(', ');
  });
}

const namesIn = (file, pattern) => [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name]) => name);

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'];

/** Runs the service with what each Application gives its container, and asks what the probes ask. */
async function chartsFit(helm, infra) {
  const dockerfile = readFileSync(join(infra, 'myapp/Dockerfile'), 'utf8');
  const port = Number(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]);
  const user = Number(/^USER (\d+):/m.exec(dockerfile)?.[1]);
  const applications = resourcesOf(infra).filter((one) => !one.shown && one.value.spec?.source?.helm !== undefined);
  const faults = [];
  for (const { value: application } of applications) {
    const objects = await render(helm, application, infra);
    for (const { spec } of objects.filter((one) => one.kind === 'Deployment')) {
      const { containers, securityContext, terminationGracePeriodSeconds } = spec.template.spec;
      const [container] = containers;
      const said = (fault) => faults.push(`${application.metadata.name}: ${fault}`);
      if (!container.ports.some((one) => one.containerPort === port)) said(`the image listens on ${port}`);
      if (securityContext.runAsUser !== user) said(`the image is made for user ${user}`);
      await withApp(join(infra, 'myapp'), container.env, (url) => ask(url, container, said));
      const drain = Number(container.env.find(({ name }) => name === 'DRAIN_SECONDS')?.value ?? 5);
      if (drain + 5 >= terminationGracePeriodSeconds) said('it is killed before it has stopped');
    }
  }
  if (applications.length === 0) faults.push('no Application has a chart');
  fail(faults);
  return `${applications.length} Applications`;
}

async function ask(url, container, said) {
  for (const probe of probes) {
    const path = container[probe]?.httpGet?.path;
    if (path === undefined) continue;
    const { status } = await fetch(new URL(path, url), { headers: { connection: 'close' } });
    if (status !== 200) said(`${probe} asks ${path}, which answers ${status}`);
  }
  const answer = await fetch(new URL('/version', url), { headers: { connection: 'close' } });
  if (answer.status !== 200 || typeof (await answer.json()).version !== 'string') said('/version says no version');
}
