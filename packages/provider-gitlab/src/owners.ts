import { pathFilter } from '@gitops/provider-http';

/**
 * Whether a CODEOWNERS file (GitLab's syntax, sections included) names owners of a path.
 * The last line that fits decides; a section may name owners for all its lines.
 */
export function hasOwner(codeowners: string, path: string): boolean {
  let isOwned = false;
  let sectionHasOwners = false;
  for (const line of codeowners.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const section = /^\^?\[[^\]]*\](?:\[\d+\])?(.*)$/.exec(line);
    if (section !== null) {
      sectionHasOwners = /@|\S+@\S+/.test(section[1] ?? '');
      continue;
    }
    const [pattern = '', ...owners] = line.split(/(?<!\\)\s+/);
    const rooted = pattern.startsWith('/') ? pattern.slice(1) : pattern.includes('/') ? pattern : `**/${pattern}`;
    const glob = rooted.endsWith('/') ? `${rooted}**` : rooted;
    if (pathFilter([glob, `${glob}/**`]).matches(path)) isOwned = owners.length > 0 || sectionHasOwners;
  }
  return isOwned;
}
