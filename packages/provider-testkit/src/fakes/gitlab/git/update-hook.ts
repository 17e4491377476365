import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Git runs it for each branch of a push, in the repository's folder. */
const updateHook = `#!/bin/sh
# not over HTTP: whoever prepares the repository on disk
[ -n "$REMOTE_USER" ] || exit 0
zero=0000000000000000000000000000000000000000
while read -r kind pattern; do
  case "$1" in
    $pattern) ;;
    *) continue ;;
  esac
  if [ "$kind" = push ]; then
    echo "GitLab: You are not allowed to push code to protected branches on this project." >&2
    exit 1
  fi
  if [ "$3" = $zero ]; then
    echo "GitLab: You can only delete protected branches using the web interface." >&2
    exit 1
  fi
  if [ "$2" != $zero ] && ! git merge-base --is-ancestor "$2" "$3"; then
    echo "GitLab: You are not allowed to force push code to a protected branch on this project." >&2
    exit 1
  fi
done < "refused-$REMOTE_USER"
exit 0
`;

/** Makes a repository refuse pushes to protected branches. */
export async function installHook(folder: string): Promise<void> {
  const file = join(folder, 'hooks', 'update');
  await writeFile(file, updateHook);
  await chmod(file, 0o755);
}
