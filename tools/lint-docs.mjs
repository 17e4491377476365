// Writes the table of rules of docs/lint.md from the rules themselves: node tools/lint-docs.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { lintRules } = await import(pathToFileURL(`${root}packages/core/dist/index.js`).href);
const file = `${root}docs/lint.md`;
const head = '| rule | severity | what it finds | why that matters | what `--fix` does |\n|---|---|---|---|---|\n';
const rows = Object.entries(lintRules).map(
  ([id, { severity, about, why, fix }]) => `| \`${id}\` | ${severity} | ${about} | ${why} | ${fix ?? ''} |`,
);
const text = readFileSync(file, 'utf8');
const start = text.indexOf(head);
if (start === -1) throw new Error('docs/lint.md has no table of rules');
const end = text.indexOf('\n\n', start);
writeFileSync(file, text.slice(0, start) + head + rows.join('\n') + (end === -1 ? '\n' : text.slice(end)));
