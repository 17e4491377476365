import {
  formatIdentifier,
  fullNameWithoutTag,
  fullNameWithTag,
  type ImageIdentifier,
  tagWithDigest,
} from '../../src/image/index.js';
import type { AnnotationProblem, ConfiguredImage, CredentialSource, WriteBack } from '../../src/image-updater/index.js';

/** Our values in the shape in which the cases record Image Updater's. */

export function identifierShape(image: ImageIdentifier): object {
  return {
    alias: image.alias,
    fullNameWithTag: fullNameWithTag(image),
    fullNameWithoutTag: fullNameWithoutTag(image),
    name: image.name,
    registry: image.registry,
    string: formatIdentifier(image),
    tag: image.tag,
    tagWithDigest: tagWithDigest(image),
  };
}

export function imageShape(one: ConfiguredImage): object {
  const { image, targets } = one;
  return filled({
    image: {
      alias: image.alias,
      hasTag: image.tag !== null,
      name: image.name,
      original: image.original,
      registry: image.registry,
      ...(image.tag === null ? {} : { tag: image.tag.name, digest: image.tag.digest }),
      ...(one.kustomizeImage === null ? {} : { kustomizeImage: fullNameWithTag(one.kustomizeImage) }),
    },
    updateStrategy: one.updateStrategy,
    forceUpdate: one.forceUpdate,
    ignoreTags: one.ignoreTags,
    allowTags: one.allowTags,
    pullSecret: one.pullSecret,
    platforms: one.platforms.length === 0 ? undefined : one.platforms,
    helmImageName: targets.helm?.name,
    helmImageTag: targets.helm?.tag,
    helmImageSpec: targets.helm?.spec,
    kustomizeImageName: targets.kustomize?.name,
    pluginEnvName: targets.plugin?.name,
    pluginEnvTag: targets.plugin?.tag,
    pluginEnvSpec: targets.plugin?.spec,
  });
}

export function writeBackShape(one: WriteBack): object {
  return filled({
    method: one.method,
    target: one.target,
    kustomizeBase: one.kustomizeBase,
    gitRepo: one.gitRepo,
    gitBranch: one.gitBranch,
    gitWriteBranch: one.gitWriteBranch,
    prProvider: one.pullRequest?.provider,
    prLabels: one.pullRequest?.labels.length ? one.pullRequest.labels : undefined,
  });
}

export function credentialShape(source: CredentialSource): object {
  const types = { pullsecret: 1, secret: 2, env: 3, ext: 4 };
  return {
    Type: types[source.type],
    Registry: source.registry,
    SecretNamespace: 'namespace' in source ? source.namespace : '',
    SecretName: 'name' in source ? source.name : '',
    SecretField: source.type === 'secret' ? source.field : source.type === 'pullsecret' ? '.dockerconfigjson' : '',
    EnvName: source.type === 'env' ? source.variable : '',
    ScriptPath: source.type === 'ext' ? source.script : '',
  };
}

/** Our closed kinds beside what the recorded message is about. Messages are not compared: ours are our own. */
const messages: readonly (readonly [RegExp, AnnotationProblem['kind']])[] = [
  [/annotation not found/, 'image-list-missing'],
  [/annotation is empty/, 'image-list-empty'],
  [/empty image name/, 'image-name-empty'],
  [/strconv\.ParseBool/, 'force-update-invalid'],
  [/both helm and kustomize/, 'several-targets'],
];

export function annotationErrorShape(recorded: string | null): string | null {
  if (recorded === null) return null;
  return messages.find(([pattern]) => pattern.test(recorded))?.[1] ?? `not known: ${recorded}`;
}

export function credentialErrorShape(recorded: string | null): string | null {
  if (recorded === null) return null;
  if (recorded.startsWith('invalid credential spec')) return 'invalid-spec';
  return recorded.startsWith('unknown credential source') ? 'unknown-source' : 'invalid-secret';
}

function filled(fields: Record<string, unknown>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}
