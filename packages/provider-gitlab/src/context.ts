import type { Answer, CallOptions, Clock, CommitId } from '@gitops/core';
import {
  answer,
  makePatience,
  makeReader,
  noCache,
  openCache,
  openTransport,
  type Reader,
  systemClock,
  type Transport,
} from '@gitops/provider-http';
import type * as v from 'valibot';
import { type Project, projectOf } from './address.js';
import { type Api, type Ask, makeApi } from './api.js';
import { type FoundCredential, findCredential } from './credentials.js';
import { limits } from './limits.js';
import { envOf, type GitLabOptions } from './options.js';
import { readSource } from './read.js';
import * as schema from './schema.js';

/** A value and when it was seen, by a clock that only goes forward. */
interface Seen<T> {
  readonly value: T;
  readonly at: number;
}

/** Open merge requests, newest first; `isWhole`: there are no others. */
export interface OpenRequests {
  readonly requests: readonly schema.MergeRequest[];
  readonly isWhole: boolean;
}

/** What was seen of the project, for callers that take an answer of some age. */
export class Sight {
  #heads = new Map<string, Seen<CommitId | null>>();
  #open: Seen<OpenRequests> | null = null;
  #project: Seen<schema.Project> | null = null;
  #turn = 0;
  /** Commits that this instance made, by branch: what GitLab shows of them may lag behind. */
  readonly made: Map<string, { readonly commit: CommitId; readonly base: CommitId }> = new Map();
  /** What landed of a merge request never changes again. */
  readonly landed: Map<number, { readonly first: CommitId; readonly last: CommitId }> = new Map();
  account: v.InferOutput<typeof schema.account> | null = null;
  defaultBranch: Seen<string | null> | null = null;

  /** Which turn it is: what was asked before a write says nothing about the time after it. */
  get turn(): number {
    return this.#turn;
  }

  /** After a write, and after one that failed. */
  forget(): void {
    this.#turn++;
    this.#heads.clear();
    this.#open = null;
  }

  sawHead(branch: string, commit: CommitId | null, turn: number): void {
    if (turn === this.#turn) this.#heads.set(branch, { value: commit, at: performance.now() });
  }

  sawOpen(found: OpenRequests, turn: number): void {
    if (turn === this.#turn) this.#open = { value: found, at: performance.now() };
  }

  sawProject(project: schema.Project): void {
    this.#project = { value: project, at: performance.now() };
    this.defaultBranch = { value: project.default_branch, at: performance.now() };
  }

  head(branch: string, maxAgeMs: number): CommitId | null | undefined {
    return young(this.#heads.get(branch), maxAgeMs)?.value;
  }

  open(maxAgeMs: number): OpenRequests | undefined {
    return young(this.#open, maxAgeMs)?.value;
  }

  project(maxAgeMs: number): schema.Project | undefined {
    return young(this.#project, maxAgeMs)?.value;
  }

  branch(maxAgeMs: number): string | null | undefined {
    return young(this.defaultBranch, maxAgeMs)?.value;
  }
}

function young<T>(seen: Seen<T> | null | undefined, maxAgeMs: number): Seen<T> | undefined {
  return seen !== null && seen !== undefined && performance.now() - seen.at <= maxAgeMs ? seen : undefined;
}

/** What all calls of one forge share. */
export interface Context {
  readonly project: Project;
  /** Path or number that GitLab knows the project by; the number once an old path was found to be moved. */
  id(): string;
  readonly api: Api;
  readonly reader: Reader;
  readonly sight: Sight;
  readonly clock: Clock;
  /** Runs a call of a port that reads. */
  reading<T>(call: CallOptions | undefined, work: (ask: Ask) => Promise<T>): Answer<T>;
  /** Runs a call of a port that writes: what was seen is forgotten before and after it. */
  writing<T>(call: CallOptions | undefined, work: (ask: Ask) => Promise<T>): Answer<T>;
  /** The project's settings, at most so old. */
  settings(ask: Ask, maxAgeMs: number): Promise<schema.Project>;
  /** The account that the token belongs to. */
  account(ask: Ask): Promise<v.InferOutput<typeof schema.account>>;
  credential(signal: AbortSignal): Promise<FoundCredential>;
}

/** Fails with `usage` for options that cannot be understood. */
export function makeContext(options: GitLabOptions): Context {
  const project = projectOf(options);
  const clock = options.clock ?? systemClock;
  const env = envOf(options);
  const totalMs = options.timeoutMs ?? limits.totalMs;
  const sight = new Sight();
  const place = { id: project.id };
  let transport: Transport | null = null;
  let found: Promise<FoundCredential> | null = null;

  const patience = () =>
    makePatience({ clock, totalMs, ...(options.onWait === undefined ? {} : { onWait: options.onWait }) });
  // the reader hands the signal of its call on; the time of that call goes with it
  const asks = new WeakMap<AbortSignal, Ask>();
  const askOf = (signal: AbortSignal): Ask => {
    const known = asks.get(signal) ?? { signal, patience: patience() };
    asks.set(signal, known);
    return known;
  };

  const context: Context = {
    project,
    id: () => place.id,
    api: makeApi({
      project,
      fetch: (...request) => {
        transport ??= transportOf(options, project);
        return transport.fetch(...request);
      },
      credential: (signal) => context.credential(signal),
      now: () => Date.parse(clock.now()),
      onMoved: async (ask) => {
        const { id } = await context.settings(ask, 0);
        const isNew = place.id !== String(id);
        place.id = String(id);
        return isNew;
      },
    }),
    reader: makeReader(
      readSource(() => context, askOf),
      {
        key: `${project.baseUrl.replace(/^https?:\/\//, '')}/${project.id}`,
        cache:
          options.cache === false
            ? noCache
            : openCache({ env, ...(options.cacheFolder === undefined ? {} : { folder: options.cacheFolder }) }),
      },
    ),
    sight,
    clock,
    reading: (call, work) => answer(call, (signal) => work(askOf(signal)), { totalMs }),
    writing: (call, work) =>
      answer(
        call,
        async (signal) => {
          try {
            return await work(askOf(signal));
          } finally {
            sight.forget();
          }
        },
        { totalMs },
      ),
    settings: async (ask, maxAgeMs) => {
      const known = sight.project(maxAgeMs);
      if (known !== undefined) return known;
      const question = { call: `read the project ${project.name}`, about: 'project' } as const;
      const settings = await context.api.one(ask, question, schema.project, (sdk) => sdk.projects.show(place.id));
      sight.sawProject(settings);
      return settings;
    },
    account: async (ask) => {
      if (sight.account !== null) return sight.account;
      const { credential } = await context.credential(ask.signal);
      const question = { call: 'read whose the token is', about: 'account' } as const;
      // the token of a CI job knows its job, not its user
      sight.account =
        credential?.kind === 'job-token'
          ? await ofJob(context, ask, env)
          : await context.api.one(ask, question, schema.account, (sdk) => sdk.users.showCurrentUser());
      return sight.account;
    },
    credential: (signal) => {
      found ??= findCredential(options, project, signal).catch((error: unknown) => {
        found = null;
        throw error;
      });
      return found;
    },
  };
  return context;
}

/** Sends to this GitLab alone what proves who asks. */
export function transportOf(options: GitLabOptions, project: Project): Transport {
  if (options.transport !== undefined) return options.transport;
  return openTransport({
    env: envOf(options),
    trustedOrigins: [new URL(project.baseUrl).origin],
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
  });
}

/** A job of GitLab CI runs as somebody, whom its variables name; the API tells of the job alone. */
async function ofJob(
  context: Context,
  ask: Ask,
  env: ReturnType<typeof envOf>,
): Promise<v.InferOutput<typeof schema.account>> {
  const nobody = { name: null, email: null, commit_email: null, public_email: null, bot: null };
  const { GITLAB_USER_LOGIN: username, GITLAB_USER_NAME: name, GITLAB_USER_EMAIL: email } = env;
  if (username) return { ...nobody, id: 0, username, name: name || null, email: email || null };
  const question = { call: 'read whose the CI job is', about: 'account' } as const;
  const { user } = await context.api.one(
    ask,
    question,
    schema.job,
    // the SDK's own method looks for the token in a place where it never is (43.8)
    async (sdk) => (await sdk.jobs.requester.get('job')).body,
  );
  return { ...nobody, id: 0, username: 'ci-job', ...user };
}
