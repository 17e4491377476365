// What must not stand in tracked files: paths of one machine, hosts of registries, licences that cannot be shipped.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && file !== 'tools/tracked.mjs');
const patterns = [
  [/(^|[^\w./-])\/(work|farm|root)\//, 'a path of one machine'],
  [/\.\.\/shared\//, 'a folder that a clone does not have'],
  [/registry\.npmjs\.org|registry\.yarnpkg\.com|proxy\.golang\.org|pypi\.org\/simple/, "a registry's host"],
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----|gh[pousr]_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20}|AKIA[0-9A-Z]{16}/,
    'a secret',
  ],
];
let broken = 0;
for (const file of files) {
  let text;
  try {
    text = readFileSync(join(root, file), 'utf8');
  } catch {
    continue; // deleted, or a link into nowhere
  }
  text.split('\n').forEach((line, index) => {
    for (const [pattern, what] of patterns) {
      if (!pattern.test(line)) continue;
      broken++;
      console.error(`${file}:${index + 1}  ${what}`);
    }
  });
}
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const licences = JSON.parse(
  execFileSync('npx', ['--yes', packageManager, 'licenses', 'list', '--prod', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  }),
);
const fine =
  /^(\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|CC0-1\.0|Unlicense|BlueOak-1\.0\.0|Python-2\.0|Zlib)( (OR|AND) )?\)?)+/;
for (const [licence, packages] of Object.entries(licences)) {
  if (fine.test(licence)) continue;
  broken++;
  console.error(`licence ${licence}: ${packages.map((one) => one.name).join(', ')}`);
}
console.log(`${files.length} files, ${Object.values(licences).flat().length} production packages, ${broken} faults`);
process.exit(broken === 0 ? 0 : 1);
