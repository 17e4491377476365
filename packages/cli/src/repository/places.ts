import { fileURLToPath } from 'node:url';
import { type Answer, type Forge, type ForgeOf, type GitOpsError, ResultAsync } from '@gitops/core';
import { chooseForge } from '../choose-forge.js';
import { expectedFailure, usage } from '../failure.js';
import { hostOf } from '../forge/host-name.js';
import type { Invocation } from '../invocation.js';
import { chooseForgeOf, openChosen } from './open.js';

/**
 * Opens the repositories that `gitops.yaml` names as places of environments, each once. An address there is content of a
 * repository: it says where to ask, and names no host for tokens; a folder of this machine is opened only where the
 * repository that names it is one of this machine as well.
 */
export function forgesOfPlaces(invocation: Invocation): ForgeOf {
  const opened = new Map<string, Answer<Forge>>();
  return (repository) => {
    const known = opened.get(repository) ?? attempt(() => open(repository, invocation));
    opened.set(repository, known);
    return known;
  };
}

async function open(repository: string, invocation: Invocation): Promise<Forge> {
  const own = await chooseForgeOf(invocation);
  const located = { kind: 'url', url: repository } as const;
  if (repository.startsWith('file:')) {
    if (!('path' in own.choice)) {
      return usage(
        'gitops.yaml names a folder of this machine as the repository of an environment, and comes from elsewhere itself.',
        'Write the address of the repository: https://github.com/acme/gitops-us',
      );
    }
    const path = fileURLToPath(repository);
    return openChosen({ ...own, choice: { provider: 'git', path, why: 'the origin is a local path' } }, invocation);
  }
  const isSameHost = own.choice.provider !== 'git' && own.choice.host === hostOf(repository);
  const provider = isSameHost ? own.choice.provider : null;
  const chosen = chooseForge(located, null, provider, invocation.io.env);
  if (chosen.provider !== null) {
    const base = isSameHost ? own.choice.base : null;
    const choice = chosen.provider === 'git' ? chosen : { ...chosen, base };
    return openChosen({ located, origin: null, choice }, invocation);
  }
  const { askHost } = await import('../forge/ask-host.js');
  return openChosen({ located, origin: null, choice: await askHost(chosen, invocation) }, invocation);
}

function attempt(work: () => Promise<Forge>): Answer<Forge> {
  return ResultAsync.fromPromise(work(), (thrown): GitOpsError => {
    const expected = expectedFailure(thrown);
    if (expected === null) throw thrown;
    return expected;
  });
}
