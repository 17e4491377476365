import { describeVersion } from '../fleet/pin-version.js';
import type { TextInput } from './text.js';

/**
 * The description of a pull request: table, warnings, what stays, how to revert, and a hidden block that is only a
 * cache. Content of the repository is escaped, so that nothing in it can break out of the table or of the block.
 */
export function bodyOf(input: TextInput): string {
  const sections = [
    ...(input.versions.length > 0 ? [versionsTable(input)] : []),
    ...(input.versions.length === 0 && input.edits.length > 0 ? [editsTable(input)] : []),
    ...input.notes.map(escapeText),
    ...(input.findings.length > 0 ? [findingsList(input)] : []),
    ...(input.skipped.length > 0 ? [skippedList(input)] : []),
    ...undoSection(input),
    hiddenBlock(input),
  ];
  return `${sections.join('\n\n')}\n`;
}

function versionsTable(input: TextInput): string {
  return table(
    ['Application', 'Image', 'From', 'To', 'Change'],
    input.versions.map((one) => [
      one.application,
      code(one.image),
      code(describeVersion(one.from)),
      code(describeVersion(one.to)),
      one.kind,
    ]),
  );
}

function editsTable(input: TextInput): string {
  return table(
    ['File', 'Where', 'Before', 'After'],
    input.edits.map((one) => [code(one.file), code(one.where), code(one.before ?? ''), code(one.after ?? '')]),
  );
}

function findingsList(input: TextInput): string {
  const rows = input.findings.map((one) => `- \`${one.rule}\` ${escapeText(one.message)} ${escapeText(one.remedy)}`);
  return ['### Warnings', '', ...rows].join('\n');
}

function skippedList(input: TextInput): string {
  return ['### Left where it is', '', ...input.skipped.map((one) => `- ${escapeText(one.message)}`)].join('\n');
}

function undoSection(input: TextInput): string[] {
  switch (input.operation) {
    case 'promote':
    case 'set':
      return ['To take this back after it is merged: `gitops revert <this pull request>`'];
    case 'freeze':
      return [`To end this freeze: \`gitops resume ${input.environments.join(',')}\``];
    case 'resume':
    case 'revert':
    case 'migrate':
      return [];
  }
}

/** JSON that cannot end the comment it stands in. It chooses no repository, path or merge. */
function hiddenBlock(input: TextInput): string {
  const cache = {
    gitops: 1,
    operation: input.operation,
    environments: input.environments,
    versions: input.versions.map((one) => [
      one.application,
      one.image,
      describeVersion(one.from),
      describeVersion(one.to),
    ]),
  };
  const json = JSON.stringify(cache).replace(/[<>&-]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  return `<!-- gitops ${json} -->`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`)
    .join('\n');
}

/** In code font, whatever is in it. */
function code(text: string): string {
  const flat = text.replace(/[\r\n]+/g, ' ');
  if (flat === '') return '';
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** Plain text: no mark-up, no mention, no comment. */
function escapeText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]#]/g, '\\$&')
    .replace(/@/g, '@\u200b');
}
