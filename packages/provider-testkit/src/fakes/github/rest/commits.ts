import { diffTrees } from '../../host/diff.js';
import { countCommits, logCommits, mergeBase } from '../../host/history.js';
import { readCommit, readCommits } from '../../host/objects.js';
import { resolveCommit } from '../../host/repository.js';
import type { Json } from '../../host/request.js';
import { commitShape, diffShape } from '../shapes/commit.js';
import { defaultBranchOf, simplePullShape } from '../shapes/pull-request.js';
import { repositoryUrl, webUrl } from '../shapes/repository.js';
import { findRepository, type World } from '../state/world.js';
import { type RepositoryCall, type Routes, repositoryRoute } from './call.js';
import { linkHeader, paged, pageOf } from './paging.js';
import { refuseEmpty } from './refs.js';
import { notFound, refuse } from './refuse.js';

type Handler = Routes[number]['handler'];

/** History: commits with what they changed, and what lies between two of them. */
export function commitRoutes(world: World): Routes {
  const read = { permission: 'contents', level: 'read' } as const;
  return [
    repositoryRoute(world, 'GET', '/commits', read, listCommits),
    repositoryRoute(world, 'GET', '/commits/{ref}', read, getCommit),
    repositoryRoute(
      world,
      'GET',
      '/commits/{commit_sha}/pulls',
      { ...read, permission: 'pull_requests' },
      async (call) => {
        const sha = await commitNamed(call, 'commit_sha');
        const pulls = call.repository.pulls.filter((pull) => pull.head.sha === sha || pull.merged?.commit === sha);
        return paged(call, pulls, (pull) => simplePullShape(world, pull));
      },
    ),
    repositoryRoute(world, 'GET', '/compare/{basehead}', read, compare),
  ];
}

/** The commit that a path names; 422 as GitHub words it where there is none. */
export async function commitNamed(call: RepositoryCall, param: string): Promise<string> {
  const name = call.params[param] ?? '';
  const sha = await resolveCommit(call.folder, name);
  return sha ?? refuse(422, `No commit found for SHA: ${name}`);
}

async function listCommits(call: RepositoryCall): ReturnType<Handler> {
  await refuseEmpty(call);
  const { query, folder, world, repository } = call;
  const name = query.get('sha') ?? (await defaultBranchOf(repository));
  const from = (await resolveCommit(folder, name)) ?? notFound();
  const path = query.get('path');
  const since = query.get('since');
  const until = query.get('until');
  const all = await logCommits(folder, {
    from,
    ...(path === null ? {} : { path }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  });
  const page = pageOf(query);
  const wanted = all.slice((page.number - 1) * page.size, page.number * page.size);
  const commits = await readCommits(folder, wanted);
  const link = linkHeader(call, page, Math.max(1, Math.ceil(all.length / page.size)));
  return {
    status: 200,
    body: commits.map((commit) => commitShape(world, repository, commit)),
    ...(link === null ? {} : { headers: { link } }),
  };
}

async function getCommit(call: RepositoryCall): ReturnType<Handler> {
  await refuseEmpty(call);
  const { world, repository, folder } = call;
  const sha = await commitNamed(call, 'ref');
  const accept = call.request.headers['accept'] ?? '';
  if (/\bsha\b/.test(accept)) {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.sha' }, body: Buffer.from(sha) };
  }
  const commit = await readCommit(folder, sha);
  const files = await diffTrees(folder, commit.parents[0] ?? null, sha);
  const { number, size } = pageOf(new URLSearchParams({ per_page: '300', ...Object.fromEntries(call.query) }));
  const most = call.query.has('per_page') ? size : 300;
  const additions = files.reduce((total, file) => total + (file.additions ?? 0), 0);
  const deletions = files.reduce((total, file) => total + (file.deletions ?? 0), 0);
  const page = { number, size: most };
  const link = linkHeader(call, page, Math.max(1, Math.ceil(files.length / most)));
  return {
    status: 200,
    body: {
      ...commitShape(world, repository, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: files.slice((number - 1) * most, number * most).map((file) => diffShape(world, repository, sha, file)),
    },
    ...(link === null ? {} : { headers: { link } }),
  };
}

/** One side of a comparison: a commit, or `owner:branch` of a fork. */
async function sideNamed(call: RepositoryCall, name: string): Promise<string> {
  const [owner, branch] = name.includes(':')
    ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
    : [null, name];
  if (owner !== null && owner.toLowerCase() !== call.repository.owner.login.toLowerCase()) {
    const fork = findRepository(call.world, owner, call.repository.name) ?? notFound();
    const sha = (await resolveCommit(fork.folder, branch)) ?? notFound();
    return (await resolveCommit(call.folder, sha)) ?? notFound();
  }
  return (await resolveCommit(call.folder, branch)) ?? notFound();
}

async function compare(call: RepositoryCall): ReturnType<Handler> {
  const { world, repository, folder } = call;
  const [baseName = '', headName = ''] = (call.params['basehead'] ?? '').split('...');
  if (headName === '') notFound();
  const base = await sideNamed(call, baseName);
  const head = await sideNamed(call, headName);
  const common = await mergeBase(folder, base, head);
  if (common === null) refuse(404, `No common ancestor between ${baseName} and ${headName}.`);
  const ahead = await logCommits(folder, { from: head, not: [base], reverse: true });
  const behind = await countCommits(folder, base, head);
  const page = pageOf(call.query);
  const size = call.query.has('per_page') || call.query.has('page') ? page.size : 250;
  const shown = await readCommits(folder, ahead.slice((page.number - 1) * size, page.number * size));
  // files come with the first page only, at most 300 of them
  const files = page.number > 1 ? [] : (await diffTrees(folder, common, head)).slice(0, 300);
  const status =
    behind === 0 ? (ahead.length === 0 ? 'identical' : 'ahead') : ahead.length === 0 ? 'behind' : 'diverged';
  const url = `${repositoryUrl(world, repository)}/compare/${baseName}...${headName}`;
  const web = `${webUrl(world, repository)}/compare/${baseName}...${headName}`;
  const [baseCommit, commonCommit] = [await readCommit(folder, base), await readCommit(folder, common)];
  const link = linkHeader(call, { number: page.number, size }, Math.max(1, Math.ceil(ahead.length / size)));
  const body: Json = {
    url,
    html_url: web,
    permalink_url: `${webUrl(world, repository)}/compare/${base.slice(0, 7)}...${head.slice(0, 7)}`,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    base_commit: commitShape(world, repository, baseCommit),
    merge_base_commit: commitShape(world, repository, commonCommit),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: shown.map((commit) => commitShape(world, repository, commit)),
    files: files.map((file) => diffShape(world, repository, head, file)),
  };
  return { status: 200, body, ...(link === null ? {} : { headers: { link } }) };
}
