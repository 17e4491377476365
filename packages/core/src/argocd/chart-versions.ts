import type { PinKind, TrackedImage } from '../fleet/fleet.js';
import { parseSemanticVersion } from '../image/index.js';
import { textAt, valuesAt } from './files.js';
import { asKind, toPin } from './origin.js';
import { joinPath } from './paths.js';
import type { ApplicationSource, Setting } from './source.js';
import { addNote, type SourceContext } from './source-context.js';
import { scalarAt, stringAt, valueAt } from './value.js';

/**
 * The charts from elsewhere that a source runs, each with the place of its version: the chart that the Application
 * names itself (`targetRevision`), or the dependencies of the chart here (`Chart.yaml`). A range of versions is no
 * version: what runs is then decided by a registry.
 */
export function chartVersions(source: ApplicationSource, context: SourceContext): readonly TrackedImage[] {
  if (source.chart !== '') {
    return trackedChart(source.repoUrl, source.chart, source.revision, 'chart-revision');
  }
  const path = joinPath(context.folder, 'Chart.yaml') ?? '';
  const [chart] = valuesAt(context.cache, path, 'chart-dependency')?.unwrapOr([]) ?? [];
  const dependencies = valueAt(chart, ['dependencies']);
  const isLocked = textAt(context.cache, joinPath(context.folder, 'Chart.lock') ?? '') !== null;
  const found = (dependencies?.type === 'list' ? dependencies.items : []).flatMap((item) => {
    const repository = stringAt(item, ['repository']) ?? '';
    const name = stringAt(item, ['name']) ?? '';
    const isHere = repository === '' || repository.startsWith('file:') || /^(?:@|alias:)/.test(repository);
    if (name === '' || isHere) return [];
    const version = scalarAt(item, ['version']);
    const text = typeof version?.value === 'string' ? version.value : '';
    return trackedChart(repository, name, { text, origin: version?.origin ?? null }, 'chart-dependency');
  });
  if (!isLocked || found.length === 0) return found;
  addNote(
    context.notes,
    'chart-locked',
    `The dependencies of ${path} are locked by Chart.lock, which only Helm can make anew (helm dependency update): their versions are shown and not promoted.`,
    context.at,
  );
  return found.map((one) => ({ ...one, pins: [] }));
}

/** A chart of a registry, with the place of its version; none where the version is a range. */
export function trackedChart(
  repository: string,
  name: string,
  { text, origin: at }: Setting,
  kind: PinKind,
): readonly TrackedImage[] {
  if (!isExact(text)) return [];
  const origin = at === null || at.kind.startsWith('application-set') ? at : asKind(at, kind);
  return [
    {
      image: nameOf(repository, name),
      what: 'chart',
      alias: null,
      version: { tag: text, digest: null },
      pins: origin?.writable === true ? [toPin(origin, 'tag')] : [],
      masked: [],
    },
  ];
}

function isExact(text: string): boolean {
  return parseSemanticVersion(text) !== null && /^v?\d+\.\d+\.\d+/.test(text);
}

/** `https://charts.example.com/stable` and `redis` are `charts.example.com/stable/redis`. */
function nameOf(repository: string, name: string): string {
  return `${repository.replace(/^[a-z+]+:\/\//, '').replace(/\/+$/, '')}/${name}`;
}
