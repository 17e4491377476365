import { describe, expect, it } from 'vitest';
import { fleetOf, planPromotion, snapshotOf } from '../src/index.js';

const now = '2026-11-25T10:00:00Z';
type Files = Readonly<Record<string, string>>;

const application = (environment: string, source: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: redis-${environment} }
spec:
  project: default
  source: ${source}
  destination: { namespace: ${environment} }
`;

const wrapper = (version: string, more = ''): string =>
  `apiVersion: v2\nname: redis\nversion: 0.1.0\ndependencies:\n  - name: redis # upstream\n    repository: https://charts.example.com/stable\n    version: ${version}\n${more}`;

const wrapped = (dev: string, prod: string, more: Files = {}): Files => ({
  'apps/dev/redis.yaml': application('dev', '{ repoURL: https://git.example/x, path: charts/dev/redis }'),
  'apps/prod/redis.yaml': application('prod', '{ repoURL: https://git.example/x, path: charts/prod/redis }'),
  'charts/dev/redis/Chart.yaml': dev,
  'charts/prod/redis/Chart.yaml': prod,
  ...more,
});

const fleet = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
const promote = (files: Files) => planPromotion(fleet(files), { from: 'dev', to: ['prod'], now, by: 'ana' });
const tracked = (files: Files) => fleet(files).environments[1]?.instances[0]?.images;

describe('the version of a chart from elsewhere', () => {
  it('is promoted where a chart depends on it', () => {
    const prod = wrapper('20.1.0');
    const plan = promote(wrapped(wrapper('20.2.1'), prod))._unsafeUnwrap();
    expect(plan.changes[0]?.files).toMatchObject([
      { path: 'charts/prod/redis/Chart.yaml', after: prod.replace('20.1.0', '20.2.1') },
    ]);
    expect(plan.versions).toMatchObject([{ image: 'charts.example.com/stable/redis', kind: 'minor' }]);
  });

  it('is promoted where the Application names it', () => {
    const source = (version: string) => `{ repoURL: ghcr.io/acme/charts, chart: redis, targetRevision: ${version} }`;
    const prod = application('prod', source('20.1.0'));
    const plan = promote({
      'apps/dev/redis.yaml': application('dev', source('20.2.1')),
      'apps/prod/redis.yaml': prod,
    })._unsafeUnwrap();
    expect(plan.changes[0]?.files[0]?.after).toBe(prod.replace('20.1.0', '20.2.1'));
    expect(plan.versions[0]?.pins).toMatchObject([{ file: 'apps/prod/redis.yaml', line: 6 }]);
  });

  it.each(['^20.1.0', '20.x', '20', "'*'"])('is none where it is a range: %s', (range) => {
    expect(tracked(wrapped(wrapper(range), wrapper(range)))).toEqual([]);
  });

  it('is shown, and not promoted, where a lock holds it', () => {
    const files = wrapped(wrapper('20.2.1'), wrapper('20.1.0'), {
      'charts/prod/redis/Chart.lock': 'dependencies: []\n',
    });
    expect(tracked(files)).toMatchObject([{ what: 'chart', version: { tag: '20.1.0' }, pins: [] }]);
    expect(promote(files)._unsafeUnwrapErr()).toMatchObject({ kind: 'missing-pin' });
    expect(fleet(files).notes.map((one) => one.kind)).toContain('chart-locked');
  });

  it('is no obstacle where a lock holds it at the version that is wanted', () => {
    const files = wrapped(wrapper('20.1.0'), wrapper('20.1.0'), {
      'charts/prod/redis/Chart.lock': 'dependencies: []\n',
    });
    expect(promote(files)._unsafeUnwrap()).toMatchObject({ changes: [], versions: [], findings: [] });
  });

  it('is passed over where only the source has the chart', () => {
    const plan = promote(
      wrapped(
        wrapper('20.2.1', '  - name: exporter\n    repository: oci://ghcr.io/acme\n    version: 1.0.0\n'),
        wrapper('20.1.0'),
      ),
    )._unsafeUnwrap();
    expect(plan.versions.map((one) => one.image)).toEqual(['charts.example.com/stable/redis']);
    expect(plan.skipped).toMatchObject([{ image: 'ghcr.io/acme/exporter', reason: 'only-in-source' }]);
  });

  it('of a chart in this repository is no version of its own', () => {
    const local = wrapper('0.1.0').replace('https://charts.example.com/stable', 'file://../../redis');
    expect(tracked(wrapped(local, local))).toEqual([]);
  });
});
