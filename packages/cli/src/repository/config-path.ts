import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../settings.js';
import type { Located } from './locate.js';

/**
 * Where the configuration stands: as `--config` says, else the nearest `gitops.yaml` between the folder that the command
 * runs in and the root, since a repository may hold several projects. Null: at the root, or nowhere.
 */
export function configPath(located: Located, settings: Pick<Settings, 'config'>): string | null {
  if (settings.config !== null) return settings.config.replace(/^\.\//, '');
  if (located.kind !== 'working-tree' || located.within === '' || located.within.startsWith('..')) return null;
  const steps = located.within.split('/');
  for (let length = steps.length; length > 0; length--) {
    const path = [...steps.slice(0, length), 'gitops.yaml'].join('/');
    if (existsSync(join(located.root, path))) return path;
  }
  return null;
}

/** What reading a fleet depends on besides files. */
export function readingOf(located: Located, settings: Pick<Settings, 'config' | 'root'>) {
  return { config: configPath(located, settings), ...(settings.root === null ? {} : { root: settings.root }) };
}
