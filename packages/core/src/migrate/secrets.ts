import {
  annotationPrefix,
  parseCredentialSource,
  type UpdaterApplication,
  type WriteBackSettings,
} from '../image-updater/index.js';
import { type Limit, limit } from './limits.js';
import type { SourceImage } from './source.js';

/**
 * Secrets of another namespace than the Application's: Image Updater 1.3 refuses them, both for registries and for the
 * write-back. Where Git does not say the namespace of the Application, nothing can be told.
 */
export function secretsElsewhere(
  { namespace }: UpdaterApplication,
  images: readonly SourceImage[],
  writeBack: WriteBackSettings | null,
): readonly Limit[] {
  if (namespace === null) return [];
  const registry = images.flatMap(({ settings, imageName }) => {
    const source = settings.pullSecret === undefined ? null : parseCredentialSource(settings.pullSecret).unwrapOr(null);
    return source !== null && 'namespace' in source
      ? [{ key: 'pull-secret', of: source.namespace, for: imageName }]
      : [];
  });
  const written = /^git:secret:([^/]+)\//.exec((writeBack?.method ?? '').trim());
  const forGit = written === null ? [] : [{ key: 'write-back-method', of: written[1] ?? '', for: 'the write-back' }];
  return [...registry, ...forGit]
    .filter((one) => one.of !== namespace)
    .map((one) =>
      limit(
        'secret-elsewhere',
        one.key,
        `The secret for ${one.for} stands in the namespace ${one.of}, and Image Updater 1.3 takes secrets of ${namespace} only, where the Application is.`,
        `Copy the secret to ${namespace} and name the copy in ${annotationPrefix}${one.key} first.`,
      ),
    );
}
