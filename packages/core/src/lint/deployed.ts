import { type ArgoApplication, type EffectiveImages, type ReadCache, readImages } from '../argocd/index.js';
import type { Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import { resolveUpdater, type UpdaterApplication, type UpdaterView } from '../image-updater/index.js';

/** An Application with what it deploys, whether it is in an environment or not. */
export interface Deployed {
  readonly application: UpdaterApplication;
  readonly manifest: ArgoApplication;
  readonly view: UpdaterView;
  /** Null: it is in none. */
  readonly environment: string | null;
  /** Where it stands. */
  readonly place: Place;
  /** Where the files are that it deploys, and those files. */
  readonly deploys: Place;
  readonly cache: ReadCache;
  readonly read: EffectiveImages;
}

/** Every Application of every place, read again for what only lint asks. */
export function deployedIn(tree: Tree): readonly Deployed[] {
  const { fleet } = tree;
  const assigned = new Map(
    fleet.environments.flatMap((environment) =>
      environment.instances.flatMap((instance) => {
        const application = tree.applicationOf(instance);
        return application === null
          ? []
          : [
              [
                application,
                { environment: environment.name, deploys: environment.deploys, view: instance.updater },
              ] as const,
            ];
      }),
    ),
  );
  const { controllerNamespace = 'argocd' } = fleet.reading;
  return fleet.places.flatMap(({ place }) => {
    const at = tree.at(place);
    return at.applications.flatMap((application, index): readonly Deployed[] => {
      const manifest = at.manifestAt(index);
      if (manifest === null) return [];
      const own = assigned.get(application);
      const deploys = own?.deploys ?? place;
      const { cache } = tree.at(deploys);
      const read = readImages(manifest, cache.snapshot, { cache, controllerNamespace });
      const view = own?.view ?? resolveUpdater(application, at.resources, { controllerNamespace });
      const environment = own?.environment ?? null;
      return [{ application, manifest, environment, place, deploys, cache, read, view }];
    });
  });
}
