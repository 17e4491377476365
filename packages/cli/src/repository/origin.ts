import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from '../io.js';
import { askGit } from './local-git.js';
import type { Located } from './locate.js';

/**
 * Address of the remote that the repository belongs to: `origin`, else the only one there is; null where there is none.
 * Git answers (it knows `insteadOf` and includes); where it is not installed, the configuration file is read.
 */
export function originOf(located: Exclude<Located, { readonly kind: 'url' }>, io: Pick<Io, 'env'>): string | null {
  const names = askGit(['remote'], located.root, io);
  if (names === null) return originInFile(located.gitDir);
  const remotes = names.split('\n').filter((one) => one !== '');
  const remote = remotes.includes('origin') ? 'origin' : remotes.length === 1 ? remotes[0] : undefined;
  return remote === undefined ? null : askGit(['remote', 'get-url', remote], located.root, io);
}

function originInFile(gitDir: string): string | null {
  const shared = join(gitDir, 'commondir');
  const common = existsSync(shared) ? resolve(gitDir, readFileSync(shared, 'utf8').trim()) : gitDir;
  const file = join(common, 'config');
  let section = '';
  const urls = new Map<string, string>();
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const header = /^\s*\[\s*([\w.-]+)(?:\s+"(.*)")?\s*\]/.exec(line);
    if (header !== null) section = header[1]?.toLowerCase() === 'remote' ? (header[2] ?? '') : '';
    const url = section === '' ? null : /^\s*url\s*=\s*(.*?)\s*$/i.exec(line);
    if (url?.[1] !== undefined) urls.set(section, url[1].replace(/^"(.*)"$/, '$1'));
  }
  return urls.get('origin') ?? (urls.size === 1 ? ([...urls.values()][0] ?? null) : null);
}
