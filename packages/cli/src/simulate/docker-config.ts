import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, type GitOpsError, ok, problem, type Result } from '@gitops/core';
import { type HelperAnswer, runHelper } from './credential-helper.js';
import { dockerHub } from './image-name.js';

/** What proves who asks a registry, and where it was found. */
export type RegistryCredential =
  | { readonly kind: 'password'; readonly user: string; readonly password: string; readonly from: string }
  /** A refresh token, which only the registry's token service takes. */
  | { readonly kind: 'identity'; readonly token: string; readonly from: string }
  /** A token that the registry itself takes. */
  | { readonly kind: 'registry'; readonly token: string; readonly from: string };

/** A credential, or none; and what went wrong while looking for one, which a public image does not need. */
export interface FoundCredential {
  readonly credential: RegistryCredential | null;
  readonly problem: string | null;
}

export interface DockerConfig {
  /** What docker would send to this registry. */
  credentialOf(registry: string, signal: AbortSignal): Promise<FoundCredential>;
}

type Env = Readonly<Record<string, string | undefined>>;
type Json = Readonly<Record<string, unknown>>;

/**
 * Docker's configuration as `docker login` keeps it: `config.json` in the folder of `DOCKER_CONFIG`, else in `.docker` of
 * the home folder. A registry's own helper (`credHelpers`) comes first, then `credsStore`, then `auths`. No file, no
 * credentials. Fails with `usage` for a file that cannot be read.
 */
export function readDockerConfig(env: Env): Result<DockerConfig, GitOpsError> {
  const path = pathOf(env);
  const text = path === null ? null : contentOf(path);
  if (path === null || text === null) return ok({ credentialOf: async () => ({ credential: null, problem: null }) });
  const value = typeof text === 'string' ? parse(text) : null;
  if (value === null) {
    return err(
      problem(
        'usage',
        `Docker's configuration ${path} cannot be read${typeof text === 'string' ? ': it is no JSON object' : ''}.`,
        'Mend the file, or name another folder: DOCKER_CONFIG=/path/to/folder.',
        { details: { file: path } },
      ),
    );
  }
  return ok({ credentialOf: (registry, signal) => find(value, path, registry, env, signal) });
}

function pathOf(env: Env): string | null {
  const folder = env['DOCKER_CONFIG'] ?? '';
  if (folder !== '') return join(folder, 'config.json');
  const home = env['HOME'] || env['USERPROFILE'] || '';
  return home === '' ? null : join(home, '.docker', 'config.json');
}

/** Null where there is no file, false where it cannot be read. */
function contentOf(path: string): string | false | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : false;
  }
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

async function find(
  config: Json,
  path: string,
  registry: string,
  env: Env,
  signal: AbortSignal,
): Promise<FoundCredential> {
  const own = entryOf(config['credHelpers'], registry);
  const helper = typeof own?.value === 'string' ? own.value : config['credsStore'];
  let failed: string | null = null;
  if (typeof helper === 'string' && helper !== '') {
    const answer = await runHelper(helper, serverOf(registry), env, signal);
    if (answer.kind === 'found') return { credential: ofHelper(answer, helper), problem: null };
    if (answer.kind === 'failed') failed = `docker-credential-${helper}, named by ${path}, ${answer.why}`;
  }
  const entry = entryOf(config['auths'], registry);
  const credential = isObject(entry?.value) ? ofEntry(entry.value, path) : null;
  if (credential === 'broken') {
    return { credential: null, problem: `"auth" of ${entry?.key} in ${path} is not user:password in base64` };
  }
  return { credential, problem: credential === null ? failed : null };
}

function ofHelper({ user, secret }: HelperAnswer & { kind: 'found' }, helper: string): RegistryCredential {
  const from = `docker-credential-${helper}`;
  // this user name says that the secret is a refresh token
  return user === '<token>'
    ? { kind: 'identity', token: secret, from }
    : { kind: 'password', user, password: secret, from };
}

function ofEntry(entry: Json, from: string): RegistryCredential | 'broken' | null {
  const text = (name: string): string => {
    const value = entry[name];
    return typeof value === 'string' ? value : '';
  };
  if (text('identitytoken') !== '') return { kind: 'identity', token: text('identitytoken'), from };
  if (text('registrytoken') !== '') return { kind: 'registry', token: text('registrytoken'), from };
  if (text('auth') !== '') {
    const decoded = Buffer.from(text('auth'), 'base64').toString('utf8').replace(/\0+$/, '');
    const colon = decoded.indexOf(':');
    if (colon < 1) return 'broken';
    return { kind: 'password', user: decoded.slice(0, colon), password: decoded.slice(colon + 1), from };
  }
  const [user, password] = [text('username'), text('password')];
  return user === '' || password === '' ? null : { kind: 'password', user, password, from };
}

/** What docker itself calls the server of Docker Hub. */
const hubServer = 'https://index.docker.io/v1/';

function serverOf(registry: string): string {
  return registry === dockerHub.name ? hubServer : registry;
}

/** The entry of a registry: keys are hosts, with or without scheme and path, as `docker login` was called. */
function entryOf(map: unknown, registry: string): { readonly key: string; readonly value: unknown } | null {
  if (!isObject(map)) return null;
  const names = registry === dockerHub.name ? [registry, 'index.docker.io', dockerHub.host] : [registry];
  const server = serverOf(registry);
  if (Object.hasOwn(map, server)) return { key: server, value: map[server] };
  for (const [key, value] of Object.entries(map)) {
    const host = key.replace(/^https?:\/\//i, '').replace(/\/.*$/, '');
    if (names.includes(host.toLowerCase())) return { key, value };
  }
  return null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
