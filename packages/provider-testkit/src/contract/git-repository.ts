import { execFile, spawn } from 'node:child_process';
import type { CommitId } from '@gitops/core';
import type { Inspect, RawCommit, Seed, SeedFile } from './forge-under-test.js';

/** An environment in which `git` depends on nothing of this machine's user. */
export function cleanGitEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(GIT_|GITOPS_)/.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}

/** Runs `git` in a clean environment; its output, or an exception with what it said. */
export function runGit(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: Uint8Array | string } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      {
        env: cleanGitEnvironment(),
        encoding: 'buffer',
        maxBuffer: 1 << 28,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`git ${args.join(' ')}: ${stderr.toString('utf8')}`));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/**
 * Seeds and inspects the repository behind a forge with the `git` program. `afterMove` is told about each moved branch,
 * for repositories with a working tree.
 */
export function gitRepository(
  gitDir: string,
  afterMove: (branch: string) => Promise<void> = () => Promise.resolve(),
): { readonly seed: Omit<Seed, 'reject'>; readonly inspect: Inspect } {
  const git = async (...args: string[]): Promise<string> =>
    (await runGit([`--git-dir=${gitDir}`, ...args])).toString('utf8');
  let time = 1_700_000_000;

  const seed: Omit<Seed, 'reject'> = {
    commit: async ({ branch, parent, files, message, at }) => {
      time = at ?? time + 60;
      const standing = (await git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`)).trim();
      const from = parent === undefined ? standing : (parent ?? '');
      const stream = [
        from === '' ? `reset refs/heads/${branch}\n\n` : '',
        `commit refs/heads/${branch}\n`,
        `committer Seed <seed@example.com> ${time} +0000\n`,
        data(message ?? 'Seed'),
        from === '' ? '' : `from ${from}\n`,
        ...Object.entries(files).flatMap(([path, file]) => entry(path, file)),
        '\n',
      ];
      await fastImport(
        gitDir,
        Buffer.concat(stream.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))),
      );
      await afterMove(branch);
      return (await git('rev-parse', `refs/heads/${branch}`)).trim();
    },
    setBranch: async (branch, commit) => {
      await git('update-ref', `refs/heads/${branch}`, commit);
      await afterMove(branch);
    },
  };

  const inspect: Inspect = {
    branches: async () => {
      const lines = (await git('for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads/')).split(
        '\n',
      );
      return Object.fromEntries(
        lines.filter((line) => line !== '').map((line) => line.split(' ') as [string, CommitId]),
      );
    },
    commit: async (commit) => rawCommit(await git('cat-file', 'commit', commit)),
    tree: async (commit) => {
      const entries = (await git('ls-tree', '-r', '-z', '--full-tree', commit))
        .split('\0')
        .filter((line) => line !== '');
      return Object.fromEntries(
        entries.map((line) => {
          const [facts = '', path = ''] = line.split('\t');
          const [mode = '', , oid = ''] = facts.split(' ');
          return [path, { mode, oid }] as const;
        }),
      );
    },
    bytes: (commit, path) => runGit([`--git-dir=${gitDir}`, 'cat-file', 'blob', `${commit}:${path}`]),
    faults: () => fsck(gitDir),
  };
  return { seed, inspect };
}

/** What `git fsck --strict` finds fault with; objects that nothing names any more are none. */
export function fsck(gitDir: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [`--git-dir=${gitDir}`, 'fsck', '--strict', '--full', '--no-dangling', '--no-progress'],
      { env: cleanGitEnvironment(), maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') return reject(error);
        const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith('notice: '));
        return resolve(error === null ? lines : [...lines, `exit code ${String(error.code)}`]);
      },
    );
  });
}

function fastImport(gitDir: string, stream: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = [`--git-dir=${gitDir}`, 'fast-import', '--quiet', '--force', '--date-format=raw-permissive'];
    const child = spawn('git', args, { env: cleanGitEnvironment(), stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(said))));
    child.stdin.end(stream);
  });
}

function data(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

function entry(path: string, file: SeedFile): (string | Buffer)[] {
  const quoted = `"${path.replace(/["\\]/g, '\\$&')}"`;
  if (file === null) return [`D ${quoted}\n`];
  if (typeof file === 'string' || file instanceof Uint8Array) return [`M 100644 inline ${quoted}\n`, data(file)];
  if ('executable' in file) return [`M 100755 inline ${quoted}\n`, data(file.executable)];
  if ('link' in file) return [`M 120000 inline ${quoted}\n`, data(file.link)];
  return [`M 160000 ${file.submodule} ${quoted}\n`];
}

function rawCommit(text: string): RawCommit {
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  const all = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const author = /^(.*) <(.*)> /.exec(all('author')[0] ?? '');
  return {
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    authorName: author?.[1] ?? '',
    authorEmail: author?.[2] ?? '',
    message: text.slice(end + 2),
  };
}
