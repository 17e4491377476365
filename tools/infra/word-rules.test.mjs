import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rootFaults, wordFaults } from './word-rules.mjs';
import { documentsIn, resourcesOf, root } from './yaml-documents.mjs';

const infra = join(root, 'infra');

/** The resources of the bundled setup, with another text where the only such text of a file stands. */
function withChange(file, from, to) {
  const text = readFileSync(join(infra, file), 'utf8');
  expect(text.split(from).length, `${from} stands once in ${file}`).toBe(2);
  const changed = documentsIn(text.replace(from, to), file).map((value) => ({ file, value }));
  return [...resourcesOf(infra).filter((one) => one.file !== file), ...changed];
}
const faultsOf = (resources) => [...wordFaults(resources), ...rootFaults(resources)];

test('the bundled setup has no fault', () => expect(faultsOf(resourcesOf(infra))).toEqual([]));

describe('a fault is found:', () => {
  const application = 'apps/dev/payments/application.yaml';
  const secret = 'argocd/repositories/gitops.yaml';
  test.each([
    ['a sync option', application, 'ServerSideApply=true', 'ServerSideAply=true', 'ServerSideAply=true is unknown'],
    ['half a sync option', application, 'ServerSideApply=true', 'ServerSideApply', 'ServerSideApply is unknown'],
    ['a finalizer', application, 'resources-finalizer.', 'resource-finalizer.', 'is unknown'],
    ['the label of an environment', application, 'environment: dev', 'environment: prod', 'the folder is dev'],
    ['a key of a repository', secret, 'githubAppPrivateKey', 'githubAppPrivatKey', 'knows no githubAppPrivatKey'],
    ['half an App', secret, 'githubAppID', 'name', 'needs githubAppID too'],
    ['a repository without an address', secret, '        url:', '        name:', 'says no url'],
    ['a root of another environment', 'argocd/root/dev.yaml', 'apps/dev\n', 'apps/prod\n', 'no app of apps reads it'],
    ['two roots', 'argocd/root/dev.yaml', 'apps/dev\n', 'apps/prod\n', 'root-prod and root-dev both make it'],
  ])('%s', (_, file, from, to, said) => {
    expect(faultsOf(withChange(file, from, to)).join('\n')).toContain(said);
  });

  test('a level of Pod Security', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'strict' };
    const value = { kind: 'Namespace', metadata: { name: 'dev', labels } };
    expect(wordFaults([{ file: 'a.yaml', value }])).toEqual([
      'a.yaml: Namespace dev: pod-security.kubernetes.io/enforce: strict is no level of Pod Security',
      'a.yaml: Namespace dev: does not enforce Pod Security restricted',
    ]);
  });
});
