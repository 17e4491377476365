import type { SourcePosition } from '../model.js';
import { filesOfChart } from './chart-files.js';
import type { ScopedChart } from './coalesce.js';
import { fileTextAt, type ReadCache } from './files.js';
import { printFloat } from './go-text.js';
import { findImageLines } from './image-lines.js';
import { type ImageReading, readImageText } from './image-reading.js';
import { positionIn } from './origin.js';
import { baseName } from './paths.js';
import type { TemplateFile, TemplateNode } from './template-parse.js';
import { changesMaps, type Rendering, renderTemplate } from './template-render.js';
import { opaque, type Result } from './template-value.js';
import { ownCopy, type ScalarValue, scalar } from './value.js';
import { imagesOfValues } from './value-images.js';

export interface ChartImages {
  readonly images: readonly ImageReading[];
  /** True where a template writes an image in one line: what it then renders, even nothing, is the whole truth. */
  readonly spoken: boolean;
  /** Image lines whose text the templates compute in a way that is not followed. */
  readonly unknown: number;
  /** True where templates change the values: what these say is then not what is rendered. */
  readonly changesValues: boolean;
  /** Templates that mention an image and could not be read at all. */
  readonly unread: readonly string[];
  /** Why Helm would refuse to render. */
  readonly failure: { readonly message: string; readonly at: SourcePosition } | null;
}

/** An image inside a flow map, which is no line of its own: `{ name: app, image: … }`. */
const flowImage = /[{,]\s*["']?image["']?\s*:\s*[^\s#]/;

type Defines = Map<string, readonly TemplateNode[]>;

export interface Release {
  readonly name: string;
  readonly namespace: string;
}

/** The images that the templates of a chart and its dependencies print, each with the places of its version. */
export function chartImages(chart: ScopedChart, release: Release, cache: ReadCache): ChartImages {
  const charts = withDependencies(chart);
  const { defines, bodies } = definesOf(charts);
  const changesValues = changeValues(charts);
  const images: ImageReading[] = [];
  const unread: string[] = [];
  let unknown = 0;
  let spoken = false;
  let failure: ChartImages['failure'] = null;
  for (const one of charts) {
    const root = rootOf(one, release, cache, changesValues);
    for (const file of changesValues ? inHelmsOrder(one.chart.templates) : one.chart.templates) {
      const isNeeded = mentionsImage(file, bodies) || (changesValues && changesMaps.test(file.text));
      if (!isRendered(file) || !isNeeded) continue;
      if (file.nodes === null) {
        unread.push(file.path);
        continue;
      }
      spoken ||= writesImage(file, bodies);
      const rendering = renderTemplate(file.nodes, defines, root);
      const found = findImageLines(rendering.segments);
      images.push(...found.images.map((segments) => readImageText(segments)));
      images.push(...rendering.dumped.flatMap((value) => imagesOfValues(value)));
      unknown += found.unknown + (flowImage.test(file.text) ? 1 : 0);
      const [failed] = rendering.failures;
      const text = fileTextAt(cache, file.path);
      if (failed !== undefined && text !== null)
        failure ??= { message: failed.message, at: positionIn(text, failed.offset) };
    }
  }
  return { images, spoken, unknown, changesValues, unread, failure };
}

/** The named templates of all charts, and the file that each stands in: the outer chart wins. */
function definesOf(charts: readonly ScopedChart[]) {
  const defines: Defines = new Map();
  const bodies = new Map<string, TemplateFile>();
  for (const one of [...charts].reverse()) {
    for (const file of one.chart.templates) {
      for (const [name, nodes] of file.defines) {
        defines.set(name, nodes);
        bodies.set(name, file);
      }
    }
  }
  return { defines, bodies };
}

/** The templates of a chart itself that are wanted, rendered as text that is read as YAML; null for one that cannot be read. */
export function renderOwnTemplates(
  chart: ScopedChart,
  release: Release,
  isWanted: (file: TemplateFile) => boolean,
  cache: ReadCache,
): readonly { readonly file: TemplateFile; readonly rendering: Rendering | null }[] {
  const charts = withDependencies(chart);
  const { defines } = definesOf(charts);
  const root = rootOf(chart, release, cache, changeValues(charts));
  return chart.chart.templates
    .filter((file) => isRendered(file) && isWanted(file))
    .map((file) => ({
      file,
      rendering: file.nodes === null ? null : renderTemplate(file.nodes, defines, root, 'inline'),
    }));
}

function withDependencies(chart: ScopedChart): readonly ScopedChart[] {
  return [chart, ...chart.dependencies.flatMap((dependency) => withDependencies(dependency))];
}

/** Partials define only; notes are no manifest; Argo CD never applies the hooks of a test. */
function isRendered(file: TemplateFile): boolean {
  const name = baseName(file.path);
  return !name.startsWith('_') && name !== 'NOTES.txt' && !/helm\.sh\/hook["']?:\s*["']?test/.test(file.text);
}

function mentionsImage(file: TemplateFile, bodies: ReadonlyMap<string, TemplateFile>): boolean {
  return someTemplate(file, bodies, (text) => /image["']?\s*:|toYaml/.test(text));
}

function writesImage(file: TemplateFile, bodies: ReadonlyMap<string, TemplateFile>): boolean {
  return someTemplate(file, bodies, (text) => /image["']?[ \t]*:[ \t]*[^\s#]/.test(text));
}

/** Whether the text of a template says something, or that of one that it includes, directly or not. */
function someTemplate(
  file: TemplateFile,
  bodies: ReadonlyMap<string, TemplateFile>,
  says: (text: string) => boolean,
): boolean {
  const seen = new Set<TemplateFile>([file]);
  for (const one of seen) {
    if (says(one.text)) return true;
    for (const name of one.includes) {
      const body = bodies.get(name);
      if (body !== undefined) seen.add(body);
    }
  }
  return false;
}

/** Helm 3 and 4 render the deeper files first, and of one depth the last in the alphabet: what one changes, the next sees. */
function inHelmsOrder(templates: readonly TemplateFile[]): readonly TemplateFile[] {
  const depth = (path: string): number => path.split('/').length;
  return [...templates].sort((a, b) => depth(b.path) - depth(a.path) || (a.path < b.path ? 1 : -1));
}

/** Whether templates change maps: the values are then theirs alone. */
function changeValues(charts: readonly ScopedChart[]): boolean {
  return charts.some(({ chart }) => chart.templates.some(({ text }) => changesMaps.test(text)));
}

function rootOf({ chart, name, values }: ScopedChart, release: Release, cache: ReadCache, isChanged: boolean): Result {
  const metadata = new Map<string, Result>([['Name', scalar(name)]]);
  for (const [key, value] of chart.metadata.entries) {
    if (key === 'name') continue;
    metadata.set(`${key.charAt(0).toUpperCase()}${key.slice(1)}`, value.type === 'scalar' ? asText(value) : value);
  }
  if (!metadata.has('AppVersion')) metadata.set('AppVersion', scalar(''));
  const entries = new Map<string, Result>([
    ['Values', isChanged ? ownCopy(values) : values],
    ['Chart', { type: 'dict', entries: metadata }],
    [
      'Release',
      {
        type: 'dict',
        entries: new Map<string, Result>([
          ['Name', scalar(release.name)],
          ['Namespace', scalar(release.namespace)],
          ['Service', scalar('Helm')],
          ['IsInstall', scalar(true)],
          ['IsUpgrade', scalar(false)],
        ]),
      },
    ],
    ['Capabilities', opaque],
    ['Files', filesOfChart(chart.folder, cache)],
    ['Template', opaque],
    ['Subcharts', opaque],
  ]);
  return { type: 'dict', entries };
}

/** `Chart.yaml` holds texts: an unquoted number is printed, without its exponent where it is whole. */
function asText(value: ScalarValue): ScalarValue {
  if (typeof value.value !== 'number')
    return value.value === null ? scalar('') : { ...value, value: String(value.value) };
  return { ...value, value: Number.isInteger(value.value) ? String(value.value) : printFloat(value.value) };
}
