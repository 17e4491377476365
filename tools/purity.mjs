// Core compiles with no ambient types. The gate is tried in the same run: beside core a probe is compiled, each line of
// which must be an error, so that a dependency whose types bring Node's along is noticed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}.cache/purity`;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const impure = [
  'fetch("x")',
  'process.env',
  'Buffer.from("x")',
  'new TextDecoder()',
  'setTimeout(() => {}, 1)',
  'console.log(1)',
  'new URL("x:y")',
  'require("fs")',
  'import("node:fs")',
  'crypto.randomUUID()',
  'performance.now()',
];

mkdirSync(folder, { recursive: true });
try {
  writeFileSync(`${folder}/probe.ts`, impure.map((code, index) => `export const probe${index} = ${code};\n`).join(''));
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({
      extends: '../../packages/core/tsconfig.pure.json',
      include: ['../../packages/core/src', 'probe.ts'],
      exclude: ['../../packages/core/src/**/*.test.ts'],
    }),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const errors = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('  '));
  const ofCore = errors.filter((line) => !line.startsWith('.cache/purity/probe.ts('));
  const missed = impure.filter(
    (_, index) => !errors.some((line) => line.startsWith(`.cache/purity/probe.ts(${index + 1},`)),
  );
  for (const line of [...ofCore, ...missed.map((one) => `The gate let through: ${one}`)]) console.error(line);
  if (stderr !== '') console.error(stderr);
  if (ofCore.length + missed.length > 0 || stderr !== '') process.exitCode = 1;
  else console.log(`core is pure; ${impure.length} impure lines are refused`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
