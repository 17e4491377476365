import type { Snapshot } from '../model.js';
import { readRendered, readYaml } from '../yaml/read.js';
import { filesUnder, fileTextAt, type ReadCache } from './files.js';
import { matchesFilePattern } from './glob.js';
import { type FileText, selectorOf } from './origin.js';
import { chartAbove } from './paths.js';
import { placer } from './placed.js';
import { isKnown, literal, type Segment, textOf } from './segments.js';
import { opaque, type Result, segmentsOf } from './template-value.js';
import { toValue } from './value.js';

/** Files that Helm reads into the chart itself, and does not hand to `.Files`. */
const chartsOwn =
  /^(?:Chart\.(?:yaml|lock)|values\.(?:yaml|schema\.json)|requirements\.(?:yaml|lock)|(?:templates|charts)\/.*)$/;

/** What `.Files` is in the templates of the chart in this folder, as far as its files were read. */
export function filesOfChart(folder: string, cache: ReadCache): Result {
  const prefix = folder === '' ? '' : `${folder}/`;
  const isGiven = (path: string): boolean => !chartsOwn.test(path);
  return {
    type: 'files',
    paths: () =>
      filesUnder(cache, folder, true)
        .map((path) => path.slice(prefix.length))
        .filter(isGiven),
    read: (path) => (isGiven(path) ? fileTextAt(cache, `${prefix}${path}`) : null),
  };
}

type Files = Extract<Result, { type: 'files' }>;

/** The methods of `.Files` that are followed. */
export const methodsOfFiles: readonly string[] = ['Get', 'Glob', 'Lines'];

/** A method of `.Files`, one of {@link methodsOfFiles}. A file that was not read is not known: it may be there all the same. */
export function callFiles(files: Files, method: string, argument: string): Result {
  if (method === 'Glob')
    return { ...files, paths: () => files.paths().filter((path) => matchesFilePattern(argument, path)) };
  const file = files.read(argument);
  if (file === null) return opaque;
  if (method === 'Get') return contentOf(file);
  const lines = file.text.replace(/\n$/, '').split('\n');
  return { type: 'items', items: lines.map((line) => ({ type: 'text', segments: [literal(line)] })) };
}

/** The text of a file; where that is a version and nothing else, it keeps its place. */
export function contentOf(file: FileText): Result {
  return { type: 'text', segments: segmentsOfFile(file), file };
}

function segmentsOfFile(file: FileText): readonly Segment[] {
  const content = file.text.trim();
  if (content === '' || /\s/.test(content)) return [literal(file.text)];
  return readYaml(file.text, file.path).match(
    ({ documents: [document, ...others] }) => {
      const root = document?.root ?? null;
      if (root?.type !== 'scalar' || root.text !== content || others.length > 0) return [literal(file.text)];
      const start = root.start;
      return [
        literal(file.text.slice(0, start)),
        {
          ...literal(content),
          origin: {
            kind: 'chart-file',
            file,
            document: {},
            path: [],
            start,
            text: content,
            inside: null,
            writable: true,
          },
        },
        literal(file.text.slice(start + content.length)),
      ];
    },
    () => [literal(file.text)],
  );
}

/** What `fromYaml` and its like make of a text: of a file with its places, of another with those of its parts. */
export function parsed(given: Result, wanted: 'map' | 'list'): Result {
  if (given.type === 'opaque' || given.type === 'files') return opaque;
  const file = given.type === 'text' ? given.file : undefined;
  const segments = segmentsOf(given);
  if (!isKnown(segments)) return opaque;
  const text = file?.text ?? textOf(segments);
  if (text.trim() === '') return wanted === 'map' ? { type: 'dict', entries: new Map() } : { type: 'items', items: [] };
  return (file === undefined ? readRendered(text, '') : readYaml(text, file.path)).match<Result>(
    (read) => {
      const [document] = read.documents;
      if (document === undefined) return opaque;
      const kind = 'chart-file';
      const value =
        file === undefined
          ? placer(segments)(toValue(document.root, { kind, file: { path: '', text, lines: null }, document: {} }))
          : toValue(document.root, { kind, file, document: selectorOf(read, document) });
      return value.type === wanted ? value : opaque;
    },
    () => opaque,
  );
}

/** The entries that `range` goes through. */
export function entriesOfFiles(files: Files): readonly (readonly [string, Result])[] {
  return files
    .paths()
    .toSorted()
    .map((path) => {
      const file = files.read(path);
      return [path, file === null ? opaque : contentOf(file)];
    });
}

const callOfFiles = /\.Files\.(?:Get|Glob|Lines)\s+\(?\s*(?:printf\s+)?(?:"([^"]*)"|`([^`]*)`)?/g;

/** Files of a chart that its templates read with `.Files`: a glob of picomatch within a folder (with its last slash). */
export interface NamedChartFiles {
  readonly folder: string;
  readonly glob: string;
}

/**
 * The files that templates of charts read with `.Files`, as far as their names tell: a name that is computed counts as any
 * file of the chart, if what it holds is read as data.
 */
export function namedChartFiles(files: Snapshot['files']): readonly NamedChartFiles[] {
  const found = new Map<string, NamedChartFiles>();
  for (const [path, text] of Object.entries(files)) {
    const chart = text.includes('.Files.') ? chartAbove(path) : null;
    const folder = chart === null || chart === '' ? chart : `${chart}/`;
    if (folder === null || !Object.hasOwn(files, `${folder}Chart.yaml`)) continue;
    for (const [, quoted, raw] of text.matchAll(callOfFiles)) {
      const pattern = patternOf(quoted ?? raw ?? '');
      if (pattern === '**' && !/\bfrom(?:Yaml|Json)/.test(text)) continue;
      found.set(`${folder}${pattern}`, { folder, glob: pattern });
    }
  }
  return [...found.values()];
}

/** The name of a file, a glob of Helm's, or for a `printf` all below its first folders, else what its verbs leave open. */
function patternOf(name: string): string {
  if (name === '') return '**';
  const verb = name.indexOf('%');
  if (verb === -1) return name;
  const folders = name.slice(0, name.lastIndexOf('/', verb) + 1);
  return folders === '' ? name.replace(/%[a-z]/g, '*') : `${folders}**`;
}
