import { type Clock, type ErrorKind, type GitOpsError, problem } from '@gitops/core';
import {
  type Again,
  Failure,
  failureIn,
  isRetryable,
  makePatience,
  openTransport,
  retryAfterMs,
  retrying,
  type WaitReason,
} from '@gitops/provider-http';
import { type Authorization, type AuthorizationOptions, authorizationOf } from './authorization.js';
import { describeRegistryImage } from './image-name.js';
import { codeIn, type RegistryAnswer, readBody } from './registry-answer.js';

export interface RegistryOptions extends AuthorizationOptions {
  readonly clock: Clock;
  readonly onWait: (wait: { readonly why: string; readonly milliseconds: number }) => void;
}

export interface RegistryRequests {
  /** Answers with success only; 404 is answered, too, where `missing` says so. */
  send(request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer>;
  close(): Promise<void>;
}

export interface RegistryRequest {
  readonly method?: 'GET' | 'HEAD';
  readonly url: URL;
  readonly accept: string;
  /** Longest body that is read. */
  readonly most: number;
  /** For people: `a list of tags`. */
  readonly what: string;
  /** Statuses that are answered instead of being a failure. */
  readonly alsoAnswer?: readonly number[];
}

/** Waits for a registry, all in all, before it is told to the person instead. */
const patienceMs = 60_000;
const broken = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED']);

/**
 * Requests to one repository of a registry: challenges are answered, redirects followed without credentials, 429 waited
 * for where the registry names a short time, 502 to 504 and broken connections tried again. Failures: `unauthenticated`,
 * `forbidden`, `not-found`, `rate-limited`, `unavailable`, `response-invalid`.
 */
export function openRequests(options: RegistryOptions): RegistryRequests {
  const { image, clock, onWait } = options;
  const transport = openTransport({ ...options.connection, trustedOrigins: [image.origin] });
  const authorization = authorizationOf(options);

  const once = async (request: RegistryRequest, sent: string | null, signal: AbortSignal): Promise<RegistryAnswer> => {
    const { method = 'GET', url, accept, most, what } = request;
    const headers = { accept, ...(sent === null ? {} : { authorization: sent }) };
    const response = await transport.fetch(url, { method, headers, signal });
    const { status } = response;
    const body = await readBody(response, most, what);
    return { status, headers: response.headers, url: new URL(response.url), body };
  };

  const attempt = async (request: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer> => {
    // one challenge opens the registry; a second one asks for more than the first, or for a token that is not too old
    for (let challenges = 0; ; challenges++) {
      const sent = authorization.header();
      const answer = await once(request, sent, signal);
      if (isGood(answer, request)) return answer;
      const isOwn = answer.url.origin === image.origin;
      const again = answer.status === 401 && isOwn && challenges < 2;
      if (!again || !(await authorization.answer(answer, sent, signal))) return refuse(answer, options, authorization);
    }
  };

  return {
    send: (request, signal) => {
      const patience = makePatience({ clock, totalMs: patienceMs, onWait });
      return retrying(() => attempt(request, signal), { patience, signal, attempts: 3, classify });
    },
    close: () => transport.close(),
  };
}

function isGood({ status }: RegistryAnswer, { alsoAnswer = [] }: RegistryRequest): boolean {
  return (status >= 200 && status < 300) || alsoAnswer.includes(status);
}

/** A refusal that may be over soon. */
class Refused extends Failure {
  readonly again: Again | null;

  constructor(found: GitOpsError, again: Again | null) {
    super(found);
    this.again = again;
  }
}

function classify(error: unknown): Again | null {
  if (error instanceof Refused) return error.again;
  const found = failureIn(error)?.problem;
  if (found?.kind !== 'unavailable' || !broken.has(String(found.details['found']))) return null;
  return { afterMs: null, why: { kind: 'unavailable', text: found.message } };
}

function refuse(answer: RegistryAnswer, options: RegistryOptions, authorization: Authorization): never {
  const { status, headers, url, body } = answer;
  const code = codeIn(body);
  const reason = `status ${status}${code === null ? '' : `, ${code}`}`;
  const details = { what: 'registry', host: url.host, found: status, ...(code === null ? {} : { code }) };
  const [kind, message, remedy] = meaningOf(status, reason, url.host, options, authorization);
  throw new Refused(problem(kind, message, remedy, { details }), againAfter(status, headers, url.host, options.clock));
}

function meaningOf(
  status: number,
  reason: string,
  host: string,
  { image }: RegistryOptions,
  authorization: Authorization,
): readonly [ErrorKind, string, string] {
  const asked = describeRegistryImage(image);
  switch (status) {
    case 401:
      return ['unauthenticated', `${asked} is not open to everybody (${reason}).`, authorization.remedy()];
    case 403:
      return ['forbidden', `${host} refuses to show ${asked} (${reason}).`, authorization.remedy()];
    case 404:
      return [
        'not-found',
        `${host} knows no image ${image.repository} (${reason}).`,
        `Look for a slip in the name. Of a private image, a registry says the same to whoever may not see it. ${authorization.remedy()}`,
      ];
    case 429:
      return [
        'rate-limited',
        `${host} takes no more requests for now (${reason}).`,
        'Wait, then run again: Docker Hub counts over hours, and allows more with docker login. Fewer images (--env, --image) need fewer requests.',
      ];
    default:
      return status >= 500
        ? ['unavailable', `${host} answered with ${reason}.`, 'Run again in a while.']
        : [
            'response-invalid',
            `${host} answered with ${reason}.`,
            'Look whether the host is a registry of container images.',
          ];
  }
}

function againAfter(status: number, headers: Headers, host: string, clock: Clock): Again | null {
  if (status !== 429) {
    const why: WaitReason = { kind: 'unavailable', text: `${host} answered with status ${status}.` };
    return isRetryable({ method: 'GET', status }) ? { afterMs: null, why } : null;
  }
  const afterMs = retryAfterMs(headers, Date.parse(clock.now()));
  // without a time it may be hours
  return afterMs === null
    ? null
    : { afterMs, why: { kind: 'rate-limited', text: `${host} takes no more requests for now.` } };
}
