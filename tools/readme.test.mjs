import { describe, expect, it } from 'vitest';
import { matches, stepsOf } from './readme.mjs';

describe('stepsOf', () => {
  it('takes the blocks of sh with what they print', () => {
    const markdown = [
      '# Title',
      '```sh',
      'echo one',
      '```',
      '',
      '```text',
      'one',
      '```',
      'Then:',
      '```sh',
      'echo two',
      '```',
      'prose',
      '```text',
      'not what it prints',
      '```',
    ].join('\n');
    expect(stepsOf(markdown)).toEqual([
      { line: 3, script: 'echo one', prints: 'one' },
      { line: 11, script: 'echo two', prints: null },
    ]);
  });

  it('leaves out what is for elsewhere, and other languages', () => {
    expect(stepsOf('```sh elsewhere\nkubectl apply\n```\n```groovy\nx\n```\n```text\ny\n```\n')).toEqual([]);
  });

  it('takes blocks in lists, and longer fences', () => {
    const [step] = stepsOf('1. do\n\n   ````sh\n   a\n     b\n   ````\n');
    expect(step.script).toBe('a\n  b');
  });
});

describe('matches', () => {
  it('takes … for anything in a line, and alone for any lines', () => {
    expect(matches('opened … Promote', 'opened 12ab34 Promote\n')).toBe(true);
    expect(matches('a\n…\nz', 'a\nb\nc\nz')).toBe(true);
    expect(matches('a\n…\nz', 'a\nz')).toBe(true);
  });

  it('takes nothing else', () => {
    expect(matches('a', 'a\nb')).toBe(false);
    expect(matches('a.c', 'abc')).toBe(false);
    expect(matches('a\nb', 'a')).toBe(false);
  });
});
