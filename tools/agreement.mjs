// How far the versions that core reads agree with what Argo CD rendered, per Application of a repository.
//   node tools/agreement.mjs <repository> <rendered.json> [--all]
// The repository is a clone or a bare repository; the JSON lists, per repository and commit, the images of each
// Application as Argo CD rendered them. `--all` prints the agreeing ones too.
import { readFileSync } from 'node:fs';
import { coreParts, holdsCommit, snapshotOf } from './checkout.mjs';

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
const reading = await coreParts({
  'fleet/find-applications.ts': ['findApplications'],
  'argocd/index.ts': ['createReadCache', 'readImages'],
});
const { repositories } = JSON.parse(readFileSync(file, 'utf8'));
const isThere = ({ commit }) => holdsCommit(repository, commit);
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
