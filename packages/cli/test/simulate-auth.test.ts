import { describe, expect, it } from 'vitest';
import { startRegistry } from './registry-server.js';
import { askFor, told } from './simulate-protocol.js';
import { loginTo } from './simulate-registry.js';

const password = 's3cret-password';
const names = (tags: readonly { readonly name: string }[]): readonly string[] => tags.map((one) => one.name);

describe('a registry that wants user and password', () => {
  it('gets them after it asked, and not before', async () => {
    const registry = await startRegistry({ auth: 'basic' });
    registry.push('acme/api', '1.0.0');
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host) });
    expect(names(asked.tags)).toEqual(['1.0.0']);
    expect(registry.requests.map((one) => one.authorization?.split(' ')[0] ?? null)).toEqual([null, 'Basic']);
    expect(asked.err).not.toContain(password);
  });

  it.each([
    [{}, 'Log in to it with an account that may read the image: docker login HOST'],
    [loginTo('ghcr.io'), 'Log in to it with an account that may read the image: docker login HOST'],
    [{ credsStore: 'absent' }, 'No credential was found: docker-credential-absent'],
  ])('lets nobody in with %j', async (login, remedy) => {
    const registry = await startRegistry({ auth: 'basic' });
    const asked = await askFor(`${registry.host}/acme/api`, { login });
    expect(told(asked.problem)).toContain(
      `unauthenticated: ${registry.host}/acme/api is not open to everybody (status 401, UNAUTHORIZED).`,
    );
    expect(told(asked.problem)).toContain(remedy.replace('HOST', registry.host));
    expect(registry.requests.map((one) => one.authorization)).toEqual([null]);
  });

  it('says where wrong ones came from, and is not asked for ever', async () => {
    const registry = await startRegistry({ auth: 'basic' });
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host, 'ana:wrong-password') });
    expect(told(asked.problem)).toMatch(/^unauthenticated: .*The credentials of \S*config\.json do not open it/);
    expect(told(asked.problem)).not.toContain('wrong-password');
    expect(registry.requests).toHaveLength(2);
  });
});

describe('a registry with tokens', () => {
  it('is asked with one token of its own service, which may only read', async () => {
    const registry = await startRegistry({ auth: 'bearer', page: 1 });
    for (const tag of ['1.0.0', '1.1.0', '1.2.0']) registry.push('acme/api', tag);
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host) });
    expect(names(asked.tags)).toEqual(['1.0.0', '1.1.0', '1.2.0']);
    const tokens = registry.requests.filter((one) => one.url.startsWith('/token'));
    expect(tokens.map((one) => decodeURIComponent(one.url))).toEqual([
      '/token?service=test&scope=repository:acme/api:pull',
    ]);
    expect(registry.requests.filter((one) => one.authorization?.startsWith('Basic ') === true)).toEqual(tokens);
    expect(asked.err).not.toContain(password);
  });

  it('gives one to everybody where the image is public', async () => {
    const registry = await startRegistry({ auth: 'bearer', isPublic: true });
    registry.push('acme/api', '1.0.0');
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(names(asked.tags)).toEqual(['1.0.0']);
    expect(registry.requests.some((one) => one.authorization?.startsWith('Basic ') === true)).toBe(false);
  });

  it('gives none to whoever may not read', async () => {
    const registry = await startRegistry({ auth: 'bearer' });
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(told(asked.problem)).toMatch(
      /^unauthenticated: .* gives no token for acme\/api \(status 401\).*docker login/,
    );
    const wrong = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host, 'ana:wrong-password') });
    expect(told(wrong.problem)).toMatch(/^unauthenticated: .*config\.json do not open it/);
  });

  it('takes a refresh token by POST, so that it stands in no address', async () => {
    const registry = await startRegistry({ auth: 'bearer', refresh: 'a-refresh-token' });
    registry.push('acme/api', '1.0.0');
    const login = { auths: { [registry.host]: { identitytoken: 'a-refresh-token' } } };
    const asked = await askFor(`${registry.host}/acme/api`, { login });
    expect(names(asked.tags)).toEqual(['1.0.0']);
    const [request] = registry.requests.filter((one) => one.url.startsWith('/token'));
    expect(request).toMatchObject({ method: 'POST', url: '/token', authorization: null });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'refresh_token',
      service: 'test',
      client_id: 'gitops',
      scope: 'repository:acme/api:pull',
      refresh_token: 'a-refresh-token',
    });
  });

  it('names further actions: those that read are asked for, others never', async () => {
    const registry = await startRegistry({ auth: 'bearer', isPublic: true, listAction: 'metadata_read' });
    registry.push('acme/api', '1.0.0');
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(names(asked.tags)).toEqual(['1.0.0']);
    const greedy = await startRegistry({ auth: 'bearer', isPublic: true, listAction: 'delete' });
    const refused = await askFor(`${greedy.host}/acme/api`);
    expect(refused.problem?.kind).toBe('unauthenticated');
    expect(greedy.requests.map((one) => one.url).join()).not.toContain('delete');
  });

  it('gives a new one where the first is too old', async () => {
    let lists = 0;
    const registry = await startRegistry({
      auth: 'bearer',
      isPublic: true,
      page: 1,
      instead: (request, response) => {
        if (request.url?.includes('last=') !== true || ++lists > 1) return false;
        response.writeHead(401, {
          'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="test"`,
        });
        response.end();
        return true;
      },
    });
    for (const tag of ['1.0.0', '1.1.0']) registry.push('acme/api', tag);
    const asked = await askFor(`${registry.host}/acme/api`);
    expect(names(asked.tags)).toEqual(['1.0.0', '1.1.0']);
    expect(registry.requests.filter((one) => one.url.startsWith('/token'))).toHaveLength(2);
  });
});

describe('a token service at another host', () => {
  const two = async (isPublic: boolean) => {
    const service = await startRegistry({ auth: 'bearer', isPublic });
    const registry = await startRegistry({
      auth: 'bearer',
      realm: () => `http://${service.host}/token`,
      instead: (request, response) => {
        if (request.headers.authorization?.startsWith('Bearer token-') !== true) return false;
        response.end('{"tags":["1.0.0"]}');
        return true;
      },
    });
    return { service, registry };
  };

  it('gets no credentials, and the way out is told', async () => {
    const { service, registry } = await two(false);
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host) });
    expect(told(asked.problem)).toContain('unauthenticated');
    expect(told(asked.problem)).toContain(`--allow-host ${service.host}`);
    expect(service.requests.map((one) => one.authorization)).toEqual([null]);
    expect(asked.err).not.toContain(password);
  });

  it('is asked without, which is enough for a public image', async () => {
    const { service, registry } = await two(true);
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host) });
    expect(names(asked.tags)).toEqual(['1.0.0']);
    expect(service.requests.map((one) => one.authorization)).toEqual([null]);
  });

  it('gets them once it is allowed', async () => {
    const { service, registry } = await two(false);
    const allowHosts = [service.host];
    const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host), allowHosts });
    expect(names(asked.tags)).toEqual(['1.0.0']);
    expect(service.requests.map((one) => one.authorization?.split(' ')[0])).toEqual(['Basic']);
  });

  it.each(['http://tokens.example.com/token', 'ftp://tokens.example.com/', '', 'http://user:pw@127.0.0.1/token'])(
    'is not asked at %j',
    async (realm) => {
      const registry = await startRegistry({ auth: 'bearer', realm: () => realm });
      const asked = await askFor(`${registry.host}/acme/api`, { login: loginTo(registry.host) });
      expect(told(asked.problem)).toMatch(/^response-invalid: .* names a token service that is not asked/);
      expect(registry.requests).toHaveLength(1);
    },
  );
});
