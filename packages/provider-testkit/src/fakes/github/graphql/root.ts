import { isoSeconds } from '../../host/clock.js';
import type { RateLimits } from '../rate.js';
import { findAccount, findRepository } from '../state/world.js';
import { actorNode, viewerNode } from './actor.js';
import type { Arguments } from './connection.js';
import { canRead, type Fields, type GraphqlContext, within } from './context.js';
import { refuseField } from './failure.js';
import { pullMutations } from './mutate-pulls.js';
import { type Input, refMutations } from './mutate-refs.js';
import { pullNode } from './pull-request.js';
import { repositoryNode } from './repository.js';

/** What a query and a mutation start from. */
export function rootFields(context: GraphqlContext, limits: RateLimits): Fields {
  const { world, token } = context;
  const mutations = Object.entries({ ...refMutations, ...pullMutations }).map(([name, mutation]) => [
    name,
    async (args: Arguments) => {
      const input = args['input'] as Input;
      return { clientMutationId: input['clientMutationId'] ?? null, ...(await mutation(context, input)) };
    },
  ]);
  return {
    ...(Object.fromEntries(mutations) as Fields),
    viewer: () => viewerNode(context),
    rateLimit: () => {
      const { limit, used, reset } = limits.budget(token, 'graphql');
      return { limit, used, remaining: limit - used, cost: 1, nodeCount: 0, resetAt: isoSeconds(reset * 1000) };
    },
    user: (args: Arguments) => {
      const account = findAccount(world, String(args['login']));
      if (account?.type !== 'User')
        refuseField('NOT_FOUND', `Could not resolve to a User with the login of '${args['login']}'.`);
      return actorNode(context, account);
    },
    repository: async (args: Arguments) => {
      const { owner, name } = args;
      const moved = args['followRenames'] === false ? null : world.moved.get(`${owner}/${name}`.toLowerCase());
      const repository = findRepository(world, String(owner), String(name)) ?? moved ?? null;
      if (repository === null || !canRead(context, repository)) {
        refuseField('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      }
      return within(context, repository, async () => repositoryNode(context, repository));
    },
    node: async (args: Arguments) => nodeById(context, String(args['id'])),
  };
}

async function nodeById(context: GraphqlContext, id: string): Promise<Fields> {
  for (const repository of context.world.repositories.values()) {
    if (!canRead(context, repository)) continue;
    if (repository.nodeId === id) return within(context, repository, async () => repositoryNode(context, repository));
    const pull = repository.pulls.find((one) => `PR_${one.id}` === id);
    if (pull !== undefined) return within(context, repository, async () => pullNode(context, pull));
  }
  return refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}
