/** A revision of a repository inside an address that is fetched: of a folder, a file or what a release holds. */
export interface UrlRevision {
  /** `github.com/argoproj/argo-cd` */
  readonly repository: string;
  /** What is fetched of it. */
  readonly path: string;
  readonly revision: string;
  /** Where the revision stands in the address. */
  readonly start: number;
}

const byQuery = /^(?:git::)?(?:(?:https?|ssh|git):\/\/)?(?:[^@/]+@)?([^?#]+)\?(?:[^#]*&)?(?:ref|version)=([^&#]+)/d;
const ofFile = /^https:\/\/raw\.githubusercontent\.com\/([^/]+\/[^/]+)\/(?:refs\/tags\/)?([^/?#]+)\/([^?#]+)$/d;
const ofRelease = /^https:\/\/(github\.com\/[^/]+\/[^/]+)\/releases\/download\/([^/?#]+)\/([^?#]+)$/d;

/**
 * Finds the revision in the address of a remote resource as Kustomize takes it (`…?ref=v1.2`), of a raw file of GitHub, or
 * of a file of a release there; null where there is none.
 */
export function revisionInUrl(url: string): UrlRevision | null {
  const query = byQuery.exec(url);
  if (query !== null) {
    const [host = '', ...steps] = (query[1] ?? '').replace(/^([^/:]+):(?!\d*\/)/, '$1/').split('/');
    const git = steps.findIndex((step) => step.endsWith('.git') || step === '');
    const size = git === -1 ? 2 : steps[git] === '' ? git : git + 1;
    const repository = [host, ...steps.slice(0, size)].join('/').replace(/\.git$/, '');
    return found(
      query,
      repository,
      steps
        .slice(size)
        .filter((step) => step !== '')
        .join('/'),
    );
  }
  const file = ofFile.exec(url);
  if (file !== null) return found(file, `github.com/${file[1]}`, file[3] ?? '');
  const release = ofRelease.exec(url);
  return release === null ? null : found(release, release[1] ?? '', release[3] ?? '');
}

function found(match: RegExpExecArray, repository: string, path: string): UrlRevision {
  return { repository, path, revision: match[2] ?? '', start: match.indices?.[2]?.[0] ?? 0 };
}

/** The address with another revision; as it is where it has none. */
export function withRevision(url: string, revision: string): string {
  const there = revisionInUrl(url);
  if (there === null) return url;
  return `${url.slice(0, there.start)}${revision}${url.slice(there.start + there.revision.length)}`;
}
