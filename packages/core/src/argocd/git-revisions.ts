import type { TrackedImage } from '../fleet/fleet.js';
import { asKind, toPin } from './origin.js';
import { normalizedUrl } from './repository-url.js';
import type { ApplicationSource } from './source.js';

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

/**
 * The repositories that an Application follows at a fixed revision: the revision is a version, and promoted as one. Two
 * sources of one repository at one revision move together; at two they are told apart by their paths.
 */
export function gitRevisions(sources: readonly ApplicationSource[]): readonly TrackedImage[] {
  const fixed = sources.filter((one) => isFixedRevision(one) && one.repoUrl !== '');
  const byName = new Map<string, TrackedImage>();
  for (const source of fixed) {
    const repository = normalizedUrl(source.repoUrl);
    const same = fixed.filter((one) => normalizedUrl(one.repoUrl) === repository);
    const isOne = same.every((one) => one.targetRevision === source.targetRevision);
    const image = isOne ? repository : `${repository}/${source.path || source.ref}`;
    const { origin } = source.revision;
    const own = origin === null || origin.kind.startsWith('application-set') ? origin : asKind(origin, 'git-revision');
    const pins = own?.writable === true ? [toPin(own, 'tag')] : [];
    const known = byName.get(image);
    byName.set(image, {
      image,
      what: 'revision',
      alias: null,
      version: { tag: source.targetRevision, digest: null },
      pins: [...(known?.pins ?? []), ...pins],
      masked: [],
    });
  }
  return [...byName.values()];
}
