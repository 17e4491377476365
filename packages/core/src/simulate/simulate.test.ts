import { describe, expect, it } from 'vitest';
import { fleetOf } from '../fleet/read.js';
import { snapshotOf } from '../model.js';
import { type SimulationOptions, simulateUpdates, simulationTargets } from './simulate.js';

const prefix = 'argocd-image-updater.argoproj.io';
const digest = `sha256:${'a'.repeat(64)}`;

const application = (name: string, image: string, annotations: readonly string[] = []): string => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}-dev
  annotations:
    ${prefix}/image-list: app=${image}
${annotations.map((one) => `    ${prefix}/app.${one}\n`).join('')}spec:
  source:
    repoURL: https://github.com/acme/gitops.git
    path: charts/app
    helm:
      parameters:
        - { name: image.name, value: ${image.replace(/:[^/]*$/, '')} }
        - { name: image.tag, value: "1.0.0@${digest}" }
`;

const fleet = fleetOf(
  snapshotOf({
    'apps/dev/hub/application.yaml': application('hub', 'acme/api:1.x'),
    'apps/dev/own/application.yaml': application('own', 'ghcr.io/acme/api', ['update-strategy: newest-build']),
    'apps/dev/main/application.yaml': application('main', 'ghcr.io/acme/web:1.0.0', [
      'update-strategy: digest',
      'platforms: linux/arm64',
    ]),
  }),
)._unsafeUnwrap();

const decided = (options: SimulationOptions) =>
  Object.fromEntries(simulateUpdates(fleet, options).map((one) => [one.application, one.decision]));

describe('tags of an image', () => {
  const tags = [{ name: '1.1.0' }];

  it('count for all images that end in its name, or with exact for itself alone', () => {
    expect(decided({ tags: [{ image: 'acme/api', tags }] })).toMatchObject({ hub: 'update', own: 'update' });
    const exact = decided({ tags: [{ image: 'acme/api', tags, exact: true }] });
    expect(exact).toMatchObject({ hub: 'update', own: 'no-tags' });
  });
});

describe('what registries are asked for', () => {
  const targets = (options: SimulationOptions) =>
    Object.fromEntries(simulationTargets(fleet, options).map((one) => [one.image, one.rules.platforms]));

  it('is each image without tags, with the platforms that count', () => {
    expect(targets({ tags: [] })).toEqual({
      'acme/api': [],
      'ghcr.io/acme/api': ['linux/amd64'],
      'ghcr.io/acme/web': ['linux/arm64'],
    });
    const given = { tags: [{ image: 'web', tags: [{ name: '1' }] }], platform: 'linux/s390x' };
    expect(targets(given)).toEqual({ 'acme/api': ['linux/s390x'], 'ghcr.io/acme/api': ['linux/s390x'] });
  });
});

describe('the digest that is tracked', () => {
  const having = (found: string | undefined) =>
    simulateUpdates(fleet, {
      tags: [{ image: 'web', tags: [{ name: '1.0.0', ...(found === undefined ? {} : { digest: found }) }] }],
    }).find((one) => one.application === 'main');

  it('is compared where it is known', () => {
    expect(having(undefined)).toMatchObject({ decision: 'digest', digest: null });
    expect(having(digest)).toMatchObject({ decision: 'unchanged', digest });
    const other = `sha256:${'b'.repeat(64)}`;
    expect(having(other)).toMatchObject({ decision: 'update', digest: other, tags: { selected: '1.0.0' } });
  });
});
