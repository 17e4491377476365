/** Where GitHub looks for code owners, in its order. */
export const ownersFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/**
 * Who owns a path by the text of a CODEOWNERS file: the last line that matches decides, one without owners means nobody.
 * Patterns are those of .gitignore, without `!` and without ranges in brackets.
 */
export function ownersOf(path: string, text: string): readonly string[] {
  let owners: readonly string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [pattern, ...names] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (pattern !== undefined && pattern !== '' && matches(pattern, path)) owners = names;
  }
  return owners;
}

function matches(pattern: string, path: string): boolean {
  const plain = pattern.replace(/^\//, '').replace(/\/$/, '');
  // a slash anywhere but at the end holds a pattern to the root
  const prefix = pattern.replace(/\/$/, '').includes('/') ? '^' : '^(?:.*/)?';
  const body = plain
    .split(/(\*\*\/|\/\*\*|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '/**') return '/.*';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  // a folder owns what is below it, unless the pattern ends with one star
  const suffix = pattern.endsWith('/') ? '/.*$' : /(^|\/)\*$/.test(plain) ? '$' : '(?:/.*)?$';
  return new RegExp(`${prefix}${body}${suffix}`).test(path);
}
