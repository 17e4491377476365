/**
 * The patterns of git generators. Directories are matched by Go's `path.Match`: `*`, `?` and `[a-z]` stay within one
 * folder. Files are matched by Git's pathspecs, in which `*` and `?` cross folders, and a pattern without any is the path
 * of a file or of a folder (Argo CD 3.5.1 with its defaults).
 */
export function matchesFolder(pattern: string, folder: string): boolean {
  return compile(pattern, false)?.test(folder) ?? false;
}

export function matchesFile(pattern: string, path: string): boolean {
  if (!/[*?[\\]/.test(pattern)) {
    const folder = pattern.replace(/\/+$/, '');
    return path === folder || folder === '' || path.startsWith(`${folder}/`);
  }
  return compile(pattern, true)?.test(path) ?? false;
}

/** Null for a pattern that cannot be read, which matches nothing. */
function compile(pattern: string, crosses: boolean): RegExp | null {
  const any = crosses ? '[\\s\\S]' : '[^/]';
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') source += `${any}*`;
    else if (character === '?') source += any;
    else if (character === '\\') source += escapeText(pattern.charAt(++at));
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) return null;
      const inside = pattern.slice(at + 1, end).replace(/[\\\]]/g, '\\$&');
      source += `(?!/)[${inside.replace(/^[!^]/, '^')}]`;
      at = end;
    } else source += escapeText(character);
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return null;
  }
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
