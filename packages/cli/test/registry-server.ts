import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** One request as it came. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly body: string;
}

export interface Registry {
  /** `127.0.0.1:41234` */
  readonly host: string;
  readonly requests: Received[];
  /** Puts an image under a tag; several platforms make an index. Answers its digest. */
  push(repository: string, tag: string, images?: readonly PushedImage[]): string;
}

export interface PushedImage {
  readonly platform: string;
  readonly created?: string;
}

export interface RegistrySettings {
  /** `basic`: user and password at each request; `bearer`: a token of the realm. @default open to everybody */
  readonly auth?: 'basic' | 'bearer';
  /** @default ana:s3cret-password */
  readonly login?: string;
  /** Refresh token that the realm takes. */
  readonly refresh?: string;
  /** Where tokens come from; left out: this very server. */
  readonly realm?: () => string;
  /** True: who proves nothing gets tokens, too. */
  readonly isPublic?: boolean;
  /** Most tags of one page. @default as many as are asked for */
  readonly page?: number;
  /** Answers instead; true where it did. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Further actions that the scope of lists of tags names, as Azure's registries do. */
  readonly listAction?: string;
}

const open: { close: () => void }[] = [];
afterAll(() => {
  for (const one of open) one.close();
});

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** A registry by the OCI distribution specification on this machine, gone when the tests are done. */
export async function startRegistry(settings: RegistrySettings = {}): Promise<Registry> {
  const { login = 'ana:s3cret-password' } = settings;
  const requests: Received[] = [];
  const manifests = new Map<string, { type: string; text: string }>();
  const blobs = new Map<string, string>();
  const tags = new Map<string, string[]>();
  const tokens = new Map<string, string>();
  const basic = `Basic ${Buffer.from(login).toString('base64')}`;
  let host = '';

  const send = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): unknown => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    return response.end(text);
  };
  const refuse = (
    response: ServerResponse,
    status: number,
    code: string,
    headers: Record<string, string> = {},
  ): unknown => send(response, status, { errors: [{ code, message: 'no' }] }, headers);

  const giveToken = (url: URL, received: Received, response: ServerResponse): unknown => {
    const form = new URLSearchParams(received.body);
    const isKnown =
      received.authorization === basic ||
      (settings.refresh !== undefined && form.get('refresh_token') === settings.refresh);
    if (!isKnown && (settings.isPublic !== true || received.authorization !== null))
      return refuse(response, 401, 'UNAUTHORIZED');
    const scope = url.searchParams.get('scope') ?? form.get('scope') ?? '';
    const token = `token-${createHash('sha256').update(`${scope}${tokens.size}`).digest('hex')}`;
    tokens.set(token, scope);
    return send(response, 200, { token, expires_in: 300 });
  };

  const mayPass = (repository: string, action: string, authorization: string | null): boolean => {
    if (settings.auth === undefined) return true;
    if (settings.auth === 'basic') return authorization === basic;
    const [kind, name, actions = ''] = (tokens.get(authorization?.replace(/^Bearer /, '') ?? '') ?? '').split(':');
    return kind === 'repository' && name === repository && actions.split(',').includes(action);
  };

  const challenge = (repository: string, action: string): string =>
    settings.auth === 'basic'
      ? 'Basic realm="registry"'
      : `Bearer realm="${settings.realm?.() ?? `http://${host}/token`}",service="test",scope="repository:${repository}:${action}"`;

  const list = (repository: string, url: URL, response: ServerResponse): unknown => {
    const all = tags.get(repository);
    if (all === undefined) return refuse(response, 404, 'NAME_UNKNOWN');
    const last = url.searchParams.get('last');
    const from = last === null ? 0 : all.indexOf(last) + 1;
    const size = Math.min(settings.page ?? Number.POSITIVE_INFINITY, Number(url.searchParams.get('n') ?? all.length));
    const names = all.slice(from, from + size);
    const more = from + size < all.length;
    const next = `</v2/${repository}/tags/list?last=${names.at(-1)}&n=${size}>; rel="next"`;
    return send(response, 200, { name: repository, tags: names }, more ? { link: next } : {});
  };

  const answer = (request: IncomingMessage, received: Received, response: ServerResponse): unknown => {
    if (settings.instead?.(request, response) === true) return null;
    const url = new URL(received.url, `http://${host}`);
    if (url.pathname === '/token') return giveToken(url, received, response);
    const [, repository = '', kind = '', reference = ''] =
      /^\/v2\/(.+)\/(tags|manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
    const action = kind === 'tags' ? (settings.listAction ?? 'pull') : 'pull';
    if (!mayPass(repository, action, received.authorization)) {
      return refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge(repository, action) });
    }
    if (kind === 'tags') return list(repository, url, response);
    if (kind === 'blobs') {
      const blob = blobs.get(reference);
      return blob === undefined ? refuse(response, 404, 'BLOB_UNKNOWN') : send(response, 200, blob);
    }
    const manifest = manifests.get(`${repository}:${reference}`);
    if (manifest === undefined) return refuse(response, 404, 'MANIFEST_UNKNOWN');
    return send(response, 200, received.method === 'HEAD' ? '' : manifest.text, {
      'content-type': manifest.type,
      'docker-content-digest': digestOf(manifest.text),
    });
  };

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      const body = Buffer.concat(pieces).toString('utf8');
      const received = { method, url, authorization: request.headers.authorization ?? null, body };
      requests.push(received);
      answer(request, received, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });

  const keep = (repository: string, type: string, value: object): { digest: string; mediaType: string } => {
    const text = JSON.stringify(value);
    manifests.set(`${repository}:${digestOf(text)}`, { type, text });
    return { digest: digestOf(text), mediaType: type };
  };
  const partsOf = (platform: string): object => {
    const [os, architecture, variant] = platform.split('/');
    return { os, architecture, ...(variant === undefined ? {} : { variant }) };
  };
  return {
    host,
    requests,
    push: (repository, tag, images = [{ platform: 'linux/amd64', created: '2026-01-01T00:00:00Z' }]) => {
      const kept = images.map(({ platform, created }) => {
        const config = JSON.stringify({ ...partsOf(platform), created, tag });
        blobs.set(digestOf(config), config);
        const manifest = keep(repository, manifestType, { schemaVersion: 2, config: { digest: digestOf(config) } });
        return { ...manifest, platform: partsOf(platform) };
      });
      const [first] = kept;
      const whole =
        kept.length === 1 && first !== undefined
          ? first
          : keep(repository, indexType, { schemaVersion: 2, manifests: kept });
      manifests.set(`${repository}:${tag}`, manifests.get(`${repository}:${whole.digest}`) ?? { type: '', text: '' });
      tags.set(repository, [...new Set([...(tags.get(repository) ?? []), tag])].sort());
      return whole.digest;
    },
  };
}
