import { type GitOpsError, problem } from '../errors/error.js';
import type { Version } from '../model.js';
import { err, ok, type Result } from '../result.js';
import { isKnownDigest, isTag, parseDockerReference } from './docker-reference.js';

/** An image with its version, as a manifest writes it. */
export interface ImageReference {
  /** The repository as written, without version: `ghcr.io/acme/api`, `nginx`. */
  readonly image: string;
  readonly tag: string | null;
  /** `sha256:…` */
  readonly digest: string | null;
}

/** An image override of Kustomize: `[name=]newName[:tag][@digest]`. */
export interface KustomizeImage {
  /** The name that stands in the manifests. */
  readonly name: string;
  /** The name that replaces it; null where only the version is set. */
  readonly newName: string | null;
  readonly version: Version | null;
}

/**
 * Parses `repository[:tag][@digest]`. Digests are `sha256:`, `sha384:` or `sha512:` in lower-case hexadecimal. The
 * repository is kept as written: `nginx` is not made `docker.io/library/nginx`. Fails with `image-reference-invalid`.
 */
export function parseReference(text: string): Result<ImageReference, GitOpsError> {
  const parsed = parseDockerReference(text);
  if (parsed === null) {
    return err(
      problem(
        'image-reference-invalid',
        `"${text}" is not an image reference.`,
        'Write it as repository:tag, repository@sha256:…, or repository:tag@sha256:…, with the repository in lower case.',
        { details: { reference: text } },
      ),
    );
  }
  const version = `${parsed.tag === null ? '' : `:${parsed.tag}`}${parsed.digest === null ? '' : `@${parsed.digest}`}`;
  return ok({ image: text.slice(0, text.length - version.length), tag: parsed.tag, digest: parsed.digest });
}

/** The text of a reference; {@link parseReference} reads it back. */
export function formatReference(reference: ImageReference): string {
  return `${reference.image}${suffixOf(reference)}`;
}

/**
 * Parses `tag`, `sha256:…` or `tag@sha256:…`. Fails with `image-reference-invalid` for anything that no registry could
 * hold: a blank, a constraint, more than 128 characters, a shortened digest.
 */
export function parseVersion(text: string): Result<Version, GitOpsError> {
  if (isKnownDigest(text)) return ok({ tag: null, digest: text });
  const at = text.indexOf('@');
  const tag = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? null : text.slice(at + 1);
  if (isTag(tag) && (digest === null || isKnownDigest(digest))) return ok({ tag, digest });
  return err(
    problem(
      'image-reference-invalid',
      `"${text}" is not a version: a tag has up to 128 letters, digits, "_", "." and "-", and a digest is sha256: with 64 hexadecimal characters.`,
      'Give a tag (1.8.2), a digest (sha256:…), or both (1.8.2@sha256:…).',
      { details: { version: text } },
    ),
  );
}

/** `1.8.2`, `sha256:…`, or `1.8.2@sha256:…`. */
export function formatVersion(version: Version): string {
  return [version.tag, version.digest].filter((part) => part !== null).join('@');
}

/** Parses an image override of Kustomize. Fails with `image-reference-invalid`. */
export function parseKustomizeImage(text: string): Result<KustomizeImage, GitOpsError> {
  const equals = text.lastIndexOf('=');
  return parseReference(text.slice(equals + 1)).map((reference) => ({
    name: equals === -1 ? reference.image : text.slice(0, equals),
    newName: equals === -1 ? null : reference.image,
    version: versionFrom(reference),
  }));
}

/**
 * The version in `[name=]repository[:tag][@digest]`; null where it has none, or is no reference at all.
 */
export function versionOf(text: string): Version | null {
  return parseReference(text.slice(text.lastIndexOf('=') + 1)).match(versionFrom, () => null);
}

/**
 * `[name=]repository[:tag][@digest]` with this version instead of its own; the names keep their text. What is no
 * reference fails with `image-reference-invalid`.
 */
export function withVersion(text: string, version: Version): Result<string, GitOpsError> {
  const start = text.lastIndexOf('=') + 1;
  return parseReference(text.slice(start)).map(
    (reference) => `${text.slice(0, start)}${reference.image}${suffixOf(version)}`,
  );
}

function versionFrom({ tag, digest }: ImageReference): Version | null {
  return tag === null && digest === null ? null : { tag, digest };
}

function suffixOf({ tag, digest }: Version): string {
  return `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}
