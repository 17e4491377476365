import { describe, expect, it } from 'vitest';
import { diffEnvironments, fleetOf, lintFleet, type Note, planFreeze, snapshotOf } from '../src/index.js';
import { application, shop } from './shop.js';

const now = '2026-11-27T10:00:00Z';
const shopFiles = shop({ dev: { payments: '1.8.2' }, prod: { payments: '1.7.0' } });
const dev = 'apps/dev/payments/application.yaml';
const prod = 'apps/prod/payments/application.yaml';

const notesOf = (files: Readonly<Record<string, string>>, kind: string): readonly Note[] =>
  fleetOf(snapshotOf(files))
    ._unsafeUnwrap()
    .notes.filter((one) => one.kind === kind);

const set = (more: string) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: web, namespace: argocd }
spec:
  generators: [{ list: { elements: [{ stage: dev }, { stage: staging }, { stage: production }] } }]
  template:
    metadata:
      name: web-{{stage}}
${more}
    spec:
      project: default
      source: { repoURL: https://git.example/acme/web.git, targetRevision: 'stage/{{stage}}', path: . }
      destination: { server: https://kubernetes.default.svc, namespace: web }
`;
const web = (more = '') => ({
  'argocd/set.yaml': set(more),
  'kustomization.yaml': 'resources: [deployment.yaml]\n',
  'deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: web, image: ghcr.io/acme/web }] } } }\n',
});

describe('environments on branches that were not read', () => {
  it('are each told where none of the branches is the usual one', () => {
    expect(notesOf(web(), 'follows-another-branch').map((one) => one.message.split(',')[0])).toEqual([
      'web-dev follows the branch stage/dev',
      'web-staging follows the branch stage/staging',
      'web-production follows the branch stage/production',
    ]);
  });

  it('are told but for the branch that most follow', () => {
    const most = set('').replace("'stage/{{stage}}'", '"{{revision}}"');
    const elements = (dev: string) =>
      most.replace(
        /\[{ stage: dev }.*\] } }\]/,
        `[{ stage: dev, revision: ${dev} }, { stage: qa, revision: live }, { stage: prod, revision: live }] } }]`,
      );
    const told = (text: string) => notesOf({ ...web(), 'argocd/set.yaml': text }, 'follows-another-branch');
    expect(told(elements('next')).map((one) => one.message)).toEqual([
      expect.stringContaining('web-dev follows the branch next'),
    ]);
    expect(told(elements('live'))).toEqual([]);
  });

  it('are told as a commit where the beginning of one stands', () => {
    const most = set('').replace("'stage/{{stage}}'", '"{{revision}}"');
    const text = most.replace(
      /\[{ stage: dev }.*\] } }\]/,
      '[{ stage: dev, revision: HEAD }, { stage: prod, revision: f94a77e }] } }]',
    );
    const [note] = notesOf({ ...web(), 'argocd/set.yaml': text }, 'follows-another-branch');
    expect(note?.message).toMatch(/^web-prod deploys the commit f94a77e, .* Write the whole id of a commit/);
  });

  it('do not differ where no version is written for either', () => {
    const fleet = fleetOf(snapshotOf(web()))._unsafeUnwrap();
    const [from, to] = fleet.environments;
    if (from === undefined || to === undefined) throw new Error('there are three');
    expect(diffEnvironments(fleet, from, to)).toMatchObject({
      versions: [],
      same: 0,
      besides: [{ application: 'web', what: 'ghcr.io/acme/web has no version in Git in either' }],
    });
  });
});

describe('what is deployed from another repository', () => {
  const url = 'https://git.example/acme/manifests.git';
  const elsewhere = (environment: string) =>
    application('payments', environment, '1.8.2')
      .replace(/ {4}helm:\n(?: {6}.*\n)+/, '')
      .replace('https://git.example/acme/gitops.git', url)
      .replace('charts/payments', `overlays/${environment}`);
  const files = {
    ...shop({ dev: { payments: '1.7.0' }, prod: { payments: '1.7.0' } }),
    [dev]: elsewhere('dev'),
    [prod]: elsewhere('prod'),
  };

  it('is told once, with what reads it', () => {
    expect(notesOf(files, 'deploys-another-repository')).toMatchObject([
      {
        severity: 'warn',
        message: `What payments-dev, payments-prod deploy stands in ${url}, which was not read. To read and change versions there, say so in gitops.yaml: environments: { dev: { repository: ${url} }, prod: { repository: ${url} } }.`,
        at: { file: dev },
      },
    ]);
  });

  it('is none where that is this repository, or where a version stands here', () => {
    const root = application('payments', 'dev', '1.7.0')
      .replace('payments-dev', 'tools')
      .replaceAll('namespace: dev', 'namespace: tools')
      .replace('https://git.example/acme/gitops.git', url);
    expect(notesOf({ ...files, 'tools.yaml': root }, 'deploys-another-repository')).toEqual([]);
    const users = application('users', 'dev', '2.0.4').replace('charts/users', 'charts/payments');
    expect(notesOf({ ...files, 'apps/dev/users.yaml': users }, 'deploys-another-repository')).toMatchObject([
      { message: expect.stringContaining(`environments: { prod: { repository: ${url} } }`) },
    ]);
    const set = (text: string) =>
      text.replace(/( {4}path: .*\n)/, '$1    kustomize: { images: ["ghcr.io/acme/payments:1.8.2"] }\n');
    expect(
      notesOf({ ...files, [dev]: set(elsewhere('dev')), [prod]: set(elsewhere('prod')) }, 'deploys-another-repository'),
    ).toEqual([]);
  });
});

describe('what other tools promote', () => {
  it('is told of stages of Kargo, once', () => {
    const more = "      annotations: { kargo.akuity.io/authorized-stage: 'web:{{stage}}' }";
    expect(notesOf(web(more), 'promoted-by-kargo')).toMatchObject([
      { severity: 'warn', message: expect.stringContaining('Kargo may change web-dev, web-staging, web-production:') },
    ]);
    expect(notesOf(web(), 'promoted-by-kargo')).toEqual([]);
  });

  it('is told of branches that GitOps Promoter moves', () => {
    const hydrated = (environment: string) =>
      application('payments', environment, '1.8.2').replace(
        / {2}source:\n(?: {4}.*\n)+/,
        `  sourceHydrator:
    drySource: { repoURL: https://git.example/acme/gitops.git, path: charts/payments, targetRevision: HEAD }
    syncSource: { targetBranch: environments/${environment}, path: payments }
`,
      );
    const strategy = `apiVersion: promoter.argoproj.io/v1alpha1
kind: PromotionStrategy
metadata: { name: shop }
spec:
  gitRepositoryRef: { name: shop }
  environments:
    - branch: environments/dev
    - branch: environments/prod
`;
    const files = { ...shopFiles, [dev]: hydrated('dev'), [prod]: hydrated('prod') };
    expect(notesOf(files, 'promoted-by-gitops-promoter')).toEqual([]);
    const owned = { ...files, 'promoter/strategy.yaml': strategy };
    expect(notesOf(owned, 'promoted-by-gitops-promoter')).toMatchObject([
      {
        message: expect.stringContaining('hydrated of payments-dev, payments-prod from branch to branch'),
        at: { file: dev },
      },
    ]);
    const other = { ...owned, 'promoter/strategy.yaml': strategy.replaceAll('environments/', 'live/') };
    expect(notesOf(other, 'promoted-by-gitops-promoter')).toEqual([]);
  });
});

describe('a repository in which nothing tells an environment', () => {
  const only = {
    'apps/payments.yaml': application('payments', 'blue', '1.8.2')
      .replaceAll('-blue', '')
      .replace('value: 1.8.2', 'value: latest'),
    'apps/users.yaml': application('users', 'dev', '2.1.0')
      .replaceAll('users-dev', 'users')
      .replace('update-strategy', 'update-stratgy')
      .replace('namespace: dev', 'namespace: users'),
    'apps/payments/.argocd-source-payment.yaml': 'helm: { parameters: [] }\n',
  };
  const files = Object.fromEntries(
    Object.entries({ ...shopFiles, ...only }).filter(
      ([path]) => !path.startsWith('apps/dev') && !path.startsWith('apps/prod'),
    ),
  );

  it('is linted all the same', () => {
    expect(fleetOf(snapshotOf(files))._unsafeUnwrapErr().kind).toBe('no-environments');
    const fleet = fleetOf(snapshotOf(files), { environments: 'optional' })._unsafeUnwrap();
    expect(fleet.environments).toEqual([]);
    expect(lintFleet(fleet, { now }).findings.map((one) => one.rule)).toContain('unknown-annotation');
  });

  it('says what makes none here', () => {
    const empty = set('').replace(/elements: \[.*\] } }\]/, 'elements: [] } }]');
    expect(fleetOf(snapshotOf({ ...files, 'argocd/set.yaml': empty }))._unsafeUnwrapErr().message).toContain(
      'The ApplicationSet web makes no Application from what stands here.',
    );
  });

  it('is one environment where gitops.yaml names one', () => {
    const one = { ...files, 'gitops.yaml': 'version: 1\nenvironments: { live: {} }\n' };
    const fleet = fleetOf(snapshotOf(one))._unsafeUnwrap();
    expect(
      fleet.environments.map(({ name, instances }) => [
        name,
        instances.map(({ application: each, evidence }) => `${each} ${evidence}`),
      ]),
    ).toEqual([['live', ['payments layout', 'users layout']]]);
    const plan = planFreeze(fleet, { environment: 'live', reason: 'audit', by: 'ana', now })._unsafeUnwrap();
    expect(plan.changes[0]?.files.map((file) => file.path)).toEqual(['apps/users.yaml', '.gitops/freezes/live.yaml']);
  });
});

describe('a source at the root of a repository', () => {
  const application = (name: string, repository: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-${name} }
spec:
  source:
    repoURL: https://git.example/acme/${repository}.git
    path: .
    helm: { valueFiles: [values.yaml] }
`;
  const apps = { 'apps/dev/web.yaml': application('dev', 'web'), 'apps/prod/web.yaml': application('prod', 'web') };

  it('is that of another where this one has no chart there', () => {
    const fleet = fleetOf(snapshotOf(apps))._unsafeUnwrap();
    expect(fleet.environments.flatMap((one) => one.instances[0]?.problems)).toEqual([]);
    const [note] = fleet.notes.filter(({ kind }) => kind === 'deploys-another-repository');
    expect(note?.message).toContain('dev: { repository: https://git.example/acme/web.git }');
  });

  it('is read where it has one', () => {
    const chart = {
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
      'values.yaml': 'tag: "1.2"\n',
      'templates/deployment.yaml': 'image: "acme/web:{{ .Values.tag }}"\n',
    };
    const fleet = fleetOf(snapshotOf({ ...apps, ...chart }))._unsafeUnwrap();
    expect(fleet.environments[0]?.instances[0]?.images[0]?.version?.tag).toBe('1.2');
    expect(fleet.notes.map(({ kind }) => kind)).not.toContain('deploys-another-repository');
  });
});

describe('a broken file', () => {
  const apps = {
    'apps/dev/web.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: web }\nspec: { source: { path: web } }\n`,
  };
  const broken = (kind: string): string =>
    `apiVersion: x/v1\nkind: ${kind}\nmetadata:\n  annotations: { argocd.argoproj.io/sync-wave: "1" }\n  annotations: {}\n`;

  it('stops what would change something only where it may hold an Application', () => {
    const read = (kind: string) => fleetOf(snapshotOf({ ...apps, 'policies/a.yaml': broken(kind) }))._unsafeUnwrap();
    expect(read('Policy').unreadable).toEqual([]);
    expect(read('Policy').notes).toContainEqual(expect.objectContaining({ kind: 'duplicate-key', severity: 'info' }));
    expect(read('Application').unreadable).toMatchObject([{ kind: 'duplicate-key' }]);
    expect(read('"ApplicationSet"').unreadable).toMatchObject([{ kind: 'duplicate-key' }]);
  });
});
