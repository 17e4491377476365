import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageOf, writeLicences } from './third-party-licenses.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gitops-licences-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function installed(name, manifest, files = {}) {
  const path = join(folder, 'node_modules/.pnpm/x/node_modules', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

function write(inputs) {
  const metafile = join(folder, 'metafile.json');
  writeFileSync(metafile, JSON.stringify({ outputs: { 'dist/a.js': { inputs } } }));
  writeLicences(metafile, join(folder, 'out'));
  expect(existsSync(metafile)).toBe(false);
  return readFileSync(join(folder, 'out'), 'utf8');
}

describe('licences of a bundle', () => {
  it.each([
    ['/x/node_modules/.pnpm/a@1/node_modules/a/dist/i.js', '/x/node_modules/.pnpm/a@1/node_modules/a'],
    ['/x/node_modules/@s/b/i.js', '/x/node_modules/@s/b'],
    ['/x/packages/core/src/i.ts', null],
  ])('%s comes from %s', (file, expected) => expect(packageOf(file)).toBe(expected));

  it('names each package once, in order, with its texts; what was shaken out is left out', () => {
    const b = installed('b', { license: 'MIT' }, { 'LICENSE.md': 'b may be used\n' });
    const a = installed('@s/a', { license: 'ISC' }, { license: 'a may be used', NOTICE: 'by a' });
    const c = installed('c', { license: 'MIT' }, { LICENSE: 'c' });
    const text = write({
      [join(b, 'i.js')]: { bytesInOutput: 1 },
      [join(b, 'j.js')]: { bytesInOutput: 1 },
      [join(a, 'i.js')]: { bytesInOutput: 1 },
      [join(c, 'i.js')]: { bytesInOutput: 0 },
      'src/own.ts': { bytesInOutput: 9 },
    });
    const rule = '-'.repeat(80);
    expect(text).toBe(
      `This program contains the following packages.\n\n${rule}\n@s/a 1.2.3 (ISC)\n\nby a\n\na may be used\n\n${rule}\nb 1.2.3 (MIT)\n\nb may be used\n`,
    );
  });

  it('refuses a package without any licence', () => {
    const path = installed('d', {});
    expect(() => write({ [join(path, 'i.js')]: { bytesInOutput: 1 } })).toThrow('d@1.2.3 comes without a licence');
  });
});
