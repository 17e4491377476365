import { type Forge, orThrow } from '@gitops/core';
import { callOf } from '../call.js';
import { chooseForge, type EmbeddedChoice, type ForgeChoice } from '../choose-forge.js';
import { connectionOf } from '../forge/connection.js';
import type { HostedOptions } from '../forge/hosted.js';
import type { Invocation } from '../invocation.js';
import { type Located, locate } from './locate.js';
import { originOf } from './origin.js';

type Asked = Pick<Invocation, 'io' | 'settings' | 'console'>;

/** What the command line means: a repository, where it comes from, and the forge that has its pull requests. */
export interface Chosen {
  readonly located: Located;
  readonly origin: string | null;
  readonly choice: ForgeChoice;
}

/** The forge that changes go to, and what it was chosen from. */
export interface Opened extends Chosen {
  readonly forge: Forge;
}

/** Finds repository and forge. A host that nothing names is asked, without credentials. */
export async function chooseForgeOf(invocation: Asked): Promise<Chosen> {
  const { io, settings } = invocation;
  const located = locate(settings.repo, io.cwd, io.env);
  const origin = located.kind === 'url' ? null : originOf(located, io);
  const chosen = chooseForge(located, origin, settings.provider, io.env);
  if (chosen.provider !== null) return { located, origin, choice: chosen };
  const { askHost } = await import('../forge/ask-host.js');
  return { located, origin, choice: await askHost(chosen, invocation) };
}

/** Opens the forge of the repository that the command line means. Fails where it is not known which one that is. */
export async function openForge(invocation: Asked, more: HostedOptions = {}): Promise<Opened> {
  const chosen = await chooseForgeOf(invocation);
  return { ...chosen, forge: await openChosen(chosen, invocation, more) };
}

/** Opens what was chosen; a second time with a `token` for a second identity. */
export async function openChosen(
  { choice, located }: Chosen,
  invocation: Asked,
  more: HostedOptions = {},
): Promise<Forge> {
  if (choice.provider === 'git') return openEmbedded(choice, located, invocation);
  const { openHosted } = await import('../forge/hosted.js');
  return openHosted(choice, invocation, more);
}

async function openEmbedded(choice: EmbeddedChoice, located: Located, invocation: Asked): Promise<Forge> {
  const { git } = await import('@gitops/provider-git');
  const { io } = invocation;
  const clock = io.clock === undefined ? {} : { clock: io.clock };
  const call = callOf(invocation);
  if ('url' in choice) return orThrow(git({ ...connectionOf(invocation), ...clock, url: choice.url }, call));
  const isElsewhere = located.kind === 'working-tree' && choice.path !== located.root;
  const identity = isElsewhere ? await identityOfClone(located.root, invocation) : null;
  const where = { env: io.env, ...clock, path: choice.path };
  return orThrow(git({ ...where, ...(identity === null ? {} : { identity }) }, call));
}

/** Who works in this clone: its own `user.name` counts, also where the pull requests live in another repository. */
async function identityOfClone(path: string, invocation: Asked) {
  const { git } = await import('@gitops/provider-git');
  const call = callOf(invocation);
  const identity = await git({ env: invocation.io.env, path }, call).andThen((clone) => clone.git.identity(call));
  if (identity.isErr()) return null;
  const { name, email } = identity.value;
  return email === null ? null : { name, email };
}

/** The repository by Git alone, whatever its forge is: for reading commits. */
export async function openForReading(located: Located, invocation: Asked): Promise<Forge> {
  const { git } = await import('@gitops/provider-git');
  const where = located.kind === 'url' ? { ...connectionOf(invocation), url: located.url } : { path: located.root };
  return orThrow(git({ env: invocation.io.env, ...where }, callOf(invocation)));
}
