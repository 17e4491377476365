import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange, Forge } from '@gitops/core';
import { gitRepository, runGit } from '@gitops/provider-testkit/contract';
import type { GitOptions } from '../src/index.js';
import { allowPush, type GitServer, serveGit } from './http-server.js';
import { ana, makeRepository, openAs } from './repositories.js';

export const edit: readonly FileChange[] = [{ path: 'a.yaml', before: 'tag: 1\n', after: 'tag: 2\n' }];
export const branches = { source: 'topic', target: 'main' };
export const draft = { ...branches, title: 'T', description: '' };

/** A bare repository with one commit, behind HTTP. */
export class HttpRemoteUnderTest {
  readonly folder: string;
  readonly gitDir: string;
  readonly base: string;
  readonly server: GitServer;

  private constructor(made: { readonly folder: string; readonly gitDir: string }, base: string, server: GitServer) {
    this.folder = made.folder;
    this.gitDir = made.gitDir;
    this.base = base;
    this.server = server;
  }

  static async start(options: Parameters<typeof serveGit>[1] = {}): Promise<HttpRemoteUnderTest> {
    const made = await makeRepository('bare');
    await allowPush(made.gitDir);
    const base = await gitRepository(made.gitDir).seed.commit({ branch: 'main', files: { 'a.yaml': 'tag: 1\n' } });
    return new HttpRemoteUnderTest(made, base, await serveGit(made.folder, options));
  }

  get url(): string {
    return `${this.server.origin}/repository`;
  }

  /** `name` decides on the mirror: the same one shares it. */
  options(more: GitOptions = {}, name = 'cache'): GitOptions {
    return { url: this.url, backend: 'isomorphic', cacheFolder: join(this.folder, name), ...more };
  }

  open(who = ana, more: GitOptions = {}, name = 'cache'): Promise<Forge> {
    return openAs(who, this.options(more, name));
  }

  async git(...args: string[]): Promise<string> {
    return (await runGit([`--git-dir=${this.gitDir}`, ...args])).toString('utf8').trim();
  }

  /** An empty folder, as a home without settings. */
  async emptyFolder(name: string): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(path, { recursive: true });
    return path;
  }

  async stop(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export const commitOn = (base: string, branch = 'topic') => ({
  branch,
  expectedHead: null,
  base,
  files: edit,
  message: 'Two',
});

export const mergeOf = (expectedHead: string) => ({
  method: 'squash' as const,
  expectedHead,
  expectedTarget: null,
  message: { title: 'Landed', body: '' },
  approvals: 0,
  deleteSource: true,
  auto: false,
});
