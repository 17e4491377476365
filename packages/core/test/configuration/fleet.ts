import type { Fleet, GitOpsError, Plan, Result, Snapshot } from '../../src/index.js';
import { fleetOf, placesOf, planPromotion, snapshotOf } from '../../src/index.js';
import { example, type Json, toMap, without } from '../configuration-example.js';
import { application } from '../shop.js';

type Files = Readonly<Record<string, string>>;

export const now = '2026-11-25T10:00:00Z';

/** The environments of the example, all in one repository and branch. */
export const environments: Json = ['branch', 'repository'].reduce<Json>(
  (at, key) => without(at, ['prod-us', key]),
  example['environments'] ?? null,
);

/** An application without an updater of images. */
export function app(name: string, environment: string, version: string, image = `ghcr.io/acme/${name}`): string {
  return application(name, environment, version)
    .replace(/ {2}annotations:\n(?: {4}.*\n)+/, '')
    .replace(`value: ghcr.io/acme/${name}`, `value: ${image}`);
}

/** `users` in every environment of the example: dev has the newest version. */
export function users(versions: Readonly<Record<string, string>> = {}, image?: string): Files {
  const all = { dev: '2.1.0', qa: '2.0.0', perf: '2.0.0', 'prod-eu': '1.9.0', 'prod-us': '1.9.0', ...versions };
  const chart = { 'charts/users/Chart.yaml': 'apiVersion: v2\nname: users\nversion: 0.1.0\n' };
  const files = Object.entries(all).map(([environment, version]) => [
    `apps/${environment}/users/application.yaml`,
    app('users', environment, version, image),
  ]);
  return { ...chart, ...Object.fromEntries(files) };
}

/** The fleet of these files under this configuration, with empty places besides. */
export function fleet(config: Json, files: Files = users()): Result<Fleet, GitOpsError> {
  const snapshot = snapshotOf({ ...files, 'gitops.yaml': JSON.stringify(config) }, 'c'.repeat(40));
  const nothing: Snapshot = snapshotOf({}, 'd'.repeat(40));
  const places = placesOf(snapshot).unwrapOr([]);
  return fleetOf(snapshot, { places: places.map((place) => ({ place, snapshot: nothing })) });
}

export function promote(
  config: Json,
  to: string,
  { from = 'dev', files = users(), env = {} } = {},
): Result<Plan, GitOpsError> {
  const variables = { 'env.TICKET': 'OPS-7', ...env };
  return fleet(config, files).andThen((one) => planPromotion(one, { from, to: [to], now, by: 'ana', variables }));
}

/** The kind of the failure, or what the good answer looks like. */
export function shown<T>(result: Result<T, GitOpsError>, show: (value: T) => unknown): unknown {
  return result.match(show, (error) => (error.kind === 'config-invalid' ? error.message : error.kind));
}

export { toMap };
