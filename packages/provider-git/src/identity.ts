import type { Identity } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { Signature } from './store/codec.js';

/** Settings of Git's configuration by key, `user.email`; the last value of a key. */
export type Settings = Record<string, string>;

/**
 * Who writes, by Git's rules: `GIT_AUTHOR_*` (or `GIT_COMMITTER_*`), then `author.*`, then `user.*`. Null where one of
 * name and e-mail is missing: Git would make one up from the login and the host, this toolkit does not.
 */
export function whoIs(
  role: 'author' | 'committer',
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Identity | null {
  const part = (field: 'name' | 'email'): string =>
    clean(
      env[`GIT_${role.toUpperCase()}_${field.toUpperCase()}`] ??
        settings[`${role}.${field}`] ??
        settings[`user.${field}`] ??
        '',
    );
  const name = part('name');
  const email = part('email');
  return name === '' || email === '' ? null : { name, email };
}

/** Fails with what to run where there is no identity. */
export function demandIdentity(who: Identity | null): Identity & { readonly email: string } {
  if (who !== null && who.email !== null) return { name: who.name, email: who.email };
  return fail(
    'identity-missing',
    'Git does not know who you are, and a commit or a review needs a name and an e-mail address.',
    'Run: git config --global user.name "Your Name" and: git config --global user.email you@example.com',
  );
}

export function signature(who: Identity, now: string): Signature {
  return { name: clean(who.name), email: clean(who.email ?? ''), seconds: Math.floor(Date.parse(now) / 1000) };
}

/** Characters that would end a field in a commit, and blanks and punctuation at the ends, as Git drops them. */
function clean(text: string): string {
  return text.replace(/[<>\n\0]/g, '').replace(/^[\u0000-\u0020.,:;"\\']+|[\u0000-\u0020.,:;"\\']+$/g, '');
}
