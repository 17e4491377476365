import type { Credential } from '@gitops/provider-http';
import { userOf } from '../credential.js';
import type { GitProgram } from './run.js';

const user = 'GITOPS_CREDENTIAL_USER';
const password = 'GITOPS_CREDENTIAL_PASSWORD';

/** Reads the two variables. Git runs it by `sh`, whose `printf` starts no program: no list of processes shows them. */
const helper = `!f() { test "$1" != get || printf 'username=%s\\npassword=%s\\n' "$${user}" "$${password}"; }; f`;

/** `git` with settings of its own, given through the environment: not into a file, not into the arguments. */
export function withSettings(program: GitProgram, settings: readonly (readonly [string, string])[]): GitProgram {
  const before = Number(program.env['GIT_CONFIG_COUNT'] ?? 0);
  const env: Record<string, string> = { ...program.env, GIT_CONFIG_COUNT: String(before + settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${before + index}`] = key;
    env[`GIT_CONFIG_VALUE_${before + index}`] = value;
  }
  return { env };
}

/**
 * `git` that answers the credential to the address's own origin, and to no other. Helpers of the user are left out
 * there, so that none of them keeps a token that was only lent.
 */
export function withCredential(program: GitProgram, url: string, credential: Credential | null): GitProgram {
  if (credential === null || !/^https?:\/\//i.test(url)) return program;
  const key = `credential.${new URL(url).origin}.helper`;
  const { env } = withSettings(program, [
    [key, ''],
    [key, helper],
  ]);
  return { env: { ...env, [user]: userOf(credential), [password]: credential.token } };
}
