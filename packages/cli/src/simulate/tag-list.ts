import { err, type GitOpsError, ok, problem, type RegistryTag, type Result } from '@gitops/core';

type Listed = { readonly image: string; readonly tags: readonly RegistryTag[] };

/**
 * Reads what a registry holds: what `skopeo list-tags` prints (`{ "Repository": …, "Tags": […] }`), what the registry
 * itself answers (`{ "name": …, "tags": […] }`), or a map of images to their tags. A tag is a text, or
 * `{ "name": …, "date": … }` with the instant at which its image was made.
 */
export function parseTagList(text: string, from: string): Result<readonly Listed[], GitOpsError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err(unreadable(from, 'it is no JSON'));
  }
  if (!isObject(value)) return err(unreadable(from, 'it is no object'));
  const repository = value.Repository ?? value.name;
  const list = value.Tags ?? value.tags;
  const entries: [string, unknown][] =
    typeof repository === 'string' && list !== undefined ? [[repository, list]] : Object.entries(value);
  const listed: Listed[] = [];
  for (const [image, tags] of entries) {
    const read = Array.isArray(tags) ? tags.map((one) => tagOf(one)) : [null];
    const known = read.filter((one) => one !== null);
    if (known.length !== read.length) return err(unreadable(from, `the tags of ${image} are no list of tags`));
    listed.push({ image: image.replace(/^docker:\/\//, ''), tags: known });
  }
  return ok(listed);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tagOf(value: unknown): RegistryTag | null {
  if (typeof value === 'string') return { name: value };
  if (!isObject(value) || typeof value.name !== 'string') return null;
  if (value.date === undefined) return { name: value.name };
  const at = typeof value.date === 'string' ? Date.parse(value.date) : Number.NaN;
  return Number.isNaN(at) ? null : { name: value.name, unixDate: at / 1000 };
}

function unreadable(from: string, why: string): GitOpsError {
  return problem(
    'usage',
    `The tags of ${from} cannot be read: ${why}.`,
    'Give {"ghcr.io/acme/payments": ["1.8.2", "1.9.0"]}, or what `skopeo list-tags` prints.',
  );
}
