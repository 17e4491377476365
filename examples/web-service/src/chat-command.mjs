// What stands behind `/gitops`, as a person types it on a phone: curly quotes, and a dash that two became.
import { parseArgs } from 'node:util';
import { parseDuration } from '@gitops/core';

const app = { type: 'string', multiple: true };

/** The commands, with the words that each takes. */
const commands = {
  status: { words: [], options: {}, help: 'status' },
  promote: { words: ['from', 'to'], options: { app }, help: 'promote <from> <to> [--app <name>]' },
  freeze: {
    words: ['environment'],
    options: { app, reason: { type: 'string' }, until: { type: 'string' } },
    help: 'freeze <environment> --reason "…" [--until <date or 2d>] [--app <name>]',
  },
  resume: { words: ['environment'], options: { app }, help: 'resume <environment> [--app <name>]' },
  revert: { words: ['environment'], options: {}, help: 'revert <environment>' },
  help: { words: [], options: {}, help: 'help' },
};

export const usage = Object.values(commands)
  .map(({ help }) => `/gitops ${help}`)
  .join('\n');

/**
 * @param {string} text
 * @param {string} now ISO 8601.
 * @returns {{ verb: string, [name: string]: unknown } | { problem: string }}
 */
export function commandOf(text, now) {
  const words = wordsOf(text);
  if (words === null) return { problem: 'A quote is not closed.' };
  const [verb = 'help', ...rest] = words;
  if (!Object.hasOwn(commands, verb)) return { problem: `There is no command ${JSON.stringify(verb)}.\n${usage}` };
  const { words: names, options, help } = commands[verb];
  const wrong = (why) => ({ problem: `${why}\n/gitops ${help}` });
  let parsed;
  try {
    parsed = parseArgs({ args: rest, options, allowPositionals: true });
  } catch (error) {
    return wrong(error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
  const { positionals, values } = parsed;
  if (positionals.length !== names.length) {
    return wrong(names.length === 0 ? `${verb} takes no further word.` : `${verb} takes: ${names.join(', ')}.`);
  }
  const until = untilOf(values.until, now);
  if (until === undefined) return wrong(`--until ${values.until} is no date (2026-11-30), instant or duration (2d).`);
  return {
    verb,
    ...Object.fromEntries(names.map((name, index) => [name, positionals[index]])),
    applications: values.app ?? [],
    reason: values.reason ?? '',
    until,
  };
}

/** Words, where double quotes hold several together; null where one is left open. An apostrophe is a letter. */
function wordsOf(text) {
  const plain = text.replace(/[\u201c\u201d\u201e]/g, '"').replace(/(^|\s)\u2014(?=\w)/g, '$1--');
  if ((plain.match(/"/g) ?? []).length % 2 === 1) return null;
  return (plain.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replace(/"/g, ''));
}

/** ISO 8601; null where none is given, undefined where it is nothing of the kind. */
function untilOf(text, now) {
  if (text === undefined) return null;
  const inUtc = (milliseconds) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
  const after = parseDuration(text);
  if (after.isOk()) return inUtc(Date.parse(now) + after.value);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(text)) return undefined;
  const instant = Date.parse(text);
  // 2026-02-30 would be the 2nd of March
  return Number.isNaN(instant) || inUtc(instant).slice(0, 10) !== text.slice(0, 10) ? undefined : inUtc(instant);
}
