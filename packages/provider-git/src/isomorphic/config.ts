import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import type { Settings } from '../identity.js';
import { type Disk, readText } from './disk.js';

/** One setting: `section.sub.key`, section and key in lower case. */
export type Setting = readonly [key: string, value: string];

/** Git's configuration syntax. A line that is none is skipped. */
export function parseConfig(text: string): Setting[] {
  const settings: Setting[] = [];
  let section = '';
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const header = /^\s*\[([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]\s*(.*)$/.exec(line);
    if (header !== null) {
      const sub = header[2]?.replace(/\\(.)/g, '$1');
      section = `${(header[1] ?? '').toLowerCase()}${sub === undefined ? '' : `.${sub}`}`;
    }
    const entry = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(header === null ? line : (header[3] ?? ''));
    if (entry !== null && section !== '') {
      settings.push([
        `${section}.${(entry[1] ?? '').toLowerCase()}`,
        entry[2] === undefined ? 'true' : unquoted(entry[2]),
      ]);
    }
  }
  return settings;
}

/** Quotes, escapes and comments of a value. */
function unquoted(raw: string): string {
  let value = '';
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at] as string;
    if (character === '"') {
      quoted = !quoted;
    } else if (character === '\\') {
      at += 1;
      const escaped = raw[at] ?? '';
      value += { n: '\n', t: '\t', b: '\b' }[escaped] ?? escaped;
      kept = value.length;
    } else if (!quoted && (character === '#' || character === ';')) {
      break;
    } else {
      value += character;
      if (quoted || !/\s/.test(character)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}

/** The last value of each setting, over the files that Git reads, in its order, with includes. */
export async function readSettings(
  disk: Disk,
  place: { readonly commonDir: string; readonly gitDir: string },
  env: Readonly<Record<string, string | undefined>>,
): Promise<Settings> {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir();
  const xdg = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const noSystem = /^(1|true|yes|on)$/i.test(env['GIT_CONFIG_NOSYSTEM'] ?? '');
  const files = [
    ...(noSystem ? [] : [env['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig']),
    ...(env['GIT_CONFIG_GLOBAL'] === undefined
      ? [join(xdg, 'git/config'), join(home, '.gitconfig')]
      : [env['GIT_CONFIG_GLOBAL']]),
    join(place.commonDir, 'config'),
    join(place.gitDir, 'config.worktree'),
  ];
  const settings: Settings = {};
  for (const file of files) await readInto(disk, file, settings, { home, gitDir: place.gitDir }, 0);
  const count = Number(env['GIT_CONFIG_COUNT'] ?? 0);
  for (let index = 0; index < count; index++) {
    const key = env[`GIT_CONFIG_KEY_${index}`];
    if (key !== undefined) settings[lowered(key)] = env[`GIT_CONFIG_VALUE_${index}`] ?? '';
  }
  return settings;
}

async function readInto(
  disk: Disk,
  file: string,
  settings: Settings,
  place: { readonly home: string; readonly gitDir: string },
  depth: number,
): Promise<void> {
  const text = file === '' ? null : await readText(disk, file);
  if (text === null || depth > 10) return;
  for (const [key, value] of parseConfig(text)) {
    settings[key] = value;
    const condition = /^includeif\.(.*)\.path$/.exec(key)?.[1];
    if (key === 'include.path' || (condition !== undefined && holds(condition, file, place))) {
      await readInto(disk, resolve(dirname(file), value.replace(/^~(?=\/)/, place.home)), settings, place, depth + 1);
    }
  }
}

/** `gitdir:` and `gitdir/i:`; other conditions do not hold here. */
function holds(condition: string, file: string, place: { readonly home: string; readonly gitDir: string }): boolean {
  const found = /^gitdir(\/i)?:(.*)$/.exec(condition);
  if (found === null) return false;
  let pattern = (found[2] ?? '').replace(/^~(?=\/)/, place.home).replace(/^\.(?=\/)/, dirname(file));
  if (pattern.endsWith('/')) pattern += '**';
  if (!pattern.startsWith('/')) pattern = `**/${pattern}`;
  return picomatch(pattern, { dot: true, nocase: found[1] !== undefined })(place.gitDir);
}

function lowered(key: string): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  return `${key.slice(0, first).toLowerCase()}${key.slice(first, last)}.${key.slice(last + 1).toLowerCase()}`;
}
