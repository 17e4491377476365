import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { trustedCertificates } from './certificates.js';
import { fail } from './failure.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Connections by the proxies of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (small letters first, as curl reads them):
 * `https` and, where no other is named, all requests through CONNECT; plain `http` through a plain proxy request.
 */
export function openDispatcher(env: Env, caFile: string | undefined, idleMs: number): Dispatcher {
  const ca = trustedCertificates(env, caFile);
  const tls = ca === undefined ? {} : { ca };
  const connect = { ...tls, timeout: Math.min(idleMs, 15_000) };
  return new EnvHttpProxyAgent({
    // never undefined: undici would look into process.env
    httpProxy: proxyOf(env, 'http_proxy'),
    httpsProxy: proxyOf(env, 'https_proxy'),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    proxyTunnel: false,
    connect,
    requestTls: connect,
    proxyTls: connect,
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
  });
}

function proxyOf(env: Env, name: 'http_proxy' | 'https_proxy'): string {
  const upper = name.toUpperCase();
  const by = env[name] === undefined ? upper : name;
  const value = env[by]?.trim() ?? '';
  if (value === '') return '';
  const whole = value.includes('://') ? value : `http://${value}`;
  if (/^(https?|socks5?):$/.test(URL.canParse(whole) ? new URL(whole).protocol : '')) return whole;
  return fail(
    'usage',
    `The variable ${by} names no proxy that can be used.`,
    'Write it as http://proxy.example.com:3128.',
    {
      what: by,
      expected: 'http://host:port',
    },
  );
}
