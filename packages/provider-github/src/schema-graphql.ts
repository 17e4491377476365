import * as v from 'valibot';
import { instant, oid, positive } from './schema.js';

/** The parts of GraphQL's answers that are used; shapes follow GitHub's public schema. */

const actor = v.pipe(
  v.nullable(v.object({ __typename: v.string(), login: v.string() })),
  // the REST API shows an App's account with this suffix, GraphQL without
  v.transform((one) =>
    one === null ? 'ghost' : one.__typename === 'Bot' && !one.login.endsWith('[bot]') ? `${one.login}[bot]` : one.login,
  ),
);
const treeAndParents = v.object({
  oid,
  tree: v.optional(v.object({ oid })),
  parents: v.optional(v.object({ nodes: v.array(v.object({ oid })) })),
});
const names = v.nullish(v.object({ nodes: v.array(v.nullable(v.object({ name: v.string() }))) }));
const logins = v.nullish(v.object({ nodes: v.array(v.nullable(v.object({ login: v.string() }))) }));

export const nodeOfPull = v.object({
  number: positive,
  id: v.string(),
  url: v.string(),
  state: v.picklist(['OPEN', 'CLOSED', 'MERGED']),
  title: v.string(),
  body: v.string(),
  isDraft: v.boolean(),
  isCrossRepository: v.boolean(),
  createdAt: instant,
  headRefName: v.string(),
  baseRefName: v.string(),
  headRefOid: oid,
  author: actor,
  labels: names,
  assignees: logins,
  milestone: v.nullish(v.object({ title: v.string() })),
  reviewRequests: v.nullish(
    v.object({
      nodes: v.array(
        v.nullable(
          v.object({
            requestedReviewer: v.nullish(
              v.object({
                __typename: v.string(),
                login: v.optional(v.string()),
                combinedSlug: v.optional(v.string()),
              }),
            ),
          }),
        ),
      ),
    }),
  ),
  headRef: v.nullish(v.object({ target: v.nullish(treeAndParents) })),
});
const pageOfPulls = v.object({
  pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullish(v.string()) }),
  nodes: v.array(v.nullable(nodeOfPull)),
});

const namedRef = v.nullish(v.object({ name: v.string(), target: v.nullish(treeAndParents) }));

export const opening = v.object({
  viewer: v.optional(v.object({ login: v.string(), name: v.nullish(v.string()) })),
  repository: v.nullish(
    v.object({
      id: v.string(),
      nameWithOwner: v.pipe(v.string(), v.regex(/^[^/]+\/[^/]+$/)),
      defaultBranchRef: namedRef,
      ref: v.optional(namedRef),
      pullRequests: pageOfPulls,
    }),
  ),
});
export const listing = v.object({ repository: v.nullish(v.object({ pullRequests: pageOfPulls })) });
export const viewer = v.object({ viewer: v.object({ login: v.string(), name: v.nullish(v.string()) }) });

/** Objects by alias (`o0`, `o1`, …); one that is not there is null. */
export const objects = v.object({
  repository: v.nullish(
    v.record(
      v.string(),
      v.nullable(
        v.object({
          oid: v.optional(oid),
          text: v.nullish(v.string()),
          isBinary: v.nullish(v.boolean()),
          isTruncated: v.optional(v.boolean()),
          entries: v.nullish(v.array(v.object({ name: v.string(), mode: v.number(), oid }))),
        }),
      ),
    ),
  ),
});

export const signedCommit = v.object({
  createRef: v.nullish(v.object({ ref: v.nullish(v.object({ name: v.string() })) })),
  createCommitOnBranch: v.nullish(
    v.object({
      commit: v.nullish(
        v.object({
          oid,
          message: v.string(),
          tree: v.object({ oid }),
          parents: v.object({ nodes: v.array(v.object({ oid })) }),
        }),
      ),
    }),
  ),
});

/** What only GraphQL tells of a pull request: who may push, the merge queue, the rules that anybody may see. */
export const standing = v.object({
  repository: v.nullish(
    v.object({
      autoMergeAllowed: v.optional(v.boolean()),
      pullRequest: v.nullish(
        v.object({
          id: v.string(),
          reviewDecision: v.nullish(v.string()),
          isMergeQueueEnabled: v.optional(v.boolean(), false),
          mergeQueueEntry: v.nullish(v.object({ position: v.number(), state: v.string() })),
          autoMergeRequest: v.nullish(v.object({ mergeMethod: v.string() })),
          reviews: v.nullish(
            v.object({
              nodes: v.array(v.nullable(v.object({ author: actor, authorCanPushToRepository: v.boolean() }))),
            }),
          ),
          baseRef: v.nullish(
            v.object({
              refUpdateRule: v.nullish(
                v.object({
                  requiredApprovingReviewCount: v.nullish(v.number()),
                  requiredStatusCheckContexts: v.nullish(v.array(v.nullable(v.string()))),
                  requiresCodeOwnerReviews: v.optional(v.boolean(), false),
                  requiresConversationResolution: v.optional(v.boolean(), false),
                }),
              ),
            }),
          ),
        }),
      ),
    }),
  ),
});

export const graphqlErrors = v.array(
  v.object({
    message: v.string(),
    type: v.optional(v.string()),
    path: v.optional(v.nullable(v.array(v.union([v.string(), v.number()])))),
    extensions: v.optional(v.object({ code: v.optional(v.string()) })),
  }),
);

export type PullNode = v.InferOutput<typeof nodeOfPull>;
export type Standing = NonNullable<NonNullable<v.InferOutput<typeof standing>['repository']>['pullRequest']>;
export type GraphqlErrors = v.InferOutput<typeof graphqlErrors>;
