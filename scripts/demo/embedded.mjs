// The embedded forge: a bare repository, and nothing else.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ana, ben, cleanEnvironment, cli, gitIn, identity, makeClone } from './repository.mjs';

export async function embedded(folder) {
  const env = cleanEnvironment(folder);
  const git = gitIn(env);
  const bare = join(folder, 'gitops.git');
  const clone = makeClone(folder, git);
  git(folder, ['clone', '--quiet', '--bare', clone, bare]);
  git(bare, ['remote', 'remove', 'origin']);
  git(bare, ['config', 'user.name', ana.name]);
  git(bare, ['config', 'user.email', ana.email]);
  rmSync(clone, { recursive: true });
  return {
    bare,
    cwd: bare,
    git,
    term: 'pull request',
    most: null,
    reviewer: { prefix: `GIT_AUTHOR_NAME="${ben.name}" GIT_AUTHOR_EMAIL=${ben.email} `, isNamed: /ben/i },
    envOf: (who) => (who === 'reviewer' ? { ...env, ...identity(ben) } : env),
    requests: () => null,
    close: async () => {},
    farewell: () => `The repository is ${bare}
Go on by hand (Ana's name is in its configuration):

  cd ${bare}
  alias gitops='node ${cli}'
  gitops
  gitops promote dev prod --dry-run
  gitops pr list --state all

The same on a forge that is simulated here, with every request: npm run demo -- --forge github|gitlab
When you have seen enough: rm -r ${folder}`,
  };
}
