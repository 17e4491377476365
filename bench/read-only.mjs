// The named limit of the reading benchmarks: a bare Node that reads the same files and does nothing with them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

let characters = 0;
const walk = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === '.git') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path);
    else if (/\.(ya?ml|tpl|txt)$/.test(entry.name)) characters += readFileSync(path, 'utf8').length;
  }
};
walk(process.argv[2]);
process.stdout.write(`${characters}\n`);
