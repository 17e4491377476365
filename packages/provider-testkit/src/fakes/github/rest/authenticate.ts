import { createPublicKey, verify } from 'node:crypto';
import type { FakeRequest } from '../../host/request.js';
import { basicCredentials } from '../../host/smart-http.js';
import type { Token } from '../state/accounts.js';
import type { World } from '../state/world.js';
import { refuse } from './refuse.js';

/** The secret that a request carries, whatever the scheme; null where there is none. */
function secretOf(request: FakeRequest): string | null {
  const header = request.headers['authorization'];
  if (header === undefined) return null;
  const basic = basicCredentials(request);
  if (basic !== null) return basic.password;
  const match = /^(?:bearer|token) +(.+)$/i.exec(header);
  return match?.[1]?.trim() ?? '';
}

/** The token of a request; null where it carries none, 401 where it is not one of ours or has expired. */
export function authenticate(world: World, request: FakeRequest): Token | null {
  const secret = secretOf(request);
  if (secret === null) return null;
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(secret)) return authenticateApp(world, secret);
  const token = findToken(world, secret);
  return token ?? refuse(401, 'Bad credentials');
}

/** A token by its secret, if it is still good. */
export function findToken(world: World, secret: string): Token | null {
  const token = world.tokens.get(secret);
  if (token === undefined) return null;
  return token.expiresAt !== null && token.expiresAt <= world.clock.now() ? null : token;
}

/** An App's own token: a JWT of at most ten minutes, signed with its key. */
function authenticateApp(world: World, jwt: string): Token {
  const [head = '', payload = '', signature = ''] = jwt.split('.');
  const { app } = world;
  const header = parse(head);
  const key = createPublicKey(app.publicKey);
  const signed = verify('RSA-SHA256', Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'));
  if (header['alg'] !== 'RS256' || !signed) refuse(401, 'A JSON web token could not be decoded');
  const claims = parse(payload);
  const now = world.clock.now() / 1000;
  const issued = claims['iat'];
  const expires = claims['exp'];
  if (![String(app.id), app.clientId].includes(String(claims['iss']))) {
    refuse(401, "'Issuer' claim ('iss') must be an Integer or the App's client ID");
  }
  if (typeof issued !== 'number' || issued > now + 60) {
    refuse(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  }
  if (typeof expires !== 'number' || expires <= now) {
    const rule = 'must be a numeric value representing the future time at which the assertion expires';
    refuse(401, `'Expiration time' claim ('exp') ${rule}`);
  }
  if (expires > now + 660) refuse(401, "'Expiration time' claim ('exp') is too far in the future");
  return {
    secret: jwt,
    account: app.bot,
    kind: 'app',
    scopes: [],
    permissions: {},
    repositories: null,
    expiresAt: expires * 1000,
  };
}

function parse(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
  } catch {
    return refuse(401, 'A JSON web token could not be decoded');
  }
}
