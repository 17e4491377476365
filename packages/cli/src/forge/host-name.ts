/** Host of a variable or option that holds a host or an address: `git.example.com`, `https://git.example.com/api/v3`. */
export function hostIn(text: string | undefined): string | null {
  if (text === undefined || text.trim() === '') return null;
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim()) ? text.trim() : `https://${text.trim()}`);
    return url.host === '' ? null : url.host.toLowerCase();
  } catch {
    return null;
  }
}

/**
 * Host of an address in any form that Git takes (`https://user@host:8443/a`, `ssh://git@host:22/a`, `git@host:a`), in
 * lower case, with the port of a web server unless it is the usual one; null for anything else. Loads nothing: every
 * command asks it.
 */
export function hostOf(address: string): string | null {
  const [, scheme = '', authority = ''] = /^(?:git\+)?(https?|ssh):\/\/([^/]+)\/./i.exec(address.trim()) ?? [];
  if (scheme === '') {
    const named = /^(?:[^@/:]+@)?([^@/:[\]]{2,}|\[[0-9a-f:.]+\]):(?!\/\/)./i.exec(address.trim())?.[1];
    return named?.toLowerCase() ?? null;
  }
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const isSsh = scheme.toLowerCase() === 'ssh';
  const name = isSsh && !host.startsWith('[') ? host.replace(/:.*$/, '') : isSsh ? host.replace(/\]:.*$/, ']') : host;
  return hostIn(`${isSsh ? 'https' : scheme}://${name}`);
}
