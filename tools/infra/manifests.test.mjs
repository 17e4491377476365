import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allowsKind, argocdFaults } from './argocd-rules.mjs';
import { imageUpdaterFaults } from './image-updater-rules.mjs';
import { treeOf } from './manifests.mjs';
import { notificationFaults } from './notification-rules.mjs';
import { secretFaults } from './secret-rules.mjs';
import { resourcesOf, root } from './yaml-documents.mjs';

let infra;
beforeEach(() => {
  infra = join(mkdtempSync(join(tmpdir(), 'gitops-infra-test-')), 'infra');
  cpSync(join(root, 'infra/apps'), join(infra, 'apps'), { recursive: true });
  cpSync(join(root, 'infra/argocd'), join(infra, 'argocd'), { recursive: true });
});
afterEach(() => rmSync(join(infra, '..'), { recursive: true, force: true }));

/** Puts another text where the only such text stands. */
function change(file, from, to) {
  const text = readFileSync(join(infra, file), 'utf8');
  expect(text.split(from).length, `${from} stands once in ${file}`).toBe(2);
  writeFileSync(join(infra, file), text.replace(from, to));
}
const faults = () => {
  const resources = resourcesOf(infra);
  return [
    ...argocdFaults(resources, treeOf(infra)),
    ...imageUpdaterFaults(resources),
    ...secretFaults(resources),
    ...notificationFaults(resources),
  ];
};

test('the bundled setup has no fault', () => expect(faults()).toEqual([]));

describe('a fault is found:', () => {
  const application = 'apps/dev/payments/application.yaml';
  const prod = 'apps/prod/users/application.yaml';
  test.each([
    ['a project that is not there', application, 'project: dev', 'project: staging', 'project staging does not exist'],
    ['a project of another environment', prod, 'project: prod', 'project: dev', 'project dev does not allow {'],
    ['another repository', application, 'acme/gitops.git', 'acme/other.git', 'does not allow https://'],
    ['a foreign namespace', prod, 'namespace: prod', 'namespace: kube-system', 'kube-system is made by nothing'],
    [
      'a folder that is not there',
      'argocd/root/dev.yaml',
      'infra/apps/dev\n',
      'infra/app/dev\n',
      'infra/app/dev does not exist',
    ],
    [
      'a parameter without a place',
      application,
      'name: image.tag',
      'name: image.tga',
      'image.tga is not in values.schema',
    ],
    ['a tag that may become a number', prod, 'forceString: true', 'forceString: false', 'a tag is text'],
    ['a moving revision', prod, 'targetRevision: main', 'targetRevision: HEAD', 'targetRevision is not said'],
    [
      'a project open to any namespace',
      'argocd/projects/dev.yaml',
      'namespace: dev\n',
      'namespace: "*"\n',
      'deploys to anywhere',
    ],
    [
      "another project's policy",
      'argocd/projects/prod.yaml',
      'applications, get, prod/*',
      'applications, get, dev/*',
      'not a policy',
    ],
    [
      'an unknown annotation',
      application,
      'payments.helm.image-tag',
      'payments.helm.imagetag',
      'is unknown to Image Updater',
    ],
    ['an unknown strategy', application, 'update-strategy: semver', 'update-strategy: semantic', 'semantic is unknown'],
    [
      'an alias that is not listed',
      application,
      '/payments.helm.image-tag',
      '/payment.helm.image-tag',
      'image-list has no payment',
    ],
    [
      'an image of something else',
      application,
      '=ghcr.io/acme/payments',
      '=ghcr.io/acme/payment',
      'is not an image of',
    ],
    ['a pattern without a match', 'argocd/image-updater/dev.yaml', 'users-dev', 'user-dev', 'matches no Application'],
    ['an Application named twice', 'argocd/image-updater/dev.yaml', 'users-dev', 'payments-d*', 'one of them must go'],
    [
      'images beside annotations',
      'argocd/image-updater/dev.yaml',
      'users-dev\n      useAnnotations: true',
      'users-dev\n      images: []',
      'leaves unread',
    ],
    [
      'an example with another parameter',
      'argocd/image-updater/README.md',
      'imageName: ghcr.io/acme/users:2.x',
      'imageName: ghcr.io/acme/user:2.x',
      'acme/user is not an image',
    ],
    [
      'a store that is not there',
      'argocd/notifications/slack.yaml',
      'name: aws',
      'name: amazon',
      'SecretStore amazon does not exist',
    ],
    [
      'a value that is not fetched',
      'argocd/repositories/gitops.yaml',
      '{{ .appId }}',
      '{{ .appid }}',
      'uses appid, which is not fetched',
    ],
    [
      'a repository without credentials',
      'argocd/repositories/gitops.yaml',
      'acme/gitops.git',
      'acme/gitops2.git',
      'no credentials for https://',
    ],
    [
      'a secret in the tree',
      'argocd/notifications/slack.yaml',
      'kind: ExternalSecret',
      'kind: Secret',
      'stands in the tree',
    ],
    [
      'a key that is in no secret',
      'argocd/notifications/config.yaml',
      '$slack-token',
      '$slack',
      '$slack is not in the secret',
    ],
    [
      'a template that is not there',
      'argocd/notifications/config.yaml',
      'send: [degraded]',
      'send: [degrade]',
      'template degrade does not exist',
    ],
    [
      'a trigger that is not there',
      'argocd/notifications/config.yaml',
      'triggers: [on-deployed]',
      'triggers: [on-deploy]',
      'trigger on-deploy does not exist',
    ],
    [
      'a condition with a typo',
      'argocd/notifications/config.yaml',
      'when: app.status.health',
      'wehn: app.status.health',
      'wehn is unknown',
    ],
    [
      'an unknown service',
      'argocd/notifications/config.yaml',
      'slack:shop-dev',
      'mail:shop-dev',
      'there is no service mail',
    ],
    [
      'a selector of nothing',
      'argocd/notifications/config.yaml',
      'environment=dev',
      'environment=test',
      'matches no Application',
    ],
    [
      'a key that nothing reads',
      'argocd/notifications/config.yaml',
      'template.deployed',
      'templates.deployed',
      'is nothing that notifications know',
    ],
    [
      'an app of apps that chooses nothing',
      'argocd/root/dev.yaml',
      '"**/application.yaml"',
      '"**/app.yaml"',
      'nothing in infra/apps/dev is chosen',
    ],
    ['no range of versions', prod.replace('prod', 'dev'), 'users:2.x', 'users:2.y.z', '2.y.z is no range of versions'],
    [
      'no range in the example',
      'argocd/image-updater/README.md',
      'imageName: ghcr.io/acme/users:2.x',
      'imageName: ghcr.io/acme/users:2,,x',
      'is no range of versions',
    ],
  ])('%s', (_, file, from, to, fault) => {
    change(file, from, to);
    expect(faults().join('\n')).toContain(fault);
  });
});

test('a key that stands twice is no YAML here', () => {
  change('apps/dev/users/application.yaml', 'project: dev', 'project: dev\n  project: dev');
  expect(() => resourcesOf(infra)).toThrow(/users\/application\.yaml.*unique/);
});

test('a kind is allowed by the list of its scope', () => {
  const project = { spec: { namespaceResourceWhitelist: [{ group: 'apps', kind: 'Deployment' }] } };
  expect(allowsKind(project, { group: 'apps', kind: 'Deployment' })).toBe(true);
  expect(allowsKind(project, { group: '', kind: 'Deployment' })).toBe(false);
  expect(allowsKind(project, { group: '', kind: 'Namespace', clusterWide: true })).toBe(false);
});
