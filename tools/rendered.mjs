// What a promotion changes of what Argo CD renders: every promotion of many repositories, by Helm and Kustomize.
//   node tools/rendered.mjs <folder of repositories> <expected.json> [owner/name]
// The folder and the JSON are those of discovery.mjs. Each verdict is a line; the counts are the last one.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdsCommit, snapshotOf } from './checkout.mjs';
import { fieldTool } from './field-tools.mjs';
import { promotionsRendered } from './rendered/promotion.mjs';

const [folder, file, only] = process.argv.slice(2);
if (file === undefined) {
  console.error('node tools/rendered.mjs <folder of repositories> <expected.json> [owner/name]');
  process.exit(2);
}
const tools = { helm: await fieldTool('helm'), kustomize: await fieldTool('kustomize') };
for (const [name, { missing }] of Object.entries(tools)) {
  if (missing === undefined) continue;
  console.error(`${name} cannot be had: ${missing}`);
  process.exit(2);
}

const counts = new Map();
for (const { name, commit } of JSON.parse(readFileSync(file, 'utf8')).repos) {
  if (only !== undefined && name !== only) continue;
  const base = join(folder, name.replace('/', '+'));
  const repository = [join(base, 'repo'), base].find((one) => existsSync(one) && holdsCommit(one, commit));
  if (repository === undefined) continue;
  try {
    for (const { verdict, from, to, application, why } of await promotionsRendered(
      tools,
      snapshotOf(repository, commit),
    )) {
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      console.log(`${verdict.padEnd(13)} ${name}  ${from} → ${to}  ${application}: ${why}`);
    }
  } catch (error) {
    console.log(`cannot be read ${name}: ${error.message.slice(0, 150)}`);
  }
}
console.log([...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', '));
process.exitCode = counts.has('differs') ? 1 : 0;
