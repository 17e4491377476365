import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder, from its sources as from its build. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Text of a file of published descriptions, from `src/fakes/<forge>/data/`, which is packed with the build. */
export function readData(forge: string, file: string): string {
  return readFileSync(join(packageFolder(), 'src', 'fakes', forge, 'data', file), 'utf8');
}
