import type { ArgoApplication } from '../argocd/index.js';
import type { Assignment } from '../environment/index.js';
import type { UpdaterApplication } from '../image-updater/index.js';
import type { Instance, Note, TrackedImage } from './fleet.js';
import type { VersionFile } from './version-files.js';

/** An instance with what it was read from. */
export interface ReadInstance {
  readonly instance: Instance;
  /** How Image Updater sees it; null where nothing of Argo CD stands behind it. */
  readonly updater: UpdaterApplication | null;
  /** The Application, also one that is taken for granted; null where a version file alone stands behind it. */
  readonly manifest: ArgoApplication | null;
  readonly notes: readonly Note[];
}

/**
 * Adds the versions of files that `versions` names: to the application of that name in the environment, where its
 * images of the same name are then those of the file; else as an application of its own.
 *
 * @param first index of the first version file in the assignment.
 */
export function withVersionFiles(
  read: readonly ReadInstance[],
  files: readonly VersionFile[],
  assigned: Assignment['assigned'],
  first: number,
): readonly ReadInstance[] {
  const instances = [...read];
  for (const { index, environment, application } of assigned) {
    const file = files[index - first];
    if (file === undefined) continue;
    const place = instances.findIndex(
      ({ instance }) => instance.environment === environment && instance.application === application,
    );
    const there = instances[place];
    if (there === undefined) instances.push(alone(file, environment, application));
    else {
      const images = [...there.instance.images.filter((one) => one.image !== file.image.image), file.image].sort(
        byName,
      );
      instances[place] = { ...there, instance: { ...there.instance, images } };
    }
  }
  return instances;
}

function alone({ file, at, image }: VersionFile, environment: string, application: string): ReadInstance {
  const instance: Instance = {
    application,
    environment,
    resource: {
      kind: 'VersionFile',
      name: application,
      namespace: null,
      file,
      document: 0,
      at,
      labels: {},
      annotations: {},
    },
    evidence: 'layout',
    images: [image],
    updater: {
      configuredBy: 'none',
      inertAnnotations: false,
      images: [],
      resources: [],
      writeBack: null,
      problems: [],
    },
    problems: [],
  };
  return { instance, updater: null, manifest: null, notes: [] };
}

function byName(a: TrackedImage, b: TrackedImage): number {
  return a.image < b.image ? -1 : a.image > b.image ? 1 : 0;
}
