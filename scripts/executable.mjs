// npm run executable: the command line as one file with Node.js inside, for machines that have no Node.js.
// For the platform that this runs on: /executables/gitops-<platform>-<arch>, its checksum, and the licences of its parts.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../tools/run.mjs';
import { writeLicences } from '../tools/third-party-licenses.mjs';
import { assemble, checkNode, executableName } from './executable/assemble.mjs';
import { bundle } from './executable/bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the archives of nodejs.org and the packages of distributions have it. */
function licenceOfNode() {
  const besideIt = resolve(dirname(process.execPath), process.platform === 'win32' ? '.' : '..', 'LICENSE');
  return [besideIt, '/usr/share/doc/nodejs/LICENSE'].find((file) => existsSync(file)) ?? null;
}

/** Makes the executable in a folder beside its place, and puts it there once it has told its version. */
async function make() {
  checkNode();
  const place = join(root, 'executables');
  mkdirSync(place, { recursive: true });
  const folder = mkdtempSync(join(place, '.making-'));
  try {
    const { script, metafile } = await bundle(root, folder);
    const made = await assemble(script, folder);
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
    const told = (await run(made, ['--version'])).trim();
    if (told !== version) throw new Error(`${made} --version tells ${JSON.stringify(told)} instead of ${version}`);
    const target = join(place, executableName());
    const digest = createHash('sha256').update(readFileSync(made)).digest('hex');
    renameSync(made, target);
    writeFileSync(`${target}.sha256`, `${digest}  ${executableName()}\n`);
    writeLicences(metafile, join(place, 'THIRD-PARTY-LICENSES'));
    copyFileSync(join(root, 'LICENSE'), join(place, 'LICENSE'));
    const licence = licenceOfNode();
    if (licence !== null) copyFileSync(licence, join(place, 'LICENSE-node'));
    else console.error('The licence of Node.js was not found beside it: add it before you pass the executable on.');
    return `executables/${executableName()}  ${Math.round(statSync(target).size / 1e6)} MB, gitops ${version}, Node.js ${process.versions.node}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  console.log(await make());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
