import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Forge, onGitHub, onGitLab } from './forges.js';
import { commitAll, fleet, git, gitops, makeRepository, temporaryFolder, write } from './repository.js';

interface Fake {
  folder(name: string): string;
  cloneUrl(name: string): string;
}

const repositories = [{ name: 'acme/gitops' }, { name: 'acme/gitops-us' }];
const without = (environment: string) =>
  Object.fromEntries(Object.entries(fleet()).filter(([path]) => !path.startsWith(`apps/${environment}`)));
const users = 'apps/prod/users/application.yaml';

const forges = [
  { name: 'GitHub', start: () => onGitHub(without('prod'), { repositories }) as Promise<Forge<Fake>> },
  {
    name: 'GitLab',
    start: () =>
      onGitLab(without('prod'), { projects: repositories.map(({ name }) => ({ path: name })) }) as Promise<Forge<Fake>>,
  },
];

/** prod in the other repository of the fake, at whatever address; main of the own one says so. */
function placeElsewhere(forge: Forge<Fake>, address: string): void {
  git(makeRepository(without('dev')), 'push', '--quiet', forge.fake.folder('acme/gitops-us'), 'main');
  const clone = temporaryFolder();
  git(clone, 'clone', '--quiet', forge.folder, '.');
  write(clone, {
    'gitops.yaml': `version: 1\nenvironments:\n  dev: {}\n  prod: { from: dev, repository: "${address}" }\n`,
  });
  commitAll(clone, 'prod is elsewhere');
  git(clone, 'push', '--quiet', 'origin', 'main');
}

describe.each(forges)('on $name', ({ start }) => {
  it('a promotion into another repository is a request there, found again and merged', async () => {
    const forge = await start();
    placeElsewhere(forge, forge.fake.cloneUrl('acme/gitops-us'));
    const { env } = forge;
    const at = ['--repo', forge.url, '--output', 'json'];
    const other = forge.fake.folder('acme/gitops-us');
    const opened = await gitops('/', ['promote', 'dev', 'prod', ...at], { env });
    expect(opened.json()).toMatchObject({ pullRequests: [{ kind: 'opened', target: 'main' }] });
    expect(git(other, 'show', `gitops/promote/dev/prod:${users}`)).toContain('value: 2.1.0');
    const again = await gitops('/', ['promote', 'dev', 'prod', '--merge', ...at], { env });
    expect(again.json()).toMatchObject({ pullRequests: [{ kind: 'merged' }] });
    expect(git(other, 'show', `main:${users}`)).toContain('value: 2.1.0');
    expect(git(forge.folder, 'for-each-ref', '--format=%(refname)')).not.toContain('gitops/promote');
  });

  it.each([[[]], [['--provider', 'git']]])('a folder of this machine that it names is not opened %j', async (flags) => {
    const forge = await start();
    const folder = forge.fake.folder('acme/gitops-us');
    placeElsewhere(forge, `${pathToFileURL(folder)}`);
    const token = Object.entries(forge.env).find(([name]) => name.endsWith('_TOKEN'))?.[1] ?? '';
    const url = flags.length === 0 ? forge.url : forge.url.replace('//', `//git:${token}@`);
    const at = ['--repo', url, '--output', 'json', ...flags];
    const asked = await gitops('/', ['promote', 'dev', 'prod', ...at], { env: forge.env });
    expect(asked.json()).toMatchObject({ error: { kind: 'usage', message: expect.stringContaining('this machine') } });
    expect(git(folder, 'for-each-ref')).not.toContain('gitops/');
  });

  it('a host that only the repository names is told no token', async () => {
    const forge = await start();
    const heard: (string | undefined)[] = [];
    const stranger = createServer((request, response) => {
      const { authorization, 'private-token': token, 'job-token': job } = request.headers;
      heard.push([authorization, token, job].join(''));
      response.statusCode = 404;
      response.end();
    });
    await new Promise<void>((resolve) => stranger.listen(0, 'localhost', resolve));
    const { port } = stranger.address() as AddressInfo;
    placeElsewhere(forge, `http://localhost:${port}/acme/gitops-us`);
    const at = ['--repo', forge.url, '--output', 'json'];
    const asked = await gitops('/', ['promote', 'dev', 'prod', ...at], { env: forge.env });
    stranger.close();
    expect(asked.exitCode).not.toBe(0);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.join('')).toBe('');
  });
});
