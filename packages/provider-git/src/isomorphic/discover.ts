import { dirname, join, resolve } from 'node:path';
import { fail } from '@gitops/provider-http';
import { parseConfig } from './config.js';
import { type Disk, readText } from './disk.js';

export interface Location {
  /** The folder of this working tree's own files: HEAD, index. */
  readonly gitDir: string;
  /** The folder that all working trees share: objects, refs. */
  readonly commonDir: string;
  readonly bare: boolean;
}

/** Finds the repository that holds `path` and makes sure that this backend serves its format. */
export async function discover(disk: Disk, path: string): Promise<Location> {
  const gitDir = await findGitDir(disk, resolve(path));
  if (gitDir === null) {
    return fail(
      'not-a-repository',
      `There is no Git repository at ${path}.`,
      'Give the path of a clone or of a bare repository, or make one with: git init',
      { path },
    );
  }
  const shared = await readText(disk, join(gitDir, 'commondir'));
  const commonDir = shared === null ? gitDir : resolve(gitDir, shared.trim());
  const settings = new Map(parseConfig((await readText(disk, join(commonDir, 'config'))) ?? ''));
  refuseUnsupported(path, settings);
  for (const [file, what] of [
    ['objects/info/alternates', 'borrows objects from another one (alternates)'],
    ['info/grafts', 'has grafts'],
  ] as const) {
    if (((await readText(disk, join(commonDir, file))) ?? '').trim() !== '') unsupported(path, what);
  }
  return { gitDir, commonDir, bare: settings.get('core.bare') === 'true' };
}

async function findGitDir(disk: Disk, start: string): Promise<string | null> {
  for (let folder = start; ; folder = dirname(folder)) {
    const inside = join(folder, '.git');
    if (await isGitDir(disk, inside)) return inside;
    const link = /^gitdir: (.*)$/m.exec((await readText(disk, inside)) ?? '')?.[1];
    if (link !== undefined) {
      const target = resolve(folder, link.trim());
      return (await isGitDir(disk, target)) ? target : null;
    }
    if (await isGitDir(disk, folder)) return folder;
    if (dirname(folder) === folder) return null;
  }
}

async function isGitDir(disk: Disk, folder: string): Promise<boolean> {
  const head = await readText(disk, join(folder, 'HEAD'));
  if (head === null || !/^(ref: refs\/|[0-9a-f]{40})/.test(head)) return false;
  const shared = await readText(disk, join(folder, 'commondir'));
  const common = shared === null ? folder : resolve(folder, shared.trim());
  for (const name of ['objects', 'refs']) {
    const stat = await disk.stat(join(common, name)).catch(() => null);
    if (stat?.isDirectory() !== true) return false;
  }
  return true;
}

function refuseUnsupported(path: string, settings: ReadonlyMap<string, string>): void {
  if (Number(settings.get('core.repositoryformatversion') ?? 0) > 1) unsupported(path, 'has a newer format');
  for (const [key, value] of settings) {
    if (/^remote\..*\.promisor$/.test(key) && value !== 'false') unsupported(path, 'is a partial clone');
    if (!key.startsWith('extensions.')) continue;
    const extension = key.slice('extensions.'.length);
    if (extension === 'objectformat' && value === 'sha1') continue;
    if (extension === 'refstorage' && value === 'files') continue;
    if (['noop', 'worktreeconfig', 'preciousobjects'].includes(extension)) continue;
    if (extension === 'partialclone') unsupported(path, 'is a partial clone');
    unsupported(path, `uses the extension ${extension}=${value}`);
  }
}

function unsupported(path: string, what: string): never {
  return fail(
    'repository-unsupported',
    `The repository at ${path} ${what}, which cannot be served without the git program.`,
    'Install git and put it on the PATH.',
    { path },
  );
}
