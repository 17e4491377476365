import { type Fleet, fleetOf, type LintReport, lintFleet, snapshotOf } from '../src/index.js';
import { shop } from './shop.js';

/** A small shop, and ways to break it: what the tests of lint share. */
export type Files = Record<string, string>;

export const now = '2026-11-26T00:00:00Z';
export const plain: Files = shop({ dev: { users: '2.1.0' }, prod: { users: '2.0.4' } });
export const dev = 'apps/dev/users/application.yaml';
export const prod = 'apps/prod/users/application.yaml';

export const fleetIn = (files: Files): Fleet => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
export const lint = (files: Files): LintReport => lintFleet(fleetIn(files), { now });

/** The shop with a text of one file replaced. */
export function changed(file: string, from: string | RegExp, to: string, more: Files = {}): Files {
  return { ...plain, [file]: (plain[file] ?? '').replace(from, () => to), ...more };
}

/** The shop with one more annotation of Image Updater in dev, at line 8. */
export const inDev = (annotation: string): Files =>
  changed(dev, '  annotations:\n', `  annotations:\n    argocd-image-updater.argoproj.io/${annotation}\n`);

export const resource = (spec: string, name = 'all'): string =>
  `apiVersion: argocd-image-updater.argoproj.io/v1alpha1\nkind: ImageUpdater\nmetadata: { name: ${name}, namespace: argocd }\nspec:\n${spec}`;

export const refs = (more = ''): string =>
  `  applicationRefs:\n    - namePattern: "*-dev"\n      images: [{ alias: users, imageName: ghcr.io/acme/users${more} }]\n`;

export const record = (environment: string, until: string): string =>
  `version: 1\nenvironment: ${environment}\nreason: QA\nby: ana\nsince: 2026-11-01T00:00:00Z\nuntil: ${until}\nundo: []\n`;
