import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { application, commitAll, fleet, git, gitops, makeBare, makeRepository, write } from './repository.js';

interface Status {
  readonly source: { readonly kind: string; readonly branch: string | null; readonly commit: string | null };
  readonly environments: readonly {
    readonly name: string;
    readonly frozen: boolean;
    readonly freezes: readonly { readonly hold: boolean; readonly expired: boolean; readonly enforced: boolean }[];
    readonly applications: readonly {
      readonly name: string;
      readonly images: readonly {
        readonly version: { readonly tag: string } | null;
        readonly pins: readonly { readonly file: string; readonly line: number; readonly kind: string }[];
        readonly masked: readonly { readonly file: string }[];
      }[];
      readonly problems: readonly { readonly kind: string }[];
    }[];
  }[];
  readonly drift: readonly { readonly from: string; readonly to: string; readonly versions: readonly unknown[] }[];
  readonly pullRequests: readonly { readonly id: string }[] | null;
  readonly next: readonly { readonly command: string }[];
}

async function statusOf(folder: string, ...args: readonly string[]): Promise<Status> {
  const ran = await gitops(folder, ['status', '--output', 'json', ...args]);
  expect(ran.exitCode).toBe(0);
  return ran.json() as unknown as Status;
}

function tags(status: Status): Record<string, string | undefined> {
  return Object.fromEntries(
    status.environments.flatMap((environment) =>
      environment.applications.map((one) => [`${environment.name}/${one.name}`, one.images[0]?.version?.tag]),
    ),
  );
}

describe('status', () => {
  it('shows versions, what is behind, and what to do next', async () => {
    const folder = makeRepository();
    const bare = await gitops(folder, []);
    const status = await gitops(folder, ['status']);
    expect(bare.out).toBe(status.out);
    expect(status.out).toMatch(/ {2}payments {3}1\.8\.2 {3}1\.7\.0 ≠ dev\n {2}users {6}2\.1\.0 {3}2\.0\.4 ≠ dev\n/);
    expect(status.out).toContain('gitops promote dev prod');
    const document = await statusOf(folder);
    expect(document.source).toEqual({ kind: 'working-tree', branch: 'main', commit: null });
    expect(document.drift).toMatchObject([{ from: 'dev', to: 'prod', versions: [{}, {}] }]);
    expect(document.next.map((one) => one.command)).toEqual(['gitops promote dev prod']);
  });

  it('names each image by as much as tells it apart, and shortens digests and commits', async () => {
    const deployment = (images: readonly string[]): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [${images.map((image, at) => `{ name: c${at}, image: "${image}" }`).join(', ')}] } } }\n`;
    const chart = (version: string): string =>
      `helmCharts: [{ name: web, repo: https://charts.example.com/stable, version: ${version} }]\n`;
    const digest = `sha256:${'0123456789ab'.padEnd(64, 'c')}`;
    const of = (name: string, registry: string, version: string): Record<string, string> => ({
      [`apps/${name}.yaml`]: `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: shop-${name} }\nspec: { source: { repoURL: https://git.example/acme/gitops.git, path: ${name} } }\n`,
      [`${name}/kustomization.yaml`]: `resources: [web.yaml]\n${chart(version)}`,
      [`${name}/web.yaml`]: deployment([
        `${registry}/acme/web:${version}`,
        `${registry}/acme/eu/api@${digest}`,
        `${registry}/acme/us/api:dev-${'ab'.repeat(20)}`,
      ]),
    });
    const folder = makeRepository({
      ...of('dev', 'dev.example.com', '2.0.0'),
      ...of('prod', 'prod.example.com', '1.0.0'),
    });
    const { out } = await gitops(folder, ['status']);
    const rows = out.split('\n').filter((line) => line.startsWith('  shop/'));
    expect(rows).toEqual([
      '  shop/web (chart)   2.0.0                 1.0.0 ≠ dev',
      '  shop/eu/api        sha256:0123456789ab   sha256:0123456789ab',
      '  shop/us/api        dev-abababababab      dev-abababababab',
      '  shop/web           2.0.0                 1.0.0',
    ]);
    const explained = await gitops(folder, ['status', '--explain']);
    expect(explained.out).toContain(digest);
    const mapping = 'version: 1\nimages: [{ from: "dev.example.com/{path}", to: "prod.example.com/{path}" }]\n';
    write(folder, { 'gitops.yaml': mapping });
    const mapped = await gitops(folder, ['status']);
    expect(mapped.out).toContain('  shop/web           2.0.0                 1.0.0 ≠ dev\n');
  });

  it('reads the working tree, committed or not; --at a commit, a branch, a tag', async () => {
    const folder = makeRepository();
    const first = git(folder, 'rev-parse', 'HEAD');
    git(folder, 'tag', 'v1');
    write(folder, { 'apps/prod/users/application.yaml': application('users', 'prod', '9.9.9') });
    expect(tags(await statusOf(folder))['prod/users']).toBe('9.9.9');
    for (const at of ['main', 'v1', first, first.slice(0, 9), 'HEAD']) {
      const status = await statusOf(folder, '--at', at);
      expect(tags(status)['prod/users']).toBe('2.0.4');
      expect(status.source.commit).toBe(first);
    }
  });

  it('reads the default branch of a bare repository', async () => {
    const bare = makeBare();
    expect((await statusOf(bare)).source).toEqual({
      kind: 'commit',
      branch: 'main',
      commit: git(bare, 'rev-parse', 'main'),
    });
  });

  it('only some environments', async () => {
    const status = await statusOf(makeRepository(), 'prod');
    expect(status.environments.map((one) => one.name)).toEqual(['prod']);
  });

  it('works from a folder inside, with the nearest gitops.yaml', async () => {
    const folder = makeRepository({
      ...Object.fromEntries(Object.entries(fleet()).map(([path, text]) => [path.replace(/^apps/, 'shop/apps'), text])),
      'shop/gitops.yaml':
        'version: 1\nlayout:\n  - apps/{environment}/{application}/application.yaml\nenvironments:\n  dev: {}\n  prod: { from: dev, aliases: [live] }\n',
    });
    mkdirSync(join(folder, 'shop/docs'));
    const status = await gitops(join(folder, 'shop/docs'), ['diff', 'dev', 'live']);
    expect(status.exitCode).toBe(0);
    expect(status.out).toContain('2 versions differ');
  });

  it('--explain shows each pin with file and line, and what hides what', async () => {
    const override = 'charts/payments/.argocd-source-payments-dev.yaml';
    const text =
      'helm:\n  parameters:\n  - name: image.name\n    value: ghcr.io/acme/payments\n    forcestring: true\n  - name: image.tag\n    value: 1.9.0\n    forcestring: true\n';
    const folder = makeRepository(fleet({ [override]: text }));
    const ran = await gitops(folder, ['status', '--explain']);
    expect(ran.out).toMatch(/1\.9\.0 +override-parameter +charts\/payments\/\.argocd-source-payments-dev\.yaml:7/);
    expect(ran.out).toMatch(
      /1\.8\.2 +helm-parameter +apps\/dev\/payments\/application\.yaml:24 .*hidden by charts\/payments\/\.argocd-source-payments-dev\.yaml:7/,
    );
    expect(ran.out).toContain('apps/prod/users/application.yaml:18');
    expect(ran.out).toContain('Notes');
    const image = (await statusOf(folder)).environments[0]?.applications[0]?.images[0];
    expect(image?.pins).toMatchObject([{ file: override, line: 7, kind: 'override-parameter' }]);
    expect(image?.masked).toMatchObject([{ file: 'apps/dev/payments/application.yaml' }]);
  });

  it('shows notes with their places, and of one kind so many', async () => {
    const broken = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [
        `extra/broken-${index}.yaml`,
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: a: b\n',
      ]),
    );
    const folder = makeRepository(fleet(broken));
    const { out } = await gitops(folder, ['status']);
    expect(out).toContain('extra/broken-4.yaml:3');
    expect(out).not.toContain('extra/broken-5.yaml');
    expect(out).toContain('and 3 more yaml-syntax: --explain shows all');
    const explained = (await gitops(folder, ['status', '--explain'])).out;
    expect(explained).toMatch(/! .* extra\/broken-7\.yaml:3/);
    expect(explained.match(/^Notes$/gm)).toHaveLength(1);
  });

  it('marks frozen, expired, not enforced and held', async () => {
    const bare = makeBare();
    const now = '2026-11-23T10:00:00Z';
    const run = async (...args: readonly string[]) => {
      const ran = await gitops(bare, [...args, '--merge'], { now });
      expect(ran.err + ran.out).toContain('Merged');
    };
    await run('freeze', 'dev', '--reason', 'QA of 2.4', '--until', '2026-11-24');
    await run('promote', 'dev', 'prod');
    await run('revert', '--hold', '--reason', 'refunds');
    const today = await gitops(bare, ['status'], { now });
    expect(today.out).toContain('dev (frozen)');
    expect(today.out).toContain('1.7.0 ≠ dev, held (not 1.8.2)');
    expect(today.out).toMatch(/dev {2}frozen {2}everything, since 2026-11-23 until 2026-11-24 by Ana Dev: QA of 2\.4/);
    expect(today.out).not.toContain('gitops promote dev prod');
    const later = await gitops(bare, ['status'], { now: '2026-11-25T00:00:00Z' });
    expect(later.out).toContain('dev (frozen, expired)');
    expect(later.out).toContain('gitops resume --expired');

    const work = makeRepository({});
    git(work, 'pull', '--quiet', bare, 'main', '--no-rebase', '--allow-unrelated-histories');
    const file = 'apps/dev/payments/application.yaml';
    write(work, {
      [file]: application('payments', 'dev', '1.8.2', {
        annotations: fleet()[file]?.match(/ {2}annotations:\n(?: {4}.*\n)+/)?.[0] ?? '',
      }),
    });
    commitAll(work, 'thaw by hand');
    const broken = await gitops(work, ['status'], { now });
    expect(broken.out).toContain('dev (frozen, freeze-not-enforced)');
    expect(broken.out).toContain('Image Updater still updates ghcr.io/acme/payments of payments');
    expect(broken.out).toMatch(/gitops freeze dev +its enforcement is gone/);
  });

  it('shows open pull requests of the forge', async () => {
    const folder = makeRepository();
    await gitops(folder, ['promote', 'dev', 'prod']);
    const status = await statusOf(folder);
    expect(status.pullRequests).toHaveLength(1);
    expect(status.next.map((one) => one.command)).toEqual([`gitops pr show ${status.pullRequests?.[0]?.id}`]);
    git(folder, 'remote', 'add', 'origin', 'https://github.com/acme/gitops.git');
    expect((await statusOf(folder)).pullRequests).toBeNull();
  });

  it('shows what cannot be read of one application beside the others', async () => {
    const folder = makeRepository(fleet({ 'charts/users/.argocd-source-users-dev.yaml': 'helm: [broken\n' }));
    const status = await statusOf(folder);
    expect(tags(status)['dev/payments']).toBe('1.8.2');
    const users = status.environments[0]?.applications.find((one) => one.name === 'users');
    expect(users?.problems.length).toBeGreaterThan(0);
    const text = await gitops(folder, ['status']);
    expect(text.out).toMatch(/Problems\n {2}! users in dev .*charts\/users\/\.argocd-source-users-dev\.yaml/);
  });
});

describe('diff', () => {
  it('shows what a promotion would move and what differs besides', async () => {
    const folder = makeRepository(fleet({ 'apps/dev/mail/application.yaml': application('mail', 'dev', '1.0.0') }));
    const ran = await gitops(folder, ['diff', 'dev', 'prod']);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain('users     ghcr.io/acme/users     2.0.4 → 2.1.0  minor');
    expect(ran.out).toContain('Only in dev: mail');
    const json = await gitops(folder, ['diff', 'dev', 'prod', '--output', 'json']);
    expect(json.json()).toMatchObject({
      schema: 'gitops/diff/1',
      from: 'dev',
      to: 'prod',
      onlyInFrom: ['mail'],
      same: 0,
    });
  });

  it('--check: 10 where versions differ, else 0', async () => {
    expect((await gitops(makeRepository(), ['diff', 'dev', 'prod', '--check'])).exitCode).toBe(10);
    const equal = fleet({
      'apps/prod/payments/application.yaml': application('payments', 'prod', '1.8.2'),
      'apps/prod/users/application.yaml': application('users', 'prod', '2.1.0'),
    });
    const same = await gitops(makeRepository(equal), ['diff', 'dev', 'prod', '--check']);
    expect(same).toMatchObject({ exitCode: 0 });
    expect(same.out).toContain('No version differs; 2 images the same.');
  });
});
