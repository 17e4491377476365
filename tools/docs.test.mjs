import { describe, expect, it } from 'vitest';
import { examplesOf, linksOf } from './docs.mjs';

const text = [
  '# Title',
  '',
  'See [one](a.md), [two](b/c.md#part "title") and [three](https://example.com/x.md).',
  '',
  '```ts',
  'const a = 1;',
  '```',
  '```ts run',
  'const b = ["x"](y);',
  '```',
  '```sh',
  'ls [a](gone.md)',
  '```',
  '',
  '[four](#here) [five](d.md)',
].join('\n');

describe('examples in documents', () => {
  it('finds ts fences, the line of their code, and which are run', () => {
    expect(examplesOf(text)).toEqual([
      { line: 6, isRun: false, code: 'const a = 1;\n' },
      { line: 9, isRun: true, code: 'const b = ["x"](y);\n' },
    ]);
  });

  it('finds links into the repository, not those in code or elsewhere', () => {
    expect(linksOf(text)).toEqual([
      { line: 3, target: 'a.md' },
      { line: 3, target: 'b/c.md' },
      { line: 15, target: 'd.md' },
    ]);
  });
});
