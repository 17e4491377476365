import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, plainProblem } from './failure.js';
import { redactAddresses } from './output/redact.js';
import { isUrl, type Located } from './repository/locate.js';

/** Where the embedded forge finds its repository, and why it is the one. */
export type ForgeChoice =
  | {
      readonly provider: 'git';
      readonly path: string;
      readonly why: 'no remote' | 'the origin is a local path' | '--provider git';
    }
  | { readonly provider: 'git'; readonly url: string; readonly why: '--provider git' };

/** Providers with a package of their own that is not part of this release. */
const packages: Readonly<Record<string, { readonly name: string; readonly package: string }>> = {
  github: { name: 'GitHub', package: '@gitops/provider-github' },
  gitlab: { name: 'GitLab', package: '@gitops/provider-gitlab' },
};

/**
 * The host of the origin decides, `--provider` overrides. The embedded forge is used where there is no remote, where
 * the origin is a local path (pull requests then live in that repository), or on request: a review note that nobody
 * sees is never the answer in a clone of GitHub.
 *
 * Fails with `provider-missing` (a known forge that this installation cannot serve) and `provider-unknown`.
 */
export function chooseForge(located: Located, origin: string | null, provider: string | null): ForgeChoice {
  const address = located.kind === 'url' ? located.url : origin;
  if (provider === 'git') return embeddedOnRequest(located, address);
  if (provider !== null)
    return packages[provider] === undefined ? noSuchProvider(provider) : missing(provider, address);
  if (located.kind !== 'url' && address === null) return { provider: 'git', path: located.root, why: 'no remote' };
  const local = address === null || located.kind === 'url' ? null : localPath(address, located.root);
  if (local !== null) return { provider: 'git', path: local, why: 'the origin is a local path' };
  const host = hostOf(address ?? '');
  const known = providerOfHost(host);
  return known === null ? unknownHost(host) : missing(known, address);
}

function embeddedOnRequest(located: Located, address: string | null): ForgeChoice {
  const why = '--provider git';
  if (located.kind === 'url') return { provider: 'git', url: located.url, why };
  if (address === null) return { provider: 'git', path: located.root, why };
  const local = localPath(address, located.root);
  return local === null ? { provider: 'git', url: address, why } : { provider: 'git', path: local, why };
}

/** The folder that an address names; null for one that is reached over a network. */
function localPath(address: string, base: string): string | null {
  if (address.startsWith('file://')) return fileURLToPath(address);
  return isUrl(address) ? null : resolve(base, address);
}

/** Host of `https://host/…`, `ssh://git@host:22/…`, `git@host:path`, in lower case. */
export function hostOf(address: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^/:]*)/i.exec(address);
  const host = withScheme?.[1] ?? /^(?:[^@/]*@)?([^/:]+):/.exec(address)?.[1] ?? '';
  return host.toLowerCase();
}

/** Forges that are known by their host alone. */
function providerOfHost(host: string): string | null {
  if (/^(www\.|ssh\.)?github\.com$/.test(host) || host.endsWith('.ghe.com')) return 'github';
  if (/^(www\.|altssh\.)?gitlab\.com$/.test(host)) return 'gitlab';
  return null;
}

function missing(provider: string, address: string | null): never {
  const { name, package: needed } = packages[provider] ?? { name: provider, package: provider };
  const where = address === null ? '' : ` (${redactAddresses(address)})`;
  return fail(
    plainProblem(
      'provider-missing',
      `This repository belongs to ${name}${where}, and the provider ${needed} is not part of this installation.`,
      'gitops status and gitops diff work without it. To keep pull requests in the repository itself, where only gitops and git-appraise show them: --provider git',
      { provider, package: needed },
    ),
  );
}

function unknownHost(host: string): never {
  return fail(
    plainProblem(
      'provider-unknown',
      `Which forge runs at ${JSON.stringify(host)} is not known.`,
      'Say it with --provider github or --provider gitlab, or keep pull requests in the repository itself: --provider git',
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
      {
        provider,
        known: ['git', 'github', 'gitlab'],
      },
    ),
  );
}
