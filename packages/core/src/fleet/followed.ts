import { type ArgoApplication, isSameRepository } from '../argocd/index.js';
import type { GitOpsError } from '../errors/error.js';
import type { Note, Pin, PinKind, Place, TrackedImage } from './fleet.js';
import { noteAt, type PlaceReading } from './read-place.js';
import type { ReadInstance } from './version-instances.js';

/** An environment whose Applications stand at home and deploy the files of another place. */
export interface FollowedEnvironment {
  readonly instances: readonly ReadInstance[];
  readonly ambiguous: readonly GitOpsError[];
  readonly notes: readonly Note[];
}

/** Null where no Application at home follows that place. */
export function followedFrom(own: PlaceReading, at: PlaceReading, environment: string): FollowedEnvironment | null {
  const assigned = own.elsewhere.assigned.filter((one) => {
    const manifest = own.manifestAt(one.index);
    return one.environment === environment && manifest !== null && follows(manifest, at.place);
  });
  const ambiguous = own.elsewhere.ambiguous.filter(({ details }) => details.environment === environment);
  if (assigned.length === 0 && ambiguous.length === 0) return null;
  const instances = own.instancesOf(assigned, at).map(
    (one): ReadInstance => ({
      ...one,
      instance: { ...one.instance, images: one.instance.images.map((image) => imageAt(at.place, image)) },
    }),
  );
  return { instances, ambiguous, notes: instances.flatMap((one) => one.notes.map((note) => noteAt(at.place, note))) };
}

/** Whether a source of an Application is that branch, or of that repository. */
function follows({ sources }: ArgoApplication, { repository, branch }: Place): boolean {
  return sources.some(
    (source) =>
      (branch === null || source.targetRevision.replace(/^refs\/heads\//, '') === branch) &&
      (repository === null || isSameRepository(source.repoUrl, repository)),
  );
}

/** What an Application writes itself stands where it stands; everything else in the files that it deploys. */
const ofApplication: readonly PinKind[] = [
  'helm-parameter',
  'helm-values',
  'application-kustomize-image',
  'chart-revision',
  'git-revision',
  'application-set',
  'application-set-file',
];

function imageAt(place: Place, image: TrackedImage): TrackedImage {
  const pinAt = (pin: Pin): Pin => (ofApplication.includes(pin.kind) ? pin : { ...pin, place });
  return { ...image, pins: image.pins.map(pinAt), masked: image.masked.map(pinAt) };
}
