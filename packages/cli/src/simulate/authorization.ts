import { fail, openTransport, type TransportOptions } from '@gitops/provider-http';
import { type Challenge, parseChallenges, readingActions } from './challenge.js';
import type { FoundCredential, RegistryCredential } from './docker-config.js';
import { dockerHub, isOwnMachine, type RegistryImage } from './image-name.js';
import { objectIn, type RegistryAnswer, readBody } from './registry-answer.js';

export interface AuthorizationOptions {
  readonly image: RegistryImage;
  readonly found: FoundCredential;
  /** Hosts of token services that credentials may be sent to, besides the registry's own. */
  readonly allowHosts: readonly string[];
  readonly connection: Omit<TransportOptions, 'trustedOrigins'>;
  /** Told of each secret, so that nothing ever writes it. */
  readonly hide: (secret: string) => void;
}

/** Who asks a registry for one repository. */
export interface Authorization {
  /** What to send now; null: nothing yet. */
  header(): string | null;
  /** After a 401 to what was `sent`: true where there is something else to send. Failures: those of a token service. */
  answer(refusal: RegistryAnswer, sent: string | null, signal: AbortSignal): Promise<boolean>;
  /** What people should do where the registry lets nobody in. */
  remedy(): string;
}

const longestToken = 1024 * 1024;

/**
 * Answers challenges by the token authentication of the distribution project: `Bearer` asks the realm for a token that
 * may only read, `Basic` sends user and password. Credentials go to the registry's own host; to a realm elsewhere only
 * where that is Docker's own for Docker Hub, or was allowed. To any other realm nothing is proved, which is enough for public images.
 */
export function authorizationOf(options: AuthorizationOptions): Authorization {
  const { image, found, hide } = options;
  const { credential } = found;
  const host = new URL(image.origin).host;
  const actions = new Set(['pull']);
  let current: string | null = null;
  let renewing: Promise<string | null> | null = null;
  let notSentTo: string | null = null;
  if (credential !== null) hide(credential.kind === 'password' ? credential.password : credential.token);

  const remedy = (): string => {
    if (notSentTo !== null) {
      return `${host} leaves it to ${notSentTo} to let people in. If that is right, allow it to get the credentials of ${from(credential)}: --allow-host ${notSentTo}`;
    }
    if (found.problem !== null) return `No credential was found: ${found.problem}. Mend that, then run again.`;
    const login = `docker login${image.registry === dockerHub.name ? '' : ` ${image.registry}`}`;
    return credential === null
      ? `Log in to it with an account that may read the image: ${login}`
      : `The credentials of ${from(credential)} do not open it. Log in anew: ${login}`;
  };

  const bearer = async (challenge: Challenge, signal: AbortSignal): Promise<string | null> => {
    if (credential?.kind === 'registry') return `Bearer ${credential.token}`;
    const realm = realmIn(challenge, image);
    for (const action of readingActions(challenge.parameters.get('scope') ?? '', image.repository)) actions.add(action);
    const trusted = mayReceive(realm, image, options.allowHosts);
    if (credential !== null && !trusted) notSentTo = realm.host;
    const service = challenge.parameters.get('service') ?? null;
    const scope = `repository:${image.repository}:${[...actions].join(',')}`;
    const request = { service, scope, credential: trusted ? credential : null, remedy: remedy() };
    const token = await requestToken(realm, request, options, signal);
    hide(token);
    return `Bearer ${token}`;
  };

  const answerTo = async (challenges: readonly Challenge[], signal: AbortSignal): Promise<string | null> => {
    const wants = challenges.find((one) => one.scheme === 'bearer');
    if (wants !== undefined) return bearer(wants, signal);
    if (credential?.kind !== 'password' || !challenges.some((one) => one.scheme === 'basic')) return null;
    const basic = basicOf(credential);
    hide(basic.slice('Basic '.length));
    return basic;
  };

  return {
    header: () => current,
    answer: async (refusal, sent, signal) => {
      // another request was refused, too, and has asked already
      if (current !== sent) return true;
      const challenges = parseChallenges(refusal.headers.get('www-authenticate') ?? '');
      renewing ??= answerTo(challenges, signal).finally(() => {
        renewing = null;
      });
      const next = await renewing;
      if (next === null || next === sent) return false;
      current = next;
      return true;
    },
    remedy,
  };
}

function from(credential: RegistryCredential | null): string {
  return credential?.from ?? 'docker';
}

function realmIn({ parameters }: Challenge, { origin }: RegistryImage): URL {
  const text = parameters.get('realm') ?? '';
  const own = new URL(origin);
  const realm = URL.canParse(text) ? new URL(text) : null;
  const isLocal = realm !== null && isOwnMachine(realm);
  const isSafe = realm?.protocol === 'https:' || (realm?.protocol === 'http:' && isLocal);
  // a registry elsewhere has no business with services of this machine
  if (realm === null || !isSafe || (isLocal && !isOwnMachine(own)) || realm.username !== '' || realm.password !== '') {
    return fail(
      'response-invalid',
      `${own.host} names a token service that is not asked: ${realm === null ? 'its address cannot be read' : realm.origin}.`,
      'A token service needs an https address. Ask who runs the registry.',
      { what: 'realm', host: own.host, found: realm === null ? null : realm.origin },
    );
  }
  return realm;
}

function mayReceive(realm: URL, { origin, registry }: RegistryImage, allowHosts: readonly string[]): boolean {
  const isHubs = registry === dockerHub.name && realm.host === dockerHub.tokens;
  return realm.host === new URL(origin).host || isHubs || allowHosts.includes(realm.host);
}

function basicOf({ user, password }: RegistryCredential & { kind: 'password' }): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

interface TokenRequest {
  readonly service: string | null;
  readonly scope: string;
  readonly credential: RegistryCredential | null;
  /** What people should do where there is no token. */
  readonly remedy: string;
}

async function requestToken(
  realm: URL,
  request: TokenRequest,
  options: AuthorizationOptions,
  signal: AbortSignal,
): Promise<string> {
  const { credential } = request;
  // only this one host gets the credential, and only where there is one to get
  const transport = openTransport({ ...options.connection, trustedOrigins: credential === null ? [] : [realm.origin] });
  try {
    const response =
      credential?.kind === 'identity'
        ? await transport.fetch(realm, { method: 'POST', body: refreshForm(request, credential.token), signal })
        : await transport.fetch(withQuery(realm, request), {
            headers: credential?.kind === 'password' ? { authorization: basicOf(credential) } : {},
            signal,
          });
    const body = await readBody(response, longestToken, 'a token');
    if (!response.ok) return refused(realm, response.status, options, request.remedy);
    const answer = objectIn({ body, url: realm }, 'a token');
    const token = answer['token'] ?? answer['access_token'];
    if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return token;
    return fail('response-invalid', `${realm.host} answered without a token.`, 'Ask who runs the registry.', {
      what: 'token',
      host: realm.host,
    });
  } finally {
    await transport.close();
  }
}

function withQuery(realm: URL, { service, scope }: TokenRequest): URL {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  return url;
}

function refreshForm({ service, scope }: TokenRequest, token: string): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    ...(service === null ? {} : { service }),
    client_id: 'gitops',
    scope,
    refresh_token: token,
  });
}

function refused(realm: URL, status: number, { image }: AuthorizationOptions, remedy: string): never {
  const details = { what: 'token', host: realm.host, found: status };
  if (status === 429) {
    return fail(
      'rate-limited',
      `${realm.host} gives out no more tokens for now.`,
      'Wait some minutes, then run again.',
      details,
    );
  }
  if (status >= 500) return fail('unavailable', `${realm.host} answered with status ${status}.`, 'Run again.', details);
  return fail(
    status === 403 ? 'forbidden' : 'unauthenticated',
    `${realm.host} gives no token for ${image.repository} (status ${status}).`,
    remedy,
    details,
  );
}
