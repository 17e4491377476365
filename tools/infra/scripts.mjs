// Shell scripts and Dockerfiles of the bundled setup, of the examples and of CI: found by what they are, not by a list.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../run.mjs';
import { dockerfileFaults } from './dockerfile-rules.mjs';
import { root } from './yaml-documents.mjs';

const isDockerfile = (file) => /^(Dockerfile|Containerfile)(\.|$)/.test(basename(file)) && !file.endsWith('ignore');
const shebang = /^#!\s*\/(usr\/)?bin\/(env (-S )?)?(ba|da|k)?sh\b/;

/** Files of the tree, new ones too, that Git does not ignore. */
async function filesOf(folder, places) {
  const list = await run('git', ['ls-files', '-coz', '--exclude-standard', '--', ...places], { cwd: folder });
  const missing = await run('git', ['ls-files', '-dz', '--', ...places], { cwd: folder });
  const gone = new Set(missing.split('\0'));
  return [...new Set(list.split('\0'))].filter((file) => file !== '' && !gone.has(file)).sort();
}

// a template of Terraform is no script until it is filled in
const isShell = (file, text) => !file.endsWith('.tftpl') && (/\.(sh|bash|bats)$/.test(file) || shebang.test(text));

/** The shell scripts and the Dockerfiles below some places of a repository. */
export async function findScripts(folder, places) {
  const files = await filesOf(folder, places);
  const dockerfiles = files.filter(isDockerfile);
  const isScript = (file) => !isDockerfile(file) && isShell(file, readFileSync(join(folder, file), 'utf8'));
  return { scripts: files.filter(isScript), dockerfiles };
}

/** Adds the checks of scripts and Dockerfiles below the given places. */
export async function scriptChecks(checks, { folder = root, places = ['infra', 'examples', '.ci'] } = {}) {
  const { scripts, dockerfiles } = await findScripts(folder, places);
  const some = (list, what) => {
    if (list.length === 0) throw new Error(`no ${what} was found below ${places.join(', ')}`);
    return list;
  };

  await checks.withTool('scripts: shellcheck', 'shellcheck', async (program) => {
    // SC2317 and its newer name SC2329: functions that another function calls by name look unreachable to it
    const exclude = '--exclude=SC2317,SC2329';
    const args = [
      exclude,
      '--color=never',
      '--severity=style',
      '--external-sources',
      '--norc',
      ...some(scripts, 'script'),
    ];
    await run(program, args, { cwd: folder });
    return `${scripts.length} scripts`;
  });
  await checks.withTool('Dockerfiles: hadolint', 'hadolint', async (program) => {
    const args = ['--no-color', '--failure-threshold', 'style', ...some(dockerfiles, 'Dockerfile')];
    await run(program, args, { cwd: folder });
    return `${dockerfiles.length} Dockerfiles`;
  });
  await checks.check('Dockerfiles: pinned, and not root', () => {
    const faults = some(dockerfiles, 'Dockerfile').flatMap((file) =>
      dockerfileFaults(readFileSync(join(folder, file), 'utf8')).map((fault) => `${file}: ${fault}`),
    );
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return `${dockerfiles.length} Dockerfiles`;
  });
}
