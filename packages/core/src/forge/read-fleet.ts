import { type GitOpsError, problem } from '../errors/error.js';
import type { Fleet } from '../fleet/fleet.js';
import { fleetOf, namedFiles } from '../fleet/read.js';
import type { CommitId, Snapshot } from '../model.js';
import { type Answer, errAsync, okAsync } from '../result.js';
import type { BranchHead, CallOptions, CommitInfo, Forge, SnapshotSource } from './ports.js';

/** Everything that a fleet is read from: manifests, charts, kustomizations, records. */
export const fleetGlobs: readonly string[] = ['**/*.{yaml,yml,json,tpl,txt}', '**/{Kustomization,Chart.lock}'];

export interface ReadOptions extends CallOptions {
  /** The branch whose head is read; left out or null: the default branch. */
  readonly branch?: string | null;
  /** A commit instead of a branch's head. */
  readonly commit?: CommitId;
  /** Path of the configuration; left out: `gitops.yaml` at the root. */
  readonly config?: string | null;
  /** Folder of `.gitops/` where it does not lie beside the configuration. */
  readonly root?: string | null;
  readonly controllerNamespace?: string;
}

/**
 * Reads the fleet of a forge's repository at the head of a branch or at a commit. Errors: those of the port, `not-found`
 * for a branch that is not there, and those of {@link fleetOf}.
 */
export function readFleet(forge: Forge, options: ReadOptions = {}): Answer<Fleet> {
  const branch = options.branch ?? null;
  const source: SnapshotSource = options.commit === undefined ? { branch } : { commit: options.commit };
  return forge.git
    .snapshot(source, fleetGlobs, callOf(options))
    .mapErr((error) => ('branch' in source && isMissingBranch(error) ? noBranch(forge, branch) : error))
    .andThen((snapshot) => withVersionFiles(forge, snapshot, options))
    .andThen((snapshot) => fleetOf(snapshot, readingOf(options)));
}

/** Reads the commit again with the files that only its configuration names; most have none. */
function withVersionFiles(forge: Forge, snapshot: Snapshot, options: ReadOptions): Answer<Snapshot> {
  const named = namedFiles(snapshot, readingOf(options));
  if (named === null || snapshot.commit === null) return okAsync(snapshot);
  return forge.git.snapshot({ commit: snapshot.commit }, [...fleetGlobs, ...named.globs], callOf(options));
}

/** The head that changes are made on. */
export function targetHead(forge: Forge, branch: string | null, call: CallOptions = {}): Answer<BranchHead> {
  return forge.git.head(branch, callOf(call)).andThen((head): Answer<BranchHead> => {
    if (head === null) return errAsync(noBranch(forge, branch));
    return okAsync(head);
  });
}

/** What a commit says of itself. `not-found` for one that is not there. */
export function commitAt(forge: Forge, commit: CommitId, call: CallOptions = {}): Answer<CommitInfo> {
  return forge.git.log({ from: commit, limit: 1 }, callOf(call)).andThen(([info]): Answer<CommitInfo> => {
    if (info !== undefined) return okAsync(info);
    return errAsync(
      problem('not-found', `${forge.name} has no commit ${commit.slice(0, 12)}.`, 'Look at the branch again.', {
        details: { commit },
      }),
    );
  });
}

/** A port says which branch it did not find; a repository that is not there is another matter. */
function isMissingBranch(error: GitOpsError): boolean {
  return error.kind === 'not-found' && 'branch' in error.details;
}

/** The part of the options that concerns reading alone. */
export function readingOf(options: ReadOptions): {
  readonly config?: string | null;
  readonly root?: string | null;
  readonly controllerNamespace?: string;
} {
  return {
    ...(options.config === undefined ? {} : { config: options.config }),
    ...(options.root === undefined ? {} : { root: options.root }),
    ...(options.controllerNamespace === undefined ? {} : { controllerNamespace: options.controllerNamespace }),
  };
}

/** Signal and age: what a call of a port needs of larger options. */
export function callOf(call: CallOptions): CallOptions {
  return {
    ...(call.signal === undefined ? {} : { signal: call.signal }),
    ...(call.maxAgeMs === undefined ? {} : { maxAgeMs: call.maxAgeMs }),
  };
}

export function signalOf(call: CallOptions): CallOptions {
  return call.signal === undefined ? {} : { signal: call.signal };
}

function noBranch(forge: Forge, branch: string | null): GitOpsError {
  return branch === null
    ? problem('not-found', `${forge.name} has no commit yet.`, 'Commit the manifests first.')
    : problem('not-found', `${forge.name} has no branch ${branch}.`, 'Check the name, or push the branch first.', {
        details: { branch },
      });
}
