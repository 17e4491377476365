import { describe, expect, it } from 'vitest';
import {
  type ApplicationFacts,
  assignEnvironments,
  type Config,
  claimedTwice,
  defaultConfig,
  parseConfig,
} from './index.js';

interface Told extends Partial<ApplicationFacts> {
  readonly file: string;
  readonly name: string;
}

const facts = (told: Told): ApplicationFacts => ({
  document: 0,
  namespace: 'argocd',
  destinationNamespace: null,
  valueFiles: [],
  path: null,
  project: null,
  repository: null,
  childApplications: false,
  ...told,
});

const configOf = (text: string, path = 'gitops.yaml'): Config =>
  parseConfig(`version: 1\n${text}`, path)._unsafeUnwrap();

function discover(told: readonly Told[], config = defaultConfig()) {
  const applications = told.map(facts);
  const assignment = assignEnvironments(applications, config);
  return {
    assignment,
    applications,
    /** `file → application@environment`, or the beginning of why not. */
    placed: told.map(({ file }, index) => {
      const found = assignment.assigned.find((one) => one.index === index);
      const reason = assignment.unassigned.find((one) => one.index === index)?.reason;
      expect([found, reason].filter((one) => one !== undefined)).toHaveLength(1);
      return found === undefined ? `${file} -` : `${file} ${found.application}@${found.environment}`;
    }),
    order: assignment.environments.map((one) => `${one.name}<${one.from.join('+')}`),
    reasonOf: (index: number) => assignment.unassigned.find((one) => one.index === index)?.reason ?? '',
    kinds: assignment.notes.map((one) => `${one.severity} ${one.kind}`),
  };
}

const file = (path: string, name: string, more: Partial<ApplicationFacts> = {}): Told => ({
  file: path,
  name,
  ...more,
});

describe('a folder for each environment', () => {
  it('pairs payments-dev and payments-prod of envs/<env>/<app>/application.yaml', () => {
    const { placed, order, kinds } = discover(
      ['dev', 'prod'].flatMap((env) =>
        ['payments', 'users'].map((app) =>
          file(`envs/${env}/${app}/application.yaml`, `${app}-${env}`, {
            path: `helm-charts/${app}`,
            destinationNamespace: env,
          }),
        ),
      ),
    );
    expect(placed).toEqual([
      'envs/dev/payments/application.yaml payments@dev',
      'envs/dev/users/application.yaml users@dev',
      'envs/prod/payments/application.yaml payments@prod',
      'envs/prod/users/application.yaml users@prod',
    ]);
    expect(order).toEqual(['dev<', 'prod<dev']);
    expect(kinds).toEqual(['info environment-order-assumed', 'info environments-discovered']);
  });

  it('reads a tree that lies deep in another repository', () => {
    const { placed } = discover([
      file('lessons/200/k8s/envs/dev/users/application.yaml', 'users-dev'),
      file('lessons/200/k8s/envs/prod/users/application.yaml', 'users-prod'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['users@dev', 'users@prod']);
  });

  it('takes the folder where the name is the same everywhere', () => {
    const { placed } = discover([
      file('kube/dev/tracking-api-app.yaml', 'tracking-api'),
      file('kube/prod/tracking-api-app.yaml', 'tracking-api'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['tracking-api@dev', 'tracking-api@prod']);
  });

  it('reads the environment below the application, numbered folders and the region in front', () => {
    const { placed, order } = discover([
      file('env/apps/backend/01-dev/application.yaml', 'backend-dev'),
      file('env/apps/backend/02-eu-prod/application.yaml', 'backend-prod'),
      file('env/apps/backend/03-us-prod/application.yaml', 'backend-prod-us'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['backend@dev', 'backend@eu-prod', 'backend@us-prod']);
    expect(order).toEqual(['dev<', 'eu-prod<dev', 'us-prod<dev']);
  });

  it('strips the word from the middle of a name', () => {
    const { placed } = discover([
      file('k8s-apps/dev/httpd.yaml', 'jack-demo-dev-httpd'),
      file('k8s-apps/production/httpd.yaml', 'jack-demo-production-httpd'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['jack-demo-httpd@dev', 'jack-demo-httpd@production']);
  });

  it('pairs an application without suffix in prod where the folder tells', () => {
    const { placed } = discover([
      file('apps/dev/payments.yaml', 'payments-dev'),
      file('apps/prod/payments.yaml', 'payments'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['payments@dev', 'payments@prod']);
  });

  it('names the application by the folder where the resource is named by the environment alone', () => {
    const { placed } = discover([
      file('clusters/dev/users/app.yaml', 'dev'),
      file('clusters/prod/users/app.yaml', 'prod'),
      file('clusters/prod/app.yaml', 'prod'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['users@dev', 'users@prod', '-']);
  });

  it('keeps prod and production of one repository together, named as the folders are', () => {
    const { placed, assignment } = discover([
      file('apps/staging/web.yaml', 'web-stage'),
      file('apps/production/web.yaml', 'web-prod'),
      file('apps/production/api.yaml', 'api-prd'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['web@staging', 'web@production', 'api@production']);
    expect(assignment.environments).toEqual([
      { name: 'staging', aliases: ['stage'], from: [] },
      { name: 'production', aliases: ['prd', 'prod'], from: ['staging'] },
    ]);
  });

  it('leaves out a resource whose folder and name disagree', () => {
    const { placed, reasonOf, kinds } = discover([
      file('apps/dev/users.yaml', 'users-dev'),
      file('apps/prod/users.yaml', 'users-prod'),
      file('apps/prod/payments.yaml', 'payments-dev'),
      file('apps/dev/payments.yaml', 'payments-prod'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['users@dev', 'users@prod', '-', '-']);
    expect(reasonOf(2)).toContain('prod (its folder prod) or dev (its name)');
    expect(kinds.filter((one) => one === 'warn environment-ambiguous')).toHaveLength(2);
  });

  it('follows names that vary below a folder that does not, and says that the folder differs', () => {
    const { placed, kinds } = discover([
      file('prod/apps/users-dev.yaml', 'users-dev'),
      file('prod/apps/users-staging.yaml', 'users-staging'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['users@dev', 'users@staging']);
    expect(kinds.filter((one) => one === 'warn environment-evidence-differs')).toHaveLength(2);
  });

  it('does not take an app of apps for an application', () => {
    const { placed, reasonOf } = discover([
      file('dev/apps.yaml', 'apps-dev', { path: 'dev/apps', childApplications: true }),
      file('dev/apps/users.yaml', 'users-dev'),
      file('prod/apps/users.yaml', 'users-prod'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['-', 'users@dev', 'users@prod']);
    expect(reasonOf(0)).toContain('app of apps');
  });

  it('takes a weak word such as test only where other environments stand beside it', () => {
    const alone = discover([
      file('test/e2e/app.yaml', 'demo'),
      file('apps/dev/web.yaml', 'web'),
      file('apps/prod/web.yaml', 'web'),
    ]);
    expect(alone.placed.map((one) => one.split(' ')[1])).toEqual(['-', 'web@dev', 'web@prod']);
    const beside = discover([file('apps/test/web.yaml', 'web'), file('apps/prod/web.yaml', 'web')]);
    expect(beside.placed.map((one) => one.split(' ')[1])).toEqual(['web@test', 'web@prod']);
  });
});

describe('the environment in the name', () => {
  it('reads suffixes of one flat folder', () => {
    const { placed, order } = discover(
      ['production', 'dev', 'qa', 'staging'].map((env) => file(`argocd/apps/app-${env}.yaml`, `devops-app-${env}`)),
    );
    expect(placed.map((one) => one.split(' ')[1])).toEqual([
      'devops-app@production',
      'devops-app@dev',
      'devops-app@qa',
      'devops-app@staging',
    ]);
    expect(order).toEqual(['dev<', 'qa<dev', 'staging<qa', 'production<staging']);
  });

  it('reads prefixes and infixes that siblings confirm, and no others', () => {
    const { placed } = discover([
      file('apps/a.yaml', 'dev-shop'),
      file('apps/b.yaml', 'prod-shop'),
      file('apps/c.yaml', 'retail-dev-cart'),
      file('apps/d.yaml', 'retail-prod-cart'),
      file('apps/e.yaml', 'dev-portal'),
      file('apps/f.yaml', 'dev-tools-dev'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual([
      'shop@dev',
      'shop@prod',
      'retail-cart@dev',
      'retail-cart@prod',
      '-',
      'dev-tools@dev',
    ]);
  });

  it('takes a prefix that nothing but the content confirms', () => {
    const { placed } = discover([
      file('apps/a.yaml', 'users-dev'),
      file('apps/e.yaml', 'dev-portal', { destinationNamespace: 'portal-dev' }),
    ]);
    expect(placed[1]).toBe('apps/e.yaml portal@dev');
  });

  it('tells regions and numbers apart, and promotes to all of them', () => {
    const { placed, order } = discover([
      file('a.yaml', 'shop-dev1'),
      file('b.yaml', 'shop-qa'),
      file('c.yaml', 'shop-prod-eu'),
      file('d.yaml', 'shop-prod-us-east-1'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual([
      'shop@dev1',
      'shop@qa',
      'shop@prod-eu',
      'shop@prod-us-east-1',
    ]);
    expect(order).toEqual(['dev1<', 'qa<dev1', 'prod-eu<qa', 'prod-us-east-1<qa']);
  });

  it('tells the halves of a blue-green deployment apart, and promotes to both', () => {
    const { placed, order } = discover(
      ['dev', 'staging', 'prod-blue', 'prod-green'].map((env) => file(`argocd/${env}.yaml`, `school-${env}-services`)),
    );
    expect(placed.map((one) => one.split(' ')[1])).toEqual([
      'school-services@dev',
      'school-services@staging',
      'school-services@prod-blue',
      'school-services@prod-green',
    ]);
    expect(order).toEqual(['dev<', 'staging<dev', 'prod-blue<staging', 'prod-green<staging']);
  });

  it('takes a word in the middle of a name for one more environment where the files that are deployed say it too', () => {
    const routing = (more: Partial<ApplicationFacts>): Told =>
      file('argocd/school-routing.yaml', 'school-prod-routing', more);
    const others = [file('argocd/a.yaml', 'school-dev'), file('argocd/b.yaml', 'school-staging')];
    const told = (one: Told, all = others): string | undefined =>
      discover([...all, one])
        .placed.at(-1)
        ?.split(' ')[1];
    expect(told(routing({ path: 'prod/routing' }))).toBe('school-routing@prod');
    expect(told(routing({ valueFiles: ['values-prod.yaml'] }))).toBe('school-routing@prod');
    expect(told(routing({ destinationNamespace: 'school-prod' }))).toBe('-');
    expect(told(routing({ path: 'routing' }))).toBe('-');
    const test = file('argocd/test.yaml', 'school-test-runner', { path: 'test/runner' });
    expect(told(test)).toBe('-');
  });

  it('keeps to the region on the way to production', () => {
    const { order } = discover(
      ['staging-eu', 'staging-us', 'prod-eu', 'prod-us'].map((env) => file(`${env}.yaml`, `shop-${env}`)),
    );
    expect(order).toEqual(['staging-eu<', 'staging-us<', 'prod-eu<staging-eu', 'prod-us<staging-us']);
  });

  it('does not take nonprod, or a part of it, for prod', () => {
    const { placed } = discover([
      file('a.yaml', 'shop-dev'),
      file('b.yaml', 'shop-prod'),
      file('c.yaml', 'users-nonprod'),
      file('d.yaml', 'users-non-prod'),
      file('e.yaml', 'users-pre-prod'),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['shop@dev', 'shop@prod', '-', '-', 'users@pre-prod']);
  });

  it('takes an application without suffix for nothing where its siblings have both ends, or its files are theirs', () => {
    const siblings = (...envs: readonly string[]) => [
      ...envs.map((env) => file(`apps/users-${env}.yaml`, `users-${env}`)),
      file('apps/web-staging.yaml', 'web-staging'),
    ];
    const bare = (more: Partial<ApplicationFacts> = {}) => file('apps/users.yaml', 'users', more);
    const told = (all: readonly Told[]): string | undefined => discover(all).placed.at(-1)?.split(' ')[1];
    expect(told([...siblings('dev', 'prod'), bare()])).toBe('-');
    expect(told([...siblings('dev', 'staging'), bare()])).toBe('users@prod');
    expect(told([...siblings('dev', 'staging'), bare({ path: 'users/overlays/dev' })])).toBe('-');
    expect(told([...siblings('dev', 'staging'), bare({ path: 'users/overlays/qa' })])).toBe('users@qa');
  });

  it('takes an application without suffix for the production of its siblings, and says so', () => {
    const { placed, assignment } = discover([
      file('argocd/applications/application-dev.yaml', 'mcp-server-dev', { destinationNamespace: 'mcp-dev' }),
      file('argocd/applications/application-staging.yaml', 'mcp-server-staging', {
        destinationNamespace: 'mcp-staging',
      }),
      file('argocd/applications/application.yaml', 'mcp-server', { destinationNamespace: 'mcp' }),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['mcp-server@dev', 'mcp-server@staging', 'mcp-server@prod']);
    expect(assignment.notes.find((one) => one.kind === 'environment-concluded')?.message).toContain(
      'taken to be in prod, since the same application exists in dev, staging',
    );
  });

  it('uses the word of the content for it, and places applications of production only by their content', () => {
    const { placed } = discover([
      file('apps/agent-stage.yaml', 'agent-stage', { destinationNamespace: 'stage' }),
      file('apps/agent.yaml', 'agent', { destinationNamespace: 'production' }),
      file('apps/billing.yaml', 'billing', { destinationNamespace: 'production' }),
      file('apps/cert-manager.yaml', 'cert-manager', { destinationNamespace: 'cert-manager' }),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual([
      'agent@stage',
      'agent@production',
      'billing@production',
      '-',
    ]);
  });

  it('leaves the one without suffix out where both ends have siblings, or where its content contradicts', () => {
    const both = discover([file('a-dev.yaml', 'shop-dev'), file('a-prod.yaml', 'shop-prod'), file('a.yaml', 'shop')]);
    expect(both.placed[2]).toBe('a.yaml -');
    const trap = discover([
      file('argocd/application-prod.yaml', 'calorielens-prod', { path: 'overlays/prod-env' }),
      file('argocd/application.yaml', 'calorielens', { path: 'overlays/prod' }),
    ]);
    expect(trap.placed[1]).toBe('argocd/application.yaml -');
    expect(trap.reasonOf(1)).toContain('its source path says prod, and the same application exists in prod');
    expect(trap.kinds).toContain('warn environment-ambiguous');
  });

  it('reads several resources of one file', () => {
    const { placed } = discover([
      file('k8s/argocd/applications.yaml', 'identity-staging'),
      file('k8s/argocd/applications.yaml', 'identity-prod', { document: 1 }),
    ]);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['identity@staging', 'identity@prod']);
  });
});

describe('with a configuration', () => {
  const tree = [
    file('team/apps/blue/users/application.yaml', 'users-blue'),
    file('team/apps/grün/users/application.yaml', 'users'),
    file('team/apps/live/users/application.yaml', 'anything'),
    file('team/docs/apps/live/users/application.yaml', 'users'),
    file('other/apps/live/users/application.yaml', 'users'),
    file('team/users.yaml', 'users'),
  ];

  it('follows the patterns of layout, relative to the folder of the file', () => {
    const config = configOf(
      'layout: ["**/apps/{environment}/{application}/*.yaml"]\nignore: [docs/**]\n',
      'team/gitops.yaml',
    );
    const { placed, order, reasonOf, kinds } = discover(tree, config);
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['users@blue', '-', 'users@live', '-', '-', '-']);
    expect(reasonOf(1)).toContain('cannot be a name');
    expect(reasonOf(3)).toContain('"ignore"');
    expect(reasonOf(4)).toContain('outside team/');
    expect(reasonOf(5)).toContain('No pattern');
    expect(order).toEqual(['live<', 'blue<']);
    expect(kinds).toContain('warn environment-order-unknown');
  });

  it('knows the declared names and aliases only, and suggests one of them', () => {
    const config = configOf(
      'layout: ["apps/{environment}/{application}.yaml"]\nenvironments: { live: { aliases: [production] } }\n',
    );
    const { placed, reasonOf, kinds } = discover(
      [file('apps/production/a.yaml', 'a'), file('apps/live/b.yaml', 'b'), file('apps/Live/c.yaml', 'c')],
      config,
    );
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['a@live', 'b@live', '-']);
    expect(reasonOf(2)).toContain('"Live", which "environments" in gitops.yaml does not have. Did you mean "live"?');
    expect(kinds).toContain('warn environment-not-declared');
  });

  it('names the application by the resource where the pattern does not', () => {
    const config = configOf('layout: ["apps/{environment}/**"]\n');
    const { placed } = discover(
      [file('apps/blue/x/y.yaml', 'users-blue'), file('apps/prod/x.yaml', 'users-production')],
      config,
    );
    expect(placed.map((one) => one.split(' ')[1])).toEqual(['users@blue', 'users@prod']);
  });

  it('finds declared names, which need not be words, in folders and names', () => {
    const config = configOf(
      'environments: { cluster-1: {}, cluster-2: { from: cluster-1, aliases: [prod] }, spare: { from: cluster-2 } }\n',
    );
    const { placed, order } = discover(
      [
        file('a/cluster-1/x.yaml', 'web'),
        file('a/cluster-2/x.yaml', 'web'),
        file('b.yaml', 'api-cluster-1'),
        file('c.yaml', 'api-prod'),
      ],
      config,
    );
    expect(placed.map((one) => one.split(' ')[1])).toEqual([
      'web@cluster-1',
      'web@cluster-2',
      'api@cluster-1',
      'api@cluster-2',
    ]);
    expect(order).toEqual(['cluster-1<', 'cluster-2<cluster-1', 'spare<cluster-2']);
  });

  it('concludes the one declared environment that an application is missing in', () => {
    const config = configOf('environments: { dev: {}, live: { from: dev } }\n');
    const { placed } = discover([file('a.yaml', 'web-dev'), file('b.yaml', 'web')], config);
    expect(placed[1]).toBe('b.yaml web@live');
  });

  it('orders by "from", else by the words, else as written', () => {
    const orderOf = (text: string) => discover([], configOf(`environments: ${text}\n`)).order;
    expect(orderOf('{ prod: { from: { all: [qa, perf] } }, perf: { from: dev }, qa: { from: dev }, dev: {} }')).toEqual(
      ['dev<', 'perf<dev', 'qa<dev', 'prod<qa+perf'],
    );
    expect(orderOf('{ prod: {}, dev: {}, qa: {} }')).toEqual(['dev<', 'qa<dev', 'prod<qa']);
    expect(orderOf('{ inner: {}, outer: {}, prod: {} }')).toEqual(['inner<', 'outer<inner', 'prod<outer']);
  });
});

describe('resources that are named after their environments alone', () => {
  const named = (environment: string, more: Partial<ApplicationFacts>): Told =>
    file(`argocd/${environment}.yaml`, environment, more);
  const both = (more: (environment: string) => Partial<ApplicationFacts>) =>
    discover(['dev', 'prod'].map((one) => named(one, more(one)))).placed;

  it.each<[string, string, (environment: string) => Partial<ApplicationFacts>]>([
    [
      'a folder of what they deploy',
      'shop',
      (one) => ({ path: `apps/shop/${one}`, destinationNamespace: `web-${one}` }),
    ],
    ['their namespace', 'web', (one) => ({ path: `k8s-manifests/${one}`, destinationNamespace: `web-${one}` })],
    [
      'the repository that they deploy',
      'shop-deploy',
      (one) => ({
        path: `overlays/${one}`,
        destinationNamespace: one,
        repository: 'https://git.example/acme/shop-deploy.git',
      }),
    ],
    [
      'a repository with another address',
      'shop',
      (one) => ({ path: `patches/${one}`, destinationNamespace: 'web', repository: 'git@git.example:shop/' }),
    ],
  ])('are called by %s', (_, name, more) => {
    expect(both(more)).toEqual([`argocd/dev.yaml ${name}@dev`, `argocd/prod.yaml ${name}@prod`]);
  });

  it('are not named by words that tell nothing', () => {
    expect(
      both((one) => ({ path: `argocd-applications/${one}`, repository: 'https://git.example/acme/gitops' })),
    ).toEqual(['argocd/dev.yaml -', 'argocd/prod.yaml -']);
  });
});

describe('one application claimed by several resources', () => {
  it('is an error at the second, with the position of the first', () => {
    const { assignment, applications } = discover([
      file('apps/dev/a.yaml', 'users-dev', { at: { file: 'apps/dev/a.yaml', line: 3, column: 1 } }),
      file('apps/prod/a.yaml', 'users-prod'),
      file('apps/dev/b.yaml', 'users-dev', { at: { file: 'apps/dev/b.yaml', line: 7, column: 1 } }),
    ]);
    const [error, ...others] = claimedTwice(assignment, applications);
    expect(error?.kind).toBe('application-claimed-twice');
    expect(error?.at).toEqual({ file: 'apps/dev/b.yaml', line: 7, column: 1 });
    expect(error?.message).toBe(
      'The application users in dev is claimed by 2 resources: users-dev in apps/dev/a.yaml:3 and users-dev in apps/dev/b.yaml:7.',
    );
    expect(others).toEqual([]);
  });

  it.each([
    ['the folder in which they differ', ['o/eu-dev/k.yaml', 'o/dev-us/k.yaml'], 'o/{environment}/k.yaml'],
    [
      'an example, where they differ in more',
      ['o/dev/a.yaml', 'o/dev/b/a.yaml'],
      'apps/{environment}/{application}/application.yaml',
    ],
    [
      'an example, where they differ in the file',
      ['o/dev/a.yaml', 'o/dev/b.yaml'],
      'apps/{environment}/{application}/application.yaml',
    ],
  ])('is told apart by %s', (_, paths, pattern) => {
    const assigned = paths.map((_path, index) => ({ index, environment: 'dev', application: 'users' }) as never);
    const [error] = claimedTwice(
      { assigned },
      paths.map((path) => ({ file: path, document: 0, name: 'users' })),
    );
    expect(error?.remedy).toContain(`layout: ["${pattern}"]`);
  });

  it('names three of many', () => {
    const many = Array.from({ length: 6 }, (_, index) => file(`apps/dev/${index}.yaml`, 'users-dev'));
    const { assignment, applications } = discover([...many, file('apps/prod/a.yaml', 'users-prod')]);
    const [error] = claimedTwice(assignment, applications);
    expect(error?.message).toMatch(
      /claimed by 6 resources: .*0\.yaml.* and .*1\.yaml.* and .*2\.yaml.* and 3 others\.$/,
    );
    expect(error?.details).toMatchObject({ positions: { length: 6 } });
  });

  it('is none where each claim is the only one', () => {
    const { assignment, applications } = discover([
      file('apps/dev/a.yaml', 'users'),
      file('apps/prod/a.yaml', 'users'),
    ]);
    expect(claimedTwice(assignment, applications)).toEqual([]);
  });
});

describe('what only the content tells', () => {
  const told = (name: string, more: Partial<ApplicationFacts>): Told => file(`applications/${name}.yaml`, name, more);

  it('takes source paths that differ by the environment alone, and names by the folder what names do not pair', () => {
    const { placed, order, kinds } = discover([
      told('always-latest', { path: './example-app/envs/qa/', destinationNamespace: 'qa' }),
      told('follow-semver', { path: './example-app/envs/staging/', destinationNamespace: 'staging' }),
      told('grafana', { path: 'grafana', destinationNamespace: 'monitoring' }),
    ]);
    expect(placed).toEqual([
      'applications/always-latest.yaml example-app@qa',
      'applications/follow-semver.yaml example-app@staging',
      'applications/grafana.yaml -',
    ]);
    expect(order).toEqual(['qa<', 'staging<qa']);
    expect(kinds.filter((one) => one === 'info environment-concluded')).toHaveLength(2);
  });

  it('takes one chart with value files that differ by the environment alone, under the name that both have', () => {
    const { placed } = discover([
      file('clusters/a/web.yaml', 'web', { path: 'charts/web', valueFiles: ['values.yaml', 'values-dev.yaml'] }),
      file('clusters/b/web.yaml', 'web', { path: 'charts/web', valueFiles: ['values.yaml', 'values-prod.yaml'] }),
    ]);
    expect(placed).toEqual(['clusters/a/web.yaml web@dev', 'clusters/b/web.yaml web@prod']);
  });

  it('takes namespaces of one application', () => {
    const { placed } = discover([
      file('clusters/a/web.yaml', 'web', { destinationNamespace: 'web-dev' }),
      file('clusters/b/web.yaml', 'web', { destinationNamespace: 'web-prod' }),
    ]);
    expect(placed).toEqual(['clusters/a/web.yaml web@dev', 'clusters/b/web.yaml web@prod']);
  });

  it('takes the files that most deploy, where nothing else tells any environment', () => {
    expect(discover([told('a', { path: 'app/overlays/qa' })]).placed).toEqual(['applications/a.yaml a@qa']);
    expect(
      discover([
        told('a', { path: 'shop/overlays/qa' }),
        told('b', { valueFiles: ['values-qa.yaml'] }),
        told('c', { path: 'search/overlays/prod' }),
        told('d', { destinationNamespace: 'team-prod' }),
      ]).placed,
    ).toEqual([
      'applications/a.yaml a@qa',
      'applications/b.yaml b@qa',
      'applications/c.yaml c@prod',
      'applications/d.yaml -',
    ]);
  });

  it('takes nothing from one among many, or from namespaces of unlike names', () => {
    const many = ['b', 'c'].map((name) => told(name, { path: `charts/${name}` }));
    expect(discover([told('a', { path: 'app/overlays/qa' }), ...many]).placed[0]).toBe('applications/a.yaml -');
    expect(
      discover([told('a', { destinationNamespace: 'team-dev' }), told('b', { destinationNamespace: 'team-prod' })])
        .placed,
    ).toEqual(['applications/a.yaml -', 'applications/b.yaml -']);
  });

  it('takes what a value file or a path says of an application whose siblings are elsewhere', () => {
    const { placed, assignment } = discover([
      file('apps/web-staging.yaml', 'web-staging'),
      file('apps/web-prod.yaml', 'web-prod'),
      file('apps/web.yaml', 'web', { valueFiles: ['values-dev.yaml'] }),
    ]);
    expect(placed).toEqual([
      'apps/web-staging.yaml web@staging',
      'apps/web-prod.yaml web@prod',
      'apps/web.yaml web@dev',
    ]);
    expect(assignment.notes.map((one) => one.message).join('\n')).toContain(
      'web names no environment. It is taken to be in dev, as its value file says, since the same application exists in',
    );
    expect(
      discover([
        file('apps/web-prod.yaml', 'web-prod', { path: 'overlays/prod-env' }),
        file('apps/web.yaml', 'web', { path: 'overlays/prod' }),
      ]).placed,
    ).toEqual(['apps/web-prod.yaml web@prod', 'apps/web.yaml -']);
  });

  it('warns of applications in no environment, where they are the most', () => {
    const stray = ['a', 'b', 'c'].map((name) => told(name, { path: `charts/${name}` }));
    expect(discover([file('dev/web.yaml', 'web'), ...stray]).kinds).toContain('warn applications-unassigned');
    expect(discover([file('dev/web.yaml', 'web'), ...stray.slice(0, 1)]).kinds).toContain(
      'info applications-unassigned',
    );
  });

  it('leaves what its content tells in two ways, and what has no name of an application', () => {
    expect(
      discover([
        told('a', { path: 'app/overlays/qa', destinationNamespace: 'prod' }),
        told('b', { path: 'app/overlays/prod', destinationNamespace: 'prod' }),
      ]).placed,
    ).toEqual(['applications/a.yaml -', 'applications/b.yaml b@prod']);
    const { placed, reasonOf } = discover([told('a', { path: 'overlays/qa' }), told('b', { path: 'overlays/prod' })]);
    expect(placed).toEqual(['applications/a.yaml -', 'applications/b.yaml -']);
    expect(reasonOf(0)).toContain('nothing tells the name of its application');
  });
});

describe('folders of clusters or environments, where no word is that of an environment', () => {
  it('takes them where two hold the same application, in no order', () => {
    const { placed, order, kinds } = discover([
      file('clusters/blue/web.yaml', 'web'),
      file('clusters/green/web.yaml', 'web'),
      file('clusters/green/jobs.yaml', 'jobs-green'),
    ]);
    expect(placed).toEqual([
      'clusters/blue/web.yaml web@blue',
      'clusters/green/web.yaml web@green',
      'clusters/green/jobs.yaml jobs@green',
    ]);
    expect(order).toEqual(['blue<', 'green<']);
    expect(kinds).toContain('warn environment-order-unknown');
    expect(kinds).toContain('info environment-concluded');
  });

  it('takes those of the source path, and of value files of another source', () => {
    expect(
      discover([
        file('apps/one.yaml', 'blue-web', { path: 'environments/blue/web' }),
        file('apps/two.yaml', 'green-web', { path: 'environments/green/web' }),
      ]).placed,
    ).toEqual(['apps/one.yaml web@blue', 'apps/two.yaml web@green']);
    const { placed, assignment } = discover([
      file('set.yaml', 'blue-web', { valueFiles: ['$values/clusters/blue/web.yaml'] }),
      file('set.yaml', 'green-web', { valueFiles: ['$values/clusters/green/web.yaml'] }),
    ]);
    expect(placed).toEqual(['set.yaml web@blue', 'set.yaml web@green']);
    expect(assignment.notes.map((one) => one.message).join('\n')).toContain('The folders of clusters are taken');
  });

  it('takes those beside environments that are named, where they hold the same application', () => {
    const { placed, order } = discover([
      file('envs/qa/app.yaml', 'web'),
      file('envs/prod-eu/app.yaml', 'web'),
      file('envs/load-gpu/app.yaml', 'web'),
      file('envs/tools/app.yaml', 'grafana'),
      file('envs/common/app.yaml', 'web'),
      file('elsewhere/load/app.yaml', 'web'),
    ]);
    expect(placed.slice(0, 5)).toEqual([
      'envs/qa/app.yaml web@qa',
      'envs/prod-eu/app.yaml web@prod-eu',
      'envs/load-gpu/app.yaml web@load-gpu',
      'envs/tools/app.yaml -',
      'envs/common/app.yaml -',
    ]);
    expect(order).toEqual(['qa<', 'prod-eu<qa', 'load-gpu<']);
  });

  it('takes none where each holds something else, or where an environment is named elsewhere', () => {
    expect(discover([file('clusters/a/web.yaml', 'web'), file('clusters/b/jobs.yaml', 'jobs')]).placed).toEqual([
      'clusters/a/web.yaml -',
      'clusters/b/jobs.yaml -',
    ]);
    expect(
      discover([
        file('clusters/a/web.yaml', 'web'),
        file('clusters/b/web.yaml', 'web'),
        file('clusters/prod/db.yaml', 'db'),
      ]).placed,
    ).toEqual(['clusters/a/web.yaml -', 'clusters/b/web.yaml -', 'clusters/prod/db.yaml db@prod']);
  });
});
