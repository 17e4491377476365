import { Readable } from 'node:stream';
import type { FakeAnswer, FakeRequest } from '../host/request.js';
import type { Matched, Router } from '../host/router.js';
import type { Description } from './check.js';

/** A request whose route is known and whose body is read. */
export interface ApiCall {
  readonly request: FakeRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON, undefined where none was sent. */
  readonly body: unknown;
}

export type ApiHandler = (call: ApiCall) => Promise<FakeAnswer>;

export interface DescribedApi {
  readonly router: Router<ApiHandler>;
  /** Null: nothing is held to a description. */
  readonly description: Description | null;
  /** Where complaints are collected. */
  readonly violations: string[];
  /** False: a request that does not fit is answered as the forge answers it; answers are held to it all the same. */
  readonly checkRequests: boolean;
  /** The forge's own answer to a path that it does not have. */
  readonly unknown: FakeAnswer;
  /** The forge's own answer to a body that is no JSON. */
  readonly notJson: FakeAnswer;
}

/**
 * Answers a request below an API's root by its route, with the description watching both sides. A violation is kept
 * and answered with 500 and its text, so that the test that caused it fails.
 */
export async function serveDescribed(api: DescribedApi, request: FakeRequest, path: string): Promise<FakeAnswer> {
  const own = api.router(request.method, path);
  // HEAD is GET without the body, which the server leaves out, unless it has a route of its own
  const matched = own === 'wrong-method' && request.method === 'HEAD' ? api.router('GET', path) : own;
  if (matched === null || matched === 'wrong-method') {
    return api.checkRequests
      ? violate(api, `${request.method} ${path}`, ['no such endpoint in this fake'])
      : api.unknown;
  }
  const { method, template } = matched.route;
  const name = `${method} ${template}`;
  const bytes = await request.bytes();
  let body: unknown;
  try {
    body = bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8'));
  } catch {
    return api.checkRequests ? violate(api, name, ['body: not JSON']) : api.notJson;
  }
  const call: ApiCall = { request, params: matched.params, query: request.query, body };
  if (api.checkRequests && api.description !== null) {
    const complaints = api.description.request({ method, template, params: call.params, query: call.query, body });
    if (complaints.length > 0) return violate(api, name, complaints);
  }
  return checkedAnswer(api, matched, await matched.route.handler(call));
}

/** An answer that some other part gave for a route (a rate limit, say), held to the description as well. */
export function checkedAnswer(api: DescribedApi, matched: Matched<ApiHandler>, answer: FakeAnswer): FakeAnswer {
  const { method, template } = matched.route;
  if (api.description === null) return answer;
  const opaque = answer.body === null || Buffer.isBuffer(answer.body) || answer.body instanceof Readable;
  // what goes over the wire is what is checked: members that are undefined are not there
  const body: unknown = opaque ? undefined : JSON.parse(JSON.stringify(answer.body));
  const complaints = api.description.answer({ method, template, status: answer.status, body });
  return complaints.length === 0 ? answer : violate(api, `${method} ${template}`, complaints);
}

function violate(api: DescribedApi, name: string, complaints: readonly string[]): FakeAnswer {
  const texts = complaints.map((text) => `${name}: ${text}`);
  api.violations.push(...texts);
  return { status: 500, body: { message: `Violation of the published description: ${texts.join('; ')}` } };
}
