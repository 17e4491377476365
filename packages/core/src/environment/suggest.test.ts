import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, suggestionsFor, unknownName } from './index.js';
import { editDistance } from './suggest.js';

describe('suggestions', () => {
  it('are near names, the nearest first, whatever the case', () => {
    expect(suggestionsFor('Prod', ['dev', 'prod', 'qa'])).toEqual(['prod']);
    expect(suggestionsFor('prd', ['dev', 'prod', 'perf'])).toEqual(['prod']);
    expect(suggestionsFor('payment', ['payments', 'payments-api', 'users'])).toEqual(['payments']);
    expect(suggestionsFor('payments', ['users', 'payments-api'])).toEqual(['payments-api']);
    expect(suggestionsFor('payments', ['ghcr.io/acme/payments', 'ghcr.io/acme/users'])).toEqual([
      'ghcr.io/acme/payments',
    ]);
    expect(suggestionsFor('prdo', ['prod'])).toEqual(['prod']);
  });

  it('are none where nothing is near', () => {
    expect(suggestionsFor('payments', ['users', 'dev'])).toEqual([]);
    expect(suggestionsFor('x', ['y', 'z'])).toEqual([]);
    expect(suggestionsFor('', ['a', 'dev'])).toEqual([]);
  });

  it('count typing errors as the plain algorithm does', () => {
    const plain = (a: string, b: string): number => {
      if (a === '' || b === '') return a.length + b.length;
      const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
      return Math.min(
        plain(a.slice(1), b) + 1,
        plain(a, b.slice(1)) + 1,
        plain(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
        ...(swapped ? [plain(a.slice(2), b.slice(2)) + 1] : []),
      );
    };
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 5 }), (a, b, limit) => {
        const exact = plain(a, b);
        const found = editDistance(a, b, limit);
        return exact <= limit ? found === exact : found > limit;
      }),
    );
  });
});

describe('a name that is not known', () => {
  it('is an error with suggestions and all known names', () => {
    expect(unknownName('unknown-environment', 'prd', ['dev', 'prod'])).toEqual({
      kind: 'unknown-environment',
      at: null,
      message: 'There is no environment "prd" here.',
      remedy: 'Did you mean "prod"? Known environments: dev, prod.',
      details: { name: 'prd', suggestions: ['prod'], known: ['dev', 'prod'] },
      also: [],
    });
  });

  it('shows the first twenty of many, and says where there are none', () => {
    const many = Array.from({ length: 25 }, (_, index) => `service-${String.fromCharCode(97 + index)}x`);
    expect(unknownName('unknown-application', 'nothing', many).remedy).toMatch(/service-tx and 5 more\.$/);
    expect(unknownName('unknown-image', 'x', []).remedy).toBe('No images were found at all.');
  });
});

describe('durations', () => {
  it.each([
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['14d', 1_209_600_000],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)._unsafeUnwrap()).toBe(expected);
  });

  it.each(['', '0d', '5', 'd', '1.5h', '2w', '1h30m', ' 1h', '1H', '-1d', '1234567d', '١d'])('%j is none', (text) => {
    const error = parseDuration(text)._unsafeUnwrapErr();
    expect(error.kind).toBe('usage');
    expect(error.remedy).toContain('30m');
  });
});
