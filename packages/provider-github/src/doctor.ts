import { type Answer, type CallOptions, type Diagnosis, errAsync } from '@gitops/core';
import { Failure, redact } from '@gitops/provider-http';
import { type Address, addressOf, nameOf } from './address.js';
import type { Run } from './api.js';
import { type Context, makeContext } from './context.js';
import { type Access, isInstallation, kindOfToken } from './credentials.js';
import { opening } from './opening.js';
import { environmentOf, type GitHubOptions } from './options.js';
import { ownersFiles, ownersOf } from './owners.js';
import { type Demands, demandsOf } from './protection.js';
import * as schema from './schema.js';

/**
 * Looks at everything that a run would need, changes nothing, and says what would work and what would not, each with
 * its remedy. Answers lines also where nothing can be reached; `usage` where an option is wrong.
 */
export function diagnose(options: GitHubOptions, call?: CallOptions): Answer<readonly Diagnosis[]> {
  const address = addressOf(options);
  if ('kind' in address) return errAsync(address);
  const context = makeContext({ ...options, cache: false }, address);
  return context.run(call, (run) => examine(context, run));
}

type State = Diagnosis['state'];

function line(check: string, state: State, message: string, remedy: string | null = null): Diagnosis {
  return { check, state, message: redact(message), remedy: remedy === null ? null : redact(remedy) };
}

/** A failure as a line; what stops the whole call is thrown on. */
function failed(check: string, error: unknown, state: State = 'fail'): Diagnosis {
  if (!(error instanceof Failure) || ['aborted', 'timed-out'].includes(error.problem.kind)) throw error;
  return line(check, state, error.problem.message, error.problem.remedy);
}

async function examine(context: Context, run: Run): Promise<readonly Diagnosis[]> {
  const { address, options } = context;
  const env = environmentOf(options);
  const lines = [line('provider', 'ok', `GitHub, at ${address.apiUrl}.`), ...proxies(address, env)];
  let access: Access;
  try {
    access = await context.api.access(run.signal);
  } catch (error) {
    return [...lines, failed('token', error)];
  }
  lines.push(tokenLine(access, address));
  let found: Awaited<ReturnType<typeof repository>>;
  try {
    found = await repository(context, run);
  } catch (error) {
    return [...lines, ...unreachable(error)];
  }
  const { data, headers } = found;
  lines.push(
    line('host', 'ok', `${address.host} answers.`),
    ...scopes(access, headers),
    permissions(data, address),
    clockLine(context, headers),
    ...limitLine(headers),
    ...mergeMethods(data),
  );
  try {
    const demands = await demandsOf(context, run, data.default_branch, null);
    lines.push(...protection(data.default_branch, demands), ...actionsTrap(access, env, demands));
    lines.push(await owners(context, run, demands));
  } catch (error) {
    lines.push(failed('protection', error, 'unknown'));
  }
  return lines;
}

function repository(context: Context, run: Run) {
  return context.api.answer(run, {
    to: 'show the repository',
    what: `the repository ${nameOf(context.address)}`,
    route: 'GET /repos/{owner}/{repo}',
    schema: schema.repository,
  });
}

function unreachable(error: unknown): readonly Diagnosis[] {
  const found = failed('host', error);
  const kind = error instanceof Failure ? error.problem.kind : null;
  if (kind === 'unauthenticated') return [line('host', 'ok', 'The host answers.'), { ...found, check: 'token' }];
  if (kind === 'not-found' || kind === 'forbidden') {
    return [line('host', 'ok', 'The host answers.'), { ...found, check: 'permissions' }];
  }
  return [found];
}

function proxies(address: Address, env: Readonly<Record<string, string | undefined>>): readonly Diagnosis[] {
  const scheme = new URL(address.apiUrl).protocol === 'http:' ? 'HTTP' : 'HTTPS';
  const read = (name: string): string | undefined => env[name.toLowerCase()] ?? env[name];
  const [proxy, except] = [read(`${scheme}_PROXY`), read('NO_PROXY')];
  const found: Diagnosis[] = [];
  if (proxy !== undefined && proxy !== '') {
    const exceptions = except === undefined || except === '' ? '' : ` NO_PROXY is ${except}.`;
    found.push(line('proxy', 'ok', `${scheme}_PROXY is ${proxy}.${exceptions}`));
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    found.push(
      line(
        'certificates',
        'warn',
        'NODE_TLS_REJECT_UNAUTHORIZED is 0: whoever is in between can read the token.',
        'Unset it, and name the private authority by --ca-file or NODE_EXTRA_CA_CERTS.',
      ),
    );
  }
  if (scheme === 'HTTP') {
    found.push(
      line(
        'certificates',
        'warn',
        'The API is reached without TLS: the token can be read on its way.',
        'Use https://.',
      ),
    );
  }
  return found;
}

function tokenLine(access: Access, { host }: Address): Diagnosis {
  if (access.kind === 'app') return line('token', 'ok', `A GitHub App, by ${access.origin}.`);
  if (access.kind === 'token')
    return line('token', 'ok', `${capital(kindOfToken(access.token))}, from ${access.origin}.`);
  const passedOver =
    access.passedOver.length === 0 ? '' : ` ${access.passedOver.join(' and ')} is set, but for another host.`;
  return line(
    'token',
    'fail',
    `No token was found for ${host}.${passedOver}`,
    passedOver === ''
      ? `Set GH_TOKEN, or run: gh auth login --hostname ${host}`
      : `If it is for this host, allow it: --allow-host ${host}`,
  );
}

function scopes(access: Access, headers: ReadonlyMap<string, string>): readonly Diagnosis[] {
  const has = headers.get('x-oauth-scopes');
  if (access.kind === 'none') return [];
  if (has === undefined || isInstallation(access)) {
    return [
      line(
        'scopes',
        'unknown',
        'This kind of token has permissions in the place of scopes, which GitHub does not list.',
      ),
    ];
  }
  const list = has
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  const found: Diagnosis[] = [];
  if (list.includes('repo')) found.push(line('scopes', 'ok', `The token has the scopes ${list.join(', ')}.`));
  else if (list.includes('public_repo')) {
    found.push(
      line(
        'scopes',
        'warn',
        'The token has public_repo: it reaches public repositories alone.',
        'Make one with the scope repo for private ones.',
      ),
    );
  } else if (list.length > 0) {
    found.push(
      line(
        'scopes',
        'fail',
        `The token has the scopes ${list.join(', ')}, and none that writes to repositories.`,
        'Make one with the scope repo.',
      ),
    );
  } else {
    found.push(line('scopes', 'unknown', 'The token has no scopes; what it may do is decided elsewhere.'));
  }
  if (list.length > 0 && !list.some((scope) => /^(read|write|admin):org$/.test(scope))) {
    found.push(
      line(
        'teams',
        'warn',
        'Without the scope read:org, teams that are asked for reviews are not seen.',
        'Add read:org to the token, if teams review promotions.',
      ),
    );
  }
  return found;
}

type Repository = Awaited<ReturnType<typeof repository>>['data'];

function permissions(data: Repository, address: Address): Diagnosis {
  if (data.archived === true) {
    return line('permissions', 'fail', `${data.full_name} is archived: nothing can be changed.`, 'Unarchive it.');
  }
  if (data.full_name.toLowerCase() !== nameOf(address).toLowerCase()) {
    return line('permissions', 'warn', `The repository has moved to ${data.full_name}.`, 'Use its new name.');
  }
  const push = data.permissions?.push;
  if (push === true) return line('permissions', 'ok', `The token may write to ${data.full_name}.`);
  if (push === undefined) {
    return line(
      'permissions',
      'unknown',
      'GitHub does not say what this token may do.',
      'It needs write access to contents and pull requests.',
    );
  }
  return line(
    'permissions',
    'fail',
    `The token may read ${data.full_name}, and not write to it.`,
    'Give it write access to contents and pull requests of the repository.',
  );
}

/** An App's signature is refused where clocks differ by more than a minute. */
function clockLine(context: Context, headers: ReadonlyMap<string, string>): Diagnosis {
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return line('clock', 'unknown', 'GitHub did not say what time it is.');
  const seconds = Math.round((Date.parse(context.clock.now()) - theirs) / 1000);
  if (Math.abs(seconds) <= 30) return line('clock', 'ok', 'The clock of this machine is right.');
  return line(
    'clock',
    'warn',
    `The clock of this machine is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead' : 'behind'}.`,
    'Set it right (NTP): freezes end by it, and GitHub Apps cannot log in by a wrong one.',
  );
}

function limitLine(headers: ReadonlyMap<string, string>): readonly Diagnosis[] {
  const [left, limit] = [Number(headers.get('x-ratelimit-remaining')), Number(headers.get('x-ratelimit-limit'))];
  if (!headers.has('x-ratelimit-remaining') || !Number.isFinite(left)) return [];
  const message = `${left} of ${limit} requests are left in this hour.`;
  return [
    left < 100
      ? line('rate limit', 'warn', message, 'Wait, or use a GitHub App of your own: it has a limit of its own.')
      : line('rate limit', 'ok', message),
  ];
}

function mergeMethods(data: Repository): readonly Diagnosis[] {
  const methods = Object.entries({
    merge: data.allow_merge_commit,
    squash: data.allow_squash_merge,
    rebase: data.allow_rebase_merge,
  });
  if (methods.every(([, allowed]) => allowed === undefined)) return [];
  const allowed = methods.filter(([, one]) => one === true).map(([name]) => name);
  return [
    line('merge methods', 'ok', `Allowed here: ${allowed.join(', ')}.`, null),
    data.allow_auto_merge === true
      ? line('auto-merge', 'ok', 'Auto-merge is allowed.')
      : line(
          'auto-merge',
          'warn',
          'Auto-merge is turned off.',
          'Turn it on in the settings of the repository, if promotions are to merge by themselves.',
        ),
  ];
}

function protection(branch: string, demands: Demands): readonly Diagnosis[] {
  if (demands.hidden) {
    return [
      line(
        'protection',
        'unknown',
        `"${branch}" is protected; how, this token may not read.`,
        'Look with the token of an administrator.',
      ),
    ];
  }
  const { approvals, checks, queue } = demands;
  const isOpen = approvals === 0 && checks.length === 0 && !queue;
  const parts = [
    `${approvals} ${approvals === 1 ? 'approval' : 'approvals'}`,
    demands.codeOwners ? 'reviews by code owners' : null,
    queue ? 'a merge queue' : null,
  ].filter((part) => part !== null);
  return [
    isOpen
      ? line(
          'protection',
          'warn',
          `"${branch}" takes changes without approvals or checks.`,
          'Protect it by a ruleset that demands a pull request with an approval.',
        )
      : line('protection', 'ok', `"${branch}" demands ${parts.join(', ')}.`),
    checks.length === 0
      ? line(
          'required checks',
          'warn',
          `No check is required on "${branch}".`,
          'Require one, gitops lint for example: auto-merge and --wait then wait for it.',
        )
      : line('required checks', 'ok', `Required on "${branch}": ${checks.join(', ')}.`),
  ];
}

/** GitHub starts no workflows for what its own token does, so that workflows do not start each other without end. */
function actionsTrap(
  access: Access,
  env: Readonly<Record<string, string | undefined>>,
  demands: Demands,
): readonly Diagnosis[] {
  if (env['GITHUB_ACTIONS'] !== 'true' || access.kind !== 'token') return [];
  const isOwn = access.token.startsWith('ghs_') || /GITHUB_TOKEN/.test(access.origin);
  if (!isOwn) return [];
  return [
    line(
      'workflows',
      demands.checks.length > 0 ? 'fail' : 'warn',
      `Pull requests that Actions' own GITHUB_TOKEN opens start no workflows${demands.checks.length > 0 ? `, and ${demands.checks.join(', ')} would be awaited for ever` : ''}.`,
      "Use the token of a GitHub App (actions/create-github-app-token) or a person's. Actions' own may also be forbidden to open any: Settings, Actions, General.",
    ),
  ];
}

async function owners(context: Context, run: Run, demands: Demands): Promise<Diagnosis> {
  const head = await opening(context, run, null);
  if (head === null) return line('owners', 'unknown', 'The repository is empty.');
  const { files } = await context.reader.read({ commit: head.commit }, [...ownersFiles, 'gitops.yaml'], run.signal);
  const file = ownersFiles.find((path) => files[path] !== undefined);
  const who = file === undefined ? [] : ownersOf('gitops.yaml', files[file] ?? '');
  if (who.length === 0) {
    return line(
      'owners',
      'warn',
      'Nobody owns gitops.yaml: whoever may merge can change the rules of promotions.',
      'Add a line to .github/CODEOWNERS, and demand reviews by code owners: /gitops.yaml @acme/platform',
    );
  }
  if (!demands.codeOwners) {
    return line(
      'owners',
      'warn',
      `gitops.yaml is owned by ${who.join(', ')}, whose reviews are not demanded.`,
      'Demand reviews by code owners in the protection of the branch.',
    );
  }
  return line('owners', 'ok', `gitops.yaml is owned by ${who.join(', ')}, whose reviews are demanded.`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
