import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksOf } from './land/evaluate.js';
import { reaches, type Token } from './state/accounts.js';
import type { Protection, Repository } from './state/repository.js';
import { tokenAccess, type World } from './state/world.js';

/** Runs in the bare repository for each ref of a push; reads what the server has written for this account. */
const hook = `#!/bin/sh
rules="push-rules-$REMOTE_USER"
[ -f "$rules" ] || exit 0
zero=0000000000000000000000000000000000000000
refuse() {
  echo "error: GH006: Protected branch update failed for $1." >&2
  echo "error: $2" >&2
  exit 1
}
while read -r what ref rest; do
  [ "$ref" = "$1" ] && [ "$2" != "$zero" ] || continue
  case "$what" in
    delete) [ "$3" = "$zero" ] && refuse "$1" "Cannot delete this protected branch" ;;
    force)
      [ "$3" = "$zero" ] || git merge-base --is-ancestor "$2" "$3" || refuse "$1" "Cannot force-push to this protected branch" ;;
    pull) [ "$3" = "$zero" ] || refuse "$1" "Changes must be made through a pull request." ;;
    checks)
      case " $rest " in *" $3 "*) ;; *) [ "$3" = "$zero" ] || refuse "$1" "Required status checks are expected." ;; esac ;;
  esac
done < "$rules"
exit 0
`;

export async function installPushHook(folder: string): Promise<void> {
  await writeFile(join(folder, 'hooks', 'update'), hook, { mode: 0o755 });
}

/** Writes what the branches' rules refuse to one account, for the hook of the push that follows. */
export async function writePushRules(world: World, repository: Repository, token: Token): Promise<void> {
  const lines: string[] = [];
  const admin = token.kind !== 'installation' && reaches(tokenAccess(world, repository, token), 'admin');
  for (const [branch, rules] of repository.protection) {
    const ref = `refs/heads/${branch}`;
    if (!rules.deletions) lines.push(`delete ${ref}`);
    if (!rules.forcePushes) lines.push(`force ${ref}`);
    if (admin && !rules.enforceAdmins) continue;
    if (rules.pullRequests || rules.requiredApprovals > 0) lines.push(`pull ${ref}`);
    else if (rules.requiredChecks.length > 0) lines.push(`checks ${ref} ${checked(repository, rules).join(' ')}`);
  }
  await writeFile(
    join(repository.folder, `push-rules-${token.account.login}`),
    lines.map((line) => `${line}\n`).join(''),
  );
}

/** Commits whose required checks have all succeeded. */
function checked(repository: Repository, rules: Protection): readonly string[] {
  const commits = new Set([...repository.statuses, ...repository.checkRuns].map(({ sha }) => sha));
  return [...commits].filter((sha) => {
    const good = checksOf(repository, sha).filter((check) => check.state === 'success');
    return rules.requiredChecks.every((name) => good.some((check) => check.name === name));
  });
}
