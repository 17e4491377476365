import { fail } from '@gitops/provider-http';
import { describeRegistryImage, type RegistryImage } from './image-name.js';
import { invalid, objectIn, type RegistryAnswer } from './registry-answer.js';
import type { RegistryRequests } from './registry-request.js';

export interface TagList {
  /** As the registry orders them, each once. */
  readonly names: readonly string[];
  /** True where the registry has more. */
  readonly cut: boolean;
}

const longestPage = 16 * 1024 * 1024;
/** What registries take for `n`; they may give fewer. */
const largestPage = 1000;
/** Pages in a row that bring no tag: a registry may leave out what has none, but not for ever. */
const emptyPages = 50;

/**
 * The tags of a repository (`GET /v2/<name>/tags/list`, OCI distribution specification 1.1), page by page as `Link` leads, at most `limit`
 * of them. Failures: as {@link RegistryRequests}; `response-invalid` for a list that is none, or that never ends.
 */
export async function listTags(
  image: RegistryImage,
  requests: RegistryRequests,
  limit: number,
  signal: AbortSignal,
): Promise<TagList> {
  const host = new URL(image.origin).host;
  const names = new Set<string>();
  const first = new URL(`/v2/${image.repository}/tags/list`, image.origin);
  first.searchParams.set('n', String(Math.min(limit, largestPage)));
  const seen = new Set<string>();
  let empty = 0;
  let url: URL | null = first;
  while (url !== null) {
    if (seen.has(url.href)) invalid(host, 'a list of tags that leads back to itself');
    seen.add(url.href);
    const answer: RegistryAnswer = await page(url, seen.size === 1, requests, signal);
    const before = names.size;
    for (const name of namesIn(answer)) {
      if (names.size === limit && !names.has(name)) return { names: [...names], cut: true };
      names.add(name);
    }
    empty = names.size === before ? empty + 1 : 0;
    if (empty > emptyPages) invalid(host, 'a list of tags that never ends');
    url = nextPage(answer, image);
    if (url !== null && names.size === limit) return { names: [...names], cut: true };
  }
  return { names: [...names], cut: false };
}

async function page(
  url: URL,
  isFirst: boolean,
  requests: RegistryRequests,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  const request = { accept: 'application/json', most: longestPage, what: 'a list of tags' };
  const answer = await requests.send({ ...request, url, alsoAnswer: isFirst ? [400] : [] }, signal);
  if (answer.status !== 400) return answer;
  // a registry may be set up to take no page as large as that, and then says nothing but that
  const bare = new URL(url);
  bare.searchParams.delete('n');
  return requests.send({ ...request, url: bare }, signal);
}

function namesIn(answer: RegistryAnswer): readonly string[] {
  const { tags } = objectIn(answer, 'a list of tags');
  // a repository without tags: registries written in Go say null
  if (tags === null) return [];
  const isList = Array.isArray(tags) && tags.every((one) => typeof one === 'string' && /^\w[\w.-]{0,127}$/.test(one));
  return isList ? (tags as readonly string[]) : invalid(answer.url.host, 'a list of tags that is none');
}

/** What `Link` names as the next page; credentials go there, so that it must be at the registry. */
function nextPage({ headers, url }: RegistryAnswer, image: RegistryImage): URL | null {
  const target = nextIn(headers.get('link') ?? '');
  if (target === null) return null;
  const next = URL.canParse(target, url.href) ? new URL(target, url) : null;
  const own = new URL(image.origin);
  // behind a proxy that ends TLS, a registry may take itself for one without
  if (next?.protocol === 'http:' && own.protocol === 'https:' && next.hostname === own.hostname) {
    next.protocol = own.protocol;
    next.port = own.port;
  }
  if (next === null || next.origin !== image.origin) {
    return fail(
      'response-invalid',
      `The list of tags of ${describeRegistryImage(image)} goes on at another host${next === null ? '' : ` (${next.host})`}, which is not asked.`,
      'Ask who runs the registry: its own address is set up wrongly.',
      { what: 'next page', host: own.host, found: next === null ? null : next.origin },
    );
  }
  return next;
}

/** The target of `rel="next"` (RFC 8288), of one or several links. */
export function nextIn(header: string): string | null {
  for (const [, target = '', parameters = ''] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    if ((relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return null;
}
