/**
 * A forge in a folder: a bare Git repository on a disk that a team shares, with its pull requests beside the branches.
 * No server, no network, no account.
 */
import { resolve } from 'node:path';
import type { Clock, Forge, Identity } from '@gitops/core';
import { answer, systemClock } from '@gitops/provider-http';
import { capabilities } from './capabilities.ts';
import { makeGitPort } from './git-port.ts';
import { makePullRequestPort } from './pull-request-port.ts';
import { change } from './records.ts';
import { openRepository } from './repository.ts';
import { shown } from './standing.ts';

export interface FolderOptions {
  /** A bare repository: `git init --bare`. */
  readonly path: string;
  /** Who commits, opens and approves. */
  readonly identity: Identity;
  /** The machine's where it is not given. */
  readonly clock?: Pick<Clock, 'now'>;
}

export function folder({ path, identity, clock = systemClock }: FolderOptions): Forge {
  const repository = openRepository(resolve(path));
  const now = () => clock.now();
  return {
    id: 'folder',
    name: repository.path,
    capabilities,
    git: makeGitPort(repository, identity, now),
    pullRequests: makePullRequestPort(repository, identity, now),
  };
}

/** Says no to what a pull request holds now, which no port does: a person's business. */
export function reject({ path, identity, clock = systemClock }: FolderOptions, id: string, text: string) {
  const repository = openRepository(resolve(path));
  return answer(undefined, () =>
    change(repository, id, async (record) => {
      const { head: commit } = await shown(repository, record);
      const word = { author: identity.name, at: clock.now(), text, approves: false, commit, marker: null };
      return { ...record, entries: [...record.entries, word] };
    }),
  );
}
