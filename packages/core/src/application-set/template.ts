import { isKnown, literal, type Segment, segmentsOfValue, unknownSegment } from '../argocd/segments.js';
import { parseTemplate } from '../argocd/template-parse.js';
import { renderTemplate } from '../argocd/template-render.js';
import type { ListValue, MapValue, ScalarValue, Value } from '../argocd/value.js';
import { type Dialect, isValue, type ParameterSet, valueOfSegments } from './parameters.js';

/** A template rendered with one set of parameters. */
export interface Rendered<Kind extends Value> {
  readonly value: Kind;
  /** Why Argo CD would refuse to render it; null where it would not. */
  readonly failure: string | null;
  /** Whether a part of it depends on what is not known from Git; `*` then stands for it. */
  readonly isWhole: boolean;
}

interface Rendering {
  readonly set: Pick<ParameterSet, 'entries'>;
  readonly dialect: Dialect;
  /** `missingkey=error`. */
  readonly isStrict: boolean;
  failure: string | null;
  isWhole: boolean;
}

/** How an ApplicationSet wants its templates to be read. */
export interface TemplateOptions {
  readonly dialect: Dialect;
  /** Whether a parameter that is missing is an error (`goTemplateOptions: ["missingkey=error"]`). */
  readonly isStrict: boolean;
}

/**
 * Renders every text in a value, keys of maps too. A text that is one parameter and nothing else keeps the place where
 * that parameter is written, so that a version can be changed there.
 */
export function renderValue<Kind extends Value>(
  value: Kind,
  set: Pick<ParameterSet, 'entries'>,
  options: TemplateOptions,
): Rendered<Kind> {
  const rendering: Rendering = { set, ...options, failure: null, isWhole: true };
  const rendered = renderAny(value, rendering) as Kind;
  return { value: rendered, failure: rendering.failure, isWhole: rendering.isWhole };
}

/** Renders one text to its parts. */
export function renderText(text: string, set: Pick<ParameterSet, 'entries'>, options: TemplateOptions) {
  const rendering: Rendering = { set, ...options, failure: null, isWhole: true };
  const segments = segmentsOfText(text, rendering);
  return { segments, failure: rendering.failure, isWhole: isKnown(segments) };
}

function renderAny(value: Value, rendering: Rendering): Value {
  switch (value.type) {
    case 'scalar':
      return renderScalar(value, rendering);
    case 'list':
      return { ...value, items: value.items.map((item) => renderAny(item, rendering)) } satisfies ListValue;
    case 'map': {
      const entries = [...value.entries].map(
        ([key, item]) => [renderKey(key, rendering), renderAny(item, rendering)] as const,
      );
      return { ...value, entries: new Map(entries) } satisfies MapValue;
    }
  }
}

function renderKey(key: string, rendering: Rendering): string {
  if (!key.includes('{{')) return key;
  return segmentsOfText(key, rendering)
    .map((segment) => (segment.known ? segment.text : '*'))
    .join('');
}

function renderScalar(value: ScalarValue, rendering: Rendering): ScalarValue {
  if (typeof value.value !== 'string' || !value.value.includes('{{')) return value;
  const segments = segmentsOfText(value.value, rendering);
  if (!isKnown(segments)) rendering.isWhole = false;
  return valueOfSegments(segments, value);
}

function segmentsOfText(text: string, rendering: Rendering): readonly Segment[] {
  if (!text.includes('{{')) return [literal(text)];
  return rendering.dialect === 'go' ? renderGo(text, rendering) : renderPlain(text, rendering);
}

function renderGo(text: string, rendering: Rendering): readonly Segment[] {
  const template = parseTemplate('template', text);
  if (template.nodes === null) {
    rendering.failure ??= `${JSON.stringify(text)} is not a Go template`;
    return [unknownSegment];
  }
  const rendered = renderTemplate(template.nodes, template.defines, { type: 'dict', entries: rendering.set.entries });
  const [failed] = rendered.failures;
  if (failed !== undefined) rendering.failure ??= failed.message;
  const missing = missingField(text, rendering);
  if (missing !== null) {
    if (rendering.isStrict) rendering.failure ??= `the parameter "${missing}" is not there (missingkey=error)`;
    else if (rendered.segments.every((one) => one.text === '')) return [literal('<no value>')];
  }
  return rendered.segments;
}

/** The parameter that a template prints outright (`{{ .a.b }}`) and that is not there. */
function missingField(text: string, { set }: Rendering): string | null {
  for (const [, path = ''] of text.matchAll(/\{\{-?\s*\.([A-Za-z_][\w.]*)\s*-?\}\}/g)) {
    const [first = ''] = path.split('.');
    if (!set.entries.has(first)) return path;
  }
  return null;
}

/** `{{ name }}`: the parameter of that name; what is no parameter stays as it stands. */
function renderPlain(text: string, { set }: Rendering): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const found of text.matchAll(/\{\{(.*?)\}\}/gs)) {
    const value = set.entries.get((found[1] ?? '').trim());
    if (found.index > at) segments.push(literal(text.slice(at, found.index)));
    at = found.index + found[0].length;
    if (value === undefined) segments.push(literal(found[0]));
    else if (isValue(value)) segments.push(...segmentsOfValue(value));
    else segments.push(unknownSegment);
  }
  if (at < text.length) segments.push(literal(text.slice(at)));
  return segments;
}
