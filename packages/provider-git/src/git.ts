import { spawnSync } from 'node:child_process';
import { resolve, sep } from 'node:path';
import type { Answer, CallOptions, Capabilities, Clock, Forge } from '@gitops/core';
import { answer, fail, type RequestEvent, systemClock } from '@gitops/provider-http';
import { makeContext } from './context.js';
import { credentialFor, type GivenCredential, helperFor } from './credential.js';
import { gitPort } from './git-port.js';
import { openHttp } from './http/open.js';
import { type Disk, nodeDisk } from './isomorphic/disk.js';
import { openIsomorphic } from './isomorphic/store.js';
import { openNative } from './native/open.js';
import { openRemote } from './native/remote.js';
import { gitProgram } from './native/run.js';
import { pullRequestPort } from './pull-requests.js';
import type { Backend } from './store/store.js';

export interface GitOptions {
  /** A repository of this machine: a working tree, a folder in one, a linked working tree, or a bare repository. */
  readonly path?: string;
  /**
   * A repository that is reached by fetch and push (`https://…`, `http://…`; by the `git` program also `ssh://…`,
   * `git@host:path`, `file://…` or a path).
   */
  readonly url?: string;
  /**
   * For an HTTP(S) address; sent to its host only. Where it is not given: user and password in the address, then
   * `GITOPS_GIT_TOKEN` (and `GITOPS_GIT_USER`) if `GITOPS_GIT_HOST` names that host, then Git's credential helpers.
   */
  readonly credential?: GivenCredential;
  /** A file of certificates (PEM) for an HTTPS address with an authority of its own. */
  readonly caFile?: string;
  /** Told of each HTTP request that isomorphic-git makes. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** `auto` (the default): the `git` program where it is installed, else isomorphic-git. */
  readonly backend?: 'auto' | 'native' | 'isomorphic';
  /** Who commits and reviews; else Git's configuration and `GIT_AUTHOR_*`, `GIT_COMMITTER_*`. */
  readonly identity?: { readonly name: string; readonly email: string };
  /** The environment that `git` runs in; `process.env` where it is not given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where mirrors of remote repositories are kept; `$XDG_CACHE_HOME/gitops/git` where it is not given. */
  readonly cacheFolder?: string;
  /** The time of commits and reviews; the machine's where it is not given. */
  readonly clock?: Clock;
}

/**
 * Any Git repository as a forge: pull requests are kept in the repository itself, in git-appraise's format
 * (be4751005), so that its tools and ours see the same ones.
 *
 * Errors: `not-a-repository` (nothing there), `repository-unsupported` (a format that the backend cannot serve, or
 * damage; the remedy says which), `unauthenticated` and `unavailable` (a remote that cannot be reached), `forbidden`.
 *
 * @example
 * const forge = orThrow(await git({ path: '.' }));
 * const head = orThrow(await forge.git.head(null));
 */
export function git(options: GitOptions = {}, call?: CallOptions): Answer<Forge> {
  return openForge(options, nodeDisk, call);
}

/** As {@link git}, over a given disk: for tests that stop it in the middle. */
export function openForge(options: GitOptions, disk: Disk, call?: CallOptions): Answer<Forge> {
  return answer(call, async (signal) => {
    const backend = await openBackend(options, disk, signal);
    const context = makeContext(backend, options.clock ?? systemClock, options.identity, tailFor(backend));
    const forge: Forge = {
      id: 'git',
      name: backend.facts.name,
      capabilities: capabilitiesOf(backend),
      git: gitPort(context),
      pullRequests: pullRequestPort(context),
    };
    return forge;
  });
}

async function openBackend(options: GitOptions, disk: Disk, signal: AbortSignal): Promise<Backend> {
  const env = options.env ?? process.env;
  const wanted = options.backend ?? 'auto';
  const program = gitProgram(env);
  const native = wanted === 'native' || (wanted === 'auto' && isInstalled(program.env));
  if (options.url !== undefined) {
    const { url, cacheFolder, caFile, onRequest } = options;
    const credential = credentialFor(url, options.credential, env);
    if (native) return openRemote(program, url, { cacheFolder, caFile, credential }, signal);
    if (/^https?:\/\//i.test(url)) {
      const lookUp = helperFor(url, env);
      return openHttp(disk, { url, env, cacheFolder, caFile, onRequest, credential, lookUp }, signal);
    }
    return fail(
      'repository-unsupported',
      'Without the git program, a repository that is not on this machine is reached by http:// and https:// only.',
      'Install git and put it on the PATH, or give the address that the server has for HTTPS.',
    );
  }
  const path = resolve(options.path ?? '.');
  return native ? openNative(program, path, signal) : openIsomorphic(disk, path, env);
}

function isInstalled(env: Readonly<Record<string, string>>): boolean {
  return spawnSync('git', ['--version'], { env, stdio: 'ignore', windowsHide: true }).status === 0;
}

function capabilitiesOf(backend: Backend): Capabilities {
  return {
    labels: false,
    drafts: false,
    reviewers: true,
    assignees: false,
    milestones: false,
    autoMerge: false,
    approvals: 'advisory',
    approve: true,
    signedCommits: false,
    ssh: backend.ssh,
    atomicPush: backend.atomicPush,
    mergeMethods: ['merge', 'squash', 'rebase'],
    descriptionLimit: null,
    terms: { request: 'pull request', sigil: '' },
  };
}

/** ` --repo <where>`, unless the command is run right there. */
function tailFor(backend: Backend): string {
  const { address } = backend.facts;
  const here = process.cwd();
  if (backend.kind !== 'remote' && (here === address || here.startsWith(`${address}${sep}`))) return '';
  return ` --repo ${/^[\w@%+=:,./-]+$/.test(address) ? address : `'${address.replaceAll("'", "'\\''")}'`}`;
}
