import { yamlAt } from '../argocd/files.js';
import { type ArgoApplication, type ReadCache, readImages } from '../argocd/index.js';
import { toPlain } from '../argocd/value.js';
import { imageTargets, resolveUpdater, type UpdaterApplication, type UpdaterResource } from '../image-updater/index.js';
import { placeOf } from './find-applications.js';
import type { EnvironmentEvidence, FleetReading, Instance, Note } from './fleet.js';

/** An Application as Image Updater sees it. */
export function updaterApplicationOf(manifest: ArgoApplication, cache: ReadCache): UpdaterApplication {
  const file = yamlAt(cache, manifest.file)?.unwrapOr(null) ?? null;
  const document = file?.documents[manifest.document];
  const placed =
    file === null || document === undefined
      ? { file: manifest.file, document: manifest.selector }
      : placeOf(file, document);
  return {
    name: manifest.name,
    namespace: manifest.namespace,
    labels: manifest.labels,
    annotations: manifest.annotations,
    spec: toPlain(manifest.manifest.entries.get('spec') ?? null),
    base: manifest.applicationSet === null ? [] : ['spec', 'template'],
    ...(manifest.template === undefined ? {} : { template: manifest.template }),
    ...placed,
  };
}

/** One application in one environment, with every image that it runs. */
export function instanceFrom(
  manifest: ArgoApplication,
  application: UpdaterApplication,
  context: {
    readonly environment: string;
    readonly application: string;
    readonly evidence: EnvironmentEvidence;
    readonly cache: ReadCache;
    readonly resources: readonly UpdaterResource[];
    readonly options: FleetReading;
  },
): { readonly instance: Instance; readonly notes: readonly Note[] } {
  const controllerNamespace = context.options.controllerNamespace ?? 'argocd';
  const updater = resolveUpdater(application, context.resources, { controllerNamespace });
  const images = readImages(manifest, context.cache.snapshot, {
    controllerNamespace,
    cache: context.cache,
    updaterImages: imageTargets(application, context.resources, { controllerNamespace }),
  });
  const instance: Instance = {
    application: context.application,
    environment: context.environment,
    resource: {
      kind: manifest.assumed === true ? 'Source' : manifest.applicationSet === null ? 'Application' : 'ApplicationSet',
      name: manifest.name,
      namespace: manifest.namespace,
      file: manifest.file,
      document: manifest.document,
      at: manifest.at,
      labels: manifest.labels,
      annotations: manifest.annotations,
    },
    evidence: context.evidence,
    images: images.images,
    updater,
    problems: images.problems,
  };
  return { instance, notes: images.notes };
}
