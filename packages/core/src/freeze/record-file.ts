import type { Config } from '../environment/config.js';
import { isNarrow } from '../fleet/select.js';
import { shortHash } from '../plan/digest.js';
import { sortedSelection } from '../plan/text.js';
import { formatPointer } from '../yaml/index.js';
import { recordFolder } from './read-record.js';
import type { FreezeRecord } from './record.js';

/** `.gitops/freezes/<environment>.yaml`; a selection or a hold adds `+<hash>`. */
export function recordPath(config: Config, environment: string, scope: Scope): string {
  const narrow = isNarrow(scope.selection) || scope.denied.length > 0;
  const hash = narrow
    ? `+${shortHash({ selection: sortedSelection(scope.selection), hold: scope.denied.length > 0 })}`
    : '';
  return `${recordFolder(config)}/${environment}${hash}.yaml`;
}

type Scope = Pick<FreezeRecord, 'selection' | 'denied'>;

/** The record as its file's text. The same record gives the same bytes. */
export function formatRecord(record: FreezeRecord): string {
  const resume = [
    `gitops resume ${record.environment}`,
    ...(record.denied.length === 0 && record.selection.applications.length > 0
      ? [`--app ${record.selection.applications.join(',')}`]
      : []),
    ...(record.denied.length === 0 && record.selection.images.length > 0
      ? [`--image ${record.selection.images.join(',')}`]
      : []),
    ...(record.denied.length === 0 && record.selection.except.length > 0
      ? [`--except ${record.selection.except.join(',')}`]
      : []),
  ].join(' ');
  const lines = [
    `# ${record.denied.length > 0 ? 'Held' : 'Frozen'} by gitops. Undo with: ${resume.replace(/[\r\n]/g, ' ')}`,
    'version: 1',
    `environment: ${word(record.environment)}`,
    ...list('applications', record.selection.applications),
    ...list('images', record.selection.images),
    ...list('except', record.selection.except),
    `reason: ${word(record.reason)}`,
    `by: ${word(record.by)}`,
    `since: ${record.since}`,
    ...(record.until === null ? [] : [`until: ${record.until}`]),
    ...(record.denied.length === 0 ? [] : ['denied:']),
    ...record.denied.flatMap((one) => [
      `  - application: ${word(one.application)}`,
      `    image: ${word(one.image)}`,
      `    version: ${JSON.stringify(one.version)}`,
    ]),
    record.undo.length === 0 ? 'undo: []' : 'undo:',
    ...record.undo.flatMap((one) => [
      `  - file: ${word(one.file)}`,
      `    at: ${word(formatPointer(one.at))}`,
      `    wrote: ${raw(one.wrote)}`,
      `    was: ${raw(one.was)}`,
      ...(one.added === null ? [] : [`    added: ${raw(one.added)}`]),
      ...(one.removed === null ? [] : [`    removed: ${raw(one.removed)}`]),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function list(name: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${name}: [${items.map(word).join(', ')}]`];
}

/** Bare where every reader takes it for that very text, else double-quoted as JSON has it (which is YAML as well). */
function word(text: string): string {
  const bare =
    /^(?:[A-Za-z/]|\.(?!\d))[\w./-]*( [\w./()[\]"=-]+)*$/.test(text) &&
    !/^(y|n|yes|no|on|off|true|false|null|\.(inf|nan))$/i.test(text);
  return bare && !/[[\]"]/.test(text[0] ?? '') ? text : JSON.stringify(text);
}

function raw(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}
