import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TreeEntry } from '../src/index.js';
import { temporaryFolder } from './loopback.js';

const env = {
  PATH: process.env['PATH'],
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ana',
  GIT_AUTHOR_EMAIL: 'ana@example.com',
  GIT_COMMITTER_NAME: 'Ana',
  GIT_COMMITTER_EMAIL: 'ana@example.com',
};

export function gitBytes(folder: string, args: readonly string[], input: string | Uint8Array = ''): Buffer {
  return execFileSync('git', [...args], { cwd: folder, input, env, stdio: 'pipe', maxBuffer: 1 << 28 });
}

export function git(folder: string, args: readonly string[], input: string | Uint8Array = ''): string {
  return gitBytes(folder, args, input).toString('utf8');
}

/** An empty repository that goes when the test ends. */
export function temporaryRepository(format = 'sha1'): string {
  const folder = temporaryFolder();
  git(folder, ['init', '-q', '-b', 'main', `--object-format=${format}`]);
  return folder;
}

/** Every entry below a tree or commit, as git lists it. */
export function listingOf(folder: string, tree: string): TreeEntry[] {
  const rows = git(folder, ['ls-tree', '-r', '-z', tree]).split('\0').slice(0, -1);
  return rows.map((row) => {
    const [, mode = '', oid = '', path = ''] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(row) ?? [];
    return { path, mode, oid };
  });
}

/** Writes files (null: deletes), commits everything, and answers the commit. */
export function commitFiles(folder: string, files: Readonly<Record<string, string | Uint8Array | null>>): string {
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    if (content === null) rmSync(place);
    else writeFileSync(place, content);
  }
  git(folder, ['add', '-A', '-f']);
  git(folder, ['commit', '-q', '--allow-empty', '-m', 'state']);
  return git(folder, ['rev-parse', 'HEAD']).trim();
}
