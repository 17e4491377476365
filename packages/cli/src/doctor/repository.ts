import { expectedFailure } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { redactAddresses } from '../output/redact.js';
import { checkedOutBranch, type Located, locate } from '../repository/locate.js';
import { type Chosen, chooseForgeOf } from '../repository/open.js';
import { originOf } from '../repository/origin.js';
import { type Line, linesOf } from './line.js';

const { ok, bad } = linesOf('repository');

const names = { git: 'The embedded forge', github: 'GitHub', gitlab: 'GitLab' } as const;

/** Which repository and which forge the command line means, and why; null for what cannot be told. */
export async function repositoryLines(
  invocation: Pick<Invocation, 'io' | 'settings' | 'console'>,
): Promise<{ readonly lines: readonly Line[]; readonly chosen: Chosen | null }> {
  const { io, settings } = invocation;
  const lines: Line[] = [];
  try {
    const located = locate(settings.repo, io.cwd, io.env);
    lines.push(ok('repository', describe(located)));
    if (located.kind !== 'url') {
      const origin = originOf(located, io);
      lines.push(ok('origin', origin === null ? 'No remote.' : `${redactAddresses(origin)}.`));
    }
    const chosen = await chooseForgeOf(invocation);
    lines.push(ok('forge', `${names[chosen.choice.provider]}, since ${reasonOf(chosen)}.`));
    return { lines, chosen };
  } catch (thrown) {
    const error = expectedFailure(thrown);
    if (error === null || error.kind === 'aborted') throw thrown;
    const check = lines.length === 0 ? 'repository' : 'forge';
    return { lines: [...lines, bad(check, error.message, error.remedy)], chosen: null };
  }
}

function describe(located: Located): string {
  if (located.kind === 'url') {
    return `${redactAddresses(located.url)}${located.from === undefined ? '' : `, named by ${located.from}`}.`;
  }
  if (located.kind === 'bare') return `The bare repository ${located.root}.`;
  const branch = checkedOutBranch(located.gitDir);
  return `The working tree ${located.root}, ${branch === null ? 'on no branch' : `on ${branch}`}.`;
}

function reasonOf({ choice }: Chosen): string {
  const { why } = choice;
  if (why === 'no remote') return 'there is no remote';
  return why.startsWith('--provider') ? `${why} says so` : why;
}
