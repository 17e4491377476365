import {
  type Again,
  failureIn,
  isRetryable,
  type Patience,
  problemOfNetwork,
  retryAfterMs,
  retrying,
} from '@gitops/provider-http';
import * as v from 'valibot';
import type { Project } from './address.js';
import { type Form, requester, type Sdk, type Sink, sdkOn } from './client.js';
import { authOf, type FoundCredential } from './credentials.js';
import { type Asker, failureOf, fieldOf, invalidAnswer, type Question, requestErrorIn } from './errors.js';
import { limits } from './limits.js';

/** What the requests of one call of a port share: its end, and its time. */
export interface Ask {
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

/** Asks GitLab: through the SDK, over our transport, with answers checked by a shape. */
export interface Api {
  /** One question, one answer. */
  one<S extends v.GenericSchema>(
    ask: Ask,
    question: Question,
    schema: S,
    call: (sdk: Sdk) => Promise<unknown>,
  ): Promise<v.InferOutput<S>>;
  /** As `one`; null for 404. */
  maybe<S extends v.GenericSchema>(
    ask: Ask,
    question: Question,
    schema: S,
    call: (sdk: Sdk) => Promise<unknown>,
  ): Promise<v.InferOutput<S> | null>;
  /** The entries of a list that `keep` takes, page by page, up to a limit. */
  list<T>(
    ask: Ask,
    question: Question,
    schema: v.GenericSchema<unknown, T[]>,
    call: (sdk: Sdk, page: Page) => Promise<unknown>,
    more?: ListLimits<T>,
  ): Promise<readonly T[]>;
  /** An answer that is no JSON, as it streams in. */
  stream(ask: Ask, question: Question, call: (sdk: Sdk) => Promise<unknown>): Promise<Response>;
  /** An answer that is no JSON, whole. */
  bytes(ask: Ask, question: Question, call: (sdk: Sdk) => Promise<unknown>): Promise<Uint8Array>;
  /** Ends a call whose answer is well-formed, but not about what was asked. */
  isAnother(ask: Ask, question: Question, field: string): Promise<never>;
}

/** How far a list is followed. */
export interface ListLimits<T> {
  readonly limit?: number;
  readonly keep?: (one: T) => boolean;
  readonly mostPages?: number;
  /** Asked after each page: true ends the list. */
  readonly until?: () => boolean;
}

export interface Page {
  readonly page: number;
  readonly perPage: number;
  /** Where the server counts pages by what came last. */
  readonly pageToken?: string;
}

export interface ApiOptions {
  readonly project: Project;
  readonly fetch: typeof globalThis.fetch;
  readonly credential: (signal: AbortSignal) => Promise<FoundCredential>;
  readonly now: () => number;
  /** Finds a project again that was moved, since GitLab refuses every write at an old path; true: its place is known now. */
  readonly onMoved: (ask: Ask) => Promise<boolean>;
}

export function makeApi(options: ApiOptions): Api {
  const { project } = options;
  const asker = async (signal: AbortSignal): Promise<Asker> => {
    const { credential, passedOver } = await options.credential(signal);
    const { host, name } = project;
    const [origin, kind] = [credential?.origin ?? null, credential?.kind ?? null];
    return { host, name, origin, kind, passedOver, now: options.now() };
  };

  /** Runs one question, again where that is safe, and turns what fails into a Failure. */
  async function ask(
    asking: Ask,
    question: Question,
    call: (sdk: Sdk) => Promise<unknown>,
    more: { readonly form?: Form; readonly isMoved?: boolean } = {},
  ): Promise<{ readonly value: unknown; readonly response: Response }> {
    const { signal, patience } = asking;
    const { credential } = await options.credential(signal);
    const attempt = async (): Promise<{ readonly value: unknown; readonly response: Response }> => {
      const sink: Sink = { response: null };
      const send = requester(options.fetch, signal, sink, more.form ?? 'json', question.headers ?? {});
      const sdk = sdkOn(project.baseUrl, authOf(credential), send);
      const value = await call(sdk);
      if (sink.response === null) throw new Error(`${question.call} asked nothing`);
      return { value, response: sink.response };
    };
    try {
      return await retrying(attempt, {
        patience,
        signal,
        classify: (error) => again(error, question, project.host, options.now()),
      });
    } catch (error) {
      const refused = requestErrorIn(error);
      const isMoved = refused?.status === 405 && /moved projects/i.test(refused.said);
      if (isMoved && more.isMoved !== true && (await options.onMoved(asking))) {
        return ask(asking, question, call, { ...more, isMoved: true });
      }
      throw failureOf(error, question, await asker(signal));
    }
  }

  async function checked<S extends v.GenericSchema>(
    asking: Ask,
    question: Question,
    schema: S,
    value: unknown,
  ): Promise<v.InferOutput<S>> {
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    const { field, found } = fieldOf(result.issues[0]);
    throw invalidAnswer(question, await asker(asking.signal), field, found);
  }

  const api: Api = {
    isAnother: async (asking, question, field) => {
      throw invalidAnswer(question, await asker(asking.signal), `the field ${field}`, 'is that of another one');
    },
    one: async (asking, question, schema, call) =>
      checked(asking, question, schema, (await ask(asking, question, call)).value),
    maybe: async (asking, question, schema, call) => {
      try {
        return await api.one(asking, question, schema, call);
      } catch (error) {
        const failure = failureIn(error);
        if (failure?.problem.kind === 'not-found' && failure.problem.details['what'] !== 'project') return null;
        throw error;
      }
    },
    list: async (asking, question, schema, call, more = {}) => {
      type Entry = v.InferOutput<typeof schema>[number];
      const found: Entry[] = [];
      const limit = more.limit ?? Number.POSITIVE_INFINITY;
      let pageToken: string | null = null;
      for (let page = 1; found.length < limit && page <= (more.mostPages ?? limits.mostPages); page++) {
        const at: Page = { page, perPage: limits.perPage, ...(pageToken === null ? {} : { pageToken }) };
        const { value, response } = await ask(asking, question, (sdk) => call(sdk, at));
        const entries: readonly Entry[] = await checked(asking, question, schema, value);
        found.push(...entries.filter((one) => more.keep?.(one) ?? true));
        if (more.until?.() === true || !hasNext(response.headers, entries.length)) break;
        pageToken = nextToken(response.headers);
      }
      return found.slice(0, limit);
    },
    stream: async (asking, question, call) => (await ask(asking, question, call, { form: 'stream' })).response,
    bytes: async (asking, question, call) => (await ask(asking, question, call, { form: 'bytes' })).value as Uint8Array,
  };
  return api;
}

/** The addresses that GitLab names for further pages are never followed: they may point at another host. */
function hasNext(headers: Headers, entries: number): boolean {
  const next = headers.get('x-next-page');
  if (next !== null) return next.trim() !== '';
  const link = headers.get('link');
  if (link !== null) return /\brel="?next"?/i.test(link);
  return entries >= limits.perPage;
}

/** Of the address of the next page the token alone is used. */
function nextToken(headers: Headers): string | null {
  const address = /<([^>]*)>;[^,]*\brel="?next"?/i.exec(headers.get('link') ?? '')?.[1];
  return address === undefined ? null : new URLSearchParams(address.slice(address.indexOf('?') + 1)).get('page_token');
}

/** Whether a failed attempt is made again. What makes something is made again only if it surely did not happen. */
function again(error: unknown, question: Question, host: string, now: number): Again | null {
  const own = failureIn(error)?.problem;
  // the transport has put a fault of the connection into words already
  if (own !== undefined && own.details['what'] !== 'connection') return null;
  const answer = requestErrorIn(error);
  const why = (text: string, kind: Again['why']['kind']): Again['why'] => ({ kind, text });
  if (answer !== null) {
    const { status } = answer;
    if (status === 429 && question.impatient === true) return null;
    const method = question.creates === true ? 'POST' : 'GET';
    if (!isRetryable({ method, status, idempotent: question.creates !== true })) return null;
    const afterMs = retryAfterMs(answer.headers, now);
    if (status === 429) {
      return { afterMs, why: why(`GitLab (${host}) takes no more requests of this kind for now.`, 'rate-limited') };
    }
    return { afterMs, why: why(`GitLab (${host}) does not serve right now (${status}).`, 'unavailable') };
  }
  const network = own ?? problemOfNetwork(error, host);
  if (network === undefined || question.creates === true || !isPassing(network.details['found'])) return null;
  return { afterMs: null, why: why(network.message, 'unavailable') };
}

/** Whether a fault of the connection may be gone the next time: a wrong name or certificate stays wrong. */
function isPassing(code: unknown): boolean {
  return (
    typeof code === 'string' &&
    /RESET|ABORTED|EPIPE|REFUSED|TIMEDOUT|TIMEOUT|EAI_AGAIN|UND_ERR_(SOCKET|RES|CLOSED|INFO)/.test(code)
  );
}
