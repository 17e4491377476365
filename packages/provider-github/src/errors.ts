import { type ErrorKind, type GitOpsError, type JsonValue, problem } from '@gitops/core';
import { Failure, failureIn, problemOfNetwork, redact } from '@gitops/provider-http';
import * as v from 'valibot';
import type { Access } from './credentials.js';
import { type Refusal, refusalOf, short } from './refusal.js';
import { type GraphqlErrors, graphqlErrors } from './schema-graphql.js';

/** What a call is about, for people, and what its refusals mean where that is more than the general sense. */
export interface Ask {
  /** After "GitHub refused to": `open the pull request`. */
  readonly to: string;
  /** What is missing where GitHub answers 404: `the branch "x"`. */
  readonly what: string;
  readonly means?: (refusal: Refusal) => Meaning | undefined;
  /** Whether it changes nothing. */
  readonly safe?: boolean;
}

export interface Meaning {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly remedy: string;
  readonly details?: Readonly<Record<string, JsonValue>>;
}

/** Who was asked, and as whom. */
export interface Asked {
  readonly host: string;
  readonly access: Access;
}

/** A change that was sent, and whose answer was lost: it may have happened, and is looked up before it is sent again. */
export class LostAnswer extends Failure {}

/** The failure of a call, whatever its library threw. */
export function failureOf(error: unknown, ask: Ask, asked: Asked): Failure {
  const own = failureIn(error);
  if (own !== undefined) return own;
  const refusal = refusalOf(error);
  if (refusal !== null) return new Failure(explain(refusal, ask, asked), error);
  const network = problemOfNetwork(error, asked.host);
  if (network !== undefined) return new Failure(network, error);
  throw error;
}

/** Every status has one meaning in general; a call knows better for those that its `means` names. */
export function explain(refusal: Refusal, ask: Ask, asked: Asked): GitOpsError {
  const limited = limitOf(refusal);
  if (limited !== null) return limited;
  const { kind, message, remedy, details } = ask.means?.(refusal) ?? generally(refusal, ask, asked);
  return problem(kind, redact(message), redact(remedy), {
    details: { what: ask.what, status: refusal.status, found: refusal.text, ...details },
  });
}

function generally(refusal: Refusal, ask: Ask, { host, access }: Asked): Meaning {
  const { status, text } = refusal;
  const said = text === '' ? '' : ` It said: ${ended(text)}`;
  const refused = `${host} refused to ${ask.to}.${said}`;
  switch (status) {
    case 401:
      return unauthenticated(host, access);
    case 403:
      return forbidden(refusal, ask, host, access);
    case 404:
      return {
        kind: 'not-found',
        message: `${host} knows nothing of ${ask.what}, or ${whoAsks(access)} may not see it.`,
        remedy: `Look for a slip in the name, and whether ${whoAsks(access)} has access to the repository.`,
      };
    case 301:
    case 302:
    case 307:
    case 308:
      return {
        kind: 'not-found',
        message: `${host} says that the repository has moved.`,
        remedy: 'Use its new name.',
      };
    case 409:
      return { kind: 'stale-head', message: refused, remedy: 'Run again: it is looked at anew.' };
    case 405:
    case 410:
    case 501:
      return {
        kind: 'unsupported',
        message: refused,
        remedy: 'Look whether that is turned on in the settings of the repository or server.',
      };
    case 413:
      return { kind: 'rejected', message: `${refused} It was too large.`, remedy: 'Make the change smaller.' };
    case 400:
    case 415:
    case 422:
      return {
        kind: /abuse|spammed/i.test(text) ? 'rate-limited' : 'rejected',
        message: refused,
        remedy: 'Mend what it names, then run again.',
      };
    case 451:
      return { kind: 'forbidden', message: `${refused} It is blocked for legal reasons.`, remedy: 'Ask GitHub.' };
    default:
      return status >= 500
        ? {
            kind: 'unavailable',
            message: `${host} failed with status ${status} when asked to ${ask.to}.${said}`,
            remedy:
              'Run again later; what was done is found and not done twice. GitHub tells of outages at githubstatus.com.',
          }
        : {
            kind: 'rejected',
            message: `${host} refused to ${ask.to} (status ${status}).${said}`,
            remedy: 'Mend what it names, then run again.',
          };
  }
}

/** A rate limit of either kind, which GitHub answers by 403 or 429; null for any other refusal. */
export function limitOf(refusal: Refusal): GitOpsError | null {
  const { status, text, header } = refusal;
  if (status !== 403 && status !== 429) return null;
  const secondary = /secondary rate|abuse detection/i.test(text);
  const isLimit =
    status === 429 || secondary || header('x-ratelimit-remaining') === '0' || header('retry-after') !== null;
  if (!isLimit) return null;
  const reset = Number(header('x-ratelimit-reset') ?? Number.NaN);
  const after = Number(header('retry-after') ?? Number.NaN);
  const until = !secondary && Number.isFinite(reset) && reset > 0 ? isoOf(reset * 1000) : null;
  const when = Number.isFinite(after)
    ? `in ${Math.max(1, Math.ceil(after))} seconds`
    : until === null
      ? 'in a minute'
      : `after ${until}`;
  return problem(
    'rate-limited',
    secondary
      ? 'GitHub saw too many requests at once (its secondary rate limit), and answers no more for a while.'
      : 'The requests that GitHub allows in an hour are used up.',
    `Run again ${when}. A GitHub App of your own has a limit of its own.`,
    { details: { what: secondary ? 'secondary rate limit' : 'rate limit', status, retryAt: until } },
  );
}

function unauthenticated(host: string, access: Access): Meaning {
  const origin = { origin: access.origin };
  if (access.kind !== 'none') {
    return {
      kind: 'unauthenticated',
      message: `${host} does not accept ${whoAsks(access)}: it has expired, was revoked, or belongs to another server.`,
      remedy:
        access.kind === 'app'
          ? 'Look at the App ID, the private key and the clock of this machine: gitops doctor'
          : `Make a new token and set it there, or log in again with: gh auth login --hostname ${host}`,
      details: origin,
    };
  }
  const passedOver =
    access.passedOver.length === 0
      ? ''
      : ` ${access.passedOver.join(' and ')} is set, but was not sent there, since nothing but the repository names that host.`;
  return {
    kind: 'unauthenticated',
    message: `${host} wants to know who asks, and no token was found.${passedOver}`,
    remedy:
      passedOver === ''
        ? `Set GH_TOKEN (on a server of your own GH_ENTERPRISE_TOKEN with GH_HOST=${host}), or run: gh auth login --hostname ${host}`
        : `If the token is for that host, allow it: --allow-host ${host}`,
    details: origin,
  };
}

function forbidden(refusal: Refusal, ask: Ask, host: string, access: Access): Meaning {
  const { text, header } = refusal;
  const said = text === '' ? '' : ` It said: ${ended(text)}`;
  const who = whoAsks(access);
  const message = `${who.charAt(0).toUpperCase()}${who.slice(1)} may not ${ask.to} on ${host}.${said}`;
  if (/archived|read-only/i.test(text)) {
    return {
      kind: 'rejected',
      message: `${host} refused to ${ask.to}: ${ended(text)}`,
      remedy: 'Unarchive the repository first.',
    };
  }
  if (header('x-github-sso') !== null || /SAML/i.test(text)) {
    return {
      kind: 'forbidden',
      message: `The organisation wants single sign-on, for which ${who} is not authorised.`,
      remedy: `Authorise it for the organisation: https://${host}/settings/tokens, "Configure SSO".`,
    };
  }
  if (/IP allow list|IP address/i.test(text)) {
    return { kind: 'forbidden', message, remedy: 'Ask the organisation to allow the address of this machine.' };
  }
  const [has, wanted] = [header('x-oauth-scopes'), header('x-accepted-oauth-scopes')];
  const permissions = header('x-accepted-github-permissions');
  if (permissions !== null && permissions !== '') {
    return {
      kind: 'forbidden',
      message,
      remedy: `Give the token or the App one of these permissions on the repository: ${permissions}.`,
      details: { expected: permissions },
    };
  }
  if (has !== null && wanted !== null && wanted !== '') {
    const list = wanted.split(',').map((scope) => scope.trim());
    const lacks = !has.split(',').some((scope) => list.includes(scope.trim()));
    if (lacks) {
      return {
        kind: 'forbidden',
        message,
        remedy: `The token has the scopes "${has}"; make one with ${list.join(' or ')}.`,
        details: { expected: wanted, scopes: has },
      };
    }
  }
  return {
    kind: 'forbidden',
    message,
    remedy: `Give it ${ask.safe === true ? 'read' : 'write'} access to contents and pull requests of the repository. What it has, says: gitops doctor`,
  };
}

/** An answer of the right status whose content is not what the call gives. */
export function notAsDescribed(
  ask: Ask,
  { host }: Asked,
  data: unknown,
  issues?: readonly v.BaseIssue<unknown>[],
): GitOpsError {
  const [issue] = issues ?? [];
  const field = issue === undefined ? null : (v.getDotPath(issue) ?? null);
  const isText = typeof data === 'string';
  return problem(
    'response-invalid',
    isText
      ? `${host} was asked to ${ask.to} and did not answer with JSON, or its answer was cut off.`
      : `${host} was asked to ${ask.to}, and its answer is not as GitHub describes it${field === null ? '' : `: ${field}`}.`,
    isText
      ? 'Look whether the address is that of the API, and whether a proxy or a login page answers in its place.'
      : 'Run again; if it happens again, this server is no GitHub, or one of a version that is not known here.',
    {
      details: {
        what: ask.to,
        field,
        expected: issue?.expected ?? null,
        found: isText ? 'text' : (issue?.received ?? null),
      },
    },
  );
}

/** Errors of GraphQL that come with status 200. */
export function failureOfGraphql(errors: GraphqlErrors, ask: Ask, asked: Asked): Failure {
  const text = short(errors.map((error) => error.message).join('; '));
  const refusal = (status: number): Refusal => ({ status, text, header: () => null });
  const types = new Set(errors.map((error) => error.type));
  if (types.has('RATE_LIMITED')) return new Failure(limitOf(refusal(429)) ?? explain(refusal(429), ask, asked));
  if (types.has('INSUFFICIENT_SCOPES') || types.has('FORBIDDEN')) return new Failure(explain(refusal(403), ask, asked));
  if (types.has('NOT_FOUND')) return new Failure(explain(refusal(404), ask, asked));
  if (types.has('SERVICE_UNAVAILABLE') || /something went wrong|timed? ?out/i.test(text)) {
    return new Failure(explain(refusal(502), ask, asked));
  }
  return new Failure(explain(refusal(422), ask, asked));
}

/** The errors in an answer of GraphQL; null where there are none, undefined where they cannot be read. */
export function graphqlErrorsIn(data: object): GraphqlErrors | null | undefined {
  if (!('errors' in data) || data.errors === null || data.errors === undefined) return null;
  const parsed = v.safeParse(graphqlErrors, data.errors);
  if (!parsed.success) return undefined;
  return parsed.output.length === 0 ? null : parsed.output;
}

export function whoAsks(access: Access): string {
  if (access.kind === 'app') return `the GitHub App (${access.origin})`;
  return access.kind === 'token' ? `the token (${access.origin})` : 'someone without a token';
}

function ended(text: string): string {
  return /[.!]$/.test(text) ? text : `${text}.`;
}

function isoOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
