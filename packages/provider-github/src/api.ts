import { Failure, fail, openTransport, type Patience, type Transport } from '@gitops/provider-http';
import * as v from 'valibot';
import { type Address, nameOf, originOf } from './address.js';
import { type Client, connectAs, send } from './client.js';
import { type Access, findAccess } from './credentials.js';
import { type Ask, type Asked, failureOfGraphql, graphqlErrorsIn, LostAnswer, notAsDescribed } from './errors.js';
import { backOff } from './limits.js';
import { environmentOf, type GitHubOptions } from './options.js';
import { installation } from './schema.js';
import type { GraphqlErrors } from './schema-graphql.js';

/** One call of a port: its signal and its time. */
export interface Run {
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

type Schema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;

/** A request without the shape of its answer. */
export interface Sent extends Ask {
  /** `POST /repos/{owner}/{repo}/pulls`; owner and repository are put in. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Sending it twice does no harm. Left out: true for GET. */
  readonly safe?: boolean;
}

export interface Request<S extends Schema> extends Sent {
  readonly schema: S;
}

export interface Query<S extends Schema> extends Ask {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly schema: S;
  /** Left out: true, as for what only reads. */
  readonly safe?: boolean;
}

/** What GraphQL answered: data, errors, or both. */
export interface Told<T> {
  readonly data: T | null;
  readonly errors: GraphqlErrors;
}

/** GitHub's API through Octokit, for one repository. Whatever fails is thrown as a Failure. */
export interface Api {
  readonly address: Address;
  access(signal: AbortSignal): Promise<Access>;
  request<S extends Schema>(run: Run, request: Request<S>): Promise<v.InferOutput<S>>;
  /** The same with the headers of the answer. */
  answer<S extends Schema>(
    run: Run,
    request: Request<S>,
  ): Promise<{ readonly data: v.InferOutput<S>; readonly headers: ReadonlyMap<string, string> }>;
  /** Null where GitHub answers 404. */
  find<S extends Schema>(run: Run, request: Request<S>): Promise<v.InferOutput<S> | null>;
  /** All pages of a list, or as many as are needed for `enough`. */
  pages<T>(
    run: Run,
    request: Sent & { readonly schema: v.GenericSchema<unknown, T[]> },
    enough?: (found: readonly T[]) => boolean,
  ): Promise<T[]>;
  /** An answer whose body is read as it comes. */
  stream(run: Run, request: Sent): Promise<Response>;
  /** Null where this server has no GraphQL (remembered), or none of what the query needs. */
  graphql<S extends Schema>(run: Run, query: Query<S>): Promise<Told<v.InferOutput<S>> | null>;
  /** From now on the repository goes by this name: GitHub told so. */
  rename(owner: string, name: string): void;
}

export function makeApi(options: GitHubOptions, address: Address): Api {
  const transport = options.transport ?? ownTransport(options, address);
  let place: { readonly owner: string; readonly name: string } = address;
  const access = once((signal: AbortSignal) => findAccess(options, address, signal));
  let hasGraphql = options.graphql !== false;

  const askedOf = async (run: Run): Promise<Asked> => ({ host: address.host, access: await access(run.signal) });

  const client = once(async (_: AbortSignal, run: Run): Promise<Client> => {
    const asked = await askedOf(run);
    const open = (installationId?: number): Client => connectAs(asked.access, address, transport, installationId);
    const { access: found } = asked;
    if (found.kind !== 'app' || found.app.installation !== undefined) return open();
    const ask = {
      to: 'say where the GitHub App is installed',
      what: `an installation of the App on ${nameOf(address)}`,
    };
    const { data } = await send(open(), run, asked, place, { ...ask, route: 'GET /repos/{owner}/{repo}/installation' });
    return open(parsed(data, installation, ask, asked).id);
  });

  const answer: Api['answer'] = async (run, wanted) => {
    const octokit = await client(run.signal, run);
    const asked = await askedOf(run);
    const safe = wanted.safe ?? wanted.route.startsWith('GET ');
    for (let attempt = 1; ; attempt++) {
      const { data, headers } = await send(octokit, run, asked, place, wanted);
      try {
        return { data: parsed(data, wanted.schema, wanted, asked, safe), headers };
      } catch (error) {
        // cut off on the way: the same question again
        if (!safe || typeof data !== 'string' || attempt === 3) throw error;
        await again(run, address.host, attempt);
      }
    }
  };

  const request: Api['request'] = async (run, wanted) => (await answer(run, wanted)).data;

  return {
    address,
    access,
    answer,
    request,
    find: async (run, wanted) => {
      try {
        return await request(run, wanted);
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
    pages: async (run, wanted, enough = () => false) => {
      const found = [];
      for (let page = 1; ; page++) {
        const parameters = { per_page: 100, ...wanted.parameters, ...(page === 1 ? {} : { page }) };
        const { data, headers } = await answer(run, { ...wanted, parameters });
        found.push(...data);
        // a next page is asked for by number: its address is the server's word, and is not followed
        const next = /;[^,]*\brel="?next\b/.test(headers.get('link') ?? '');
        if (!next || data.length === 0 || enough(found)) return found;
      }
    },
    stream: async (run, wanted) => {
      const octokit = await client(run.signal, run);
      const streaming = { request: { parseSuccessResponseBody: false } };
      const { data } = await send(octokit, run, await askedOf(run), place, wanted, streaming);
      if (!(data instanceof ReadableStream)) {
        return fail('response-invalid', `${address.host} answered nothing when asked to ${wanted.to}.`, 'Run again.');
      }
      return new Response(data);
    },
    graphql: async (run, wanted) => {
      const octokit = await client(run.signal, run);
      const asked = await askedOf(run);
      if (!hasGraphql || asked.access.kind === 'none') return null;
      const { to, what, safe = true } = wanted;
      const sent: Sent = { to, what, safe, route: 'POST /graphql' };
      // the whole address, and not another base: an App's token is asked for at the base of the request that needs it
      const url = address.graphqlUrl === address.apiUrl ? {} : { url: `${address.graphqlUrl}/graphql` };
      const body = { ...url, query: wanted.query, variables: wanted.variables ?? {} };
      for (let attempt = 1; ; attempt++) {
        let answered: Awaited<ReturnType<typeof send>>;
        try {
          answered = await send(octokit, run, asked, {}, sent, body);
        } catch (error) {
          if (!isAbsent(error, [404, 405, 410, 501])) throw error;
          hasGraphql = false;
          return null;
        }
        const { data, headers } = answered;
        if (typeof data === 'object' && data !== null && ('data' in data || 'errors' in data)) {
          return told(data, wanted, asked, safe);
        }
        const isCutOff = typeof data === 'string' && /json/.test(headers.get('content-type') ?? '');
        if (!isCutOff) {
          // a page in the place of an answer: there is no GraphQL behind this address
          hasGraphql = false;
          return null;
        }
        if (!safe) throw new LostAnswer(notAsDescribed(wanted, asked, data));
        if (attempt === 3) throw new Failure(notAsDescribed(wanted, asked, data));
        await again(run, address.host, attempt);
      }
    },
    rename: (owner, name) => {
      place = { owner, name };
    },
  };
}

export function ownTransport(options: GitHubOptions, address: Address): Transport {
  return openTransport({
    env: environmentOf(options),
    trustedOrigins: [originOf(address.apiUrl) ?? ''],
    userAgent: 'gitops-provider-github',
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
  });
}

/** Found once and kept; what failed is looked for again by the next call, which may not be aborted. */
function once<A extends unknown[], T>(
  find: (signal: AbortSignal, ...more: A) => Promise<T>,
): (signal: AbortSignal, ...more: A) => Promise<T> {
  let found: Promise<T> | null = null;
  return async (signal, ...more) => {
    const mine = found ?? find(signal, ...more);
    found = mine;
    try {
      return await mine;
    } catch (error) {
      if (found === mine) found = null;
      throw error;
    }
  };
}

function again(run: Run, host: string, attempt: number): Promise<void> {
  const text = `The answer of ${host} was cut off; asking again.`;
  return run.patience.wait(backOff(attempt), { kind: 'unavailable', text }, run.signal);
}

function isAbsent(error: unknown, statuses: readonly number[] = [404]): boolean {
  const status = error instanceof Failure ? error.problem.details['status'] : undefined;
  return typeof status === 'number' && statuses.includes(status);
}

function told<S extends Schema>(
  data: object,
  wanted: Query<S>,
  asked: Asked,
  safe: boolean,
): Told<v.InferOutput<S>> | null {
  const errors = graphqlErrorsIn(data);
  if (errors === undefined) throw new Failure(notAsDescribed(wanted, asked, data));
  const isOlder = errors?.some(
    ({ message, extensions }) =>
      extensions?.code === 'undefinedField' || /doesn't exist on type|Cannot query field/.test(message),
  );
  if (isOlder === true) return null;
  const content: unknown = 'data' in data ? data.data : null;
  if (content !== null && content !== undefined) {
    return { data: parsed(content, wanted.schema, wanted, asked, safe), errors: errors ?? [] };
  }
  if (errors === null) throw new Failure(notAsDescribed(wanted, asked, data));
  if (errors.some((error) => error.type === 'RATE_LIMITED')) throw failureOfGraphql(errors, wanted, asked);
  return { data: null, errors };
}

function parsed<S extends Schema>(data: unknown, schema: S, ask: Ask, asked: Asked, safe = true): v.InferOutput<S> {
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  const found = notAsDescribed(ask, asked, data, result.issues);
  throw safe ? new Failure(found) : new LostAnswer(found);
}
