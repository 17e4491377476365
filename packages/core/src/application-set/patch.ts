import { mergePatch } from '../argocd/decode.js';
import { type Segment, sliceSegments, textOf } from '../argocd/segments.js';
import { type MapValue, type ScalarValue, toValue, type Value } from '../argocd/value.js';
import { readYaml } from '../yaml/index.js';
import type { ParameterSet } from './parameters.js';
import { valueOfSegments } from './parameters.js';
import { renderText, type TemplateOptions } from './template.js';

/**
 * The manifest after its `templatePatch`, or why Argo CD would refuse that. Maps are merged, lists replaced, null takes
 * away. A value of the patch that is one parameter and nothing else keeps the place of that parameter.
 */
export function patchedBy(
  patch: ScalarValue,
  manifest: MapValue,
  parameters: ParameterSet,
  options: TemplateOptions,
): Value | string {
  const { segments, failure, isWhole } = renderText(String(patch.value), parameters, options);
  if (failure !== null) return failure;
  if (!isWhole) return 'its templatePatch depends on what is not known from Git';
  const text = textOf(segments);
  if (text.trim() === '') return manifest;
  const read = readYaml(text, patch.origin?.file.path ?? '');
  if (read.isErr() || patch.origin === null) return 'its templatePatch is no YAML once it is rendered';
  const { kind, document } = patch.origin;
  const file = { path: patch.origin.file.path, text, lines: null };
  const value = toValue(read.value.documents[0]?.root ?? null, { kind, file, document });
  if (value.type !== 'map') return 'its templatePatch is no map once it is rendered';
  return mergePatch(manifest, placed(value, patch, segments, text));
}

/** Takes the places inside the rendered text for those of the parameters that were put there. */
function placed(value: Value, patch: ScalarValue, segments: readonly Segment[], text: string): Value {
  if (value.type === 'list') {
    const items = value.items.map((item) => placed(item, patch, segments, text));
    return { ...value, origin: patch.origin, items };
  }
  if (value.type === 'map') {
    const entries = [...value.entries].map(([key, item]) => [key, placed(item, patch, segments, text)] as const);
    return { ...value, origin: patch.origin, entries: new Map(entries) };
  }
  const { origin } = value;
  if (origin === null) return value;
  const quote = /^["']/.test(text.slice(origin.start)) ? 1 : 0;
  const start = origin.start + quote;
  const found = valueOfSegments(sliceSegments(segments, start, start + origin.text.length), patch);
  return { ...value, origin: found.value === value.value ? found.origin : unwritable(patch) };
}

function unwritable(patch: ScalarValue): ScalarValue['origin'] {
  return patch.origin === null ? null : { ...patch.origin, writable: false };
}
