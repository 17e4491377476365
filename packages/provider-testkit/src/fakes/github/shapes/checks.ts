import type { Json } from '../../host/request.js';
import type { CheckRun, Repository, Status } from '../state/repository.js';
import type { World } from '../state/world.js';
import { repositoryUrl, webUrl } from './repository.js';
import { userShape } from './user.js';

type Shape = { readonly [name: string]: Json | null | undefined };

export function statusShape(world: World, repository: Repository, status: Status): Shape {
  return {
    url: `${repositoryUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: `${world.urls.web}/avatars/u/${status.creator.id}`,
    id: status.id,
    node_id: `SC_${status.id}`,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.at,
    updated_at: status.at,
    creator: userShape(world, status.creator),
  };
}

export function checkRunShape(world: World, repository: Repository, run: CheckRun): Shape {
  const url = repositoryUrl(world, repository);
  const web = `${webUrl(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: `CR_${run.id}`,
    head_sha: run.sha,
    external_id: '',
    url: `${url}/check-runs/${run.id}`,
    html_url: web,
    details_url: run.detailsUrl ?? web,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: null,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/check-runs/${run.id}/annotations`,
    },
    check_suite: { id: 1 },
    app: null,
    pull_requests: [],
  };
}
