import { type GitOpsError, problem } from '../errors/error.js';
import { typeName } from './decode.js';
import type { ChartEntry } from './kustomize-charts.js';
import type { ImageEntry, VersionPart } from './kustomize-image.js';
import { type Origin, positionIn } from './origin.js';
import type { Setting } from './source.js';
import { isNull, type MapValue, mapOf, type Value, valueAt } from './value.js';

/** A patch of a kustomization, or of an Application's Kustomize settings. */
export interface PatchEntry {
  readonly path: Setting | null;
  readonly patch: Setting | null;
  readonly target: Readonly<Record<string, string>> | null;
}

export function toEntry(entry: MapValue, check: FieldCheck): ImageEntry {
  const part = (setting: Setting, kind: 'tag' | 'digest'): VersionPart | null =>
    setting.text === '' ? null : { text: setting.text, origin: setting.origin, part: kind };
  return {
    name: check.text(entry, 'name').text,
    newName: check.text(entry, 'newName').text,
    tag: part(check.text(entry, 'newTag'), 'tag'),
    digest: part(check.text(entry, 'digest'), 'digest'),
    tagSuffix: check.text(entry, 'tagSuffix').text,
    hidden: [],
  };
}

export function toChart(entry: MapValue, check: FieldCheck): ChartEntry {
  const inline = valueAt(entry, ['valuesInline']);
  return {
    name: check.text(entry, 'name'),
    repository: check.text(entry, 'repo').text,
    version: check.text(entry, 'version'),
    releaseName: check.text(entry, 'releaseName').text,
    namespace: check.text(entry, 'namespace').text,
    valuesFile: check.text(entry, 'valuesFile'),
    additionalValuesFiles: check.texts(entry, 'additionalValuesFiles'),
    valuesInline: inline?.type === 'map' ? inline : mapOf([]),
    valuesMerge: check.text(entry, 'valuesMerge').text,
  };
}

export function toPatch(entry: MapValue, check: FieldCheck): PatchEntry {
  const given = (setting: Setting): Setting | null => (setting.text === '' ? null : setting);
  const target = valueAt(entry, ['target']);
  return {
    path: given(check.text(entry, 'path')),
    patch: given(check.text(entry, 'patch')),
    target:
      target?.type === 'map'
        ? Object.fromEntries([...target.entries.keys()].map((key) => [key, check.text(target, key).text]))
        : null,
  };
}

/** Reads fields with the types that Kustomize insists on: a numeric `newTag` is an error there. */
export class FieldCheck {
  readonly #problems: GitOpsError[];

  constructor(problems: GitOpsError[]) {
    this.#problems = problems;
  }

  text(map: MapValue, key: string): Setting {
    return this.#toText(map.entries.get(key), key);
  }

  texts(map: MapValue, key: string): Setting[] {
    return this.#items(map, key).map((item) => this.#toText(item, key));
  }

  maps(map: MapValue, key: string): MapValue[] {
    return this.#items(map, key).flatMap((item) => {
      if (item.type === 'map') return [item];
      this.#complain(item, key, 'map');
      return [];
    });
  }

  #items(map: MapValue, key: string): readonly Value[] {
    const found = map.entries.get(key);
    if (found === undefined || isNull(found)) return [];
    if (found.type === 'list') return found.items;
    this.#complain(found, key, 'list');
    return [];
  }

  #toText(value: Value | undefined, key: string): Setting {
    if (value === undefined || isNull(value)) return { text: '', origin: null };
    if (value.type === 'scalar' && typeof value.value === 'string') return { text: value.value, origin: value.origin };
    this.#complain(value, key, 'string');
    return { text: '', origin: null };
  }

  #complain(value: Value, key: string, expected: string): void {
    const found = typeName(value);
    const mend = expected === 'string' && value.type === 'scalar' ? 'Put the value in quotes.' : `Write a ${expected}.`;
    this.#problems.push(
      problem('application-invalid', `${key} is a ${found}, and Kustomize takes only a ${expected} here.`, mend, {
        at: positionOfOrigin(value.origin),
        details: { field: key, expected, found },
      }),
    );
  }
}

function positionOfOrigin(origin: Origin | null) {
  return origin === null ? null : positionIn(origin.file, origin.start);
}
