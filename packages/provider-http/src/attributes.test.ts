import { expect, it } from 'vitest';
import { changesArchive } from './attributes.js';

it.each([
  '*.bat text eol=crlf',
  '*.c ident',
  'tests/ export-ignore',
  '* export-subst',
  '*.txt working-tree-encoding=UTF-16LE',
  '[attr]odd eol=lf',
  '# comment\r\n*.bat eol=crlf\r\n',
])('sees that %j changes an archive', (text) => {
  expect(changesArchive(text)).toBe(true);
});

it.each([
  '',
  '* text=auto',
  '*.sh text eol=lf\n*.png binary\n*.yaml linguist-detectable diff=yaml',
  '*.bin filter=lfs diff=lfs merge=lfs -text',
  '# *.bat eol=crlf',
  'x -export-ignore -ident !eol',
  'identity.yaml text',
])('sees that %j does not', (text) => {
  expect(changesArchive(text)).toBe(false);
});
