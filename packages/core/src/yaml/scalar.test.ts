import { describe, expect, it } from 'vitest';
import { encodeScalar, isBareWord } from './scalar.js';

describe('bare words', () => {
  it.each([
    '1.8.2',
    'v1',
    '1a2b3c4',
    'ghcr.io/acme/api:1.2',
    'sha256:0123',
    '~1.2',
    '^1.2',
    '<2',
    '-x',
    'a b',
    'a:b',
    'a#b',
    'é',
    '🚀',
    '8080:80',
    '0.5.4',
  ])('%s needs no quotes', (text) => {
    expect(isBareWord(text, false)).toBe(true);
  });

  it.each([
    '1.10',
    '0123456',
    '1e3',
    '12e4567',
    'e12',
    '0x1F',
    '0o17',
    '0b11',
    '1_000',
    '0_x1',
    '1,000',
    '12:30:45',
    '+1',
    '1.',
    '.5',
    '._',
    '.',
    '.inf',
    '-.INF',
    '.nan',
    '2024-01-02',
    'y',
    'N',
    'yes',
    'NO',
    'On',
    'off',
    'TRUE',
    '~',
    'null',
    '<<',
    '=',
    '',
    ' a',
    'a ',
    'a: b',
    'a:',
    'a #b',
    '*',
    '&a',
    '!a',
    '|',
    '>=1',
    '%',
    '@a',
    '`a',
    '- a',
    '-',
    '?a',
    ':a',
    '{a',
    '[a',
    "'a",
    '"a',
    '#a',
    ',a',
    '---',
    '...',
    'a\nb',
    'a\tb',
    'a\u0085b',
    'a\u2028b',
    '\ufeff',
    '\ud800',
  ])('%j needs quotes', (text) => {
    expect(isBareWord(text, false)).toBe(false);
  });

  it.each(['a,b', 'a]', 'a}', 'a?b', 'a{', 'a['])('%s needs quotes in flow style only', (text) => {
    expect([isBareWord(text, false), isBareWord(text, true)]).toEqual([true, false]);
  });
});

describe('quotes', () => {
  it.each<[string, 'plain' | 'single' | 'double', string]>([
    ['a', 'plain', 'a'],
    ['a', 'single', "'a'"],
    ['a', 'double', '"a"'],
    ["it's: x", 'plain', "'it''s: x'"],
    ['a\nb', 'single', '"a\\nb"'],
    ['\\"\t\u0001\u2028', 'plain', '"\\\\\\"\\t\\x01\\u2028"'],
  ])('%j, %s', (text, quote, wanted) => {
    expect(encodeScalar(text, { flow: false, quote })).toBe(wanted);
  });
});
