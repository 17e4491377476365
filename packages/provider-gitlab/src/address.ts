import { fail, parseAddress, redact } from '@gitops/provider-http';
import { envOf, type GitLabOptions } from './options.js';

/** One project of one GitLab. */
export interface Project {
  /** Host of the API, with port if it has one: what tokens are bound to. */
  readonly host: string;
  /** `https://gitlab.example.com`, or with the sub-path of the install; no slash at the end. */
  readonly baseUrl: string;
  /** `https://gitlab.example.com/api/v4` */
  readonly apiUrl: string;
  /** `acme/platform/gitops`, or the numeric id as text. */
  readonly id: string;
  /** For people: `gitlab.com/acme/platform/gitops`. */
  readonly name: string;
}

/** The host of GitLab's SSH over port 443 is another name of gitlab.com. */
const sameHosts: Readonly<Record<string, string>> = { 'altssh.gitlab.com': 'gitlab.com' };

/**
 * Finds out which project of which GitLab is meant. A sub-path install is known by `host`, `apiUrl` or the environment
 * (`CI_API_V4_URL`, `GITLAB_HOST`): the same first steps of an address are not part of the project then. Fails with
 * `usage` for what cannot be understood.
 */
export function projectOf(options: GitLabOptions): Project {
  const text = String(options.repository).trim();
  const told = toldBase(options);
  if (/^\d+$/.test(text)) return make(told ?? 'https://gitlab.com', text);
  const address = parseAddress(text);
  if (address === null) {
    if (/^\/|[@:\s\\]/.test(text)) return misunderstood(text);
    const path = projectPath(text, text);
    return make(told ?? 'https://gitlab.com', path);
  }
  const host = sameHosts[address.host] ?? address.host;
  const scheme = address.protocol === 'http' ? 'http' : 'https';
  const own = `${scheme}://${host}`;
  const base = told ?? baseOfEnvironment(options, host) ?? own;
  const isSame = options.host !== undefined || options.apiUrl !== undefined || hostOf(base) === host;
  const steps = isSame ? new URL(base).pathname.replace(/^\/|\/$/g, '') : '';
  // over SSH the sub-path of an install is not part of the path
  const below =
    steps !== '' && address.path.startsWith(`${steps}/`) ? address.path.slice(steps.length + 1) : address.path;
  return make(base, projectPath(below, text));
}

/** What the caller says about the place of GitLab; the environment is asked only where the address names no host. */
function toldBase(options: GitLabOptions): string | null {
  if (options.apiUrl !== undefined) return baseOfApi(options.apiUrl);
  if (options.host !== undefined) return baseOfHost(options.host);
  const text = String(options.repository).trim();
  const namesHost = parseAddress(text) !== null;
  if (namesHost) return null;
  const env = envOf(options);
  if (env['CI_API_V4_URL']) return baseOfApi(env['CI_API_V4_URL']);
  const host = env['GITLAB_HOST'] || env['GITLAB_URI'] || env['GL_HOST'];
  return host ? baseOfHost(host) : null;
}

/** The sub-path that the environment knows for this host. */
function baseOfEnvironment(options: GitLabOptions, host: string): string | null {
  const env = envOf(options);
  const known = [
    env['CI_API_V4_URL'] ? baseOfApi(env['CI_API_V4_URL']) : null,
    ...[env['GITLAB_HOST'], env['GITLAB_URI'], env['GL_HOST']].map((one) => (one ? baseOfHost(one) : null)),
  ];
  return known.find((base) => base !== null && hostOf(base) === host) ?? null;
}

function baseOfApi(apiUrl: string): string {
  const base = /^(https?:\/\/.+?)\/api\/v4\/?$/i.exec(apiUrl.trim())?.[1];
  return base === undefined
    ? fail(
        'usage',
        `${JSON.stringify(apiUrl)} is not the address of a GitLab API.`,
        'Give it whole: https://gitlab.example.com/api/v4.',
        { what: 'apiUrl', found: redact(apiUrl) },
      )
    : normal(base, apiUrl);
}

function baseOfHost(host: string): string {
  const text = host.trim().replace(/\/+$/, '');
  return normal(/^https?:/i.test(text) ? text : `https://${text}`, host);
}

function normal(base: string, given: string): string {
  let url: URL | null = null;
  try {
    url = new URL(base);
  } catch {
    // said below, like everything else that is no address
  }
  if (
    url === null ||
    url.hostname === '' ||
    !/^https?:\/\/[^/]/i.test(base) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    return fail(
      'usage',
      `${JSON.stringify(redact(given))} is not the address of a GitLab.`,
      'Give a host, like gitlab.example.com, or https://example.com/gitlab for an install below a path.',
      {
        what: 'host',
        found: redact(given),
      },
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** A path of at least a group and a project; web addresses of something in it (`/-/…`) are cut. */
function projectPath(text: string, given: string): string {
  const path = text
    .replace(/^\/+|\/+$/g, '')
    .replace(/\/-(\/.*)?$/, '')
    .replace(/\.git$/i, '');
  const steps = path.split('/');
  const good = steps.length >= 2 && steps.every((step) => /^[\p{L}\p{N}_][\p{L}\p{N}_.+ -]*$/u.test(step));
  return good ? path : misunderstood(given);
}

function misunderstood(given: string): never {
  return fail(
    'usage',
    `${JSON.stringify(redact(given))} does not name a project of GitLab.`,
    'Give its address (https://gitlab.example.com/group/project), its path (group/sub-group/project) or its numeric id.',
    { what: 'repository', found: redact(given) },
  );
}

function hostOf(base: string): string {
  return new URL(base).host;
}

function make(baseUrl: string, id: string): Project {
  const shown = baseUrl.replace(/^https?:\/\//, '');
  return { host: hostOf(baseUrl), baseUrl, apiUrl: `${baseUrl}/api/v4`, id, name: `${shown}/${id}` };
}
