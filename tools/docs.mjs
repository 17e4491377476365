// Every ts example of the READMEs type-checks against the packages' sources.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'packages', 'cli', '.docs-examples');
const pnpm = ['--yes', JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager];

const files = ['README.md', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)].filter(
  (file) => existsSync(join(root, file)),
);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
let count = 0;
const where = [];
try {
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const match of text.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
      const line = text.slice(0, match.index).split('\n').length;
      writeFileSync(join(folder, `example-${count}.ts`), `${match[1]}\nexport {};\n`);
      where.push(`${file}:${line} is example-${count}.ts`);
      count++;
    }
    for (const match of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) {
      if (!existsSync(join(root, dirname(file), match[1]))) {
        console.error(`${file}: the link ${match[1]} leads nowhere`);
        process.exitCode = 1;
      }
    }
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.base.json',
      compilerOptions: { types: ['node'], skipLibCheck: true, noUnusedLocals: false, noUnusedParameters: false },
      include: ['*.ts'],
    }),
  );
  execFileSync('npx', [...pnpm, 'exec', 'tsc', '-p', folder], { cwd: root, stdio: 'pipe', encoding: 'utf8' });
  console.log(`${count} examples in ${files.length} files`);
} catch (error) {
  console.error(`${where.join('\n')}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
