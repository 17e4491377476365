// What the scripts that try core on repositories share: a commit's text files, and parts of core that are not public.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The exports of core's source files, bundled: `{ 'fleet/read.ts': ['fleetOf'] }`. */
export async function coreParts(parts) {
  const folder = mkdtempSync(join(root, 'node_modules', '.core-parts-'));
  const outfile = join(folder, 'parts.mjs');
  const lines = Object.entries(parts).map(
    ([path, names]) => `export { ${names.join(', ')} } from ${JSON.stringify(join(root, 'packages/core/src', path))};`,
  );
  try {
    await build({
      stdin: { contents: lines.join('\n'), resolveDir: join(root, 'packages/core'), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      outfile,
      logLevel: 'error',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What git says, as text. */
export const git = (repository, args, options = {}) =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 1 << 30, ...options });

/** Whether the repository holds a commit. */
export function holdsCommit(repository, commit) {
  try {
    git(repository, ['cat-file', '-e', `${commit}^{commit}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const largest = 4 << 20;

/** The text files of a commit, as core's `Snapshot`. */
export function snapshotOf(repository, commit) {
  const blobs = git(repository, ['ls-tree', '-rlz', commit])
    .split('\0')
    .flatMap((line) => {
      const [, mode, id, size, path] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      return path === undefined || mode === '120000' || Number(size) > largest ? [] : [{ id, path }];
    });
  const output = git(repository, ['cat-file', '--batch'], {
    encoding: 'buffer',
    input: Buffer.from(blobs.map(({ id }) => `${id}\n`).join('')),
  });
  const files = {};
  let at = 0;
  for (const { path } of blobs) {
    const end = output.indexOf(10, at);
    const size = Number(output.toString('latin1', at, end).split(' ')[2]);
    const content = output.subarray(end + 1, end + 1 + size);
    if (!content.includes(0)) files[path] = content.toString('utf8');
    at = end + 1 + size + 1;
  }
  return { commit, branch: null, files, omitted: [] };
}
