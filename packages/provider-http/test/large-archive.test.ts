import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { temporaryFolder } from './loopback.js';

it('holds the wanted texts of a large archive and nothing else in memory', async () => {
  const outfile = join(temporaryFolder(), 'large-archive.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./large-archive.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@gitops/source'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const printed = execFileSync(process.execPath, ['--max-old-space-size=64', outfile, '250'], { encoding: 'utf8' });
  const { archiveMB, entries, files, textBytes, peakMB } = JSON.parse(printed);
  expect(archiveMB).toBeGreaterThanOrEqual(250);
  expect([entries, files]).toEqual([750, 500]);
  expect(textBytes).toBeGreaterThan(5_000_000);
  expect(peakMB).toBeLessThan(200);
});
