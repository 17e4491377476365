import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder, from its sources as from its build. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const pathOf = (forge: string, file: string): string => join(packageFolder(), 'data', forge, file);

/** Text of a file of published descriptions, from `data/<forge>/`. */
export function readData(forge: string, file: string): string {
  return readFileSync(pathOf(forge, file), 'utf8');
}

/** Whether it is there: what may not be handed on under the package's own licence is not packed. */
export function hasData(forge: string, file: string): boolean {
  return existsSync(pathOf(forge, file));
}
