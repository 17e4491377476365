import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ciOf } from '../forge/ci.js';
import type { Invocation } from '../invocation.js';
import { redactAddresses } from '../output/redact.js';
import { askGit } from '../repository/local-git.js';
import { type Line, linesOf } from './line.js';

const { ok, warn, bad } = linesOf('machine');

type Asked = Pick<Invocation, 'io' | 'settings'>;

/** What is so on this machine, whatever the repository: nothing is asked over a network. */
export function machineLines({ io, settings }: Asked): readonly Line[] {
  return [node(process.versions.node), git(io), ci(io), proxy(io), ...certificates(io, settings)];
}

/** The version that this program is made for, and newer ones. */
export function node(version: string): Line {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < 20 || (major === 20 && minor < 19);
  return isOld
    ? bad('node', `This is Node.js ${version}.`, 'Install Node.js 20.19 or newer.')
    : ok('node', `Node.js ${version}.`);
}

function git(io: Asked['io']): Line {
  const version = askGit(['--version'], io.cwd, io)?.replace(/^git version /, '') ?? null;
  return version === null
    ? warn(
        'git',
        'The program git is not on the PATH. Forges are asked by their API; everything else is slower without it, and cannot use ssh.',
        'Install git.',
      )
    : ok('git', `git ${version}.`);
}

function ci({ env }: Asked['io']): Line {
  const found = ciOf(env);
  if (found === null) return ok('ci', 'Not in GitHub Actions, GitLab CI or Jenkins.');
  const repository = found.repository === null ? 'no repository' : redactAddresses(found.repository);
  return ok('ci', `${found.system}, which tells ${repository}${found.from === null ? '' : ` (${found.from})`}.`);
}

function proxy({ env }: Asked['io']): Line {
  const given = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => {
    const value = env[name.toLowerCase()] || env[name];
    return value ? [`${name} is ${redactAddresses(value)}`] : [];
  });
  return ok('proxy', given.length === 0 ? 'No proxy is set.' : `${given.join(', ')}.`);
}

/** Private authorities; a file that names none would fail only at the first request. */
function certificates({ env, cwd }: Asked['io'], { caFile }: Asked['settings']): readonly Line[] {
  const named = [
    ['--ca-file', caFile],
    ['NODE_EXTRA_CA_CERTS', env['NODE_EXTRA_CA_CERTS'] ?? null],
  ] as const;
  const lines = named.flatMap(([name, path]) => (path ? [authorities(name, resolve(cwd, path))] : []));
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    lines.push(
      warn(
        'certificates',
        'NODE_TLS_REJECT_UNAUTHORIZED is 0: whoever is in between can read the token.',
        'Unset it, and name the private authority by --ca-file or NODE_EXTRA_CA_CERTS.',
      ),
    );
  }
  return lines.length > 0 ? lines : [ok('certificates', "Node's own authorities are trusted.")];
}

function authorities(name: string, path: string): Line {
  try {
    const count = readFileSync(path, 'utf8').match(/-----BEGIN (TRUSTED )?CERTIFICATE-----/g)?.length ?? 0;
    return count > 0
      ? ok('certificates', `${name}: ${count === 1 ? '1 authority' : `${count} authorities`} in ${path}.`)
      : bad('certificates', `${name} names ${path}, which holds no certificate.`, 'Name a file in PEM format.');
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown';
    return bad('certificates', `${name} names ${path}, which cannot be read: ${code}.`, 'Name a file in PEM format.');
  }
}
