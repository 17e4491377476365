import type { FileText } from '../argocd/origin.js';
import { markUnknown, placer } from '../argocd/placed.js';
import { type Segment, textOf } from '../argocd/segments.js';
import { type MapValue, stringAt, toValue, type Value } from '../argocd/value.js';
import { readRendered } from '../yaml/index.js';

/** The Applications and ApplicationSets that a rendered template holds. */
export interface RenderedManifests {
  readonly applications: readonly MapValue[];
  readonly applicationSets: readonly MapValue[];
  /** True where a part of the text is not known, or is no YAML: what stands there was left out. */
  readonly isPartial: boolean;
}

/** Reads rendered text as YAML; what stands there has the places of what it was made of. */
export function manifestsOf(path: string, segments: readonly Segment[]): RenderedManifests {
  const isPartial = segments.some((one) => !one.known);
  const nothing = { applications: [], applicationSets: [] };
  if (textOf(segments).trim() === '') return { ...nothing, isPartial };
  const documents = documentsOf(path, markUnknown(segments)) ?? documentsOf(path, segments);
  if (documents === null) return { ...nothing, isPartial: true };
  const ofKind = (kind: string): readonly MapValue[] =>
    documents.filter(
      (value): value is MapValue =>
        value.type === 'map' &&
        stringAt(value, ['kind']) === kind &&
        (stringAt(value, ['apiVersion']) ?? '').startsWith('argoproj.io/'),
    );
  return { applications: ofKind('Application'), applicationSets: ofKind('ApplicationSet'), isPartial };
}

function documentsOf(path: string, segments: readonly Segment[]): readonly Value[] | null {
  const text = textOf(segments);
  const file: FileText = { path, text, lines: null };
  const place = placer(segments);
  return readRendered(text, path).match(
    ({ documents }) =>
      documents.map(({ root, index }) => place(toValue(root, { kind: 'helm-value-file', file, document: { index } }))),
    () => null,
  );
}
