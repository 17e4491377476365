/** Where a repository lives on a forge. Holds no user and no secret. */
export interface RepositoryAddress {
  readonly protocol: 'https' | 'http' | 'ssh';
  /** Lower case; with the port unless it is the protocol's own. For ssh without port: forges serve HTTP elsewhere. */
  readonly host: string;
  /** `acme/shop`, `group/sub/shop`: no `.git`, no slashes at the ends. */
  readonly path: string;
}

/**
 * Reads the address of a repository in the forms that Git takes: `https://…`, `http://…`, `ssh://git@host:22/…`,
 * `git@host:path`; with or without `.git` and slashes at the end. User names and passwords are dropped. Null for
 * anything else: a path of this machine, another protocol, an address without a repository.
 */
export function parseAddress(text: string): RepositoryAddress | null {
  const trimmed = text.trim();
  if (/[\u0000-\u0020\u007f\\]/.test(trimmed)) return null;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? fromUrl(trimmed) : fromScp(trimmed);
}

function fromUrl(text: string): RepositoryAddress | null {
  const scheme = /^(?:git\+)?(https?|ssh):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh') return null;
  const rest = text.slice(text.indexOf('://') + 3);
  // a user name or password may hold unescaped signs that no parser of URLs takes
  const [authority = '', ...steps] = rest.split('/');
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  let url: URL;
  try {
    url = new URL(`${scheme === 'ssh' ? 'https' : scheme}://${host}`);
  } catch {
    return null;
  }
  const path = pathOf(steps.join('/'));
  if (path === null || url.hostname === '') return null;
  return { protocol: scheme, host: scheme === 'ssh' ? url.hostname : url.host, path };
}

function fromScp(text: string): RepositoryAddress | null {
  const match = /^(?:[^@/:]+@)?(\[[0-9a-f:.]+\]|[^@/:[\]]+):(?!\/\/)(.+)$/i.exec(text);
  const [, host, rest] = match ?? [];
  // one letter before the colon is a drive of Windows
  if (host === undefined || rest === undefined || (host.length === 1 && !text.includes('@'))) return null;
  const path = pathOf(rest);
  if (path === null || !/^[\w.[\]:-]+$/.test(host)) return null;
  return { protocol: 'ssh', host: host.toLowerCase(), path };
}

function pathOf(text: string): string | null {
  const plain = text.replace(/[?#].*$/, '');
  let decoded: string;
  try {
    decoded = decodeURIComponent(plain);
  } catch {
    return null;
  }
  const path = decoded
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '')
    .replace(/\/+$/, '');
  const steps = path.split('/');
  return steps.some((step) => step === '' || step === '.' || step === '..') || /[\u0000-\u001f\u007f]/.test(path)
    ? null
    : path;
}
