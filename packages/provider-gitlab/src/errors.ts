import { type ErrorKind, type GitOpsError, type JsonValue, problem } from '@gitops/core';
import { Failure, failureIn, problemOfNetwork, redact, retryAfterMs } from '@gitops/provider-http';
import type { BaseIssue } from 'valibot';

/** What a 404 of a call is about, where GitLab's own words do not say. */
export type About = 'project' | 'branch' | 'commit' | 'file' | 'pull-request' | 'account' | 'group' | 'server';

/** One question to GitLab, in words and with the answers that mean something of their own there. */
export interface Question {
  /** For people, after "could not": `read the branch "main"`. */
  readonly call: string;
  readonly about: About;
  /** The branch, commit or number that it is about, for messages and data. */
  readonly subject?: string;
  /** Headers besides those of the SDK. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A rate limit is not waited for: there is another way. */
  readonly impatient?: boolean;
  /** Makes something: after an attempt whose outcome is not known it must not be made again blindly. */
  readonly creates?: boolean;
  /** What some statuses mean for this call; null: what they mean everywhere. */
  readonly on?: (status: number, said: string) => GitOpsError | null;
}

/** Whom the question came from, as far as an answer depends on it. */
export interface Asker {
  readonly host: string;
  /** `gitlab.com/acme/gitops` */
  readonly name: string;
  /** Where the credential was found; null: nobody. */
  readonly origin: string | null;
  readonly kind: 'token' | 'job-token' | 'basic' | null;
  readonly passedOver: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface RequestError {
  readonly status: number;
  readonly said: string;
  readonly headers: Pick<Headers, 'get'>;
}

/** The failed request in an error of the SDK; recognised by name, since an ESM and a CommonJS copy of it may coexist. */
export function requestErrorIn(error: unknown): RequestError | null {
  if (!(error instanceof Error) || error.name !== 'GitbeakerRequestError') return null;
  const cause = error.cause as { readonly response?: Response; readonly description?: unknown } | undefined;
  if (cause?.response === undefined) return null;
  return {
    status: cause.response.status,
    said: wordsIn(typeof cause.description === 'string' ? cause.description : error.message),
    headers: cause.response.headers,
  };
}

/** What any error of a question means; what is nobody's fault but ours is thrown on as it is. */
export function failureOf(error: unknown, question: Question, asker: Asker): unknown {
  const own = failureIn(error);
  if (own !== undefined) return own;
  const answer = requestErrorIn(error);
  if (answer !== null) return new Failure(problemOfStatus(answer, question, asker), error);
  const network = problemOfNetwork(error, asker.host);
  return network === undefined ? error : new Failure(network, error);
}

/** Every status on purpose; the words of GitLab decide where one status has several meanings. */
export function problemOfStatus(answer: RequestError, question: Question, asker: Asker): GitOpsError {
  const { status, said } = answer;
  const special = question.on?.(status, said) ?? null;
  if (special !== null) return special;
  const why = said === '' ? `status ${status}` : said;
  const make = (kind: ErrorKind, message: string, remedy: string, more: Record<string, JsonValue> = {}): GitOpsError =>
    problem(kind, redact(message), remedy, {
      details: { what: question.about, call: question.call, status, ...subjectOf(question), ...more },
    });
  const could = `GitLab (${asker.host}) did not ${question.call}`;
  switch (status) {
    case 400:
    case 406:
    case 412:
    case 415:
    case 422:
      return make('rejected', `${could}: ${why}.`, 'Change what GitLab finds fault with, then run again.');
    case 401:
      return unauthenticated(make, could, why, asker);
    case 403:
      return forbidden(make, could, why, asker);
    case 404:
    case 410:
      return make('not-found', notFound(question, asker, said), notFoundRemedy(asker), {
        what: aboutOf(question, said),
      });
    case 405:
      return make(
        'rejected',
        `${could}: it is not allowed as things are (${why}).`,
        'Look at the merge request on GitLab for what it waits for.',
      );
    case 408:
      return make('unavailable', `${could}: it took GitLab too long.`, 'Run again.');
    case 409:
      return make(
        'stale-head',
        `${could}: somebody else was there first (${why}).`,
        'Run again: it is made anew on what is there now.',
      );
    case 413:
    case 414:
      return make(
        'rejected',
        `${could}: the request is too large (${why}).`,
        'Make the change in smaller parts, or raise the limit of the server or proxy in front.',
      );
    case 429:
      return rateLimited(make, answer, asker);
    default:
      return status >= 500
        ? make(
            'unavailable',
            `${could}: the server has a fault of its own (${status}).`,
            'Run again later; look at the status page of the server if it stays.',
          )
        : make(
            'response-invalid',
            `${could}: the answer was the unexpected status ${status} (${why}).`,
            'Look whether the address is that of a GitLab API, or whether a proxy or a login page stands in between.',
          );
  }
}

type Make = (kind: ErrorKind, message: string, remedy: string, more?: Record<string, JsonValue>) => GitOpsError;

function unauthenticated(make: Make, could: string, why: string, asker: Asker): GitOpsError {
  if (asker.kind === 'job-token') return jobToken(make, could);
  const passed =
    asker.passedOver.length > 0
      ? ` (${asker.passedOver.join('; ')}: allow this host with --allow-host ${asker.host})`
      : '';
  if (asker.origin === null) {
    return make(
      'unauthenticated',
      `${could}: nobody is signed in.`,
      `Set GITLAB_TOKEN to an access token with the scope api, or run glab auth login --hostname ${asker.host}${passed}.`,
      { origin: null },
    );
  }
  return make(
    'unauthenticated',
    `${could}: the token from ${asker.origin} is not accepted (${why}).`,
    `Look whether it has expired, was revoked, or belongs to another GitLab than ${asker.host}; make a new one with the scope api.`,
    { origin: asker.origin },
  );
}

function forbidden(make: Make, could: string, why: string, asker: Asker): GitOpsError {
  if (asker.kind === 'job-token') return jobToken(make, could);
  const scope = /insufficient_scope|higher privileges/i.test(why)
    ? (/\(scopes?: ([^)]*)\)/i.exec(why)?.[1] ?? 'api').trim()
    : null;
  if (scope !== null) {
    return make(
      'forbidden',
      `${could}: the token from ${asker.origin ?? 'nowhere'} lacks a scope.`,
      `Make an access token with the scope ${scope.split(/[ ,]+/).includes('api') ? 'api' : scope}.`,
      { origin: asker.origin, missingScope: scope },
    );
  }
  if (/protected|not allowed to push|push rule/i.test(why)) {
    return make('rejected', `${could}: ${why}.`, 'Let this account push there, or use another branch.', {
      origin: asker.origin,
    });
  }
  if (/rate limit|too many/i.test(why)) {
    return make('rate-limited', `${could}: ${why}.`, 'Wait a while, then run again.', { origin: asker.origin });
  }
  return make(
    'forbidden',
    `${could}: the account of the token from ${asker.origin ?? 'nowhere'} may not (${why}).`,
    'Give the account the role Developer (Maintainer for protected branches) in the project, and the token the scope api.',
    { origin: asker.origin, missingScope: null },
  );
}

/** GitLab CI's own token reads what the project allows, and makes neither commits nor merge requests (GitLab 19.5). */
function jobToken(make: Make, could: string): GitOpsError {
  return make(
    'forbidden',
    `${could}: the token of a CI job (CI_JOB_TOKEN) may not do that.`,
    'Make a project access token with the scope api and the role Developer, and give it to the job as the masked variable GITLAB_TOKEN.',
    { origin: 'CI_JOB_TOKEN', missingScope: 'api' },
  );
}

function rateLimited(make: Make, answer: RequestError, asker: Asker): GitOpsError {
  const afterMs = retryAfterMs(answer.headers, asker.now);
  const until = afterMs === null ? null : new Date(asker.now + afterMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return make(
    'rate-limited',
    `GitLab (${asker.host}) takes no more requests of this kind for now${until === null ? '' : `, until ${until}`}.`,
    'Wait until then, then run again; a larger time limit lets the command wait by itself.',
    { retryAt: until, now: new Date(asker.now).toISOString() },
  );
}

/** What a call is about, by the name that programs look for. */
function subjectOf({ about, subject }: Question): Record<string, JsonValue> {
  if (subject === undefined) return {};
  return { [about === 'branch' || about === 'commit' || about === 'file' ? about : 'subject']: subject };
}

/** GitLab says what is missing, but for a project also when it may not be seen. */
function aboutOf(question: Question, said: string): About {
  return /project not found/i.test(said) ? 'project' : question.about;
}

function notFound(question: Question, asker: Asker, said: string): string {
  const about = aboutOf(question, said);
  const subject = question.subject === undefined ? '' : ` ${JSON.stringify(question.subject)}`;
  switch (about) {
    case 'project':
      return `There is no project ${asker.name}, or the account may not see it.`;
    case 'branch':
      return `There is no branch${subject} in ${asker.name}.`;
    case 'commit':
      return `There is no commit${subject} in ${asker.name}.`;
    case 'file':
      return `There is no file${subject} in ${asker.name}.`;
    case 'pull-request':
      return `There is no merge request${subject} in ${asker.name}.`;
    case 'account':
      return `There is no account${subject} on ${asker.host}.`;
    case 'group':
      return `There is no group${subject} on ${asker.host}, or the account may not see it.`;
    default:
      return `GitLab (${asker.host}) has no such address: it could not ${question.call}.`;
  }
}

function notFoundRemedy(asker: Asker): string {
  return asker.origin === null
    ? 'Look for a slip; if the project is not public, set GITLAB_TOKEN to an access token with the scope api.'
    : `Look for a slip, and whether the account of the token from ${asker.origin} may see it.`;
}

/** An answer that is not what GitLab describes: nothing of it is used. */
export function invalidAnswer(question: Question, asker: Asker, field: string, found: string): Failure {
  return new Failure(
    problem(
      'response-invalid',
      redact(
        `What answered for GitLab (${asker.host}) when asked to ${question.call} is not GitLab's answer: ${field} ${found}.`,
      ),
      'Look whether the address is that of a GitLab API, or whether a proxy or a login page stands in between; else report the version of the server.',
      { details: { what: question.about, call: question.call, field } },
    ),
  );
}

/** Where a shape does not fit, and how. */
export function fieldOf(issue: BaseIssue<unknown> | undefined): { readonly field: string; readonly found: string } {
  const path = (issue?.path ?? []).map((step) => String(step.key)).join('.');
  return {
    field: path === '' ? 'the answer' : `the field ${path}`,
    found: `is not as described (${issue?.message ?? 'unreadable'})`,
  };
}

/** GitLab's own words: `message` or `error` of its JSON, which may be a text, a list or lists by field. */
export function wordsIn(description: string): string {
  const text = description.trim();
  let value: unknown = text;
  if (/^[[{"]/.test(text)) {
    try {
      value = JSON.parse(text);
    } catch {
      // then it is a text
    }
  }
  if (/^\s*<(!doctype|html)/i.test(text)) return 'a web page, not an answer of the API';
  return flat(value).slice(0, 500).replace(/\s+/g, ' ').replace(/\.+$/, '');
}

function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(flat).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, one]) =>
        key === 'base' || key === 'message' || key === 'error' ? flat(one) : `${key}: ${flat(one)}`,
      )
      .join(', ');
  }
  return value === null || value === undefined ? '' : String(value);
}
