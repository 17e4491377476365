import type { Pin, TrackedImage } from '../fleet/fleet.js';
import { revisionInUrl } from '../image/index.js';
import { distinctPins } from './image-reading.js';
import { asKind, toPin } from './origin.js';
import { normalizedUrl } from './repository-url.js';
import type { ApplicationSource, Setting } from './source.js';

/**
 * Whether a source is fixed to a tag of releases (`v1.2.3`, `refs/tags/1.2.3`) or to a commit, so that its files are those
 * of that revision. A branch, `HEAD` and a range (`1.*`) are none.
 */
export function isFixedRevision({
  chart,
  targetRevision,
}: Pick<ApplicationSource, 'chart' | 'targetRevision'>): boolean {
  if (chart !== '') return false;
  const tag = targetRevision.replace(/^refs\/tags\//, '');
  return (
    /^(?:[a-z][a-z0-9-]*[-/])?v?\d+\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]+)?$/.test(tag) || /^[0-9a-f]{40}$/.test(tag)
  );
}

/** A repository that is followed at a revision, and where that is written. */
export interface FollowedRevision {
  readonly repository: string;
  /** What is followed there. */
  readonly path: string;
  readonly revision: string;
  readonly pin: Pin | null;
}

/** The repositories that the sources of an Application follow at a fixed revision. */
export function revisionsOfSources(sources: readonly ApplicationSource[]): readonly FollowedRevision[] {
  return sources.flatMap((source) => {
    if (!isFixedRevision(source) || source.repoUrl === '') return [];
    const { origin } = source.revision;
    const own = origin === null || origin.kind.startsWith('application-set') ? origin : asKind(origin, 'git-revision');
    return [
      {
        repository: normalizedUrl(source.repoUrl),
        path: source.path || source.ref,
        revision: source.targetRevision,
        pin: own?.writable === true ? toPin(own, 'tag') : null,
      },
    ];
  });
}

/** The repository that a remote resource of a kustomization comes from, where its address fixes the revision. */
export function revisionOfResource({ text, origin }: Setting): FollowedRevision | null {
  const there = revisionInUrl(text);
  if (there === null || !isFixedRevision({ chart: '', targetRevision: there.revision })) return null;
  const { repository, path, revision } = there;
  const pin = origin?.writable === true ? toPin(asKind(origin, 'kustomization-resource'), 'url') : null;
  return { repository: normalizedUrl(repository), path, revision, pin };
}

/**
 * The revisions as versions, which are promoted as such. What follows one repository at one revision moves together; at
 * several they are told apart by their paths.
 */
export function trackedRevisions(followed: readonly FollowedRevision[]): readonly TrackedImage[] {
  const byName = new Map<string, TrackedImage>();
  for (const { repository, path, revision, pin } of followed) {
    const isOne = followed.every((one) => one.repository !== repository || one.revision === revision);
    const image = isOne ? repository : `${repository}/${path}`;
    const known = byName.get(image);
    byName.set(image, {
      image,
      what: 'revision',
      alias: null,
      version: { tag: revision, digest: null },
      pins: distinctPins([...(known?.pins ?? []), ...(pin === null ? [] : [pin])]),
      masked: [],
    });
  }
  return [...byName.values()];
}
