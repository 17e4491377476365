import type { MovableClock } from '../host/clock.js';
import type { Faults } from '../host/faults.js';
import type { RequestLog } from '../host/log.js';
import { setDefaultBranch } from '../host/repository.js';
import type { FakeServer } from '../host/server.js';
import type { Account, Accounts, Role, TokenWish } from './accounts.js';
import { addProject, findProject, type Instance } from './instance.js';
import { runAutoMerges } from './merge-requests/auto-merge.js';
import { merge } from './merge-requests/merge.js';
import { addNote, addSystemNote } from './merge-requests/notes.js';
import { addPipeline } from './merge-requests/pipelines.js';
import { followPushes } from './merge-requests/versions.js';
import type { ProjectOptions, ProjectSettings, ProtectedBranch } from './options.js';
import type { MergeRequest, PipelineStatus, Project } from './state.js';

/** Tokens that are there from the beginning. Each is worthless elsewhere. */
export interface FakeTokens {
  /** A maintainer's and a developer's, scope `api`. */
  readonly ana: string;
  readonly ben: string;
  /** Another maintainer's, a reporter's, and of somebody who is in no project. */
  readonly mia: string;
  readonly rob: string;
  readonly olga: string;
  /** A project access token of the first project (role developer, scope `api`): its account is a bot. */
  readonly project: string;
  /** A job token of the first project, of a job that ana started. */
  readonly job: string;
  /** Ana's, scope `read_api`: writing is 403 `insufficient_scope`. */
  readonly readOnly: string;
  /** Ana's, scopes `read_repository` and `write_repository`: Git and little more. */
  readonly repository: string;
  readonly expired: string;
  readonly revoked: string;
}

/** A GitLab on this machine. A project is named by its path, or its number as text. */
export interface FakeGitLab {
  /** `http://127.0.0.1:1234/gitlab` */
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly tokens: FakeTokens;
  /** The first of its projects. */
  readonly project: { readonly id: number; readonly path: string };
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly clock: MovableClock;
  /** What did not fit GitLab's description, and defects of the fake; a test expects it to be empty. */
  readonly violations: readonly string[];
  /** Whether GitLab's description is at hand: in the project's own checkout, not in the published package. */
  readonly described: boolean;
  /** The clone address without credentials. */
  cloneUrl(project: string): string;
  /** The bare repository on disk, to seed and inspect with Git. */
  folder(project: string): string;
  addProject(options: ProjectOptions): Promise<{ readonly id: number; readonly path: string }>;
  addAccount(username: string, name: string): Account;
  setMember(project: string, username: string, role: Role | null): void;
  newToken(wish: TokenWish): string;
  change(project: string, settings: Partial<ProjectSettings>): void;
  /** Adds or replaces the protection of a branch or pattern. */
  protect(project: string, branch: ProtectedBranch): void;
  unprotect(project: string, name: string): void;
  setDefaultBranch(project: string, branch: string): Promise<void>;
  /** Moves a project; its old path answers with redirects from now on. */
  move(project: string, path: string): void;
  addMilestone(project: string, title: string): number;
  /** A pipeline as pushing would make it; with the id of one that is there, changes its status. Its id. */
  setPipeline(
    project: string,
    pipeline: { readonly sha: string; readonly ref: string; readonly status: PipelineStatus },
  ): Promise<number>;
  /**
   * A review that requests changes, by mia where nobody is named: she becomes a reviewer whose state is
   * `requested_changes` (`GET …/merge_requests/:iid/reviewers`, in every edition), the text is a note of hers, and the
   * Enterprise Edition's `detailed_merge_status` is `requested_changes` until she approves.
   */
  rejectMergeRequest(project: string, iid: number, text: string, by?: string): Promise<void>;
  /** Opens a thread that must be resolved; its note's id. */
  startThread(project: string, iid: number, text: string, by?: string): Promise<number>;
  resolveThread(project: string, iid: number, note: number): Promise<void>;
  /** Lets the first merge request of a target's train arrive: merges it. */
  runTrain(project: string, targetBranch: string): Promise<boolean>;
  close(): Promise<void>;
}

export function handleOf(
  instance: Instance,
  server: FakeServer,
  { violations, described }: Pick<FakeGitLab, 'violations' | 'described'>,
  close: () => Promise<void>,
): FakeGitLab {
  const projectOf = (name: string): Project => {
    const found = findProject(instance, name);
    if (found === null) throw new Error(`the fake has no project "${name}"`);
    return found.project;
  };
  const requestOf = async (project: string, iid: number): Promise<MergeRequest> => {
    const found = projectOf(project).mergeRequests.find((one) => one.iid === iid);
    if (found === undefined) throw new Error(`${project} has no merge request !${iid}`);
    await followPushes(instance, found);
    return found;
  };
  const settle = (project: Project) => runAutoMerges(instance, project.mergeRequests);
  const [first] = instance.projects;
  if (first === undefined) throw new Error('a fake GitLab has at least one project');
  const { accounts } = instance;
  return {
    webUrl: instance.webUrl,
    apiUrl: `${instance.webUrl}/api/v4`,
    tokens: makeTokens(instance, first),
    project: { id: first.id, path: first.path },
    log: server.log,
    faults: server.faults,
    clock: instance.clock,
    violations,
    described,
    cloneUrl: (name) => `${instance.webUrl}/${projectOf(name).path}.git`,
    folder: (name) => projectOf(name).folder,
    addProject: async (options) => {
      const { id, path } = await addProject(instance, options);
      return { id, path };
    },
    addAccount: (username, name) => accounts.add(username, name),
    setMember: (name, username, role) => {
      const { members } = projectOf(name);
      if (role === null) members.delete(accounts.byName(username).id);
      else members.set(accounts.byName(username).id, role);
    },
    newToken: (wish) => accounts.mint(wish).value,
    change: (name, settings) => {
      const project = projectOf(name);
      project.settings = { ...project.settings, ...settings };
    },
    protect: (name, branch) => {
      const { protectedBranches } = projectOf(name);
      const at = protectedBranches.findIndex((one) => one.name === branch.name);
      if (at < 0) protectedBranches.push(branch);
      else protectedBranches[at] = branch;
    },
    unprotect: (name, branch) => {
      const { protectedBranches } = projectOf(name);
      const at = protectedBranches.findIndex((one) => one.name === branch);
      if (at >= 0) protectedBranches.splice(at, 1);
    },
    setDefaultBranch: async (name, branch) => {
      const project = projectOf(name);
      project.defaultBranch = branch;
      await setDefaultBranch(project.folder, branch);
    },
    move: (name, path) => {
      const project = projectOf(name);
      project.formerPaths.push(project.path);
      project.path = path;
    },
    addMilestone: (name, title) => {
      const { milestones } = projectOf(name);
      const id = instance.nextId();
      milestones.push({ id, iid: milestones.length + 1, title, state: 'active', createdAt: instance.now() });
      return id;
    },
    setPipeline: async (name, { sha, ref, status }) => {
      const project = projectOf(name);
      const standing = project.pipelines.find((one) => one.sha === sha && one.ref === ref);
      const user = accounts.byName('ana');
      const pipeline = standing ?? addPipeline(instance, project, { sha, ref, source: 'push', status, user });
      pipeline.status = status;
      pipeline.updatedAt = instance.now();
      await settle(project);
      return pipeline.id;
    },
    rejectMergeRequest: async (name, iid, text, by = 'mia') => {
      const mergeRequest = await requestOf(name, iid);
      const account = accounts.byName(by);
      const known = mergeRequest.reviewers.find((one) => one.account === account);
      if (known === undefined)
        mergeRequest.reviewers.push({ account, since: instance.now(), state: 'requested_changes' });
      else known.state = 'requested_changes';
      const approval = mergeRequest.approvals.findIndex((one) => one.account === account);
      if (approval >= 0) mergeRequest.approvals.splice(approval, 1);
      addNote(instance, mergeRequest, { author: account, body: text });
      addSystemNote(instance, mergeRequest, account, 'requested changes');
    },
    startThread: async (name, iid, text, by = 'mia') =>
      addNote(instance, await requestOf(name, iid), { author: accounts.byName(by), body: text, resolved: false }).id,
    resolveThread: async (name, iid, id) => {
      const note = (await requestOf(name, iid)).notes.find((one) => one.id === id);
      if (note === undefined) throw new Error(`!${iid} has no note ${id}`);
      note.resolved = true;
      await settle(projectOf(name));
    },
    runTrain: async (name, targetBranch) => {
      const { train } = projectOf(name);
      const car = train.find((one) => one.targetBranch === targetBranch && one.status === 'fresh');
      const auto = car?.mergeRequest.autoMerge ?? null;
      if (car === undefined || auto === null) return false;
      const done = await merge(instance, car.mergeRequest, auto.by, auto.wish);
      car.status = done ? 'merged' : 'skip_merged';
      car.updatedAt = instance.now();
      car.mergedAt = done ? car.updatedAt : null;
      if (!done) car.mergeRequest.autoMerge = null;
      return done;
    },
    close,
  };
}

function makeTokens(instance: Instance, first: Project): FakeTokens {
  const { accounts } = instance;
  const mint = (wish: Parameters<Accounts['mint']>[0]) => accounts.mint(wish).value;
  const bot = accounts.add(`project_${first.id}_bot_0f0f`, 'gitops', true);
  first.members.set(bot.id, 'developer');
  return {
    ana: mint({ account: 'ana' }),
    ben: mint({ account: 'ben' }),
    mia: mint({ account: 'mia' }),
    rob: mint({ account: 'rob' }),
    olga: mint({ account: 'olga' }),
    project: mint({ account: bot.username, kind: 'project' }),
    job: mint({ account: 'ana', kind: 'job', project: first.id }),
    readOnly: mint({ account: 'ana', scopes: ['read_api'] }),
    repository: mint({ account: 'ana', scopes: ['read_repository', 'write_repository'] }),
    expired: mint({ account: 'ana', expiresAt: '2024-01-31' }),
    revoked: mint({ account: 'ana', revoked: true }),
  };
}
