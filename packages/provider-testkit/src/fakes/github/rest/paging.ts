import type { FakeAnswer, Json } from '../../host/request.js';
import type { RepositoryCall } from './call.js';

export interface Page {
  readonly number: number;
  readonly size: number;
}

/** As GitHub reads them: at least 1, at most 100 a page, 30 where nothing is said. */
export function pageOf(query: URLSearchParams): Page {
  const whole = (name: string, otherwise: number): number => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return { number: whole('page', 1), size: Math.min(whole('per_page', 30), 100) };
}

/** One page of a list, with the `Link` header that leads to the others. */
export async function paged<T>(
  call: RepositoryCall,
  all: readonly T[],
  shape: (item: T) => Json | Promise<Json>,
  wrap: (items: readonly Json[]) => Json = (items) => items,
): Promise<FakeAnswer> {
  const page = pageOf(call.query);
  const items: Json[] = [];
  for (const item of all.slice((page.number - 1) * page.size, page.number * page.size)) items.push(await shape(item));
  const link = linkHeader(call, page, Math.max(1, Math.ceil(all.length / page.size)));
  return { status: 200, body: wrap(items), ...(link === null ? {} : { headers: { link } }) };
}

export function linkHeader(call: RepositoryCall, page: Page, last: number): string | null {
  const { world, repository, request } = call;
  const below = request.path.slice(request.path.indexOf('/repos/')).split('/').slice(4).join('/');
  const to = (number: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(number));
    // GitHub's own links name the repository by id
    return `<${world.urls.api}/repositories/${repository.id}/${below}?${query.toString()}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page.number > 1) links.push(to(page.number - 1, 'prev'));
  if (page.number < last) links.push(to(page.number + 1, 'next'), to(last, 'last'));
  if (page.number > 1) links.push(to(1, 'first'));
  return links.length === 0 ? null : links.join(', ');
}
