import { type CallOptions, type Forge, orThrow } from '@gitops/core';
import { chooseForge, type ForgeChoice } from '../choose-forge.js';
import type { Invocation } from '../invocation.js';
import { type Located, locate } from './locate.js';
import { originOf } from './origin.js';

/** The forge that changes go to, and what it was chosen from. */
export interface Opened {
  readonly forge: Forge;
  readonly located: Located;
  readonly choice: ForgeChoice;
}

/** Opens the forge of the repository that the command line means. Fails where its provider is not there. */
export async function openForge(invocation: Pick<Invocation, 'io' | 'settings'>): Promise<Opened> {
  const { io, settings } = invocation;
  const located = locate(settings.repo, io.cwd);
  const origin = located.kind === 'url' ? null : originOf(located, io);
  const choice = chooseForge(located, origin, settings.provider);
  return { forge: await openChoice(choice, located, invocation), located, choice };
}

/** As {@link openForge}; null instead of a failure, for verbs that only look and need no forge. */
export async function findForge(invocation: Pick<Invocation, 'io' | 'settings'>): Promise<Opened | null> {
  try {
    return await openForge(invocation);
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'GitOpsFailure') return null;
    throw thrown;
  }
}

async function openChoice(choice: ForgeChoice, located: Located, { io }: Pick<Invocation, 'io'>): Promise<Forge> {
  const { git } = await import('@gitops/provider-git');
  const clock = io.clock === undefined ? {} : { clock: io.clock };
  const call: CallOptions = io.signal === undefined ? {} : { signal: io.signal };
  const common = { env: io.env, ...clock };
  if ('url' in choice) return orThrow(git({ ...common, url: choice.url }, call));
  const isElsewhere = located.kind === 'working-tree' && choice.path !== located.root;
  const identity = isElsewhere ? await identityOfClone(located.root, common, call) : null;
  return orThrow(git({ ...common, path: choice.path, ...(identity === null ? {} : { identity }) }, call));
}

/** Who works in this clone: its own `user.name` counts, also where the pull requests live in another repository. */
async function identityOfClone(path: string, common: Pick<Invocation['io'], 'env'>, call: CallOptions) {
  const { git } = await import('@gitops/provider-git');
  const identity = await git({ ...common, path }, call).andThen((clone) => clone.git.identity(call));
  if (identity.isErr()) return null;
  const { name, email } = identity.value;
  return email === null ? null : { name, email };
}

/** The repository itself, whatever its forge is: for reading commits. */
export async function openForReading(located: Located, { io }: Pick<Invocation, 'io'>): Promise<Forge> {
  const { git } = await import('@gitops/provider-git');
  const call: CallOptions = io.signal === undefined ? {} : { signal: io.signal };
  const where = located.kind === 'url' ? { url: located.url } : { path: located.root };
  return orThrow(git({ env: io.env, ...where }, call));
}
