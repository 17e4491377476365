// A script put into a copy of Node.js: Node's own feature of single executables, with postject to inject.
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../tools/run.mjs';

const postject = 'postject@1.0.0-alpha.6';
/** The mark that Node.js looks for in itself; published in its documentation. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** `gitops-linux-x64`, `gitops-win32-x64.exe`. */
export function executableName() {
  return `gitops-${process.platform}-${process.arch}${process.platform === 'win32' ? '.exe' : ''}`;
}

/** A Node.js that stands on libraries of its distribution would not run elsewhere. */
export function checkNode() {
  const shared = Object.entries(process.config.variables)
    .filter(([name, value]) => /^node_shared/.test(name) && (value === true || value === 'true'))
    .map(([name]) => name);
  if (shared.length === 0) return;
  throw new Error(
    `This Node.js needs libraries of its distribution (${shared.join(', ')}), which other machines do not have.\n` +
      'Run this with a Node.js from https://nodejs.org.',
  );
}

async function withoutSymbols(file) {
  if (process.platform !== 'linux') return;
  // saves a tenth of the size; binutils may be missing, and then it stays as it is
  await run('strip', [file]).catch(() => {});
}

/** Puts the script into a copy of the running Node.js. Gives the path of the executable. */
export async function assemble(script, folder) {
  const made = join(folder, executableName());
  const blob = join(folder, 'gitops.blob');
  const config = join(folder, 'executable.json');
  writeFileSync(
    config,
    JSON.stringify({ main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true }),
  );
  await run(process.execPath, ['--experimental-sea-config', config], { cwd: folder });
  copyFileSync(process.execPath, made);
  chmodSync(made, 0o755);
  await withoutSymbols(made);
  const isMac = process.platform === 'darwin';
  if (isMac) await run('codesign', ['--remove-signature', made]);
  const segment = isMac ? ['--macho-segment-name', 'NODE_SEA'] : [];
  await run('npx', ['--yes', postject, made, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse, ...segment]);
  if (isMac) await run('codesign', ['--sign', '-', made]);
  return made;
}
