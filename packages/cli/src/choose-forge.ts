import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, plainProblem, usage } from './failure.js';
import { ciOf } from './forge/ci.js';
import { hostOf } from './forge/host-name.js';
import { forgeOfHost, type HostedForge } from './forge/hosts.js';
import { redactAddresses } from './output/redact.js';
import { isUrl, type Located } from './repository/locate.js';

/** Where the pull requests are, and why there. */
export type ForgeChoice = EmbeddedChoice | HostedChoice;

/** The repository is its own forge. */
export type EmbeddedChoice =
  | {
      readonly provider: 'git';
      readonly path: string;
      readonly why: 'no remote' | 'the origin is a local path' | '--provider git';
    }
  | { readonly provider: 'git'; readonly url: string; readonly why: '--provider git' };

/** A forge that is asked over the network. */
export interface HostedChoice {
  readonly provider: HostedForge;
  /** Address of the repository, or the number of a GitLab project. May hold a user name and password. */
  readonly repository: string;
  /** Null where only the environment says where the forge is. */
  readonly host: string | null;
  /** Root of the forge, where asking it told more than the host: an install below a path. */
  readonly base: string | null;
  readonly why: string;
}

/** A host that nothing names: it has to be asked. */
export interface UnknownHost {
  readonly provider: null;
  readonly address: string;
  readonly host: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The host of the origin (or of the address that was named) decides, `--provider` overrides. The embedded forge is used
 * where there is no remote, where the origin is a local path (pull requests then live in that repository), or on
 * request: a review note that nobody sees is never the answer in a clone of GitHub. Asks nobody.
 *
 * Fails with `provider-unknown` for a provider that is none, and `usage` where no address tells the repository.
 */
export function chooseForge(
  located: Located,
  origin: string | null,
  provider: string | null,
  env: Env = {},
): ForgeChoice | UnknownHost {
  const address = located.kind === 'url' ? located.url : origin;
  const local = address === null || located.kind === 'url' ? null : localPath(address, located.root);
  if (provider === 'git') return embeddedOnRequest(located, address);
  if (provider !== null && !isHosted(provider)) return noSuchProvider(provider);
  if (located.kind !== 'url' && provider === null) {
    if (address === null) return { provider: 'git', path: located.root, why: 'no remote' };
    if (local !== null) return { provider: 'git', path: local, why: 'the origin is a local path' };
  }
  if (address === null || local !== null) return noAddress(provider ?? '');
  const host = hostOf(address);
  if (provider !== null) return { provider, repository: address, host, base: null, why: `--provider ${provider}` };
  if (host === null) return byNumber(address, env);
  const known = forgeOfHost(host, env);
  return known === null
    ? { provider: null, address, host }
    : { provider: known.forge, repository: address, host, base: null, why: known.why };
}

function embeddedOnRequest(located: Located, address: string | null): EmbeddedChoice {
  const why = '--provider git';
  if (located.kind === 'url') return { provider: 'git', url: located.url, why };
  if (address === null) return { provider: 'git', path: located.root, why };
  const local = localPath(address, located.root);
  return local === null ? { provider: 'git', url: address, why } : { provider: 'git', path: local, why };
}

/** The number of a project, as GitLab CI tells it. */
function byNumber(address: string, env: Env): HostedChoice {
  const ci = ciOf(env);
  if (ci?.forge === 'gitlab' && ci.repository === address && /^\d+$/.test(address)) {
    return { provider: 'gitlab', repository: address, host: null, base: null, why: `${ci.from ?? ''} names it` };
  }
  return usage(
    `${JSON.stringify(redactAddresses(address))} is no address of a repository that a forge could have.`,
    'Give one like https://host/owner/name, ssh://git@host/owner/name or git@host:owner/name; or say --provider git.',
  );
}

/** The folder that an address names; null for one that is reached over a network. */
function localPath(address: string, base: string): string | null {
  if (address.startsWith('file://')) return fileURLToPath(address);
  return isUrl(address) ? null : resolve(base, address);
}

function isHosted(provider: string): provider is HostedForge {
  return provider === 'github' || provider === 'gitlab';
}

/** What is said where neither the host's name, nor the environment, nor the host itself tells. */
export function unknownHost(host: string, why: string): never {
  return fail(
    plainProblem(
      'provider-unknown',
      `Which forge runs at ${JSON.stringify(host)} is not known: ${why}.`,
      'Say it with --provider github or --provider gitlab. Where it is an alias of your ssh configuration, give the address itself with --repo. To keep pull requests in the repository itself, where only gitops and git-appraise show them: --provider git',
      { host },
    ),
  );
}

function noSuchProvider(provider: string): never {
  return fail(
    plainProblem(
      'provider-unknown',
      `There is no provider ${JSON.stringify(provider)}.`,
      'Known providers for --provider: git, github, gitlab.',
      { provider, known: ['git', 'github', 'gitlab'] },
    ),
  );
}

function noAddress(provider: string): never {
  return usage(
    `Which repository of ${provider === 'github' ? 'GitHub' : 'GitLab'} is meant is not known: no remote of this clone names one.`,
    'Name it: --repo https://host/owner/name',
    { provider },
  );
}
