import { isAncestor } from '../../host/history.js';
import { readCommits } from '../../host/objects.js';
import { isRefName, listRefs, moveRefs } from '../../host/repository.js';
import { ofProject } from '../access.js';
import { accountOf, type Operation, type ProjectCall } from '../call.js';
import { commitEntity, projectUrl } from '../entities/commits.js';
import { ApiFailure, badRequest, forbidden, notAllowed, notFound, preconditionFailed } from '../failure.js';
import { branchTip, findCommit } from '../git/refs.js';
import { paged } from '../paginate.js';
import { canPush, protectionsOf } from '../protection.js';

async function branchEntity(call: ProjectCall, name: string, oid: string) {
  const { instance, project } = call;
  const [commit] = await readCommits(project.folder, [oid]);
  const root = await branchTip(project.folder, project.defaultBranch);
  const rules = protectionsOf(project, name);
  const forDevelopers = (role: string | null | undefined) => role === 'developer';
  return {
    name,
    commit: commit === undefined ? null : commitEntity(instance, project, commit),
    merged: root !== null && name !== project.defaultBranch && (await isAncestor(project.folder, oid, root)),
    protected: rules.length > 0,
    developers_can_push: rules.some((rule) => forDevelopers(rule.push)),
    developers_can_merge: rules.some((rule) => forDevelopers(rule.merge)),
    can_push: canPush(project, call.caller?.account ?? null, name),
    default: name === project.defaultBranch,
    web_url: `${projectUrl(instance, project)}/-/tree/${name}`,
  };
}

async function list(call: ProjectCall) {
  const refs = await listRefs(call.project.folder, 'refs/heads/');
  const search = call.params.text('search') ?? '';
  const fits = (name: string) =>
    search.startsWith('^')
      ? name.startsWith(search.slice(1))
      : search.endsWith('$')
        ? name.endsWith(search.slice(0, -1))
        : name.toLowerCase().includes(search.toLowerCase());
  const found = [...refs].map(([ref, oid]) => ({ name: ref.slice(11), oid })).filter(({ name }) => fits(name));
  return paged(call, found, ({ name, oid }) => branchEntity(call, name, oid));
}

async function get(call: ProjectCall) {
  const name = call.params.text('branch') ?? '';
  const oid = await branchTip(call.project.folder, name);
  if (oid === null) throw notFound('Branch');
  return { body: await branchEntity(call, name, oid) };
}

async function head(call: ProjectCall) {
  const oid = await branchTip(call.project.folder, call.params.text('branch') ?? '');
  return { status: oid === null ? 404 : 204 };
}

async function create(call: ProjectCall) {
  const { project } = call;
  call.params.require('branch', 'ref');
  const name = call.params.text('branch') ?? '';
  const ref = call.params.text('ref') ?? '';
  if (!canPush(project, accountOf(call), name)) throw forbidden();
  if (!(await isRefName(project.folder, name))) throw badRequest('Branch name is invalid');
  if ((await branchTip(project.folder, name)) !== null) throw badRequest('Branch already exists');
  const oid = await findCommit(project.folder, ref);
  if (oid === null) throw badRequest(`Invalid reference name: ${ref}`);
  const refused = await moveRefs(project.folder, [{ ref: `refs/heads/${name}`, from: null, to: oid }]);
  if (refused !== null) throw badRequest(`Failed to create branch '${name}': ${refused}`);
  return { status: 201, body: await branchEntity(call, name, oid) };
}

async function remove(call: ProjectCall) {
  const { project } = call;
  const name = call.params.text('branch') ?? '';
  const oid = await branchTip(project.folder, name);
  if (oid === null) throw notFound('Branch');
  const since = call.headers['if-unmodified-since'];
  if (since !== undefined) {
    const [commit] = await readCommits(project.folder, [oid]);
    const asked = Date.parse(since);
    if (Number.isNaN(asked)) throw new ApiFailure(400, { message: '400 Bad request' });
    if (commit !== undefined && commit.author.at > asked) throw preconditionFailed();
  }
  if (name === project.defaultBranch) throw badRequest('The default branch of a project cannot be deleted.');
  if (protectionsOf(project, name).length > 0) throw notAllowed("Protected branch can't be removed");
  if (!canPush(project, accountOf(call), name)) throw notAllowed('You dont have push access to repo');
  const refused = await moveRefs(project.folder, [{ ref: `refs/heads/${name}`, from: oid, to: null }]);
  if (refused !== null) throw badRequest('Failed to remove branch');
  return { status: 204 };
}

const one = '/projects/{id}/repository/branches/{branch}';

export const branchOperations: readonly Operation[] = [
  ofProject({ method: 'GET', path: '/projects/{id}/repository/branches', jobToken: true, handle: list }),
  ofProject({ method: 'POST', path: '/projects/{id}/repository/branches', role: 'developer', handle: create }),
  ofProject({ method: 'GET', path: one, handle: get }),
  ofProject({ method: 'HEAD', path: one, handle: head }),
  ofProject({ method: 'DELETE', path: one, role: 'developer', handle: remove }),
];
