import { labelShape, milestoneShape } from '../shapes/issue.js';
import type { Label, Milestone } from '../state/repository.js';
import type { World } from '../state/world.js';
import { bodyOf, caller, type Needs, type RepositoryCall, type Routes, repositoryRoute, textOf } from './call.js';
import { paged } from './paging.js';
import { invalid, notFound } from './refuse.js';

/** Labels and milestones of a repository. */
export function labelRoutes(world: World): Routes {
  const either = ['issues', 'pull_requests'] as const;
  const read: Needs = { permission: either, level: 'read' };
  const write: Needs = { permission: either, level: 'write' };
  return [
    repositoryRoute(world, 'GET', '/labels', read, async (call) =>
      paged(call, call.repository.labels, (label) => labelShape(world, call.repository, label)),
    ),
    repositoryRoute(world, 'POST', '/labels', write, async (call) => {
      const body = bodyOf(call);
      const name = textOf(body['name']) ?? '';
      if (findLabel(call, name) !== undefined) invalid('Label', 'name', 'already_exists');
      if (name.length > 50) invalid('Label', 'name', 'custom', 'name is too long (maximum is 50 characters)');
      const color = textOf(body['color']) ?? 'ededed';
      if (!/^[0-9a-f]{6}$/i.test(color)) invalid('Label', 'color', 'invalid');
      const label = addLabel(call, name, color, textOf(body['description']));
      return { status: 201, body: labelShape(world, call.repository, label) };
    }),
    repositoryRoute(world, 'GET', '/labels/{name}', read, async (call) => {
      const label = findLabel(call, call.params['name'] ?? '') ?? notFound();
      return { status: 200, body: labelShape(world, call.repository, label) };
    }),
    repositoryRoute(world, 'GET', '/milestones', read, async (call) => {
      const state = call.query.get('state') ?? 'open';
      const found = call.repository.milestones.filter((one) => state === 'all' || one.state === state);
      return paged(call, found, (milestone) => milestoneShape(world, call.repository, milestone));
    }),
    repositoryRoute(world, 'POST', '/milestones', write, async (call) => {
      const title = textOf(bodyOf(call)['title']) ?? '';
      const { milestones } = call.repository;
      if (milestones.some((one) => one.title === title)) invalid('Milestone', 'title', 'already_exists');
      const milestone: Milestone = {
        id: world.nextId(),
        number: milestones.length + 1,
        title,
        creator: caller(call),
        createdAt: world.clock.iso(),
        state: bodyOf(call)['state'] === 'closed' ? 'closed' : 'open',
      };
      milestones.push(milestone);
      return { status: 201, body: milestoneShape(world, call.repository, milestone) };
    }),
  ];
}

function findLabel(call: RepositoryCall, name: string): Label | undefined {
  return call.repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

function addLabel(call: RepositoryCall, name: string, color: string, description: string | null): Label {
  const label: Label = { id: call.world.nextId(), name, color: color.toLowerCase(), description };
  call.repository.labels.push(label);
  return label;
}

/** The names as the repository writes them; labels that are missing are made, as GitHub does for who may. */
export function ensureLabels(call: RepositoryCall, names: readonly string[]): readonly string[] {
  return names.map((name) => (findLabel(call, name) ?? addLabel(call, name, 'ededed', null)).name);
}
