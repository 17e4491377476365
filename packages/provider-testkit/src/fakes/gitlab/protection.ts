import { accessLevels, type Role } from './accounts.js';
import { levelOf } from './instance.js';
import type { ProtectedBranch } from './options.js';
import type { Project } from './state.js';

type Who = { readonly id: number } | null;

/** The protections whose name or pattern fits a branch. */
export function protectionsOf(project: Project, branch: string): readonly ProtectedBranch[] {
  return project.protectedBranches.filter(({ name }) => matchesPattern(name, branch));
}

export function matchesPattern(pattern: string, branch: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(branch);
}

const allows = (level: number, role: Role | null | undefined) =>
  role !== null && role !== undefined && level >= accessLevels[role];

/** Whether somebody may push to a branch, or make it. */
export function canPush(project: Project, who: Who, branch: string): boolean {
  const level = levelOf(project, who);
  if (level < accessLevels.developer || project.settings.archived) return false;
  const rules = protectionsOf(project, branch);
  return rules.length === 0 || rules.some((rule) => allows(level, rule.push));
}

/** Whether somebody may merge into a branch; who may push may merge. */
export function canMerge(project: Project, who: Who, branch: string): boolean {
  const level = levelOf(project, who);
  if (level < accessLevels.developer || project.settings.archived) return false;
  const rules = protectionsOf(project, branch);
  return rules.length === 0 || rules.some((rule) => allows(level, rule.merge) || allows(level, rule.push));
}

/** A branch that is replaced, not continued. */
export function canForcePush(project: Project, branch: string): boolean {
  return protectionsOf(project, branch).every((rule) => rule.allowForcePush === true);
}
