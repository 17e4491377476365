import { statSync } from 'node:fs';
import type { ErrorKind } from '@gitops/core';
import { fail } from '@gitops/provider-http';
import type { GitResult } from './run.js';

type Rule = readonly [RegExp, ErrorKind, string];

/** What `git` says in plain English (`LC_ALL=C`), and what it means for a caller. The first match counts. */
const rules: readonly Rule[] = [
  [
    /dubious ownership/,
    'forbidden',
    'If you trust the repository, run: git config --global --add safe.directory <path>',
  ],
  [/No space left on device|Disk quota exceeded/, 'unavailable', 'Free some disk space or quota, then run again.'],
  [
    /Authentication failed|could not read (Username|Password)|Permission denied \(publickey|terminal prompts disabled|HTTP Basic: Access denied|The requested URL returned error: 401/,
    'unauthenticated',
    'Give git credentials for this host: a credential helper, or a key in your ssh agent.',
  ],
  [
    /protected branch|pre-receive hook declined|hook declined|denied by|\[remote rejected\]/,
    'rejected',
    'Read what the other side says above, and change the branch or its protection.',
  ],
  [
    /Host key verification failed/,
    'unauthenticated',
    'Connect once with ssh by hand and check the host key, then run again.',
  ],
  [
    /insufficient permission|Permission denied|Read-only file system|Operation not permitted|error: 403/,
    'forbidden',
    'Give this user access to the repository, or run as the user who owns it.',
  ],
  [
    /does not appear to be a git repository|Repository not found|repository '.*' not found|error: 404|not a git repository/,
    'not-a-repository',
    'Check the path or address, and that you may read it.',
  ],
  [
    /Could not resolve host|Connection (refused|timed out|reset)|Network is unreachable|Operation timed out|unable to access|early EOF|the remote end hung up|Could not read from remote|RPC failed/,
    'unavailable',
    'Check the network and the address, then run again.',
  ],
  [
    /unknown repository (extension|version)|Expected git repo version|unknown value for .*objectformat|unsupported/i,
    'repository-unsupported',
    'Install a newer git: this repository uses a format that the installed one does not know.',
  ],
  [
    /is corrupt|loose object|bad object|unable to (read|unpack) |inflate|hash mismatch|bad tree|bad config|fatal: packed object/,
    'repository-unsupported',
    'Run "git fsck --full" there and restore what is missing from another clone.',
  ],
];

/** Turns a failed `git` into the failure it means. `doing` completes "git could not …". */
export function explain(result: GitResult, doing: string): never {
  const said = lastLines(result.stderr);
  const lock = /Unable to create '([^']+\.lock)': File exists/.exec(result.stderr)?.[1];
  if (lock !== undefined) return lockHeld(lock);
  const clash = /'(refs\/[^']+)' exists; cannot create '(refs\/[^']+)'/.exec(result.stderr);
  if (clash !== null) return nameClash(clash[2] ?? '', clash[1] ?? '');
  for (const [pattern, kind, remedy] of rules) {
    if (pattern.test(result.stderr))
      return fail(kind, `git could not ${doing}: ${said}`, remedy, { git: redacted(said) });
  }
  return fail('unavailable', `git could not ${doing}: ${said}`, 'Read what git says, mend it, and run again.', {
    exitCode: result.code,
  });
}

/** A lock that somebody holds, or left behind: told with its age, never broken. */
export function lockHeld(lock: string): never {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  const age = since === undefined ? 0 : Math.max(0, Math.round((Date.now() - since) / 1000));
  return fail(
    'timed-out',
    `Another process holds the lock ${lock}${since === undefined ? '' : `, made ${age} seconds ago`}.`,
    `Run again. If no git process is running on this repository, it was left behind: delete ${lock}`,
    { lock, ageSeconds: age },
  );
}

export function nameClash(wanted: string, existing: string): never {
  return fail(
    'rejected',
    `The branch "${short(wanted)}" cannot be made, because "${short(existing)}" exists: Git keeps branches like files and folders.`,
    `Delete or rename "${short(existing)}", or use another name (pullRequest.branchPrefix).`,
    { ref: wanted, existing },
  );
}

const short = (ref: string): string => ref.replace(/^refs\/heads\//, '');
const redacted = (text: string): string => text.replace(/:\/\/[^\s/]*@/g, '://');

function lastLines(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^(fatal|error|remote): */, '').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const text = lines.slice(-3).join('; ');
  return text === '' ? 'it gave no reason.' : text.endsWith('.') ? text : `${text}.`;
}
