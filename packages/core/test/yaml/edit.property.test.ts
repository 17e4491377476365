import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  type AppliedEdit,
  editYaml,
  type Path,
  readYaml,
  undoYaml,
  type YamlContent,
  type YamlEdit,
  type YamlFile,
  type YamlNode,
} from '../../src/yaml/index.js';
import { anyString, yamlText } from './arbitrary.js';

interface Place {
  readonly document: number;
  readonly path: Path;
  readonly node: YamlNode | null;
}

function placesOf(file: YamlFile): Place[] {
  const places: Place[] = [];
  for (const document of file.documents) {
    const visit = (node: YamlNode | null, path: Path): void => {
      places.push({ document: document.index, path, node });
      if (node?.type === 'map') for (const entry of node.entries) visit(entry.value, [...path, entry.key]);
      if (node?.type === 'list') for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    };
    visit(document.root, []);
  }
  return places;
}

const at = ({ document, path }: Pick<Place, 'document' | 'path'>) => ({ document: { index: document }, path });

/** All documents as plain data, by the parser alone, for one version of YAML. */
function independent(text: string, version: '1.1' | '1.2'): unknown[] {
  const documents = parseAllDocuments(text, { version, merge: false, uniqueKeys: false, logLevel: 'silent' });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS({ mapAsMap: true });
  });
}

function childOf(value: unknown, step: Path[number]): unknown {
  if (value instanceof Map) {
    for (const [key, inner] of value) if (String(key ?? '') === step) return inner;
    // A bare key such as 1 or on has a type of its own.
    return undefined;
  }
  return Array.isArray(value) ? value[step as number] : undefined;
}

function follow(documents: unknown[], place: Pick<Place, 'document' | 'path'>): unknown {
  return place.path.reduce<unknown>(childOf, documents[place.document]);
}

function undone(text: string, applied: readonly AppliedEdit[]): string {
  const answer = undoYaml(text, JSON.parse(JSON.stringify(applied)))._unsafeUnwrap();
  expect(answer.changed).toEqual([]);
  return answer.text;
}

const runs = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 120) };

describe('setting', () => {
  it('changes exactly the value asked for, and every other character stays', () => {
    fc.assert(
      fc.property(yamlText, anyString, fc.nat(), (text, value, pick) => {
        const before = readYaml(text, 'a')._unsafeUnwrap();
        const places = placesOf(before).filter(
          ({ node, path }) => path.length > 0 && (node === null || node.type === 'scalar'),
        );
        fc.pre(places.length > 0);
        const place = places[pick % places.length] as Place;
        const { text: after, applied } = editYaml(text, [{ at: at(place), set: value }])._unsafeUnwrap();
        const [edit] = applied as [AppliedEdit];
        // Every character: the old text with the one run exchanged.
        const { node } = place;
        if (node !== null && node.start !== node.end) {
          const end = node.start + (edit.was ?? '').length;
          expect(after).toBe(text.slice(0, node.start) + edit.wrote + text.slice(end));
          expect(text.slice(node.start, end)).toBe(edit.was);
        } else expect(after.length).toBe(text.length + (edit.added ?? '').length);
        // Every reader has the very string there, and what it had elsewhere.
        for (const version of ['1.1', '1.2'] as const) {
          const now = independent(after, version);
          expect(follow(now, place)).toBe(value);
          for (const other of placesOf(before)) {
            if (
              other.node?.type === 'map' ||
              other.node?.type === 'list' ||
              JSON.stringify(at(other)) === JSON.stringify(at(place))
            )
              continue;
            expect(follow(now, other)).toEqual(follow(independentOf(text, version), other));
          }
        }
        if (node !== null) expect(edit.line).toBe(after.slice(0, node.start).split('\n').length);
        expect(undone(after, applied)).toBe(text);
      }),
      runs,
    );
  });

  it('does many in one pass as one after the other', () => {
    fc.assert(
      fc.property(yamlText, fc.array(fc.tuple(fc.nat(), anyString), { minLength: 2, maxLength: 6 }), (text, picks) => {
        const places = placesOf(readYaml(text, 'a')._unsafeUnwrap()).filter(
          ({ node, path }) => path.length > 0 && (node === null || node.type === 'scalar'),
        );
        fc.pre(places.length > 0);
        const chosen = new Map(picks.map(([pick, value]) => [places[pick % places.length] as Place, value]));
        const edits = [...chosen].map(([place, value]): YamlEdit => ({ at: at(place), set: value }));
        both(text, edits);
      }),
      runs,
    );
  });
});

const cached = new Map<string, unknown[]>();
function independentOf(text: string, version: '1.1' | '1.2'): unknown[] {
  const key = version + text;
  const known = cached.get(key);
  if (known !== undefined) return known;
  cached.clear();
  const made = independent(text, version);
  cached.set(key, made);
  return made;
}

/** One pass equals one edit after the other, and either way undoing gives the text back. */
function both(text: string, edits: readonly YamlEdit[]): string {
  const { text: after, applied } = editYaml(text, edits)._unsafeUnwrap();
  let one = text;
  const each: AppliedEdit[] = [];
  for (const edit of edits) {
    const done = editYaml(one, [edit])._unsafeUnwrap();
    one = done.text;
    each.push(...done.applied);
  }
  expect(after).toBe(one);
  expect(applied.map(({ line: _, ...rest }) => rest)).toEqual(each.map(({ line: _, ...rest }) => rest));
  expect(undone(after, applied)).toBe(text);
  return after;
}

const content: fc.Arbitrary<YamlContent> = fc.letrec<{ content: YamlContent }>((tie) => ({
  content: fc.oneof(
    { depthSize: 'small' },
    anyString,
    fc.boolean(),
    fc.array(tie('content'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('name', 'value', 'x', 'on', 'a: b'), tie('content'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).content;

describe('inserting', () => {
  it('adds one run, reads back, and goes again without a trace', () => {
    fc.assert(
      fc.property(
        yamlText,
        fc.nat(),
        content,
        fc.array(fc.constantFrom('new', 'on', 'x/y.z', 'k'), { minLength: 1, maxLength: 3 }),
        (text, pick, value, names) => {
          const places = placesOf(readYaml(text, 'a')._unsafeUnwrap()).filter(
            ({ node, path }) => node?.type === 'list' || node?.type === 'map' || (node === null && path.length > 0),
          );
          fc.pre(places.length > 0);
          const place = places[pick % places.length] as Place;
          const lead: Path = place.node?.type === 'list' ? [place.node.items.length] : [];
          const path = [
            ...place.path,
            ...lead,
            ...(lead.length > 0 ? names.slice(1) : names.map((name) => `new-${name}`)),
          ];
          const edit: YamlEdit = { at: { document: { index: place.document }, path }, insert: value };
          const answer = editYaml(text, [edit]);
          // A block of text that ends the file without a line break would gain one.
          if (answer.isErr() && !/\n$/.test(text)) {
            expect(answer.error.kind).toBe('edit-unverified');
            return;
          }
          const { text: after, applied } = answer._unsafeUnwrap();
          const [{ added }] = applied as [AppliedEdit];
          const start = commonPrefix(text, after);
          expect(text.slice(start)).toBe(after.slice(start + (added ?? '').length));
          for (const version of ['1.1', '1.2'] as const) {
            expect(plain(follow(independent(after, version), { document: place.document, path }))).toEqual(value);
          }
          expect(undone(after, applied)).toBe(text);
        },
      ),
      runs,
    );
  });

  it('does many in one pass as one after the other', () => {
    fc.assert(
      fc.property(
        yamlText.map((text) => (text.endsWith('\n') ? text : `${text}\n`)),
        fc.uniqueArray(fc.tuple(fc.nat(), fc.constantFrom('p', 'q'), fc.constantFrom('r', 's', 't'), anyString), {
          minLength: 2,
          maxLength: 6,
          selector: ([pick, p, r]) => `${pick % 7}/${p}/${r}`,
        }),
        (text, picks) => {
          const places = placesOf(readYaml(text, 'a')._unsafeUnwrap()).filter(
            ({ node, path }) => node?.type === 'map' || (node === null && path.length > 0),
          );
          fc.pre(places.length > 0);
          const edits = new Map<string, YamlEdit>();
          for (const [pick, p, r, value] of picks) {
            const place = places[pick % places.length] as Place;
            const path = [...place.path, `new-${p}`, r];
            edits.set(JSON.stringify([place.document, path]), {
              at: { document: { index: place.document }, path },
              insert: value,
            });
          }
          both(text, [...edits.values()]);
        },
      ),
      runs,
    );
  });
});

describe('removing', () => {
  it('takes one run away, and gives it back', () => {
    fc.assert(
      fc.property(yamlText, fc.nat(), fc.boolean(), (text, pick, prune) => {
        const places = placesOf(readYaml(text, 'a')._unsafeUnwrap()).filter(({ path }) => path.length > 0);
        fc.pre(places.length > 0);
        const place = places[pick % places.length] as Place;
        const answer = editYaml(text, [{ at: at(place), remove: true, prune }]);
        if (answer.isErr()) {
          expect(answer.error.message).toMatch(/comment stands between|read back|would change|could not be read/);
          fc.pre(false);
          return;
        }
        const { text: after, applied } = answer.value;
        expect(undone(after, applied)).toBe(text);
      }),
      runs,
    );
  });
});

function commonPrefix(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [String(key), plain(inner)]));
  return Array.isArray(value) ? value.map(plain) : value;
}
