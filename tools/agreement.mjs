// How far the versions that core reads agree with what Argo CD rendered, per Application of a repository.
//   node tools/agreement.mjs <repository> <rendered.json> [--all]
// The repository is a clone or a bare repository; the JSON lists, per repository and commit, the images of each
// Application as Argo CD rendered them. `--all` prints the agreeing ones too.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Core's reading of Applications, which is not public: bundled from the sources. */
async function loadReading() {
  const folder = mkdtempSync(join(root, 'node_modules', '.agreement-'));
  const outfile = join(folder, 'reading.mjs');
  const from = (path) => JSON.stringify(join(root, 'packages/core/src', path));
  try {
    await build({
      stdin: {
        contents: `export { findApplications } from ${from('fleet/find-applications.ts')};
          export { createReadCache, readImages } from ${from('argocd/index.ts')};`,
        resolveDir: join(root, 'packages/core'),
        loader: 'ts',
      },
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

const git = (repository, args, options = {}) =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 1 << 30, ...options });

const largest = 4 << 20;

/** The text files of a commit. */
function snapshotOf(repository, commit) {
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

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const unique = (list) => [...new Set(list)].sort();

/** What core says of one expected Application: agrees, differs, not checked, or not found. */
function verdictOf(expected, applications, snapshot, cache, { readImages }) {
  const candidates = applications.filter(
    (one) =>
      one.file === expected.file &&
      one.name === expected.name &&
      (expected.path === undefined || one.sources.some((source) => source.path === expected.path)),
  );
  const [application] = candidates;
  if (application === undefined) return { verdict: 'not found' };
  const read = readImages(application, snapshot, { cache });
  if (read.problems.length > 0) return { verdict: 'not checked', why: read.problems[0].message };
  const images = unique(read.rendered);
  // images of Helm's test hooks are rendered and never applied
  const hooks = expected.testHookImages ?? [];
  const wanted = unique(expected.images);
  if (same(images, wanted) || same(unique([...images, ...hooks]), wanted)) return { verdict: 'agrees' };
  // a reading that says it is not the whole truth has guessed nothing
  const [note] = read.notes.filter((one) => one.kind !== 'value-file-missing');
  if (note !== undefined) return { verdict: 'not checked', why: note.message, images };
  return { verdict: 'differs', images };
}

const [repository, file, flag] = process.argv.slice(2);
if (file === undefined) {
  console.error('node tools/agreement.mjs <repository> <rendered.json> [--all]');
  process.exit(2);
}
const reading = await loadReading();
const { repositories } = JSON.parse(readFileSync(file, 'utf8'));
const isThere = ({ commit }) => {
  try {
    git(repository, ['cat-file', '-e', `${commit}^{commit}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const known = repositories.find(isThere);
if (known === undefined) {
  console.error(`${repository} holds none of the commits that ${file} lists.`);
  process.exit(2);
}

const home = snapshotOf(repository, known.commit);
const cache = reading.createReadCache(home);
const { applications } = reading.findApplications(cache, () => false);

/** The tree that an Application is rendered from: of the commit, or of the revision that it tracks. */
const revisions = new Map([[undefined, { snapshot: home, cache }]]);
function treeOf({ revision }) {
  if (!revisions.has(revision)) {
    const snapshot = isThere({ commit: revision }) ? snapshotOf(repository, revision) : null;
    revisions.set(revision, snapshot === null ? null : { snapshot, cache: reading.createReadCache(snapshot) });
  }
  return revisions.get(revision);
}

const counts = { agrees: 0, differs: 0, 'not checked': 0, 'not found': 0, 'left out': 0 };
for (const expected of known.applications) {
  const tree = treeOf(expected);
  const isTracked = expected.targetRevision === undefined || expected.revision !== undefined;
  if (expected.assumed || expected.unrenderable || !isTracked || tree === null) {
    counts['left out']++;
    continue;
  }
  const { verdict, why = '', images } = verdictOf(expected, applications, tree.snapshot, tree.cache, reading);
  counts[verdict]++;
  if (verdict === 'agrees' && flag !== '--all') continue;
  const where = [expected.file, expected.applicationSet, expected.renderedBy].flat().filter(Boolean).join(' › ');
  console.log(`${verdict.padEnd(12)} ${expected.name}  (${where})  ${why}`);
  if (verdict === 'differs') console.log(`  Argo CD  ${expected.images.join(' ')}\n  here     ${images.join(' ')}`);
}
const figures = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
console.log(`${known.repository}@${known.commit.slice(0, 7)}: ${figures.join(', ')}`);
