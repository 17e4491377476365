import { fullNameWithoutTag, parseIdentifier } from '../image/index.js';
import { type Limit, limit } from './limits.js';
import type { SourceImage } from './source.js';

/** What the resource's schema takes as an alias (v1.3.0). */
const allowed = /^[a-zA-Z0-9][a-zA-Z0-9-._]*$/;

/** A repository that a registry can hold. */
const repository = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** An image with the alias that it gets in the resource. */
export interface Named {
  readonly image: SourceImage;
  readonly alias: string;
}

/**
 * Gives every image an alias that the resource takes, each once: the list there is keyed by it. Those that stand already
 * are kept. Entries that no registry can hold are left out.
 */
export function nameImages(images: readonly SourceImage[]): {
  readonly named: readonly Named[];
  readonly limits: readonly Limit[];
} {
  const real = images.filter(isReal);
  const found: Limit[] = images
    .filter((one) => !isReal(one))
    .map((one) =>
      limit(
        'no-image',
        'image-list',
        `"${one.imageName}" in image-list is no image, so it is left out: a comma ends an entry, also inside a constraint.`,
        'Where it is half of a constraint, write that with a space: >=1.0 <2.0.',
      ),
    );
  const kept = new Set(real.map((one) => one.alias).filter((alias) => allowed.test(alias)));
  const used = new Set<string>();
  const named = real.map((image): Named => {
    if (allowed.test(image.alias) && !used.has(image.alias)) {
      used.add(image.alias);
      return { image, alias: image.alias };
    }
    const alias = freeAlias(image, kept, used);
    used.add(alias);
    const why =
      image.alias === '' ? 'has no alias' : `has the alias "${image.alias}", which the resource does not take here`;
    found.push(
      limit(
        'alias-made',
        'image-list',
        `${image.imageName} ${why}; it gets the alias ${alias}.`,
        'Choose another alias in the new file, if you like: nothing depends on it.',
      ),
    );
    return { image, alias };
  });
  return { named, limits: found };
}

/** True for a name that a registry can hold, with or without the registry in front. */
export function isImage(fullName: string): boolean {
  return repository.test(fullName.replace(/^[^/]*[.:][^/]*\//, ''));
}

function isReal({ alias, imageName }: SourceImage): boolean {
  return isImage(fullNameWithoutTag(parseIdentifier(`${alias}=${imageName}`)));
}

function freeAlias(image: SourceImage, kept: ReadonlySet<string>, used: ReadonlySet<string>): string {
  const name = fullNameWithoutTag(parseIdentifier(`x=${image.imageName}`));
  const wanted = (image.alias === '' ? name.slice(name.lastIndexOf('/') + 1) : image.alias)
    .replace(/[^a-zA-Z0-9._-]+/g, '_')
    .replace(/^[^a-zA-Z0-9]+/, '');
  const base = wanted === '' ? 'image' : wanted;
  for (let count = 1; ; count += 1) {
    const alias = count === 1 ? base : `${base}-${count}`;
    if (!kept.has(alias) && !used.has(alias)) return alias;
  }
}
