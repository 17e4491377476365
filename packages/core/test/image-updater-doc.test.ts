import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { annotationFields, migrationLimits } from '../src/index.js';

const text = readFileSync(new URL('../../../docs/image-updater.md', import.meta.url), 'utf8');
const table = (head: string, rows: readonly string[]) =>
  `${head}\n${head.replace(/[^|]+/g, '---')}\n${rows.join('\n')}\n`;

it('the table of docs/image-updater.md says which annotation becomes which field', () => {
  const rows = annotationFields.map((one) => `| \`${one.annotation}\` | \`${one.field}\` |`);
  expect(text).toContain(table('| annotation | field |', rows));
});

it.each(['told', 'kept back'])('the table of docs/image-updater.md lists what is %s', (effect) => {
  const rows = Object.entries(migrationLimits)
    .filter(([, one]) => one.effect === effect)
    .map(([kind, { about, instead }]) => `| \`${kind}\` | ${about} | ${instead} |`);
  expect(text).toContain(
    table(effect === 'told' ? '| kind | what | what becomes of it |' : '| kind | what | what to do |', rows),
  );
});
