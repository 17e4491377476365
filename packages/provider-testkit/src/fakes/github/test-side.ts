import type { MovableClock } from '../host/clock.js';
import type { Faults } from '../host/faults.js';
import type { RequestLog } from '../host/log.js';
import type { FakeServer } from '../host/server.js';
import { landQueue } from './land/auto.js';
import { syncPullRequests } from './land/sync.js';
import type { RepositoryOptions } from './options.js';
import { addReview } from './rest/reviews.js';
import type { Permissions, Token } from './state/accounts.js';
import type { CheckRun, Protection, Repository, Settings } from './state/repository.js';
import { addRepository, addToken, noRules } from './state/setup.js';
import { findAccount, findRepository, type World } from './state/world.js';

type Person = 'alice' | 'bob' | 'carol' | 'rita' | 'oscar';

export interface FakeGitHub {
  /** `http://127.0.0.1:1234`: where people and Git go. */
  readonly webUrl: string;
  /** The REST API's root, without a slash at the end. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** The origin that archives are downloaded from. */
  readonly archiveOrigin: string;
  /** A classic token with the scopes `repo` and `read:org` of each person. */
  readonly tokens: Readonly<Record<Person, string>>;
  /** The App that is installed on `acme`; its key is PKCS#1, as GitHub gives it out. */
  readonly app: {
    readonly id: number;
    readonly clientId: string;
    readonly privateKey: string;
    readonly installationId: number;
  };
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly clock: MovableClock;
  /** What did not fit GitHub's descriptions. A test that leaves one behind has failed. */
  readonly violations: readonly string[];
  cloneUrl(repository: string): string;
  /** The bare repository on disk: tests may read it and write into it with Git. */
  folder(repository: string): string;
  addRepository(options: RepositoryOptions): Promise<void>;
  /** Renames or moves it; the old name leads to the new one. */
  moveRepository(from: string, to: string): void;
  changeSettings(repository: string, change: Partial<Settings>): void;
  /** Rules of a branch; null for none. */
  protect(repository: string, branch: string, rules: Partial<Protection> | null): void;
  /** Another token: fine-grained, of a workflow, with less scopes, or one that expires. */
  issueToken(request: {
    readonly login: string;
    readonly kind: 'classic' | 'fine-grained' | 'actions' | 'installation';
    readonly scopes?: readonly string[];
    readonly permissions?: Permissions;
    readonly repositories?: readonly string[];
    readonly expiresAt?: number;
  }): string;
  revokeToken(secret: string): void;
  /** A reviewer's answer, given past the API. */
  review(
    repository: string,
    number: number,
    by: Person,
    state: 'APPROVED' | 'CHANGES_REQUESTED',
    text?: string,
  ): Promise<void>;
  /** carol asks for changes. */
  rejectPullRequest(repository: string, number: number, text: string): Promise<void>;
  /** What an App that checks commits would report. */
  addCheckRun(repository: string, sha: string, name: string, conclusion: CheckRun['conclusion']): void;
  /** Lets a branch's merge queue merge its first pull request; the number, or null where none could be. */
  runMergeQueue(repository: string, branch: string): Promise<number | null>;
  /** The next requests meet the secondary rate limit, as GitHub words it. */
  secondaryLimit(options?: {
    readonly times?: number;
    readonly retryAfterSeconds?: number;
    readonly status?: 403 | 429;
  }): void;
  setLatency(milliseconds: number): void;
  close(): Promise<void>;
}

export interface Parts {
  readonly world: World;
  readonly root: string;
  readonly server: FakeServer;
  readonly privateKey: string;
  readonly violations: readonly string[];
  close(): Promise<void>;
}

/** What tests hold in hand. */
export function testSide(parts: Parts): FakeGitHub {
  const { world, root, server } = parts;
  const find = (name: string): Repository => {
    const [owner = '', repository = ''] = name.split('/');
    const found = findRepository(world, owner, repository);
    if (found === null) throw new Error(`no repository ${name}`);
    return found;
  };
  const account = (login: string) => {
    const found = findAccount(world, login);
    if (found === null) throw new Error(`no account ${login}`);
    return found;
  };
  const classic = (login: Person): string => addToken(world, { account: account(login), kind: 'classic' }).secret;
  const review: FakeGitHub['review'] = async (name, number, by, state, text = '') => {
    const repository = find(name);
    await repository.exclusive(async () => {
      await syncPullRequests(world, repository);
      const pull = repository.pulls.find((one) => one.number === number);
      if (pull === undefined) throw new Error(`no pull request ${number} in ${name}`);
      addReview(world, pull, { author: account(by), state, body: text, commit: pull.head.sha });
    });
  };
  return {
    webUrl: world.urls.web,
    apiUrl: world.urls.api,
    graphqlUrl: world.urls.api.endsWith('/api/v3') ? `${world.urls.web}/api/graphql` : `${world.urls.api}/graphql`,
    archiveOrigin: world.urls.codeload,
    tokens: {
      alice: classic('alice'),
      bob: classic('bob'),
      carol: classic('carol'),
      rita: classic('rita'),
      oscar: classic('oscar'),
    },
    app: {
      id: world.app.id,
      clientId: world.app.clientId,
      privateKey: parts.privateKey,
      installationId: world.app.installation.id,
    },
    log: server.log,
    faults: server.faults,
    clock: world.clock,
    violations: parts.violations,
    cloneUrl: (repository) => `${world.urls.web}/${repository}.git`,
    folder: (repository) => find(repository).folder,
    addRepository: async (options) => {
      await addRepository(world, root, options);
    },
    moveRepository: (from, to) => {
      const repository = find(from);
      world.repositories.delete(from.toLowerCase());
      repository.name = to.slice(to.indexOf('/') + 1);
      world.repositories.set(to.toLowerCase(), repository);
      world.moved.set(from.toLowerCase(), repository);
    },
    changeSettings: (repository, change) => {
      Object.assign(find(repository).settings, change);
    },
    protect: (repository, branch, rules) => {
      if (rules === null) find(repository).protection.delete(branch);
      else find(repository).protection.set(branch, { ...noRules, ...rules });
    },
    issueToken: ({ login, ...request }) => {
      const token: Token = addToken(world, { account: account(login), ...request });
      return token.secret;
    },
    revokeToken: (secret) => {
      world.tokens.delete(secret);
    },
    review,
    rejectPullRequest: (repository, number, text) => review(repository, number, 'carol', 'CHANGES_REQUESTED', text),
    addCheckRun: (repository, sha, name, conclusion) => {
      const at = world.clock.iso();
      find(repository).checkRuns.push({
        id: world.nextId(),
        sha,
        name,
        status: conclusion === null ? 'in_progress' : 'completed',
        conclusion,
        detailsUrl: null,
        startedAt: at,
        completedAt: conclusion === null ? null : at,
      });
    },
    runMergeQueue: async (name, branch) => {
      const repository = find(name);
      return repository.exclusive(async () => {
        await syncPullRequests(world, repository);
        return (await landQueue(world, repository, branch))?.number ?? null;
      });
    },
    secondaryLimit: ({ times = 1, retryAfterSeconds, status = 403 } = {}) => {
      server.faults.next({
        match: { path: /^(?!.*\.git\/)/ },
        times,
        do: {
          status,
          headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
          body: {
            message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
            documentation_url:
              'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits',
          },
        },
      });
    },
    setLatency: (milliseconds) => server.setLatency(milliseconds),
    close: () => parts.close(),
  };
}
