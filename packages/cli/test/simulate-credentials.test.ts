import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FoundCredential, readDockerConfig } from '../src/simulate/docker-config.js';
import { temporaryFolder } from './repository.js';
import { writeLogin } from './simulate-registry.js';

const auth = (login: string): string => Buffer.from(login).toString('base64');

const find = async (
  config: object | string,
  registry: string,
  env: Readonly<Record<string, string>> = {},
): Promise<FoundCredential> => {
  const folder = writeLogin(config);
  const read = readDockerConfig({ DOCKER_CONFIG: folder, ...env })._unsafeUnwrap();
  return read.credentialOf(registry, new AbortController().signal);
};

/** A helper program in a folder of its own, for PATH. */
const helper = (script: string): string => {
  const folder = temporaryFolder();
  const file = join(folder, 'docker-credential-test');
  writeFileSync(file, `#!/bin/sh\nread -r server\n${script}\n`);
  chmodSync(file, 0o755);
  return `${folder}:${process.env['PATH'] ?? ''}`;
};

describe('credentials of docker', () => {
  it.each([
    ['ghcr.io', { auths: { 'ghcr.io': { auth: auth('ana:pass:word') } } }, ['ana', 'pass:word']],
    ['ghcr.io', { auths: { 'https://GHCR.io/v2/': { username: 'ana', password: 'x' } } }, ['ana', 'x']],
    ['docker.io', { auths: { 'https://index.docker.io/v1/': { auth: auth('ana:hub') } } }, ['ana', 'hub']],
    ['docker.io', { auths: { 'docker.io': { auth: auth('ana:hub') } } }, ['ana', 'hub']],
    ['127.0.0.1:5000', { auths: { '127.0.0.1:5000': { auth: auth('ana:x') } } }, ['ana', 'x']],
  ])('of %s are found in %j', async (registry, config, [user, password]) => {
    expect((await find(config, registry)).credential).toMatchObject({ kind: 'password', user, password });
  });

  it.each([
    ['evil.example', { auths: { 'ghcr.io': { auth: auth('ana:x') } } }],
    ['ghcr.io:8443', { auths: { 'ghcr.io': { auth: auth('ana:x') } } }],
    ['cr.io', { auths: { 'ghcr.io': { auth: auth('ana:x') }, 'cr.io.evil.example': { auth: auth('a:b') } } }],
    ['ghcr.io', { auths: { 'docker.io': { auth: auth('ana:x') } } }],
    ['ghcr.io', { auths: { 'ghcr.io': {} } }],
    ['ghcr.io', { auths: [] }],
    ['__proto__', { auths: {} }],
  ])('of %s are not there in %j', async (registry, config) => {
    expect(await find(config, registry)).toEqual({ credential: null, problem: null });
  });

  it('may be tokens', async () => {
    const config = { auths: { a: { identitytoken: 'refresh', auth: auth('u:p') }, b: { registrytoken: 'bearer' } } };
    expect((await find(config, 'a')).credential).toMatchObject({ kind: 'identity', token: 'refresh' });
    expect((await find(config, 'b')).credential).toMatchObject({ kind: 'registry', token: 'bearer' });
  });

  it('come from the home folder without DOCKER_CONFIG, and are none without a file', async () => {
    const home = temporaryFolder();
    const signal = new AbortController().signal;
    const read = async () => readDockerConfig({ HOME: home })._unsafeUnwrap().credentialOf('ghcr.io', signal);
    expect((await read()).credential).toBeNull();
    mkdirSync(join(home, '.docker'));
    writeFileSync(
      join(home, '.docker', 'config.json'),
      JSON.stringify({ auths: { 'ghcr.io': { auth: auth('a:b') } } }),
    );
    expect((await read()).credential).toMatchObject({ user: 'a' });
    expect(readDockerConfig({}).isOk()).toBe(true);
  });

  it.each(['{', '[]', 'null', '"x"'])('are refused where the file is %s', (text) => {
    const folder = writeLogin(text);
    expect(readDockerConfig({ DOCKER_CONFIG: folder })._unsafeUnwrapErr()).toMatchObject({
      kind: 'usage',
      details: { file: join(folder, 'config.json') },
    });
  });

  it('are refused where the file cannot be read', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'config.json'));
    expect(readDockerConfig({ DOCKER_CONFIG: folder })._unsafeUnwrapErr().kind).toBe('usage');
  });

  it('that are broken are told, without what is in them', async () => {
    const { credential, problem } = await find({ auths: { 'ghcr.io': { auth: auth('secret') } } }, 'ghcr.io');
    expect(credential).toBeNull();
    expect(problem).toContain('"auth" of ghcr.io');
    expect(problem).not.toContain('secret');
  });
});

describe('a helper program', () => {
  const answers = 'printf \'{"ServerURL":"%s","Username":"ana","Secret":"of %s"}\' "$server" "$server"';
  const auths = { 'ghcr.io': { auth: auth('file:x') }, 'https://index.docker.io/v1/': { auth: auth('file:x') } };

  it('of the registry comes before auths, and is asked by the name that docker gives the server', async () => {
    const PATH = helper(answers);
    const config = { auths, credHelpers: { 'ghcr.io': 'test' } };
    expect((await find(config, 'ghcr.io', { PATH })).credential).toEqual({
      kind: 'password',
      user: 'ana',
      password: 'of ghcr.io',
      from: 'docker-credential-test',
    });
    const hub = { auths, credsStore: 'test' };
    expect((await find(hub, 'docker.io', { PATH })).credential).toMatchObject({
      password: 'of https://index.docker.io/v1/',
    });
    expect((await find(config, 'docker.io', { PATH })).credential).toMatchObject({ user: 'file' });
  });

  it('may answer a refresh token', async () => {
    const PATH = helper('echo \'{"Username":"<token>","Secret":"refresh"}\'');
    expect((await find({ credsStore: 'test' }, 'ghcr.io', { PATH })).credential).toMatchObject({
      kind: 'identity',
      token: 'refresh',
    });
  });

  it('that knows none leaves the word to auths', async () => {
    const PATH = helper('echo "credentials not found in native keychain"; exit 1');
    const found = await find({ auths, credsStore: 'test' }, 'ghcr.io', { PATH });
    expect(found).toMatchObject({ credential: { user: 'file' }, problem: null });
    expect(await find({ credsStore: 'test' }, 'ghcr.io', { PATH })).toEqual({ credential: null, problem: null });
  });

  it.each([
    ['echo "a secret of mine"; exit 3', 'test', 'failed with exit code 3'],
    ['echo "a secret of mine"', 'test', 'answers without user name and secret'],
    ['echo null', 'test', 'answers without user name and secret'],
    ['', 'absent', 'is not there'],
    ['', '../test', 'is no name of a program'],
    ['', 'test; id', 'is no name of a program'],
  ])('that does %j as %j is told', async (script, name, says) => {
    const { credential, problem } = await find({ credsStore: name }, 'ghcr.io', { PATH: helper(script) });
    expect(credential).toBeNull();
    expect(problem).toContain(says);
    expect(problem).not.toContain('a secret of mine');
  });
});
