import { isWantedPlatform, type RegistryTag, type TagBuild } from '@gitops/core';
import { failureIn } from '@gitops/provider-http';
import type { RegistryImage } from './image-name.js';
import {
  digestOf,
  invalid,
  isContentOf,
  isDigest,
  isObject,
  objectIn,
  type RegistryAnswer,
} from './registry-answer.js';
import type { RegistryRequests } from './registry-request.js';

/** What is asked of a tag. */
export interface TagQuestion {
  /** Platforms whose images count; empty: any. */
  readonly platforms: readonly string[];
  /** Whether the dates of the images count. */
  readonly dates: boolean;
}

const manifests = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const largestManifest = 4 * 1024 * 1024;
const largestConfig = 8 * 1024 * 1024;
/** An index may hold indexes. */
const deepest = 3;

/**
 * What a tag points at: its digest, and its images by platform with the date at which they were made. Reads as Image
 * Updater 1.3.0 does: of an index only the images that are wanted, of each its manifest and its configuration. What a
 * registry holds of a tag and cannot be read makes it `unreadable`, as Image Updater passes it over; other failures are
 * those of the registry.
 */
export async function readTag(
  image: RegistryImage,
  name: string,
  question: TagQuestion,
  requests: RegistryRequests,
  signal: AbortSignal,
): Promise<RegistryTag> {
  const reading: Reading = { image, question, requests, signal };
  try {
    const manifest = await manifestOf(name, reading);
    return { name, digest: digestOf(manifest.body), builds: await buildsOf(manifest, null, reading, 0) };
  } catch (error) {
    const kind = failureIn(error)?.problem.kind;
    if (kind === 'not-found' || kind === 'response-invalid') return { name, unreadable: true };
    throw error;
  }
}

/** The digest of a tag alone, by `HEAD`, which Docker Hub does not count as a pull; null where there is no such tag. */
export async function readDigest(
  image: RegistryImage,
  name: string,
  requests: RegistryRequests,
  signal: AbortSignal,
): Promise<RegistryTag | null> {
  const url = new URL(`/v2/${image.repository}/manifests/${name}`, image.origin);
  const request = { url, accept: manifests, most: largestManifest, what: 'a manifest', alsoAnswer: [404] };
  const head = await requests.send({ ...request, method: 'HEAD' }, signal);
  if (head.status === 404) return null;
  const told = head.headers.get('docker-content-digest');
  if (isDigest(told)) return { name, digest: told };
  const whole = await requests.send(request, signal);
  return whole.status === 404 ? null : { name, digest: digestOf(whole.body) };
}

interface Reading {
  readonly image: RegistryImage;
  readonly question: TagQuestion;
  readonly requests: RegistryRequests;
  readonly signal: AbortSignal;
}

async function manifestOf(reference: string, { image, requests, signal }: Reading): Promise<RegistryAnswer> {
  const url = new URL(`/v2/${image.repository}/manifests/${reference}`, image.origin);
  const answer = await requests.send({ url, accept: manifests, most: largestManifest, what: 'a manifest' }, signal);
  if (isDigest(reference) && !isContentOf(answer.body, reference)) invalid(answer.url.host, 'another manifest');
  return answer;
}

/** `platform`: what the index says of this one; null where nothing does, so that the image's own configuration counts. */
async function buildsOf(
  answer: RegistryAnswer,
  platform: string | null,
  reading: Reading,
  depth: number,
): Promise<readonly TagBuild[]> {
  const manifest = objectIn(answer, 'a manifest');
  const listed = manifest['manifests'];
  if (!Array.isArray(listed)) return imageOf(manifest, platform, reading, answer.url.host);
  if (depth === deepest || listed.length === 0) return invalid(answer.url.host, 'an index without images');
  const builds: TagBuild[] = [];
  for (const entry of listed) {
    const own = platformOf(isObject(entry) ? entry['platform'] : null);
    const digest: unknown = isObject(entry) ? entry['digest'] : null;
    if (!reading.question.dates || !isWantedPlatform(reading.question.platforms, own)) builds.push({ platform: own });
    else if (!isDigest(digest)) invalid(answer.url.host, 'an index without digests');
    else builds.push(...(await buildsOf(await manifestOf(digest, reading), own, reading, depth + 1)));
  }
  return builds;
}

async function imageOf(
  manifest: Readonly<Record<string, unknown>>,
  platform: string | null,
  { image, question, requests, signal }: Reading,
  host: string,
): Promise<readonly TagBuild[]> {
  const { config } = manifest;
  const digest = isObject(config) ? config['digest'] : null;
  if (!isDigest(digest)) return invalid(host, 'a manifest without a configuration');
  const url = new URL(`/v2/${image.repository}/blobs/${digest}`, image.origin);
  const what = 'the configuration of an image';
  const answer = await requests.send({ url, accept: '*/*', most: largestConfig, what }, signal);
  if (!isContentOf(answer.body, digest)) return invalid(answer.url.host, 'another configuration');
  const configuration = objectIn(answer, what);
  const own = platformOf(configuration);
  // of an image in an index, too, its own word counts: one that says another platform is passed over
  if (!isWantedPlatform(question.platforms, own)) return [{ platform: platform ?? own }];
  const unixDate = dateIn(configuration['created']);
  if (question.dates && unixDate === null) return invalid(answer.url.host, 'an image without a date');
  return [{ platform: platform ?? own, ...(unixDate === null ? {} : { unixDate }) }];
}

function platformOf(value: unknown): string {
  const text = (name: string): string => {
    const part = isObject(value) ? value[name] : null;
    return typeof part === 'string' ? part : '';
  };
  const variant = text('variant');
  return `${text('os')}/${text('architecture')}${variant === '' ? '' : `/${variant}`}`;
}

/** Seconds since 1970 of an instant by RFC 3339; null for anything else. */
function dateIn(value: unknown): number | null {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  const milliseconds = typeof value === 'string' && form.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
