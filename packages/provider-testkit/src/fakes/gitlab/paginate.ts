import type { Call, Reply } from './call.js';
import { invalidParameter } from './failure.js';

interface Page {
  readonly page: number;
  readonly perPage: number;
}

function readPage(call: Call): Page {
  const page = call.params.integer('page') ?? 1;
  const perPage = call.params.integer('per_page') ?? 20;
  if (page < 1) throw invalidParameter('page does not have a valid value');
  if (perPage < 1) throw invalidParameter('per_page does not have a valid value');
  return { page, perPage: Math.min(perPage, 100) };
}

/** The address of another page: everything that was asked for, with other numbers. */
function address(call: Call, change: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(call.query);
  for (const name of ['private_token', 'access_token', 'job_token']) query.delete(name);
  for (const [name, value] of Object.entries(change)) query.set(name, value);
  query.sort();
  return `${call.url}?${query.toString()}`;
}

/** A page of a list by number, with GitLab's headers; above 10,000 items it leaves the totals out. */
export async function paged<T>(
  call: Call,
  items: readonly T[],
  present: (item: T) => unknown | Promise<unknown>,
): Promise<Reply> {
  const { page, perPage } = readPage(call);
  const total = items.length;
  const pages = Math.max(1, Math.ceil(total / perPage));
  const counted = total <= 10_000;
  const shown = items.slice((page - 1) * perPage, page * perPage);
  const next = page < pages ? String(page + 1) : '';
  const previous = page > 1 ? String(page - 1) : '';
  const link = (number: string, rel: string) =>
    number === '' ? [] : [`<${address(call, { page: number, per_page: String(perPage) })}>; rel="${rel}"`];
  const links = [
    ...link(previous, 'prev'),
    ...link(next, 'next'),
    ...link('1', 'first'),
    ...(counted ? link(String(pages), 'last') : []),
  ];
  return {
    headers: {
      link: links.join(', '),
      'x-next-page': next,
      'x-page': String(page),
      'x-per-page': String(perPage),
      'x-prev-page': previous,
      ...(counted ? { 'x-total': String(total), 'x-total-pages': String(pages) } : {}),
    },
    body: await Promise.all(shown.map(present)),
  };
}

/** A page that begins after the item whose key is the `page_token`; no totals, and only a link to the next one. */
export async function keysetPaged<T>(
  call: Call,
  items: readonly T[],
  keyOf: (item: T) => string,
  present: (item: T) => unknown | Promise<unknown>,
  olderKeyOf: (item: T) => string = keyOf,
): Promise<Reply> {
  const { perPage } = readPage(call);
  const token = call.params.text('page_token');
  const start =
    token === undefined || token === ''
      ? 0
      : items.findIndex((item) => keyOf(item) === token || olderKeyOf(item) === token) + 1;
  if (token !== undefined && token !== '' && start === 0) throw invalidParameter('page_token is invalid');
  const shown = items.slice(start, start + perPage);
  const last = shown.at(-1);
  const more = start + perPage < items.length && last !== undefined;
  return {
    headers: {
      'x-per-page': String(perPage),
      ...(more
        ? { link: `<${address(call, { page_token: keyOf(last), per_page: String(perPage) })}>; rel="next"` }
        : {}),
    },
    body: await Promise.all(shown.map(present)),
  };
}
