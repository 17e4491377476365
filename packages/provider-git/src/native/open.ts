import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Identity } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import { type Settings, whoIs } from '../identity.js';
import type { Backend, RepositoryFacts } from '../store/store.js';
import { explain } from './explain.js';
import { type GitProgram, runGit } from './run.js';
import { NativeStore } from './store.js';

/** Opens the repository that holds `path`, as `git` finds it: a working tree, a folder in one, or a bare repository. */
export async function openNative(program: GitProgram, path: string, signal: AbortSignal): Promise<Backend> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) noRepository(path);
  const asked = [
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
    '--git-dir',
    '--is-bare-repository',
    '--show-object-format',
  ];
  const result = await runGit(program, asked, { cwd: path, signal });
  if (result.code !== 0) {
    if (/not a git repository/.test(result.stderr)) noRepository(path);
    explain(result, `open the repository ${path}`);
  }
  const [gitDir = '', headDir = '', bare, hash] = result.stdout.toString('utf8').trimEnd().split('\n');
  const facts: RepositoryFacts = {
    name: resolve(path),
    address: resolve(path),
    bare: bare === 'true',
    hash: hash === 'sha256' ? 'sha256' : 'sha1',
  };
  return {
    kind: 'native',
    facts,
    ssh: false,
    atomicPush: true,
    session: (during) => Promise.resolve(new NativeStore(program, { gitDir, headDir, hash: facts.hash }, during)),
    identities: (during) => identitiesByGit(program, path, during),
  };
}

/** Names and addresses from Git's configuration, with its includes and conditions, under the environment's. */
export async function identitiesByGit(
  program: GitProgram,
  cwd: string,
  signal: AbortSignal,
): Promise<{ readonly author: Identity | null; readonly committer: Identity | null }> {
  const pattern = '^(user|author|committer)\\.(name|email)$';
  const result = await runGit(program, ['config', '--null', '--get-regexp', pattern], { cwd, signal });
  if (result.code > 1) explain(result, 'read its configuration');
  const settings: Settings = {};
  for (const entry of result.stdout.toString('utf8').split('\0')) {
    const newline = entry.indexOf('\n');
    if (newline > 0) settings[entry.slice(0, newline)] = entry.slice(newline + 1);
  }
  return { author: whoIs('author', settings, program.env), committer: whoIs('committer', settings, program.env) };
}

function noRepository(path: string): never {
  return fail(
    'not-a-repository',
    `There is no Git repository at ${path}.`,
    'Give the path of a clone or of a bare repository, or make one with: git init',
    { path },
  );
}
