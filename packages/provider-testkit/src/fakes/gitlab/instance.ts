import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MovableClock } from '../host/clock.js';
import { initRepository } from '../host/repository.js';
import { type Accounts, accessLevels, type Role, usualMembers } from './accounts.js';
import { installHook } from './git/update-hook.js';
import type { DiffLimits, ProjectOptions } from './options.js';
import { usualSettings } from './options.js';
import type { Group, Project } from './state.js';

/** One GitLab: everything that a handler needs to know about it. */
export interface Instance {
  readonly clock: MovableClock;
  readonly accounts: Accounts;
  readonly projects: Project[];
  readonly groups: Group[];
  readonly enterprise: boolean;
  readonly version: string;
  readonly asyncReads: number;
  readonly archiveLimit: number;
  readonly keyset: boolean;
  readonly diffLimits: DiffLimits;
  readonly descriptionLimit: number;
  /** Folder below which the repositories lie. */
  readonly root: string;
  /** `http://127.0.0.1:1234/gitlab`; known once the server listens. */
  webUrl: string;
  /** Archives taken, by user and project. */
  readonly archives: Map<string, number[]>;
  nextId(): number;
  /** Now, as GitLab writes times. */
  now(): string;
}

/** Makes a project with its groups and its empty repository. */
export async function addProject(instance: Instance, options: ProjectOptions): Promise<Project> {
  const { path } = options;
  if (!/^[\w.-]+(\/[\w.-]+)+$/.test(path)) throw new Error(`not the path of a project: ${path}`);
  groupOf(instance, path.slice(0, path.lastIndexOf('/')));
  const id = instance.nextId();
  const folder = join(instance.root, `${id}.git`);
  const defaultBranch = options.defaultBranch ?? 'main';
  await mkdir(folder, { recursive: true });
  await initRepository(folder, defaultBranch);
  await installHook(folder);
  const members = Object.entries(options.members ?? usualMembers);
  const project: Project = {
    id,
    path,
    formerPaths: [...(options.formerPaths ?? [])],
    folder,
    visibility: options.visibility ?? 'private',
    defaultBranch,
    settings: { ...usualSettings, ...options.settings },
    members: new Map(members.map(([name, role]) => [instance.accounts.byName(name).id, role])),
    protectedBranches: [...(options.protectedBranches ?? [])],
    creator: instance.accounts.byName(members[0]?.[0] ?? 'ana'),
    createdAt: instance.now(),
    mergeRequests: [],
    labels: [],
    milestones: [],
    pipelines: [],
    statuses: [],
    train: [],
  };
  instance.projects.push(project);
  return project;
}

function groupOf(instance: Instance, path: string): Group {
  const known = instance.groups.find((group) => group.path === path);
  if (known !== undefined) return known;
  const slash = path.lastIndexOf('/');
  const parent = slash < 0 ? null : groupOf(instance, path.slice(0, slash)).id;
  const group = { id: instance.nextId(), path, parent };
  instance.groups.push(group);
  return group;
}

/** A project by number or by path, also by one that it had before. */
export function findProject(
  instance: Instance,
  id: string,
): { readonly project: Project; readonly moved: boolean } | null {
  if (/^\d+$/.test(id)) {
    const project = instance.projects.find((one) => one.id === Number(id));
    return project === undefined ? null : { project, moved: false };
  }
  const same = (path: string) => path.toLowerCase() === id.toLowerCase();
  const project = instance.projects.find((one) => same(one.path));
  if (project !== undefined) return { project, moved: false };
  const former = instance.projects.find((one) => one.formerPaths.some(same));
  return former === undefined ? null : { project: former, moved: true };
}

/** Level of access of an account; 0 for none. */
export function levelOf(project: Project, account: { readonly id: number } | null): number {
  const role = account === null ? undefined : project.members.get(account.id);
  return role === undefined ? 0 : accessLevels[role];
}

export function atLeast(level: number, role: Role): boolean {
  return level >= accessLevels[role];
}
