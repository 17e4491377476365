// Core compiles with no ambient types; and the gate itself is tried: each of these must be a compile error there.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pnpm = ['--yes', JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager];
const probe = join(root, 'packages/core/src/purity-probe.ts');
const compile = () =>
  spawnSync('npx', [...pnpm, 'exec', 'tsc', '-p', 'packages/core/tsconfig.pure.json'], { cwd: root, encoding: 'utf8' });

const clean = compile();
if (clean.status !== 0) {
  console.error(clean.stdout + clean.stderr);
  process.exit(1);
}
const impure = [
  'fetch("x")',
  'process.env',
  'Buffer.from("x")',
  'new TextDecoder()',
  'setTimeout(() => {}, 1)',
  'console.log(1)',
  'new URL("x:y")',
];
try {
  writeFileSync(probe, impure.map((code, index) => `export const probe${index} = ${code};`).join('\n'));
  const output = compile().stdout;
  const missed = impure.filter((_, index) => !output.includes(`purity-probe.ts(${index + 1},`));
  if (missed.length > 0) {
    console.error(`The gate let through: ${missed.join(', ')}`);
    process.exit(1);
  }
} finally {
  rmSync(probe, { force: true });
}
console.log(`core is pure; ${impure.length} impure lines are refused`);
