import { parseDockerReference } from './docker-reference.js';

/**
 * An entry of `image-list`, or an alias and image of an `ImageUpdater` resource, as Image Updater v1.3.0 reads it. What
 * stands in the tag's place may be a constraint (`~1.2`).
 */
export interface ImageIdentifier {
  readonly alias: string;
  /** Empty where none was written; `docker.io` only where it was written. */
  readonly registry: string;
  readonly name: string;
  readonly tag: IdentifierTag | null;
  /** The text that was parsed. */
  readonly original: string;
}

export interface IdentifierTag {
  /** Empty where there is a digest alone. */
  readonly name: string;
  /** Empty where there is none. */
  readonly digest: string;
}

/**
 * Parses `[alias=]image`; never fails, as Image Updater does not (`NewFromIdentifier`). The Docker grammar is tried
 * first. What it refuses, a constraint or an upper-case name, goes through a plain split that knows fewer forms:
 * `localhost:5000/foo:~1.0` gives the name `localhost`. `library/` is dropped for Docker Hub only, as on Image
 * Updater's branch after v1.3.0; v1.3.0 itself drops it for every registry.
 */
export function parseIdentifier(text: string): ImageIdentifier {
  const [alias, reference] = cutAtEquals(text);
  const parsed = parseDockerReference(reference);
  if (parsed === null) return parsePlainly(text, alias, reference);
  const onHub = parsed.domain === 'docker.io';
  const dropsLibrary = onHub && !reference.startsWith('library/') && parsed.path.startsWith('library/');
  const tag = { name: parsed.tag ?? '', digest: parsed.digest ?? '' };
  return {
    alias,
    registry: onHub && !reference.startsWith('docker.io') ? '' : parsed.domain,
    name: dropsLibrary ? parsed.path.slice('library/'.length) : parsed.path,
    tag: parsed.tag === null && parsed.digest === null ? null : tag,
    original: text,
  };
}

function cutAtEquals(text: string): readonly [alias: string, reference: string] {
  const equals = text.indexOf('=');
  return equals === -1 ? ['', text] : [text.slice(0, equals), text.slice(equals + 1)];
}

function parsePlainly(text: string, alias: string, reference: string): ImageIdentifier {
  const parts = reference.split('/');
  const hasHost = parts.length > 1 && (parts[0] ?? '').includes('.');
  const image = hasHost ? parts.slice(1).join('/') : reference;
  // The registry is looked for up to a second `=` only, the name is not: `a=b.c/d=e/f` has one.
  const registryPart = text.split('=')[text.includes('=') ? 1 : 0] ?? '';
  return { alias, registry: hostOf(registryPart), ...nameAndTag(image), original: text };
}

function hostOf(reference: string): string {
  return hasRegistryPrefix(reference) ? reference.slice(0, reference.indexOf('/')) : '';
}

function nameAndTag(image: string): Pick<ImageIdentifier, 'name' | 'tag'> {
  const at = image.indexOf('@');
  if (at !== -1) {
    const before = image.slice(0, at);
    const digest = image.slice(at + 1);
    const colon = before.lastIndexOf(':');
    return colon > before.lastIndexOf('/')
      ? { name: before.slice(0, colon), tag: { name: before.slice(colon + 1), digest } }
      : { name: before, tag: { name: '', digest } };
  }
  const colon = image.indexOf(':');
  if (colon === -1) return { name: image, tag: null };
  return { name: image.slice(0, colon), tag: { name: image.slice(colon + 1), digest: '' } };
}

/** Registry and name, without the version. */
export function fullNameWithoutTag(image: ImageIdentifier): string {
  return image.registry === '' || image.name.startsWith(`${image.registry}/`)
    ? image.name
    : `${image.registry}/${image.name}`;
}

/** Registry, name, tag and digest, without the alias. */
export function fullNameWithTag(image: ImageIdentifier): string {
  const tag = image.tag?.name ? `:${image.tag.name}` : '';
  const digest = image.tag?.digest ? `@${image.tag.digest}` : '';
  return `${fullNameWithoutTag(image)}${tag}${digest}`;
}

/** `tag`, `tag@digest`, or `latest@digest` where no tag is known; empty where there is no version. */
export function tagWithDigest(image: ImageIdentifier): string {
  if (image.tag === null) return '';
  return image.tag.digest === '' ? image.tag.name : `${image.tag.name || 'latest'}@${image.tag.digest}`;
}

/** The identifier as Image Updater writes it; not always the text that was parsed. */
export function formatIdentifier(image: ImageIdentifier): string {
  return `${image.alias === '' ? '' : `${image.alias}=`}${fullNameWithTag(image)}`;
}

/** True where the first part of a name looks like a host: it has a dot. `localhost:5000/x` has none. */
export function hasRegistryPrefix(name: string): boolean {
  const slash = name.indexOf('/');
  return slash !== -1 && name.slice(0, slash).includes('.');
}

/** The name without its registry; unchanged where it has none. */
export function shortFormOf(name: string): string {
  return hasRegistryPrefix(name) ? name.slice(name.indexOf('/') + 1) : name;
}

/** True where registry or name differ, or (with `checkVersion`) the tag. `nginx` and `docker.io/nginx` differ. */
export function differsFrom(a: ImageIdentifier, b: ImageIdentifier, checkVersion: boolean): boolean {
  return (
    a.registry !== b.registry || a.name !== b.name || (checkVersion && (a.tag?.name ?? '') !== (b.tag?.name ?? ''))
  );
}

/**
 * True where two image overrides of Kustomize are about the same image: equal up to the first delimiter of the second
 * (`=`, else `:`, else `@`).
 */
export function kustomizeImagesMatch(image: string, other: string): boolean {
  const delimiter = ['=', ':', '@'].find((one) => other.includes(one)) ?? ':';
  const nameOf = (text: string) => text.split(delimiter, 1)[0];
  return nameOf(image) === nameOf(other);
}
