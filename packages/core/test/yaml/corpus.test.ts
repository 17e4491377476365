import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editYaml, parsePointer, undoYaml, type YamlContent, type YamlEdit } from '../../src/yaml/index.js';

const read = (name: string): string => readFileSync(new URL(`corpus/${name}.yaml`, import.meta.url), 'utf8');
const annotations = 'Application/users-dev metadata.annotations';
const parameters = 'Application/users-dev spec.source.helm.parameters';
const images = 'Kustomization/ images';

/** What is done, then the text that it replaces and by what: all else must stay. */
const cases: readonly [string, string, { set: string } | { insert: YamlContent } | { remove: true }, string, string][] =
  [
    [
      'application',
      `${parameters}[name=image.tag].value`,
      { set: '2.2.0' },
      '        value: 2.1.0\n',
      '        value: 2.2.0\n',
    ],
    [
      'application',
      `${parameters}[name=image.tag].value`,
      { set: '2.2' },
      '        value: 2.1.0\n',
      "        value: '2.2'\n",
    ],
    ['application', `${parameters}[name=sidecar.tag].value`, { set: '1.11' }, 'value: "1.10"', 'value: "1.11"'],
    ['application', `${parameters}[name=replicas].value`, { set: '3' }, "value: '2'}", "value: '3'}"],
    [
      'application',
      `${parameters}[name=new]`,
      { insert: { value: '1' } },
      "value: '2'}\n",
      "value: '2'}\n      - name: new\n        value: '1'\n",
    ],
    [
      'application',
      `${parameters}[name=sidecar.tag].forceString`,
      { insert: true },
      '          value: "1.10"\n',
      '          value: "1.10"\n          forceString: true\n',
    ],
    [
      'application',
      `${parameters}[name=sidecar.tag]`,
      { remove: true },
      '      -   name: sidecar.tag\n          value: "1.10"\n',
      '',
    ],
    [
      'application',
      'Application/users-dev spec.source.targetRevision',
      { set: 'release-1' },
      'HEAD      # branch',
      'release-1      # branch',
    ],
    [
      'application',
      `${annotations}["argocd-image-updater.argoproj.io/users.ignore-tags"]`,
      { insert: '*' },
      'git:secret:argocd/git-creds\n',
      "git:secret:argocd/git-creds\n    argocd-image-updater.argoproj.io/users.ignore-tags: '*'\n",
    ],
    [
      'application',
      `${annotations}["argocd-image-updater.argoproj.io/users.update-strategy"]`,
      { set: 'digest' },
      ': semver   #',
      ': digest   #',
    ],
    [
      'application',
      `${annotations}["argocd-image-updater.argoproj.io/users.update-strategy"]`,
      { remove: true },
      '    argocd-image-updater.argoproj.io/users.update-strategy: semver   # never latest\n',
      '',
    ],
    [
      'application',
      'Application/users-dev spec.syncPolicy.syncOptions[1]',
      { insert: 'ServerSideApply=true' },
      '[CreateNamespace=true, ]',
      '[CreateNamespace=true, ServerSideApply=true ]',
    ],
    [
      'application',
      'Application/users-dev spec.source.helm.valueFiles[0]',
      { remove: true },
      "[values.yaml, 'values-dev.yaml']",
      "['values-dev.yaml']",
    ],
    [
      'application',
      'Application/users-dev metadata.labels.env',
      { insert: 'on' },
      'tier: "1"}',
      `tier: "1", env: 'on'}`,
    ],
    [
      'application',
      'Application/users-dev metadata.finalizers[0]',
      { remove: true },
      '  - resources-finalizer.argocd.argoproj.io\n',
      '    []\n',
    ],
    ['several', 'ConfigMap/versions data.api', { set: '1.3' }, '        1.2.3\n', '        1.3\n'],
    ['several', 'ConfigMap/versions data.web', { set: '2.1.0' }, 'web: |\n        2.0.0\n', 'web: 2.1.0\n'],
    ['several', 'ConfigMap/versions data.empty', { set: 'no' }, 'empty:\n', "empty: 'no'\n"],
    ['several', 'ConfigMap/versions data.on', { set: 'no' }, "'yes'", "'no'"],
    ['several', '#1 [1]', { set: '0x1F' }, '- # with', "- '0x1F' # with"],
    [
      'several',
      'ApplicationSet/shop spec.generators[0].list.elements[env=dev].tag',
      { set: 'v1.5.0' },
      'v1.4.0 }',
      'v1.5.0 }',
    ],
    [
      'several',
      'ApplicationSet/shop spec.generators[0].list.elements[env=prod].tag',
      { set: 'v1.4.0' },
      'v1.3.9\n',
      'v1.4.0\n',
    ],
    [
      'several',
      'ApplicationSet/shop spec.generators[0].list.elements[env=prod].defaults.size',
      { set: '1e3' },
      'size: small',
      "size: '1e3'",
    ],
    [
      'several',
      'ApplicationSet/shop spec.generators[0].list.elements[env=qa].tag',
      { set: '2' },
      '!!str 1\n',
      "!!str '2'\n",
    ],
    [
      'several',
      'ApplicationSet/shop metadata.labels.team',
      { insert: 'shop' },
      '{ name: shop }',
      '{ name: shop, labels: {team: shop} }',
    ],
    ['kustomization', `${images}[name=ghcr.io/acme/api].newTag`, { set: '2024.11' }, '"2024.10"', '"2024.11"'],
    [
      'kustomization',
      `${images}[name=ghcr.io/acme/web].newTag`,
      { insert: '7.0' },
      '0123456789abcdef\n',
      "0123456789abcdef\n  newTag: '7.0'\n",
    ],
  ];

describe('real-looking files', () => {
  for (const [label, change] of [
    ['as they are', (text: string) => text],
    ['with a byte order mark', (text: string) => (text.startsWith('\ufeff') ? text : `\ufeff${text}`)],
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ] as const) {
    it.each(cases)(`${label}: %s %s`, (name, address, what, gone, come) => {
      const text = change(read(name));
      const at = parsePointer(address)._unsafeUnwrap();
      const { text: after, applied } = editYaml(text, [{ at, ...what } as YamlEdit])._unsafeUnwrap();
      const [old, next] = label === 'with CRLF' ? [change(gone), change(come)] : [gone, come];
      expect(text.split(old)).toHaveLength(2);
      expect(after).toBe(text.replace(old, () => next));
      expect(undoYaml(after, applied)._unsafeUnwrap().text).toBe(text);
    });
  }
});
