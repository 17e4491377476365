// Writes the reference of docs/configuration.md from the schema of gitops.yaml, where all descriptions stand:
// node tools/configuration-docs.mjs. With --check it only says whether the document is what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { Document, isMap, isSeq, visit } = createRequire(`${root}packages/core/package.json`)('yaml');
const document = `${root}docs/configuration.md`;
const begin = '<!-- reference: written by tools/configuration-docs.mjs -->\n';
const end = '<!-- end of the reference -->\n';

export const schema = JSON.parse(readFileSync(`${root}packages/core/schemas/gitops.schema.json`, 'utf8'));

/** What a node refers to, with what stands beside the reference. */
function resolved(node) {
  if (node.$ref === undefined) return node;
  const { $ref, ...own } = node;
  return { ...schema.$defs[$ref.split('/').at(-1)], ...own };
}

/**
 * Every key that can be written, as in `versions[].files`; `<name>` is a name of one's own. What `pullRequest.for` holds
 * is what `pullRequest` holds, so it is not listed twice.
 */
export function keysOf(node = schema, path = '') {
  const at = resolved(node);
  const keys = Object.entries(at.properties ?? {}).flatMap(([name, value]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const schema = resolved(value);
    const row = { key, schema, own: value, isRequired: at.required?.includes(name) === true };
    return [row, ...(key === 'pullRequest.for' ? [] : keysOf(value, key))];
  });
  const own = typeof at.additionalProperties === 'object' ? keysOf(at.additionalProperties, `${path}.<name>`) : [];
  const items = at.items === undefined ? [] : keysOf(at.items, `${path}[]`);
  return [...keys, ...own, ...items, ...(at.anyOf ?? []).flatMap((one) => keysOf(one, path))];
}

/** What may stand there, in words; kinds of texts by the name of their definition. */
function typeOf(node) {
  const name = node.$ref?.split('/').at(-1);
  const at = resolved(node);
  if (at.const !== undefined) return `\`${at.const}\``;
  if (at.enum !== undefined) return at.enum.map((one) => `\`${one}\``).join(', ');
  if (at.oneOf !== undefined) return '[a rule](#the-rules)';
  if (at.anyOf !== undefined) return at.anyOf.map(typeOf).join(' or ');
  if (at.type === 'array') return `list of ${typeOf(at.items)}`;
  if (at.type === 'boolean') return '`true`, `false`';
  if (at.type === 'integer') return `whole number, ${at.minimum} to ${at.maximum}`;
  if (at.type === 'null') return 'nothing';
  if (name !== undefined && at.properties === undefined) return `[${name}](#kinds-of-texts)`;
  if (typeof at.additionalProperties === 'object') return 'map of names';
  return 'map';
}

/** `Left out: …` at the end of a description says what no value can. */
const leftOut = /\s*Left out: (.*)\.$/;

function defaultOf({ schema: { default: value, description }, isRequired }) {
  if (isRequired) return 'must be given';
  if (value !== undefined) return `\`${JSON.stringify(value)}\``;
  return cell(leftOut.exec(description)?.[1] ?? '');
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/(?<!`)([{<][\w.]+[}>])(?!`)/g, '`$1`');
const line = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');

function keyTable(rows) {
  return table(
    ['key', 'type', 'default', 'meaning'],
    rows.map((row) => [
      `\`${row.key}\``,
      typeOf(row.own),
      defaultOf(row),
      cell(row.schema.description.replace(leftOut, '')),
    ]),
  );
}

/** As people write it: what is short in one line. */
export function yamlOf(value) {
  const made = new Document(value);
  visit(made, {
    Collection(key, node) {
      const hasMaps = isSeq(node) && node.items.some(isMap);
      if (key !== null && !hasMaps && JSON.stringify(node).length < 90) node.flow = true;
    },
  });
  return made.toString({ lineWidth: 0 }).replaceAll('[ ', '[').replaceAll(' ]', ']');
}

/** The whole file that the examples make together. */
export function exampleOf(keys = Object.keys(schema.properties)) {
  return Object.fromEntries(
    keys.map((key) => [key, schema.properties[key].const ?? resolved(schema.properties[key]).examples[0]]),
  );
}

export function reference() {
  const rows = keysOf();
  const sections = Object.keys(schema.properties).map((section) => {
    const own = rows.filter((row) => new RegExp(`^${section}(?![\\w])`).test(row.key));
    return `### \`${section}\`\n\n${keyTable(own)}\n\n\`\`\`yaml\n${yamlOf(exampleOf([section]))}\`\`\`\n`;
  });
  const rules = schema.$defs.rule.properties.rule.oneOf.map(({ const: id, description }) => [
    `\`${id}\``,
    `\`${leftOut.exec(description)?.[1]}\``,
    description.replace(leftOut, ''),
  ]);
  const kinds = Object.entries(schema.$defs).filter(([, kind]) => kind.properties === undefined);
  const texts = kinds.map(([name, { description, examples }]) => [
    name,
    cell(description),
    examples.map((one) => `\`${one}\``).join(', '),
  ]);
  return [
    '## Every key\n',
    ...sections,
    `## The rules\n\n${table(['rule', 'left out', 'what it finds'], rules)}\n`,
    `## Kinds of texts\n\n${table(['kind', 'what it is', 'example'], texts)}\n`,
  ].join('\n');
}

/** The document with its reference, as it is and as it should be. */
export function documents() {
  const text = readFileSync(document, 'utf8');
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start === -1 || stop < start) throw new Error('docs/configuration.md has no place for its reference');
  return { found: text, wanted: `${text.slice(0, start) + begin}\n${reference()}\n${text.slice(stop)}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { found, wanted } = documents();
  if (!process.argv.includes('--check')) writeFileSync(document, wanted);
  else if (found !== wanted) {
    console.error('docs/configuration.md is not what the schema says. Run: node tools/configuration-docs.mjs');
    process.exitCode = 1;
  }
}
