import type { Transport } from '@gitops/provider-http';
import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { type Address, nameOf } from './address.js';
import type { Run, Sent } from './api.js';
import type { Access } from './credentials.js';
import { type Asked, failureOf, LostAnswer } from './errors.js';
import { makeWaiting, queues, type Waiting } from './limits.js';

const PatientOctokit = Octokit.plugin(throttling, patientRetry, retry);
export type Client = Pick<Octokit, 'request'>;

/** Between Octokit's two plugins: the call's own patience decides whether `retry` sends again. */
function patientRetry(octokit: Pick<Octokit, 'hook'>): Record<string, never> {
  octokit.hook.error('request', async (error, options) => {
    const waiting = waitingOf(options);
    if (waiting !== null && 'request' in error && (await waiting.onFailure(error))) {
      const { request } = error;
      request.request = { ...request.request, retries: 100, retryAfter: 0 };
    }
    throw error;
  });
  return {};
}

/** Octokit copies plain objects; an instance it hands on as it is. */
class Companion {
  readonly waiting: Waiting;

  constructor(waiting: Waiting) {
    this.waiting = waiting;
  }
}

function waitingOf(options: object): Waiting | null {
  const request: unknown = 'request' in options ? options.request : undefined;
  if (typeof request !== 'object' || request === null || !('companion' in request)) return null;
  return request.companion instanceof Companion ? request.companion.waiting : null;
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const everyStatus = Array.from({ length: 200 }, (_, index) => 400 + index);

/** A client of the API as somebody; an App's acts as its installation, or as the App itself where none is known. */
export function connectAs(access: Access, address: Address, transport: Transport, installation?: number): Client {
  return new PatientOctokit({
    ...authOf(access, installation),
    baseUrl: address.apiUrl,
    userAgent: 'gitops-provider-github',
    log: silent,
    request: { fetch: transport.fetch },
    throttle: {
      ...queues(),
      id: nameOf(address),
      // the plugin's own waits can neither be told nor stopped: it waits not at all, and we do
      retryAfterBaseValue: 0,
      // awaited by the plugin, whatever its types say
      onRateLimit: (seconds: number, asked: object): unknown => waitingOf(asked)?.onLimit(seconds, 'rate limit'),
      onSecondaryRateLimit: (seconds: number, asked: object): unknown =>
        waitingOf(asked)?.onLimit(seconds, 'secondary rate limit'),
    },
    retry: { doNotRetry: everyStatus, retryAfterBaseValue: 0 },
  });
}

function authOf(access: Access, installation: number | undefined): object {
  if (access.kind === 'none') return {};
  if (access.kind === 'token') return { auth: access.token };
  const { id: appId, privateKey, installation: given } = access.app;
  const installationId = installation ?? given;
  return {
    authStrategy: createAppAuth,
    auth: { appId, privateKey, ...(installationId === undefined ? {} : { installationId }) },
  };
}

/** One request, sent again by its patience; a change whose answer was lost is thrown as {@link LostAnswer}. */
export async function send(
  octokit: Client,
  run: Run,
  asked: Asked,
  place: { readonly owner?: string; readonly name?: string },
  sent: Sent,
  more: { readonly request?: object; readonly [parameter: string]: unknown } = {},
): Promise<{ readonly data: unknown; readonly headers: ReadonlyMap<string, string> }> {
  const safe = sent.safe ?? sent.route.startsWith('GET ');
  const companion = new Companion(makeWaiting(run.patience, run.signal, asked.host, safe));
  try {
    const { data, headers } = await octokit.request(sent.route, {
      ...(sent.route.includes('{owner}') ? { owner: place.owner, repo: place.name } : {}),
      ...sent.parameters,
      ...more,
      request: { ...more.request, signal: run.signal, companion },
    });
    const table = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
    return { data, headers: table };
  } catch (error) {
    const failure = failureOf(error, { ...sent, safe }, asked);
    throw !safe && failure.problem.kind === 'unavailable' ? new LostAnswer(failure.problem, error) : failure;
  }
}
