import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPointer, type Pointer, parsePointer } from './index.js';

const application = { kind: 'Application', name: 'users-dev' };

describe('pointers as text', () => {
  it.each<[Pointer, string]>([
    [
      {
        document: application,
        path: ['metadata', 'annotations', 'argocd-image-updater.argoproj.io/users.ignore-tags'],
      },
      'Application/users-dev metadata.annotations["argocd-image-updater.argoproj.io/users.ignore-tags"]',
    ],
    [
      {
        document: application,
        path: ['spec', 'source', 'helm', 'parameters', { where: { name: 'image.tag' } }, 'value'],
      },
      'Application/users-dev spec.source.helm.parameters[name=image.tag].value',
    ],
    [{ document: { ...application, namespace: 'argocd' }, path: ['a', 0] }, 'Application/argocd/users-dev a[0]'],
    [{ document: { index: 1 }, path: ['a'] }, '#1 a'],
    [{ document: {}, path: ['a b', { where: { x: '1', 'y z': ']' } }] }, '["a b"][x=1,"y z"="]"]'],
    [{ document: {}, path: [] }, '.'],
    [{ document: { kind: 'A' }, path: [] }, 'A/'],
    [{ document: { name: 'a' }, path: ['x'] }, '/a x'],
  ])('%j', (pointer, text) => {
    expect(formatPointer(pointer)).toBe(text);
    expect(parsePointer(text)._unsafeUnwrap()).toEqual(pointer);
  });

  it('is read back whatever it holds', () => {
    const word = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '"', ']', '[', '=', ',', '.', '/', '#', ' ', 'a.b', '0', '__proto__', '#1', 'a/b', '\ud800'),
    );
    const step = fc.oneof(
      word,
      fc.nat(),
      fc.dictionary(word, word, { noNullPrototype: true }).map((where) => ({ where })),
    );
    const document = fc.record(
      { kind: word, name: word, namespace: word, index: fc.nat() },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.record({ document, path: fc.array(step) }, { noNullPrototype: true }), (pointer) => {
        expect(parsePointer(formatPointer(pointer))._unsafeUnwrap()).toEqual(pointer);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '',
    ' ',
    'a..b',
    'a[',
    'a[x]',
    'a["x]',
    'A/b/c/d x',
    'A/b  x',
    '#x',
    'a b',
    'a[0',
    'A/b .',
    'A//b x',
    'a["\\x"]',
    'a]',
  ])('%j is none', (text) => {
    expect(parsePointer(text)._unsafeUnwrapErr()).toMatchObject({
      kind: 'pointer-invalid',
      details: { pointer: text },
    });
  });
});
