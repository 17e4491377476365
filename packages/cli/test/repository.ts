import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { run } from '../src/run.js';
import { mustBeValid } from './schemas.js';

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
}, 300_000);

/** A folder that is gone when the tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-cli-'));
  made.push(folder);
  return folder;
}

/** Nothing of the machine's own configuration or of a CI system reaches a test. */
export const cleanEnv: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  TZ: 'UTC',
};

export const ana = {
  GIT_AUTHOR_NAME: 'Ana Dev',
  GIT_AUTHOR_EMAIL: 'ana@example.com',
  GIT_COMMITTER_NAME: 'Ana Dev',
  GIT_COMMITTER_EMAIL: 'ana@example.com',
};
export const ben = {
  GIT_AUTHOR_NAME: 'Ben Ops',
  GIT_AUTHOR_EMAIL: 'ben@example.com',
  GIT_COMMITTER_NAME: 'Ben Ops',
  GIT_COMMITTER_EMAIL: 'ben@example.com',
};

export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', [...args], {
    cwd: folder,
    env: { ...cleanEnv, ...ana },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

export type Files = Readonly<Record<string, string>>;

export function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** An ordinary repository with one commit on `main`, which is checked out. */
export function makeRepository(files: Files = fleet()): string {
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  write(folder, files);
  commitAll(folder, 'first');
  return folder;
}

/** A bare repository with the same content. */
export function makeBare(files: Files = fleet()): string {
  const bare = temporaryFolder();
  git(makeRepository(files), 'clone', '--quiet', '--bare', '.', bare);
  git(bare, 'remote', 'remove', 'origin');
  return bare;
}

export function commitAll(folder: string, message: string): string {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

/** Everything that a failed command must leave as it was. */
export function stateOf(folder: string): string {
  const bare = git(folder, 'rev-parse', '--is-bare-repository') === 'true';
  return [
    git(folder, 'for-each-ref'),
    bare ? '' : git(folder, 'status', '--porcelain'),
    git(folder, 'rev-parse', '--symbolic-full-name', 'HEAD'),
  ].join('\n');
}

/** One application of one environment, as the bundled tree writes it. */
export function application(
  name: string,
  environment: string,
  version: string,
  more: { readonly annotations?: string; readonly image?: string } = {},
): string {
  return `# ${name} in ${environment}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}-${environment}
  namespace: argocd
${more.annotations ?? ''}spec:
  project: ${environment}
  source:
    repoURL: https://github.com/acme/gitops.git
    targetRevision: main
    path: charts/${name}
    helm:
      parameters:
        - name: image.name
          value: ${more.image ?? `ghcr.io/acme/${name}`}
        - name: image.tag
          value: ${version}   # moved by promotions
          forceString: true
  destination:
    server: https://kubernetes.default.svc
    namespace: ${environment}
`;
}

/** What Image Updater needs to follow an application. */
export function followed(name: string): string {
  return `  annotations:
    argocd-image-updater.argoproj.io/image-list: ${name}=ghcr.io/acme/${name}:1.x
    argocd-image-updater.argoproj.io/${name}.update-strategy: semver
    argocd-image-updater.argoproj.io/${name}.helm.image-name: image.name
    argocd-image-updater.argoproj.io/${name}.helm.image-tag: image.tag
    argocd-image-updater.argoproj.io/write-back-method: git
`;
}

const chart = (name: string): Files => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
  [`charts/${name}/values.yaml`]: `image:\n  name: ghcr.io/acme/${name}\n  tag: ""\n`,
  [`charts/${name}/templates/deployment.yaml`]: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"\n`,
});

/** payments and users in dev and prod, dev ahead in both. */
export function fleet(changed: Files = {}): Files {
  return {
    'apps/dev/payments/application.yaml': application('payments', 'dev', '1.8.2', {
      annotations: followed('payments'),
    }),
    'apps/dev/users/application.yaml': application('users', 'dev', '2.1.0', { annotations: followed('users') }),
    'apps/prod/payments/application.yaml': application('payments', 'prod', '1.7.0'),
    'apps/prod/users/application.yaml': application('users', 'prod', '2.0.4'),
    ...chart('payments'),
    ...chart('users'),
    ...changed,
  };
}

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  readonly json: () => Record<string, unknown>;
}

/** Runs the program in this process. With `json` its output is checked against the schemas. */
export async function gitops(
  cwd: string,
  args: readonly string[],
  more: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly input?: string;
    readonly isTerminal?: boolean;
    readonly now?: string;
    readonly signal?: AbortSignal;
    /** Told of each piece of standard error as it comes. */
    readonly onError?: (text: string) => void;
  } = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const { now } = more;
  const exitCode = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      more.onError?.(text);
    },
    readInput: async () => more.input ?? '',
    env: { ...cleanEnv, ...ana, XDG_CACHE_HOME: join(tmpdir(), 'gitops-cli-cache'), ...more.env },
    cwd,
    isTerminal: more.isTerminal ?? false,
    ...(more.signal === undefined ? {} : { signal: more.signal }),
    ...(now === undefined ? {} : { clock: { now: () => now, sleep: async () => undefined } }),
  });
  const flag = args.lastIndexOf('--output');
  const isJson = args.includes('--output=json') || (flag < 0 ? more.env?.['GITOPS_OUTPUT'] : args[flag + 1]) === 'json';
  if (isJson) {
    // Every document that any test sees is held against its published schema.
    mustBeValid(JSON.parse(out));
    for (const line of err.split('\n').filter((one) => one !== '')) mustBeValid(JSON.parse(line));
  }
  return { exitCode, out, err, json: () => JSON.parse(out) as Record<string, unknown> };
}

/** The error of a run with `--output json`. */
export function errorOf(ran: Ran): {
  kind: string;
  at: { file: string; line: number; column: number } | null;
  message: string;
  remedy: string;
  details: Record<string, unknown>;
  also: { kind: string }[];
} {
  const document = ran.json() as { schema: string; error: ReturnType<typeof errorOf> };
  if (document.schema !== 'gitops/error/1') throw new Error(`no error: ${ran.out}`);
  return document.error;
}
