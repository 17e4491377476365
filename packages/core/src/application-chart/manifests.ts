import type { FileText } from '../argocd/origin.js';
import { type Segment, sliceSegments, textOf } from '../argocd/segments.js';
import { type MapValue, mapOf, stringAt, toValue, type Value } from '../argocd/value.js';
import { readYaml } from '../yaml/index.js';

/** The Applications and ApplicationSets that a rendered template holds. */
export interface RenderedManifests {
  readonly applications: readonly MapValue[];
  readonly applicationSets: readonly MapValue[];
  /** True where a part of the text is not known, or is no YAML: what stands there was left out. */
  readonly isPartial: boolean;
}

/**
 * Reads rendered text as YAML. A value that one value of the chart made, and nothing else, keeps the place where that
 * stands, so that a version can be changed there; what the template itself says has none, since templates are not edited.
 */
export function manifestsOf(path: string, segments: readonly Segment[]): RenderedManifests {
  const text = textOf(segments);
  const isPartial = segments.some((one) => !one.known);
  if (text.trim() === '') return { applications: [], applicationSets: [], isPartial };
  const read = readYaml(text, path);
  if (read.isErr()) return { applications: [], applicationSets: [], isPartial: true };
  const file: FileText = { path, text, lines: null };
  const documents = read.value.documents.map((document) =>
    placed(
      toValue(document.root, { kind: 'helm-value-file', file, document: { index: document.index } }),
      segments,
      text,
    ),
  );
  const ofKind = (kind: string): readonly MapValue[] =>
    documents.filter(
      (value): value is MapValue =>
        value.type === 'map' &&
        stringAt(value, ['kind']) === kind &&
        (stringAt(value, ['apiVersion']) ?? '').startsWith('argoproj.io/'),
    );
  return { applications: ofKind('Application'), applicationSets: ofKind('ApplicationSet'), isPartial };
}

function placed(value: Value, segments: readonly Segment[], text: string): Value {
  if (value.type === 'list') {
    return { ...value, origin: null, items: value.items.map((item) => placed(item, segments, text)) };
  }
  if (value.type === 'map') {
    const entries = [...value.entries].map(([key, item]) => [key, placed(item, segments, text)] as const);
    return mapOf(entries);
  }
  const { origin } = value;
  if (origin === null) return value;
  const quote = /^["']/.test(text.slice(origin.start)) ? 1 : 0;
  const start = origin.start + quote;
  const parts = sliceSegments(segments, start, start + origin.text.length).filter((one) => one.text !== '');
  const [only] = parts;
  if (parts.length !== 1 || only === undefined || only.text !== origin.text) return { ...value, origin: null };
  return { ...value, origin: only.origin, hides: only.hides };
}
