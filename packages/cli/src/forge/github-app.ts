import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usage } from '../failure.js';
import type { Io } from '../io.js';

/** A GitHub App, as the provider takes it. */
export interface App {
  readonly id: string;
  readonly privateKey: string;
  readonly installation?: number;
}

/**
 * The App that the environment names: `GITHUB_APP_ID`, its key in `GITHUB_APP_PRIVATE_KEY` or in the file
 * `GITHUB_APP_PRIVATE_KEY_FILE`, and `GITHUB_APP_INSTALLATION_ID` where it is not to be found by the repository. Null
 * where there is no id. Fails with `usage` for one of them without the other, and for what cannot be read.
 */
export function appOf({ env, cwd }: Pick<Io, 'env' | 'cwd'>): App | null {
  const given = (name: string): string | null => env[name]?.trim() || null;
  const id = given('GITHUB_APP_ID');
  const file = given('GITHUB_APP_PRIVATE_KEY_FILE');
  const privateKey = given('GITHUB_APP_PRIVATE_KEY') ?? (file === null ? null : keyIn(resolve(cwd, file)));
  if (id === null && privateKey === null) return null;
  if (id === null || privateKey === null) {
    return usage(
      `A GitHub App needs its id and its private key, and ${id === null ? 'GITHUB_APP_ID' : 'GITHUB_APP_PRIVATE_KEY'} is not set.`,
      'Set GITHUB_APP_ID, and GITHUB_APP_PRIVATE_KEY or GITHUB_APP_PRIVATE_KEY_FILE; or none of them.',
    );
  }
  const installation = given('GITHUB_APP_INSTALLATION_ID');
  if (installation === null) return { id, privateKey };
  if (!/^\d+$/.test(installation)) {
    return usage('GITHUB_APP_INSTALLATION_ID is no number.', 'Take it from the address of its settings.');
  }
  return { id, privateKey, installation: Number(installation) };
}

function keyIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    return usage(
      `GITHUB_APP_PRIVATE_KEY_FILE names ${path}, which cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? 'unknown'}.`,
      'Name the .pem file that GitHub made.',
    );
  }
}
