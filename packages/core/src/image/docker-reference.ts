/**
 * The reference grammar of container images as distribution/reference v0.6.0 parses it (`ParseNormalizedNamed`), which
 * Image Updater tries first. Argo CD and the container runtimes read the same grammar.
 */
export interface DockerReference {
  /** `docker.io` where none was written. */
  readonly domain: string;
  /** Path within the domain; `library/nginx` for a bare `nginx`. */
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

const component = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const host = `(?:${component}(?:\\.${component})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const pathPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const path = `${pathPart}(?:/${pathPart})*`;
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const wholeReference = new RegExp(`^(?:(${host})/)?(${path})(?::(${tag}))?(?:@(${digest}))?$`);
const wholeTag = new RegExp(`^${tag}$`);
const imageId = /^[a-f0-9]{64}$/;

/** Hexadecimal length of the digests that the runtimes know; others are refused. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

const longestPath = 255;
const hub = 'docker.io';

/** Parses and normalizes a reference; null where the grammar has no such reference. */
export function parseDockerReference(text: string): DockerReference | null {
  if (imageId.test(text)) return null;
  const { domain, rest } = splitDomain(text);
  const colon = rest.indexOf(':');
  const remote = colon === -1 ? rest : rest.slice(0, colon);
  if (remote !== remote.toLowerCase()) return null;
  const match = wholeReference.exec(`${domain}/${rest}`);
  const found = match?.[2];
  if (match === null || found === undefined || found.length > longestPath) return null;
  const foundDigest = match[4] ?? null;
  if (foundDigest !== null && !isKnownDigest(foundDigest)) return null;
  return { domain: match[1] ?? '', path: found, tag: match[3] ?? null, digest: foundDigest };
}

/** True for what a registry takes as a tag. */
export function isTag(text: string): boolean {
  return wholeTag.test(text);
}

/** True for `sha256:`, `sha384:` or `sha512:` with lower-case hexadecimal of the right length. */
export function isKnownDigest(text: string): boolean {
  const colon = text.indexOf(':');
  const length = Object.hasOwn(digestLengths, text.slice(0, colon)) ? digestLengths[text.slice(0, colon)] : undefined;
  const encoded = text.slice(colon + 1);
  return encoded.length === length && /^[a-f0-9]+$/.test(encoded);
}

function splitDomain(text: string): { readonly domain: string; readonly rest: string } {
  const slash = text.indexOf('/');
  if (slash === -1) return { domain: hub, rest: `library/${text}` };
  const first = text.slice(0, slash);
  const others = text.slice(slash + 1);
  const onHub = (rest: string) => ({ domain: hub, rest: rest.includes('/') ? rest : `library/${rest}` });
  if (first === 'index.docker.io' || first === hub) return onHub(others);
  // An upper-case first part cannot be a namespace, so it is taken for a host.
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  return isHost ? { domain: first, rest: others } : onHub(text);
}
