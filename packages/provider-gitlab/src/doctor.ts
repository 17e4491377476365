import type { Answer, CallOptions, Diagnosis } from '@gitops/core';
import { answer, failureIn, redact } from '@gitops/provider-http';
import type * as v from 'valibot';
import { type Project, projectOf } from './address.js';
import type { Ask } from './api.js';
import { type Context, makeContext, transportOf } from './context.js';
import { kindOf } from './credentials.js';
import { envOf, type GitLabOptions } from './options.js';
import { hasOwner } from './owners.js';
import { readFiles } from './read.js';
import * as schema from './schema.js';

/** What the checks find out one after another. */
interface Findings {
  readonly context: Context;
  readonly ask: Ask;
  readonly options: GitLabOptions;
  project: schema.Project | null;
  isEnterprise: boolean;
  isSilent: boolean;
  protections: readonly v.InferOutput<typeof schema.protectedBranch>[] | null;
}

type Line = Omit<Diagnosis, 'check'>;
const ok = (message: string): Line => ({ state: 'ok', message, remedy: null });
const warn = (message: string, remedy: string): Line => ({ state: 'warn', message, remedy });
const bad = (message: string, remedy: string): Line => ({ state: 'fail', message, remedy });
const unknown = (message: string, remedy: string | null = null): Line => ({ state: 'unknown', message, remedy });

/**
 * What would work and what would fail with these options, before anything is changed: server, token, role, protection,
 * settings of merge requests, proxies, clock. Nothing is written, no secret is shown. A check that cannot be made is
 * `unknown` and says why. Errors: `usage`, `aborted`, `timed-out`.
 */
export function diagnose(options: GitLabOptions, call?: CallOptions): Answer<readonly Diagnosis[]> {
  return answer(call, async (signal) => {
    const skew = { milliseconds: null as number | null };
    const project = projectOf(options);
    const context = makeContext({ ...options, transport: watched(options, project, skew) });
    return context
      .reading({ signal }, (ask) =>
        allChecks(
          { context, ask, options, project: null, isEnterprise: false, isSilent: false, protections: null },
          skew,
        ),
      )
      .match(
        (lines) => lines,
        (problem) => [{ check: 'host', state: 'fail', message: problem.message, remedy: problem.remedy }],
      );
  });
}

/** The transport, with an eye on the server's clock. */
function watched(options: GitLabOptions, project: Project, skew: { milliseconds: number | null }) {
  const transport = transportOf(options, project);
  const fetch: typeof globalThis.fetch = async (...request) => {
    const response = await transport.fetch(...request);
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) skew.milliseconds = Date.now() - date;
    return response;
  };
  return { ...transport, fetch };
}

async function allChecks(
  found: Findings,
  skew: { readonly milliseconds: number | null },
): Promise<readonly Diagnosis[]> {
  const lines: Diagnosis[] = [];
  const checks: readonly (readonly [string, (found: Findings) => Promise<Line> | Line])[] = [
    ['host', host],
    ['token', token],
    ['scopes', scopes],
    ['permissions', permissions],
    ['branches', branches],
    ['protection', protection],
    ['merge-methods', mergeMethods],
    ['required-checks', requiredChecks],
    ['approvals', approvals],
    ['job-token', jobToken],
    ['archive', archive],
    ['proxy', proxy],
    ['clock', () => clock(skew.milliseconds)],
  ];
  for (const [check, look] of checks) {
    // where nobody answers, nothing else is worth asking
    if (found.isSilent && check !== 'proxy') continue;
    lines.push({ check, ...(await looked(found, look)) });
  }
  return lines;
}

/** A check that fails to look says why; only an end of the whole call ends the others. */
async function looked(found: Findings, look: (found: Findings) => Promise<Line> | Line): Promise<Line> {
  try {
    return await look(found);
  } catch (error) {
    const problem = failureIn(error)?.problem;
    if (problem === undefined || problem.kind === 'aborted' || problem.kind === 'timed-out') throw error;
    const isBad = ['unauthenticated', 'unavailable', 'response-invalid', 'usage'].includes(problem.kind);
    found.isSilent ||= problem.details['what'] === 'connection' || problem.kind === 'usage';
    return { state: isBad ? 'fail' : 'unknown', message: problem.message, remedy: problem.remedy };
  }
}

async function host(found: Findings): Promise<Line> {
  const { context, ask } = found;
  const { project } = context;
  const question = { call: 'tell its version', about: 'server' } as const;
  const told = await context.api.one(ask, question, schema.metadata, (sdk) => sdk.metadata.show());
  found.isEnterprise = told.enterprise ?? /-ee$/.test(told.version);
  const edition = found.isEnterprise ? 'Enterprise Edition' : 'Community Edition';
  const line = `GitLab ${told.version.replace(/-ee$/, '')} (${edition}) at ${project.baseUrl}.`;
  const [major = 0, minor = 0] = told.version.split('.').map((part) => Number.parseInt(part, 10));
  if (major < 13 || (major === 13 && minor < 10))
    return bad(line, 'Update the server: GitLab 13.10 or newer is needed.');
  if (project.baseUrl.startsWith('http://') && !/^http:\/\/(localhost|127\.)/.test(project.baseUrl)) {
    return warn(`${line} The connection is not encrypted.`, 'Use https, or everybody on the way can read the token.');
  }
  return ok(line);
}

async function token({ context, ask }: Findings): Promise<Line> {
  const { credential, passedOver } = await context.credential(ask.signal);
  const passed = passedOver.length > 0 ? ` Passed over: ${passedOver.join('; ')}.` : '';
  if (credential === null) {
    return bad(
      `No token was found for ${context.project.host}.${passed}`,
      `Set GITLAB_TOKEN to an access token with the scope api, or run glab auth login --hostname ${context.project.host}.`,
    );
  }
  const account = await context.account(ask);
  return ok(`${kindOf(credential)} from ${credential.origin}, of ${account.username}.${passed}`);
}

async function scopes({ context, ask }: Findings): Promise<Line> {
  const { credential } = await context.credential(ask.signal);
  if (credential === null) return unknown('There is no token to look at.');
  if (credential.kind === 'job-token') {
    return bad(
      'The token of a CI job reads what the project allows, and makes neither commits nor merge requests.',
      'Make a project access token with the scope api and the role Developer; give it to the job as the masked variable GITLAB_TOKEN.',
    );
  }
  const question = { call: 'tell the scopes of the token', about: 'account' } as const;
  const self = await context.api.one(ask, question, schema.tokenSelf, (sdk) => sdk.tokens.show());
  if (self.scopes === null) return unknown('GitLab does not tell the scopes of this kind of token.');
  const named = `Scopes: ${self.scopes.join(', ')}${self.expires_at === null ? '' : `; the token expires on ${self.expires_at}`}.`;
  if (!self.scopes.includes('api'))
    return bad(named, 'Make an access token with the scope api: commits and merge requests need it.');
  const days =
    self.expires_at === null ? null : (Date.parse(self.expires_at) - Date.parse(context.clock.now())) / 86_400_000;
  return days !== null && days < 14 ? warn(named, 'Renew the token before then.') : ok(named);
}

const roles: Readonly<Record<number, string>> = {
  0: 'none',
  5: 'Minimal access',
  10: 'Guest',
  15: 'Planner',
  20: 'Reporter',
  30: 'Developer',
  40: 'Maintainer',
  50: 'Owner',
};

async function permissions(found: Findings): Promise<Line> {
  const { context, ask } = found;
  found.project = await context.settings(ask, 0);
  const { permissions: given, archived, merge_requests_enabled: enabled, path_with_namespace: path } = found.project;
  if (archived === true) return bad(`${path} is archived: nothing can be written.`, 'Unarchive the project.');
  if (enabled === false)
    return bad(`${path} has merge requests switched off.`, 'Switch them on: Settings, General, Visibility.');
  const levels = [given?.project_access, given?.group_access].map((access) => Number(access?.access_level ?? 0));
  const level = Math.max(0, ...levels);
  if (given === null || level === 0) {
    return unknown(`GitLab does not tell which role this account has in ${path}.`, 'It needs the role Developer.');
  }
  const role = `Role in ${path}: ${roles[level] ?? level}.`;
  return level >= 30
    ? ok(role)
    : bad(role, 'Give the account the role Developer: it makes branches and merge requests.');
}

/** Branches of promotions are replaced: a protection with a pattern that takes them stands in the way. */
async function branches(found: Findings): Promise<Line> {
  const { context, ask } = found;
  const question = { call: 'list the protected branches', about: 'project' } as const;
  found.protections = await context.api.list(ask, question, schema.protectedBranches, (sdk, page) =>
    sdk.protectedBranches.all(context.id(), { ...page } as never),
  );
  const inTheWay = found.protections.find((one) => one.name.includes('*') && fits(one.name, 'gitops/promote/dev/prod'));
  if (inTheWay === undefined) return ok('Branches like gitops/promote/dev/prod are not protected.');
  return inTheWay.allow_force_push === true
    ? warn(`Branches like gitops/promote/dev/prod are protected by "${inTheWay.name}".`, 'Let this account push there.')
    : bad(
        `Branches like gitops/promote/dev/prod are protected by "${inTheWay.name}" and cannot be replaced.`,
        'Narrow the pattern, choose another branchPrefix, or allow force pushes there.',
      );
}

function fits(pattern: string, branch: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(branch);
}

function protection({ project, protections }: Findings): Line {
  const target = project?.default_branch ?? null;
  if (target === null || protections === null)
    return unknown('The default branch or its protection could not be read.');
  const rule = protections.find((one) => fits(one.name, target));
  if (rule === undefined) {
    return warn(
      `"${target}" is not protected: whoever can push can change production past every review.`,
      'Protect it: Settings, Repository, Protected branches.',
    );
  }
  const merge = (rule.merge_access_levels ?? []).map((one) => one.access_level_description ?? String(one.access_level));
  const push = (rule.push_access_levels ?? []).map((one) => one.access_level_description ?? String(one.access_level));
  const line = `"${target}" is protected: ${merge.join(', ') || 'no one'} may merge, ${push.join(', ') || 'no one'} may push.`;
  return rule.allow_force_push === true
    ? warn(`${line} Force pushes are allowed.`, 'Forbid them: history is what revert and history read.')
    : ok(line);
}

function mergeMethods({ project }: Findings): Line {
  if (project?.merge_method == null)
    return unknown('GitLab does not tell the merge method of the project to this account.');
  const how =
    { merge: 'merge commits', rebase_merge: 'merge commits on a linear history', ff: 'fast-forward' }[
      project.merge_method
    ] ?? project.merge_method;
  const methods = project.merge_method === 'ff' ? ['rebase', 'squash'] : ['merge', 'squash'];
  const usable = methods.filter((one) =>
    one === 'squash' ? project.squash_option !== 'never' : project.squash_option !== 'always',
  );
  const line = `The project merges by ${how}; squash: ${project.squash_option ?? 'not told'}. Usable methods: ${usable.join(', ')}.`;
  const needsRebase = project.merge_method !== 'merge' && project.automatic_rebase_enabled !== true;
  if (project.merge_trains_enabled === true || project.merge_trains_enabled === 'true') {
    return warn(
      `${line} It has a merge train.`,
      'Merge with auto-merge (merge.auto: true): it takes a place in the train.',
    );
  }
  return needsRebase
    ? warn(
        `${line} A branch that is behind its target cannot be merged.`,
        'Run the promotion again then: it is made anew on the present target.',
      )
    : ok(line);
}

function requiredChecks({ project }: Findings): Line {
  if (project === null || project.only_allow_merge_if_pipeline_succeeds === null) {
    return unknown('GitLab does not tell whether pipelines must succeed to this account.');
  }
  return project.only_allow_merge_if_pipeline_succeeds
    ? ok('Pipelines must succeed before a merge. A merge request without a pipeline can then not be merged at all.')
    : warn(
        'A merge does not need a pipeline that succeeded.',
        'Demand it: Settings, Merge requests, Pipelines must succeed; run gitops lint in that pipeline.',
      );
}

async function approvals(found: Findings): Promise<Line> {
  const { context, ask, protections, project } = found;
  const owners = await ownersOf(found);
  const rule = protections?.find((one) => fits(one.name, project?.default_branch ?? '')) ?? null;
  if (!found.isEnterprise) {
    return warn(
      `The Community Edition refuses no merge for want of an approval. ${owners.text}`,
      'Approvals are advisory here; gitops demands those that merge.approvals names before it merges itself.',
    );
  }
  const question = { call: 'read the approval settings', about: 'project' } as const;
  const settings = await context.api.maybe(ask, question, schema.approvalSettings, (sdk) =>
    sdk.approvals.showConfiguration(context.id()),
  );
  const line = `${settings === null ? 'The approval settings could not be read.' : settings.reset_approvals_on_push === false ? 'Approvals stay after a push.' : 'A push takes approvals back.'} ${owners.text}`;
  if (owners.protects && rule?.code_owner_approval_required === true) return ok(`${line} Their approval is required.`);
  return warn(
    line,
    'Name owners of gitops.yaml and CI files in CODEOWNERS, and require code owner approval on the protected branch.',
  );
}

/** Whether somebody owns `gitops.yaml`: who changes it changes what every rule says. */
async function ownersOf({
  context,
  ask,
  project,
}: Findings): Promise<{ readonly protects: boolean; readonly text: string }> {
  const branch = project?.default_branch ?? null;
  if (branch === null) return { protects: false, text: 'CODEOWNERS could not be read.' };
  const places = ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];
  const { files } = await readFiles(context, ask, { ref: branch }, places);
  const place = places.find((one) => files[one] !== undefined);
  if (place === undefined) return { protects: false, text: 'There is no CODEOWNERS file.' };
  const protects = hasOwner(files[place] ?? '', 'gitops.yaml');
  return {
    protects,
    text: protects ? `${place} names owners of gitops.yaml.` : `${place} names no owner of gitops.yaml.`,
  };
}

async function jobToken({ context, ask, project }: Findings): Promise<Line> {
  const question = { call: 'read the limits of CI job tokens', about: 'project' } as const;
  const scope = await context.api.maybe(ask, question, schema.jobTokenScope, (sdk) =>
    sdk.jobTokenScopes.show(context.id()),
  );
  const pushes = project?.ci_push_repository_for_job_token_allowed === true ? ' They may push by Git.' : '';
  if (scope === null) return unknown('The limits of CI job tokens are told to maintainers alone.');
  return scope.inbound_enabled === false
    ? warn(
        `Jobs of any project may use their token here.${pushes}`,
        'Limit it: Settings, CI/CD, Job token permissions.',
      )
    : ok(
        `Only allowed projects may use their job tokens here.${pushes} They make no merge requests: give jobs a project access token.`,
      );
}

async function archive({ context, ask, project }: Findings): Promise<Line> {
  const branch = project?.default_branch ?? null;
  if (branch === null) return unknown('There is no branch to read yet.');
  const { commit } = await readFiles(context, ask, { ref: branch }, ['gitops.yaml']);
  return ok(
    `"${branch}" can be read at ${commit.slice(0, 12)}. GitLab gives five archives a minute to an account; beyond that single files are read, or it is waited for.`,
  );
}

function proxy({ context, options }: Findings): Line {
  const env = envOf(options);
  const scheme = context.project.baseUrl.startsWith('http:') ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  const used = env[scheme] ?? env[scheme.toLowerCase()];
  const not = env['NO_PROXY'] ?? env['no_proxy'];
  if (used === undefined || used === '') return ok('No proxy is set.');
  return ok(`${scheme} is ${redact(used)}${not ? `, except for ${not}` : ''}.`);
}

function clock(skew: number | null): Line {
  if (skew === null) return unknown('The server did not tell its time.');
  const seconds = Math.round(Math.abs(skew) / 1000);
  return seconds > 60
    ? warn(
        `This machine's clock is ${seconds} seconds ${skew > 0 ? 'ahead of' : 'behind'} the server's.`,
        'Set it: rate limits, approvals and soak times are compared with it.',
      )
    : ok("This machine's clock and the server's agree.");
}
