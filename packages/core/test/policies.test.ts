import { expect, it } from 'vitest';
import { fleetOf, snapshotOf } from '../src/index.js';

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-dev }
spec: { source: { repoURL: https://git.example/acme/gitops.git, path: web } }
`;

it.each([
  [
    'kyverno.io/v1',
    'ClusterPolicy',
    'spec: { rules: [{ name: tag, validate: { pattern: { spec: { containers: [{ image: "!*:latest" }] } } } }] }',
  ],
  [
    'constraints.gatekeeper.sh/v1beta1',
    'K8sAllowed',
    'spec: { parameters: { containers: [{ name: a, image: "ghcr.io/acme/any:1" }] } }',
  ],
])('images that %s checks are none that run', (apiVersion, kind, spec) => {
  const files = {
    'apps/web.yaml': application,
    'web/policy.yaml': `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n${spec}\n`,
    'web/web.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: web, image: "web:1" }] } } }\n',
  };
  const [environment] = fleetOf(snapshotOf(files))._unsafeUnwrap().environments;
  expect(environment?.instances[0]?.images.map((one) => one.image)).toEqual(['web']);
});
