import * as v from 'valibot';

/**
 * The parts of GitHub's answers that are used, and nothing else: fields that are not named here are never read. Shapes
 * follow GitHub's REST API of 2022-11-28 and its public GraphQL schema. Be liberal: what may be absent on an older
 * Enterprise Server is optional.
 */

export const oid = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'expected an object id'));
export const instant = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'expected a time'),
  v.transform((text) => `${new Date(text).toISOString().slice(0, 19)}Z`),
);
/** An account; null where it was deleted, which GitHub itself shows as `ghost`. */
const login = v.pipe(
  v.optional(v.nullable(v.object({ login: v.string() })), null),
  v.transform((user) => user?.login ?? 'ghost'),
);
export const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

export const repository = v.object({
  node_id: v.optional(v.string()),
  full_name: v.pipe(v.string(), v.regex(/^[^/]+\/[^/]+$/)),
  default_branch: v.string(),
  allow_merge_commit: v.optional(v.boolean()),
  allow_squash_merge: v.optional(v.boolean()),
  allow_rebase_merge: v.optional(v.boolean()),
  allow_auto_merge: v.optional(v.boolean()),
  archived: v.optional(v.boolean()),
  permissions: v.optional(v.object({ push: v.optional(v.boolean()), admin: v.optional(v.boolean()) })),
});

export const user = v.object({ login: v.string(), name: v.nullish(v.string()) });
export const app = v.object({ slug: v.string() });
export const installation = v.object({ id: positive });

/** `GET git/ref`: GitHub answers one; very old servers a list of what begins with the name. */
const ref = v.object({ ref: v.string(), object: v.object({ sha: oid, type: v.string() }) });
export const refs = v.union([
  v.array(ref),
  v.pipe(
    ref,
    v.transform((one) => [one]),
  ),
]);

const personName = v.nullish(v.object({ name: v.nullish(v.string()), email: v.nullish(v.string()) }));

export const gitCommit = v.object({
  sha: oid,
  tree: v.object({ sha: oid }),
  parents: v.array(v.object({ sha: oid })),
  message: v.string(),
});

export const commit = v.object({
  sha: oid,
  parents: v.array(v.object({ sha: oid })),
  commit: v.object({
    message: v.string(),
    tree: v.object({ sha: oid }),
    author: personName,
    committer: v.nullish(v.object({ date: v.optional(instant) })),
  }),
  author: v.nullish(v.object({ login: v.optional(v.string()) })),
});
export const commits = v.array(commit);

/** The files that a commit changed against its first parent; `previous_filename` where GitHub takes it for a rename. */
export const commitFiles = v.pipe(
  v.object({
    files: v.optional(v.array(v.object({ filename: v.string(), previous_filename: v.optional(v.string()) })), []),
  }),
  v.transform(({ files }) => files),
);

export const tree = v.object({
  sha: oid,
  truncated: v.optional(v.boolean(), false),
  tree: v.array(
    v.object({ path: v.string(), mode: v.string(), type: v.string(), sha: oid, size: v.optional(v.number()) }),
  ),
});
export const made = v.object({ sha: oid });

export const blob = v.object({ sha: oid, content: v.string(), encoding: v.picklist(['base64', 'utf-8']) });

const branchEnd = v.object({
  ref: v.string(),
  sha: oid,
  repo: v.nullish(v.object({ full_name: v.string() })),
});

export const pull = v.object({
  number: positive,
  node_id: v.optional(v.string()),
  html_url: v.string(),
  state: v.picklist(['open', 'closed']),
  title: v.string(),
  body: v.nullish(v.string()),
  draft: v.optional(v.boolean(), false),
  created_at: instant,
  merged_at: v.nullish(v.string()),
  merge_commit_sha: v.nullish(oid),
  head: branchEnd,
  base: branchEnd,
  user: login,
  labels: v.optional(v.array(v.object({ name: v.string() })), []),
  assignees: v.optional(v.nullable(v.array(v.object({ login: v.string() }))), []),
  milestone: v.nullish(v.object({ title: v.string() })),
  requested_reviewers: v.optional(v.nullable(v.array(v.object({ login: v.string() }))), []),
  requested_teams: v.optional(v.nullable(v.array(v.object({ slug: v.string() }))), []),
});
export const pulls = v.array(pull);

/** One pull request: what a list does not tell. */
export const wholePull = v.object({
  ...pull.entries,
  merged: v.optional(v.boolean()),
  commits: v.optional(v.number()),
  mergeable: v.nullish(v.boolean()),
  mergeable_state: v.optional(v.string(), 'unknown'),
  auto_merge: v.nullish(v.object({})),
});

export const review = v.object({
  user: login,
  state: v.string(),
  body: v.nullish(v.string()),
  commit_id: v.nullish(oid),
  submitted_at: v.nullish(instant),
  author_association: v.optional(v.string(), 'NONE'),
});
export const reviews = v.array(review);

export const comment = v.object({ id: positive, user: login, body: v.nullish(v.string()), created_at: instant });
export const comments = v.array(comment);

/** Lists that come wrapped are unwrapped. */
export const checkRuns = v.pipe(
  v.object({
    check_runs: v.array(
      v.object({
        id: positive,
        name: v.string(),
        status: v.string(),
        conclusion: v.nullish(v.string()),
        details_url: v.nullish(v.string()),
        html_url: v.nullish(v.string()),
      }),
    ),
  }),
  v.transform(({ check_runs }) => check_runs),
);

export const combinedStatus = v.pipe(
  v.object({
    statuses: v.array(v.object({ context: v.string(), state: v.string(), target_url: v.nullish(v.string()) })),
  }),
  v.transform(({ statuses }) => statuses),
);

/** What everybody with read access sees of a branch; `protection` is a summary. */
export const branch = v.object({
  name: v.string(),
  commit: v.object({ sha: oid }),
  protected: v.optional(v.boolean(), false),
  protection: v.optional(
    v.object({
      required_status_checks: v.nullish(v.object({ contexts: v.optional(v.nullable(v.array(v.string())), []) })),
    }),
  ),
});

/** Rules of rulesets that hold for a branch; of other kinds only the name is read. */
export const rules = v.array(
  v.object({
    type: v.string(),
    parameters: v.nullish(
      v.object({
        required_approving_review_count: v.optional(v.number()),
        require_code_owner_review: v.optional(v.boolean()),
        required_review_thread_resolution: v.optional(v.boolean()),
        required_status_checks: v.optional(v.array(v.object({ context: v.string() }))),
      }),
    ),
  }),
);

/** Classic protection, for administrators of the repository. */
export const protection = v.object({
  required_status_checks: v.nullish(v.object({ contexts: v.optional(v.array(v.string()), []) })),
  required_pull_request_reviews: v.nullish(
    v.object({
      required_approving_review_count: v.optional(v.number()),
      require_code_owner_reviews: v.optional(v.boolean()),
    }),
  ),
  required_conversation_resolution: v.nullish(v.object({ enabled: v.optional(v.boolean()) })),
});

export const collaborator = v.object({ permission: v.string() });
export const merged = v.object({ sha: oid, merged: v.boolean() });
export const milestones = v.array(v.object({ number: positive, title: v.string() }));
export const labels = v.array(v.object({ name: v.string() }));
/** An issue after somebody was assigned. */
export const assigned = v.object({ assignees: v.array(v.object({ login: v.string() })) });
export const meta = v.object({ installed_version: v.optional(v.string()) });
export const rateLimit = v.object({
  resources: v.object({ core: v.object({ limit: v.number(), remaining: v.number(), reset: v.number() }) }),
});
/** What a change answers, where nothing of it is used: enough to know that it was GitHub that answered. */
export const madeStatus = v.object({ state: v.string(), context: v.string() });
export const madeReview = v.object({ id: positive, state: v.string() });
export const changedIssue = v.object({ number: positive });
/** Nothing is read of it. */
export const anything = v.unknown();

export type Pull = v.InferOutput<typeof pull>;
export type WholePull = v.InferOutput<typeof wholePull>;
export type Review = v.InferOutput<typeof review>;
export type Commit = v.InferOutput<typeof commit>;
