import type { Result as TemplateResult } from '../argocd/template-value.js';
import { type MapValue, stringAt, toValue, type Value, valueAt } from '../argocd/value.js';
import { readYaml } from '../yaml/index.js';
import { type Generated, type GeneratorContext, refused } from './generate.js';
import type { ParameterSet } from './parameters.js';

/** `elements`, and the YAML of `elementsYaml`. Without Go templates every parameter is a text. */
export function listParameters(settings: MapValue, context: GeneratorContext): Generated {
  const elements = valueAt(settings, ['elements']);
  const written = elements?.type === 'list' ? elements.items : [];
  const more = elementsOfText(stringAt(settings, ['elementsYaml']), settings);
  if (more === null) return refused('elementsYaml is no list of YAML', valueAt(settings, ['elementsYaml']) ?? null);
  const sets: ParameterSet[] = [];
  for (const element of [...written, ...more]) {
    if (element.type !== 'map') return refused('an element of the list is no map', element);
    const entries = context.dialect === 'go' ? new Map<string, TemplateResult>(element.entries) : plainEntries(element);
    if (!(entries instanceof Map)) return refused('a list element holds a value that is not text', entries.wrong);
    sets.push({ entries, template: null, unknown: null });
  }
  return { kind: 'sets', sets };
}

function plainEntries(element: MapValue): Map<string, TemplateResult> | { readonly wrong: Value } {
  const entries = new Map<string, TemplateResult>();
  for (const [key, value] of element.entries) {
    const inner = key === 'values' && value.type === 'map' ? value.entries : null;
    for (const [name, text] of inner ?? new Map([['', value]])) {
      if (text.type !== 'scalar' || typeof text.value !== 'string') return { wrong: text };
      entries.set(inner === null ? key : `${key}.${name}`, text);
    }
  }
  return entries;
}

/** What `elementsYaml` says once its template is rendered: computed, so that nothing in it can be written. */
function elementsOfText(text: string | null, settings: MapValue): readonly Value[] | null {
  if (text === null || text.trim() === '') return [];
  const { origin } = settings;
  const read = readYaml(text, origin?.file.path ?? '');
  if (read.isErr() || origin === null) return null;
  const [document] = read.value.documents;
  const value = toValue(document?.root ?? null, {
    kind: origin.kind,
    file: { path: origin.file.path, text, lines: null },
    document: origin.document,
  });
  return value.type === 'list' ? value.items.map(unplaced) : null;
}

function unplaced(value: Value): Value {
  if (value.type === 'scalar') return { ...value, origin: null };
  if (value.type === 'list') return { ...value, origin: null, items: value.items.map(unplaced) };
  return { ...value, origin: null, entries: new Map([...value.entries].map(([key, item]) => [key, unplaced(item)])) };
}
