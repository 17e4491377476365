import { describe, expect, it } from 'vitest';
import { fleetOf, type MigrationOptions, type Plan, planFreeze, planMigration, snapshotOf } from '../src/index.js';
import { shop } from './shop.js';

type Files = Record<string, string>;
type Annotations = Record<string, string>;

const now = '2026-11-26T10:00:00Z';
const prefix = 'argocd-image-updater.argoproj.io/';
const fleet = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
const migrate = (files: Files, options: Partial<MigrationOptions> = {}) =>
  planMigration(fleet(files), { now, by: 'ana', ...options });

/** An Application of dev; its annotations without the prefix, others with their whole name. */
function app(name: string, annotations: Annotations, source = 'helm: {}', namespace = 'argocd'): string {
  const lines = Object.entries(annotations).map(
    ([key, value]) =>
      `    ${key.includes('/') && !key.startsWith('a/') ? key : prefix + key}: ${JSON.stringify(value)}\n`,
  );
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations:
${lines.join('')}spec:
  source:
    repoURL: https://git.example/acme/gitops.git
    path: charts/${name}
    ${source}
`;
}

const one = (annotations: Annotations, source?: string): Files => ({
  'apps/dev/web/application.yaml': app('web-dev', annotations, source),
});
const resource = (refs: string, spec = ''): Files => ({
  'updater.yaml': `apiVersion: argocd-image-updater.argoproj.io/v1alpha1
kind: ImageUpdater
metadata: {name: everything, namespace: argocd}
spec:
${spec}  applicationRefs:
${refs}`,
});

function merged(files: Files, plan: Plan): Files {
  const next = { ...files };
  for (const { path, before, after } of plan.changes.flatMap((change) => change.files)) {
    expect(next[path] ?? null).toBe(before);
    if (after !== null) next[path] = after;
  }
  return next;
}

const refsOf = (plan: Plan, path = 'apps/dev/web/image-updater-dev.yaml') =>
  plan.changes
    .flatMap((change) => change.files)
    .find((file) => file.path === path)
    ?.after?.split('applicationRefs:\n')[1];
const toldOf = (plan: Plan) => plan.migration?.applications.flatMap((each) => each.told.map((told) => told.kind));
const refused = (files: Files, options: Partial<MigrationOptions> = {}) => {
  const errors = migrate(files, options)._unsafeUnwrapErr();
  return [errors, ...errors.also].map(({ kind, details }) => `${kind}: ${String(details['why'])}`);
};

describe('a migration', () => {
  it('writes one resource for each environment, and takes the annotations out byte for byte', () => {
    const files = shop();
    const plan = migrate(files)._unsafeUnwrap();
    expect(plan.changes[0]?.files.map(({ path }) => path)).toEqual([
      'apps/dev/image-updater-dev.yaml',
      'apps/dev/payments/application.yaml',
      'apps/dev/users/application.yaml',
    ]);
    const before = files['apps/dev/users/application.yaml'] ?? '';
    const after = merged(files, plan)['apps/dev/users/application.yaml'];
    expect(after).toBe(before.replace(/ {2}annotations:\n( {4}argocd-image-updater.*\n)+/, ''));
    expect(plan.changes[0]?.files[0]?.after).toContain('name: image-updater-dev\n  namespace: argocd\n');
    expect(plan.changes[0]?.pullRequest.message).toContain('GitOps-Operation: migrate');
  });

  it('is nothing where nothing is left', () => {
    const files = shop();
    const again = migrate(merged(files, migrate(files)._unsafeUnwrap()))._unsafeUnwrap();
    expect(again.changes).toEqual([]);
  });

  it('leaves other annotations and their comments alone', () => {
    const files = one({
      'image-list': 'web=ghcr.io/acme/web:1.x',
      'acme.example/owner': 'web',
      'web.ignore-tags': 'x',
    });
    const path = 'apps/dev/web/application.yaml';
    files[path] = (files[path] ?? '').replace('acme.example/owner: "web"', 'acme.example/owner: "web" # ask them');
    const after = merged(files, migrate(files)._unsafeUnwrap())[path];
    expect(after).toContain('  annotations:\n    acme.example/owner: "web" # ask them\nspec:');
    expect(after).not.toContain(prefix);
  });

  it('carries every annotation over into its field', () => {
    const plan = migrate(
      one({
        'image-list': 'web=ghcr.io/acme/web:1.x, db=docker.io/library/postgres:16',
        'update-strategy': 'latest',
        'web.update-strategy': 'semver',
        'ignore-tags': 'latest, nightly-*',
        'db.allow-tags': 'regexp:^16',
        'db.platforms': 'linux/amd64, linux/arm64',
        'db.force-update': 'true',
        'web.pull-secret': 'pullsecret:argocd/ghcr',
        'web.helm.image-name': 'web.name',
        'web.helm.image-tag': 'web.tag',
        'db.helm.image-spec': 'db.image',
        'write-back-method': 'git:secret:argocd/git',
        'write-back-target': 'helmvalues:values.yaml',
        'git-branch': 'main:update-{{.SHA256}}',
        'git-repository': 'https://git.example/acme/other.git',
      }),
    )._unsafeUnwrap();
    expect(refsOf(plan)).toBe(`    - namePattern: web-dev
      commonUpdateSettings:
        updateStrategy: semver
        ignoreTags:
          - latest
          - nightly-*
      writeBackConfig:
        method: git:secret:argocd/git
        gitConfig:
          repository: https://git.example/acme/other.git
          branch: main:update-{{.SHA256}}
          writeBackTarget: helmvalues:values.yaml
      images:
        - alias: web
          imageName: ghcr.io/acme/web:1.x
          commonUpdateSettings:
            updateStrategy: semver
            pullSecret: pullsecret:argocd/ghcr
          manifestTargets:
            helm:
              name: web.name
              tag: web.tag
        - alias: db
          imageName: docker.io/library/postgres:16
          commonUpdateSettings:
            updateStrategy: newest-build
            forceUpdate: true
            allowTags: regexp:^16
            platforms:
              - linux/amd64
              - linux/arm64
          manifestTargets:
            helm:
              spec: db.image
`);
    expect(toldOf(plan)).toEqual([]);
    expect(plan.migration?.applications[0]?.compared.tagLists).toBeGreaterThan(200);
  });

  it('says the method also where it is the default: 1.0 to 1.2 would fill one in', () => {
    const plan = migrate(one({ 'image-list': 'web=nginx:1', 'git-branch': 'main' }))._unsafeUnwrap();
    expect(refsOf(plan)).toContain('method: argocd\n        gitConfig:\n          branch: main\n');
  });

  it('gives each image an alias of its own', () => {
    const plan = migrate(
      one({ 'image-list': 'a=nginx:1, a=redis:7, x/nginx:1, nginx:2, a.1=redis:6' }),
    )._unsafeUnwrap();
    const aliases = [...(refsOf(plan) ?? '').matchAll(/alias: (\S+)/g)].map(([, alias]) => alias);
    expect(aliases).toEqual(['a', 'a-2', 'nginx', 'nginx-2', 'a.1']);
  });

  it('says what it writes otherwise, and where that stands', () => {
    const plan = migrate(
      one({
        'image-list': 'ghcr.io/acme/web:1.x, a/b=redis, a=nginx:>=1.0,<2.0',
        'a_b.force-update': 'yes',
        'a.update-strategy': 'newest',
        'filter-tag': 'x',
        'gone.ignore-tags': '*',
        'git-branch': 'main:{{range .Images}}{{.Alias}}{{end}}',
      }),
    )._unsafeUnwrap();
    expect(new Set(toldOf(plan))).toEqual(
      new Set(['alias-made', 'no-image', 'unread-key', 'value-replaced', 'takes-prereleases', 'write-branch-alias']),
    );
    expect(refsOf(plan)).toMatch(/alias: web\n[^-]*- alias: a_b\n {10}imageName: redis:x-0\n[^-]*- alias: a\n/);
    const at = plan.findings.find((each) => each.message.includes('filter-tag'))?.at;
    expect(at).toEqual({ file: 'apps/dev/web/application.yaml', line: 10, column: expect.any(Number) as number });
    expect(plan.findings.every((each) => each.rule === 'annotation-not-carried' && each.severity === 'warn')).toBe(
      true,
    );
  });

  it.each([
    ['helmvalues:values.yaml', '{}', 'helm'],
    ['kustomization', '{}', 'kustomize'],
    ['', 'helm: {}', 'helm'],
    ['', 'kustomize: {}', 'kustomize'],
  ])('of Helm and Kustomize names keeps those that are used: %s, %s', (target, source, kept) => {
    const plan = migrate(
      one(
        {
          'image-list': 'web=ghcr.io/acme/web:1',
          'web.helm.image-tag': 'tag',
          'web.kustomize.image-name': 'web',
          'write-back-method': 'git',
          ...(target === '' ? {} : { 'write-back-target': target }),
        },
        source === '{}' ? 'targetRevision: HEAD' : source,
      ),
    )._unsafeUnwrap();
    expect(refsOf(plan)).toContain(`manifestTargets:\n            ${kept}:`);
  });
});

describe('what stays as it is', () => {
  it.each<[string, Annotations]>([
    ['not-updated', { 'image-list': '<2.0' }],
    ['method-refused', { 'image-list': 'a=nginx:1', 'write-back-method': 'svn' }],
    ['method-refused', { 'image-list': 'a=nginx:1', 'write-back-method': 'git', 'git-branch': 'a:b:c' }],
    ['secret-elsewhere', { 'image-list': 'a=nginx:1', 'pull-secret': 'pullsecret:other/ghcr' }],
    ['secret-elsewhere', { 'image-list': 'a=nginx:1', 'write-back-method': 'git:secret:other/git' }],
  ])('%s', (why, annotations) => {
    expect(refused(one(annotations))).toEqual([`not-migrated: ${why}`]);
  });

  it('several-targets, where nothing tells which is used', () => {
    const annotations = { 'image-list': 'a=nginx:1', 'a.helm.image-tag': 'x', 'a.kustomize.image-name': 'y' };
    expect(refused(one(annotations, 'targetRevision: HEAD'))).toEqual(['not-migrated: several-targets']);
  });

  it('is a warning beside the others, and refused where it is named', () => {
    const files = shop();
    const path = 'apps/dev/users/application.yaml';
    files[path] = (files[path] ?? '').replace('write-back-method: git', 'write-back-method: svn');
    const plan = migrate(files)._unsafeUnwrap();
    expect(plan.migration?.applications.map((each) => each.application)).toEqual(['payments-dev']);
    expect(plan.findings.map((each) => each.rule)).toEqual(['not-migrated']);
    expect(plan.changes[0]?.files.map((file) => file.path)).not.toContain(path);
    expect(plan.changes[0]?.pullRequest.description).toContain('users-dev stay as they are');
    expect(refused(files, { selection: { applications: ['users'] } })).toEqual(['not-migrated: method-refused']);
    expect(migrate(files, { selection: { except: ['users'] } })._unsafeUnwrap().findings).toEqual([]);
  });

  it('unknown names are errors', () => {
    expect(refused(shop(), { selection: { applications: ['user'] } })).toEqual(['unknown-application: undefined']);
    expect(refused(shop(), { environments: ['stage'] })).toEqual(['unknown-environment: undefined']);
  });

  it('two Applications of one name', () => {
    const files = {
      'apps/dev/web/application.yaml': app('web', { 'image-list': 'a=nginx:1' }),
      'apps/prod/web/application.yaml': app('web', { 'image-list': 'a=nginx:2' }),
    };
    expect(refused(files)).toEqual(['not-migrated: same-name', 'not-migrated: same-name']);
  });
});

describe('a frozen application', () => {
  it('is refused with the way out, where a record of ours undoes its annotations', () => {
    const files = shop();
    const frozen = merged(
      files,
      planFreeze(fleet(files), {
        environment: 'dev',
        reason: 'QA',
        by: 'ana',
        now,
        selection: { applications: ['users'] },
      })._unsafeUnwrap(),
    );
    const plan = migrate(frozen)._unsafeUnwrap();
    expect(plan.migration?.applications.map((each) => each.application)).toEqual(['payments-dev']);
    expect(plan.migration?.keptBack[0]?.why[0]).toMatchObject({
      kind: 'frozen',
      remedy: expect.stringContaining('gitops resume dev') as string,
    });
    expect(refused(frozen, { selection: { applications: ['users'] } })).toEqual(['not-migrated: frozen']);
  });

  it('stays frozen where its annotations stay', () => {
    const files = shop();
    const frozen = merged(
      files,
      planFreeze(fleet(files), { environment: 'dev', reason: 'QA', by: 'ana', now })._unsafeUnwrap(),
    );
    const after = fleet(merged(frozen, migrate(frozen, { keepAnnotations: true })._unsafeUnwrap()));
    const images = after.environments[0]?.instances.flatMap((each) => each.updater.images) ?? [];
    expect(images.map((image) => [image.frozen, image.resource])).toEqual(Array(2).fill([true, 'image-updater-dev']));
  });

  it("stays frozen by its own ignore-tags, on the same level or another's", () => {
    for (const key of ['ignore-tags', 'web.ignore-tags']) {
      const files = one({ 'image-list': 'web=ghcr.io/acme/web:1.x', [key]: '*' });
      const after = fleet(merged(files, migrate(files)._unsafeUnwrap()));
      const { updater } = after.environments[0]?.instances[0] ?? {};
      expect(updater?.configuredBy).toBe('resource');
      expect(updater?.images.map((image) => image.frozen)).toEqual([true]);
    }
  });
});

describe('beside resources that are there', () => {
  const annotated = one({ 'image-list': 'web=ghcr.io/acme/web', 'web.ignore-tags': '' });

  it('annotations that nothing reads are inert, until --from 0 says that 0.x reads them', () => {
    const files = { ...annotated, ...resource('  - {namePattern: other, images: [{alias: a, imageName: nginx}]}\n') };
    expect(refused(files)).toEqual(['not-migrated: inert']);
    const plan = migrate(files, { from: '0' })._unsafeUnwrap();
    expect(refsOf(plan)).toContain('imageName: ghcr.io/acme/web:x-0');
  });

  it('annotations beside a resource that decides are left', () => {
    const files = { ...annotated, ...resource('  - {namePattern: "*", images: [{alias: a, imageName: nginx}]}\n') };
    expect(refused(files)).toEqual(['not-migrated: decided-by-resource']);
  });

  it('useAnnotations of a pattern: by the rules of 1, into a resource of its own', () => {
    const files = { ...annotated, ...resource('  - {namePattern: "*", useAnnotations: true}\n') };
    const plan = migrate(files)._unsafeUnwrap();
    expect(plan.migration?.applications[0]?.rules).toBe('1');
    expect(refsOf(plan)).toContain('imageName: ghcr.io/acme/web\n');
  });

  it('a broader entry that would take it in once the annotations are gone is found', () => {
    const files = {
      ...annotated,
      ...resource(
        '  - {namePattern: "web-*", useAnnotations: true}\n  - {namePattern: "*", images: [{alias: a, imageName: nginx}]}\n',
      ),
    };
    expect(migrate(files)._unsafeUnwrapErr()).toMatchObject({
      kind: 'migration-not-verified',
      message: expect.stringContaining('Several resources would take it in') as string,
    });
  });

  it('signatures of an entry with useAnnotations are carried over', () => {
    const key = '{enabled: true, cosignKey: {secretName: s, key: k}}';
    const files = {
      ...annotated,
      ...resource(`  - {namePattern: "*", useAnnotations: true, imagesVerification: ${key}}\n`),
    };
    expect(refsOf(migrate(files)._unsafeUnwrap())).toContain(
      'imagesVerification:\n        enabled: true\n        cosignKey:',
    );
  });

  it('step by step: first useAnnotations, then the whole entry in the same resource', () => {
    const files = shop();
    const kept = merged(files, migrate(files, { keepAnnotations: true })._unsafeUnwrap());
    expect(kept['apps/dev/users/application.yaml']).toBe(files['apps/dev/users/application.yaml']);
    expect(kept['apps/dev/image-updater-dev.yaml']).toContain('- namePattern: users-dev\n      useAnnotations: true\n');
    expect(migrate(kept, { keepAnnotations: true })._unsafeUnwrap().changes).toEqual([]);
    const done = merged(kept, migrate(kept)._unsafeUnwrap());
    expect(done['apps/dev/users/application.yaml']).not.toContain(prefix);
    expect(done['apps/dev/image-updater-dev.yaml']).toMatch(
      /users-dev\n {6}useAnnotations: false\n(.*\n)* {6}images:\n/,
    );
  });

  it('one application after the other: the second goes into the resource of the first', () => {
    const files = shop();
    const first = merged(files, migrate(files, { selection: { applications: ['payments'] } })._unsafeUnwrap());
    expect(refused(first)).toEqual(['not-migrated: inert']);
    const second = merged(first, migrate(first, { from: '0' })._unsafeUnwrap());
    const whole = merged(files, migrate(files)._unsafeUnwrap());
    expect(second).toEqual(whole);
  });
});

describe('where the resources go', () => {
  it('to the file that is named, one for each environment', () => {
    const files = { ...shop(), 'apps/prod/users/application.yaml': app('users-prod', { 'image-list': 'a=nginx:1' }) };
    const added = (options: Partial<MigrationOptions>) =>
      migrate(files, options).map((plan) =>
        plan.changes.flatMap((change) => change.files.filter((file) => file.before === null).map((file) => file.path)),
      );
    expect(added({ out: 'updaters/{environment}.yaml' })._unsafeUnwrap()).toEqual([
      'updaters/dev.yaml',
      'updaters/prod.yaml',
    ]);
    expect(added({ out: 'all.yaml' })._unsafeUnwrapErr().kind).toBe('usage');
    expect(added({ out: 'gitops.yaml' })._unsafeUnwrapErr().kind).toBe('plan-path-refused');
    expect(added({ out: 'charts/users/values.yaml', environments: ['dev'] })._unsafeUnwrapErr().kind).toBe(
      'already-there',
    );
  });
});

describe('a kustomization in the folder of the new file', () => {
  const kustomization = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';

  it('lists it, since Argo CD applies nothing else', () => {
    const resources = 'resources:\n- payments/application.yaml # first\n- users/application.yaml\n';
    const files = shop({ extra: { 'apps/dev/kustomization.yaml': kustomization + resources } });
    const after = merged(files, migrate(files)._unsafeUnwrap());
    expect(after['apps/dev/kustomization.yaml']).toBe(`${kustomization}${resources}- image-updater-dev.yaml\n`);
  });

  it('without a list: said', () => {
    const files = shop({ extra: { 'apps/dev/kustomization.yaml': kustomization } });
    expect(toldOf(migrate(files)._unsafeUnwrap())).toEqual(['not-listed', 'not-listed']);
  });
});

describe('annotations that are not simply written', () => {
  it('a merge key: kept back with the reason', () => {
    const files = one({ 'image-list': 'a=nginx:1', 'acme.example/owner': 'web' });
    const path = 'apps/dev/web/application.yaml';
    files[path] = (files[path] ?? '').replace(/ {2}annotations:\n(.*\n)/, '  annotations:\n    <<: &shared\n  $1');
    expect(refused(files)).toEqual(['not-migrated: cannot-edit']);
  });

  const set = (template: string, elements: string) => ({
    'apps/set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: web, namespace: argocd}
spec:
  generators:
    - list:
        elements: ${elements}
  template:
    metadata:
      name: 'web-{{env}}'
      namespace: argocd
      annotations:
${template}    spec:
      source: {repoURL: https://git.example/acme/gitops.git, path: 'charts/{{env}}', helm: {}}
`,
  });
  const lines = `        ${prefix}image-list: web=ghcr.io/acme/web:1.x\n        ${prefix}web.allow-tags: 'regexp:^{{env}}'\n`;

  it('a template: an entry for each Application that it makes, and a word on those to come', () => {
    const files = set(lines, '[{env: dev}, {env: prod}]');
    const plan = migrate(files)._unsafeUnwrap();
    expect(toldOf(plan)).toEqual(['made-by-a-set', 'made-by-a-set']);
    const after = merged(files, plan);
    expect(after['apps/set.yaml']).not.toContain('annotations');
    expect(after['apps/image-updater-dev.yaml']).toContain('allowTags: regexp:^dev\n');
    expect(after['apps/image-updater-prod.yaml']).toContain('allowTags: regexp:^prod\n');
  });

  it('the template of a chart is never edited; a resource that reads the annotations is put where it is named', () => {
    const files = {
      'apps/Chart.yaml': 'apiVersion: v2\nname: apps\nversion: 0.1.0\n',
      'apps/values-dev.yaml': 'environment: dev\n',
      'apps/values-prod.yaml': 'environment: prod\n',
      'apps/templates/web.yaml': app('web-{{ .Values.environment }}', { 'image-list': 'web=ghcr.io/acme/web:1.x' }),
    };
    expect(refused(files)).toEqual(['not-migrated: made-by-a-chart', 'not-migrated: made-by-a-chart']);
    expect(new Set(refused(files, { keepAnnotations: true }))).toEqual(new Set(['not-migrated: made-by-a-chart']));
    const plan = migrate(files, { keepAnnotations: true, out: 'updaters/{environment}.yaml' })._unsafeUnwrap();
    expect(plan.changes[0]?.files.map((file) => file.path)).toEqual(['updaters/dev.yaml', 'updaters/prod.yaml']);
  });

  it('a template is not taken apart for one environment; its annotations may stay', () => {
    const files = set(lines, '[{env: dev}, {env: prod}]');
    expect(refused(files, { environments: ['dev'] })).toEqual(['not-migrated: shared-template']);
    const kept = migrate(files, { environments: ['dev'], keepAnnotations: true })._unsafeUnwrap();
    expect(kept.changes[0]?.files.map((file) => file.path)).toEqual(['apps/image-updater-dev.yaml']);
  });
});
