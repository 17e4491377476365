// A fake of GitHub or GitLab on this machine: the forge's own API on real Git repositories. The command line speaks to it
// over HTTP as to the real one, and every request is shown.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, gitIn, makeClone } from './repository.mjs';

const project = 'acme/gitops';
const forges = {
  github: {
    start: (fakes) => fakes.startGitHub({ base: '/api/v3', repositories: [{ name: project, private: true }] }),
    term: 'pull request',
    most: 6,
    variable: 'GH_ENTERPRISE_TOKEN',
    ana: 'alice',
    ben: 'bob',
  },
  gitlab: {
    // in a minute GitLab hands out five archives, and the story takes less than that
    start: (fakes) => fakes.startGitLab({ projects: [{ path: project, visibility: 'private' }], archiveLimit: 1000 }),
    term: 'merge request',
    // one of them asks for the default branch
    most: 5,
    variable: 'GITLAB_TOKEN',
    ana: 'ana',
    ben: 'mia',
  },
};

/** Opens the story's place on a fake of this forge. */
export function forge(name) {
  const { start, term, most, variable, ana, ben } = forges[name];
  return async (folder) => {
    const env = cleanEnvironment(folder);
    const git = gitIn(env);
    const fake = await start(await import('../../packages/provider-testkit/dist/fakes.js'));
    const bare = fake.folder(project);
    const clone = makeClone(folder, git);
    git(clone, ['push', '--quiet', bare, 'main']);
    rmSync(clone, { recursive: true });
    const cwd = join(folder, 'elsewhere');
    mkdirSync(cwd);
    const url = `${fake.webUrl}/${project}`;
    console.log(
      `A fake ${name === 'github' ? 'GitHub Enterprise Server' : 'GitLab'} runs at ${fake.webUrl}: what it answers is held to the published API.`,
    );
    console.log(`$ export GITOPS_REPO=${url} GITOPS_PROVIDER=${name} ${variable}=<${ana}'s>`);
    const envOf = (who) => ({
      ...env,
      GITOPS_REPO: url,
      GITOPS_PROVIDER: name,
      [variable]: fake.tokens[who === 'reviewer' ? ben : ana],
    });
    let seen = 0;
    return {
      bare,
      cwd,
      git,
      term,
      most,
      reviewer: { prefix: `${variable}=<${ben}'s> `, isNamed: new RegExp(ben, 'i') },
      envOf,
      /** The requests since this was asked before. */
      requests: () => {
        const fresh = fake.log.entries.slice(seen);
        seen = fake.log.entries.length;
        return fresh;
      },
      close: async () => {
        const { violations } = fake;
        await fake.close();
        rmSync(folder, { recursive: true, force: true });
        if (violations.length === 0) return;
        console.error(`Requests or answers that the published API does not know:\n${violations.join('\n')}`);
        process.exitCode = 1;
      },
      farewell: () => `Every request and every answer was held to the published description of the API; none broke it.
The server is gone with this process. On your own repository: gitops doctor --repo https://…`,
    };
  };
}
