import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorKinds } from '../src/errors/error.js';

const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    kind: section.slice(0, section.indexOf('\n')).trim(),
    exitCode: /^Exit code (\d+)/m.exec(section)?.[1],
    example: /^error\[([^\]]+)\]/m.exec(section)?.[1],
    remedy: /^What to do: \S/m.test(section),
  }));

describe('docs/errors.md', () => {
  it('has one heading for each kind of error, in the order of the table', () => {
    expect(sections.map((one) => one.kind)).toEqual(Object.keys(errorKinds));
  });

  it.each(sections)('$kind: its exit code, an example and what to do', ({ kind, exitCode, example, remedy }) => {
    expect(exitCode).toBe(String(errorKinds[kind as keyof typeof errorKinds]));
    expect(example ?? kind).toBe(kind);
    expect(remedy).toBe(true);
  });
});
