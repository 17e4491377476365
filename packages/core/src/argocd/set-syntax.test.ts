import { describe, expect, test } from 'vitest';
import { printValue } from './go-text.js';
import { escapeCommas, parseSet, setAt, typedValue } from './set-syntax.js';
import { listOf, mapOf, scalar, type Value } from './value.js';

describe('the syntax of --set', () => {
  test('keys: dots, indices, escapes, several at once', () => {
    expect(parseSet('a.b=1')).toEqual([{ path: ['a', 'b'], value: '1' }]);
    expect(parseSet('a[1].b[0][2]=x')).toEqual([{ path: ['a', 1, 'b', 0, 2], value: 'x' }]);
    expect(parseSet('a\\.b.c=x\\,y,d=z')).toEqual([
      { path: ['a.b', 'c'], value: 'x,y' },
      { path: ['d'], value: 'z' },
    ]);
    expect(parseSet('a={x,y}')).toEqual([{ path: ['a'], value: ['x', 'y'] }]);
    expect(parseSet('a=')).toEqual([{ path: ['a'], value: '' }]);
    expect(parseSet('a=b=c')).toEqual([{ path: ['a'], value: 'b=c' }]);
  });

  test('what Helm refuses is a text', () => {
    for (const wrong of ['a', 'a,b=c', 'a[x]=1', 'a[1=2', 'a[-1]=1', 'a[0]b=1', 'a[70000]=1']) {
      expect(parseSet(wrong)).toEqual(expect.any(String));
    }
  });

  test('values get types, but not from leading zeros or points', () => {
    const print = (text: string) => {
      const value = typedValue(text);
      return value.type === 'scalar' ? [typeof value.value, printValue(value)] : [];
    };
    expect(print('20240101')).toEqual(['number', '20240101']);
    expect(print('1.10')).toEqual(['string', '1.10']);
    expect(print('007')).toEqual(['string', '007']);
    expect(print('0')).toEqual(['number', '0']);
    expect(print('True')).toEqual(['boolean', 'true']);
    expect(print('null')).toEqual(['object', '']);
  });

  test('commas are kept as Argo CD keeps them', () => {
    expect(escapeCommas('a,,b')).toBe('a\\,\\,b');
    expect(escapeCommas('a\\,b')).toBe('a\\,b');
    expect(escapeCommas('{a,b}')).toBe('{a,b}');
  });

  test('setting makes what is missing and refuses what is in the way', () => {
    const made = setAt(mapOf([]), ['a', 1, 'b'], scalar('x'));
    expect(made).toMatchObject({ entries: new Map([['a', expect.objectContaining({ type: 'list' })]]) });
    const list = typeof made === 'string' ? undefined : made.entries.get('a');
    expect(list?.type === 'list' ? list.items.map((item) => item.type) : []).toEqual(['scalar', 'map']);
    const there = mapOf([
      ['a', scalar('text')],
      ['l', listOf([scalar('x')])],
    ] as readonly (readonly [string, Value])[]);
    expect(setAt(there, ['a', 'b'], scalar('x'))).toEqual(expect.any(String));
    expect(setAt(there, ['a', 0], scalar('x'))).toEqual(expect.any(String));
    expect(setAt(there, ['l', 'b'], scalar('x'))).toEqual(expect.any(String));
  });
});
