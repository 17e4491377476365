import { callOf } from '../call.js';
import type { EmbeddedChoice } from '../choose-forge.js';
import { expectedFailure } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { redactAddresses } from '../output/redact.js';
import { askGit } from '../repository/local-git.js';
import { checkedOutBranch, type Located } from '../repository/locate.js';
import { type Chosen, openChosen } from '../repository/open.js';
import { type Line, linesOf } from './line.js';

type Asked = Pick<Invocation, 'io' | 'settings' | 'console'>;

const { ok, warn, bad } = linesOf('forge');

/** What stands in the way of pull requests that are kept in the repository itself. */
export async function embeddedLines(chosen: Chosen, choice: EmbeddedChoice, asked: Asked): Promise<readonly Line[]> {
  const lines: Line[] = [backend(asked), transport(choice)];
  try {
    const forge = await openChosen(chosen, asked);
    const head = await forge.git.head(asked.settings.branch, callOf(asked));
    lines.push(
      head.match(
        (found) =>
          found === null
            ? warn('target', `${forge.name} has no commit yet.`, 'Commit the manifests first.')
            : ok('target', `Changes go to ${found.branch}, at ${found.commit.slice(0, 7)}.`),
        (error) => bad(error.kind === 'unavailable' ? 'network' : 'target', error.message, error.remedy),
      ),
    );
    const identity = await forge.git.identity(callOf(asked));
    lines.push(
      identity.match(
        ({ name, email }) =>
          ok('identity', `Commits and reviews are by ${name}${email === null ? '' : ` <${email}>`}.`),
        (error) => bad('identity', error.message, error.remedy),
      ),
    );
    lines.push(...checkedOut(chosen.located, choice, head.isOk() ? (head.value?.branch ?? null) : null, asked));
    lines.push(ok('approvals', 'Approvals are advisory: whoever can push could pass them by.'));
  } catch (thrown) {
    const error = expectedFailure(thrown);
    if (error === null || error.kind === 'aborted') throw thrown;
    lines.push(bad(error.kind === 'unavailable' ? 'network' : 'repository', error.message, error.remedy));
  }
  return lines;
}

function backend({ io }: Asked): Line {
  return askGit(['--version'], io.cwd, io) === null
    ? warn(
        'backend',
        'isomorphic-git, which is slower and speaks no ssh.',
        'Install git: it is used where it is there.',
      )
    : ok('backend', 'The git program.');
}

function transport(choice: EmbeddedChoice): Line {
  if ('path' in choice) return ok('transport', 'The repository is on this machine.');
  const [, scheme = 'ssh'] = /^([a-z+]+):\/\//i.exec(choice.url) ?? [];
  return scheme.toLowerCase() === 'http'
    ? warn('transport', `${redactAddresses(choice.url)} is reached without TLS.`, 'Use https://.')
    : ok('transport', `By ${scheme === 'https' ? 'HTTPS' : scheme}.`);
}

/** A target branch that is checked out is moved together with its files, and only where they are as committed. */
function checkedOut(located: Located, choice: EmbeddedChoice, target: string | null, { io }: Asked): readonly Line[] {
  const isOwn = located.kind === 'working-tree' && 'path' in choice && choice.path === located.root;
  if (!isOwn || target === null || checkedOutBranch(located.gitDir) !== target) return [];
  const status = askGit(['status', '--porcelain', '--untracked-files=no'], located.root, io);
  if (status === null) {
    return [
      warn(
        'checked-out',
        `${target} is checked out here, and only the git program can merge into it then.`,
        'Install git, or: git switch --detach',
      ),
    ];
  }
  const isClean = status === '';
  return [
    isClean
      ? ok('checked-out', `${target} is checked out here, and clean: a merge moves its files with it.`)
      : warn(
          'checked-out',
          `${target} is checked out here with uncommitted edits: a merge that touches the same files is refused.`,
          'Commit or stash them before a merge.',
        ),
  ];
}
