import { environmentWords, isIgnored } from '../environment/index.js';
import type { Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import type { Deployed } from './deployed.js';
import { type Found, finding } from './make.js';
import { mentionsIn } from './mentions.js';

const name = /(?:^|[-_.])values(?:[-_.][^/]*)?\.ya?ml$/i;
/** Words of files that are for something else than for an Application. */
const asides = ['templates', 'charts', 'ci', 'test', 'tests', 'example', 'examples', 'sample', 'docs', 'node_modules'];
const version = /^\s*(?:-\s+)?["']?(?:image|tag|image_?tag|digest)["']?\s*:/im;

/**
 * Value files that look like the place of a version and that nothing reads: whoever changes one changes nothing. Told only
 * where it is certain: what an Application that cannot be read wholly may mean, and what any other file names, counts as
 * read.
 */
export function valueFileFindings(tree: Tree, place: Place, deployed: readonly Deployed[]): readonly Found[] {
  const { cache, config } = tree.at(place);
  const here = deployed.filter((one) => one.deploys.id === place.id);
  if (!here.some((one) => one.read.charts.some(({ chart }) => chart !== null))) return [];
  const read = new Set([
    ...here.flatMap((one) => one.read.charts.flatMap(({ valueFiles }) => valueFiles)),
    ...deployed.map((one) => one.manifest.file),
  ]);
  const folders = new Set([...read].map(folderOf));
  const isEnvironment = environmentWords(config);
  const { files } = cache.snapshot;
  const candidates = Object.keys(files).filter((path) => {
    const steps = path.split('/');
    const base = steps.pop() ?? '';
    const isDefault = base.toLowerCase() === 'values.yaml' && Object.hasOwn(files, [...steps, 'Chart.yaml'].join('/'));
    if (!name.test(base) || isDefault || read.has(path) || isIgnored(config, path)) return false;
    const words = [...steps, ...base.split(/[-_.]/)];
    if (words.some((word) => asides.includes(word)) || !version.test(files[path] ?? '')) return false;
    return folders.has(folderOf(path)) || words.some(isEnvironment);
  });
  if (candidates.length === 0) return [];
  const isMentioned = mentionsIn(tree, place, deployed);
  return candidates
    .filter((path) => !isMentioned(path))
    .map((file) => {
      const message = 'No Application reads this value file: a version that is written here changes nothing.';
      return finding('value-file-unread', message, { file, line: 1, column: 1 });
    });
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
