// What became of each repository, as a table in Markdown: node summary.mjs <list.json> <results>
// The list is that of repositories.yaml as JSON. The results are a folder, or the list of outputs that Argo Workflows
// hands over. The exit code is 1 where one failed, or left no result.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [listFile, place] = process.argv.slice(2);
if (place === undefined) {
  console.error('node summary.mjs <list.json> <results>');
  process.exit(2);
}

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

function results() {
  if (!statSync(place).isDirectory()) return read(place).map(({ result }) => JSON.parse(result));
  return readdirSync(place, { recursive: true })
    .filter((file) => file.endsWith('.json'))
    .map((file) => read(join(place, file)));
}

const cell = (text) => text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
const byName = new Map(results().map((one) => [one.name, one]));
const rows = read(listFile).map(({ name, from, to }) => {
  const one = byName.get(name) ?? { exitCode: null, error: 'no-result', message: 'The run left nothing; see its log.' };
  const links = (one.pullRequests ?? []).map(({ kind, url }) => `[${kind}](${url})`).join(' ');
  const said = one.error === undefined ? `${one.summary} ${links}` : `**${one.error}** ${one.message}`;
  return {
    failed: one.exitCode !== 0,
    text: `| ${one.exitCode === 0 ? 'ok' : 'FAILED'} | ${name} | ${from} → ${to} | ${cell(said.trim())} |`,
  };
});
const failed = rows.filter((row) => row.failed).length;
console.log(
  `${rows.length - failed} of ${rows.length} repositories are done${failed > 0 ? `, ${failed} failed` : ''}.\n`,
);
console.log('| | repository | | |\n|---|---|---|---|');
for (const { text } of rows) console.log(text);
process.exitCode = failed > 0 || rows.length === 0 ? 1 : 0;
