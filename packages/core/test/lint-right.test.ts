import { describe, expect, it } from 'vitest';
import type { LintRuleId } from '../src/index.js';
import { changed, dev, type Files, inDev, lint, plain, prod, refs, resource } from './lint-files.js';

const values = 'image:\n  tag: 2.0.5\n';
const own = 'apps/prod/users/values.yaml';
const override = 'helm: { parameters: [] }\n';
const withValues = (text: string): Files => changed(prod, '    helm:\n', `    helm:\n      ${text}\n`);

/** What looks like what a rule is about, and is right, or may be. */
const right: readonly (readonly [what: string, LintRuleId, Files])[] = [
  [
    'the same Application for another cluster',
    'duplicate-application',
    { ...plain, 'clusters/b/users.yaml': plain[prod] ?? '', 'clusters/c/users.yaml': plain[prod] ?? '' },
  ],
  [
    'Applications of several environments side by side',
    'duplicate-application',
    {
      ...plain,
      ...Object.fromEntries(
        ['dev', 'prod'].map((one) => [`clusters/root-${one}.yaml`, (plain[prod] ?? '').replace('users-prod', 'tools')]),
      ),
    },
  ],
  [
    'a value file that an Application reads by a path from the root',
    'value-file-unread',
    { ...withValues(`valueFiles: [/${own}]`), [own]: values },
  ],
  [
    'a value file that an Application reads from another folder',
    'value-file-unread',
    { ...withValues(`valueFiles: [../../${own}]`), [own]: values },
  ],
  [
    'a value file that a workflow names',
    'value-file-unread',
    { ...plain, [own]: values, 'ci.yaml': `run: helm upgrade -f ${own}\n` },
  ],
  [
    'a value file that a workflow names by a variable',
    'value-file-unread',
    { ...plain, [own]: values, 'ci.yaml': 'run: "helm upgrade -f apps/${ENV}/users/values.yaml"\n' },
  ],
  ['a value file without a version', 'value-file-unread', { ...plain, [own]: 'replicas: 2\n' }],
  ['an example of a value file', 'value-file-unread', { ...plain, 'charts/users/ci/values-prod.yaml': values }],
  [
    'a value file of what an Application elsewhere deploys',
    'value-file-unread',
    {
      ...plain,
      ...Object.fromEntries(['dev', 'prod'].map((one) => [`side/envs/values-${one}.yaml`, values])),
      'side/Chart.yaml': 'apiVersion: v2\nname: side\nversion: 1.0.0\n',
      'gitops.yaml': `version: 1\nlayout: ["apps/{environment}/{application}/*.yaml", "{application}/envs/values-{environment}.yaml"]\n`,
    },
  ],
  [
    'the override of an Application',
    'override-unread',
    { ...plain, 'charts/users/.argocd-source-users-dev.yaml': override },
  ],
  ['the override of a folder', 'override-unread', { ...plain, 'charts/users/.argocd-source.yaml': override }],
  [
    'the override of an Application with its namespace',
    'override-unread',
    { ...plain, 'charts/users/.argocd-source-argocd_users-dev.yaml': override },
  ],
  [
    'an override in a folder that nothing here deploys',
    'override-unread',
    { ...plain, 'charts/side/.argocd-source-side.yaml': override },
  ],
  ['values without valuesObject', 'hidden-values', withValues('values: "a: 1"')],
  ['two constraints with a blank', 'image-list-misread', changed(dev, 'users:1.x', 'users:>=1.0 <2.0')],
  ['two images', 'image-list-misread', changed(dev, 'users:1.x', 'users:1.x, side=ghcr.io/acme/side:~2')],
  ['an exact version', 'constraint-unreadable', changed(dev, 'users:1.x', 'users:1.4.2')],
  [
    'a tag that the digest strategy follows',
    'constraint-unreadable',
    changed(dev, /users:1\.x\n.*/, 'users:latest\n    argocd-image-updater.argoproj.io/users.update-strategy: digest'),
  ],
  ['two aliases of one image', 'alias-twice', changed(dev, 'users:1.x', 'users:1.x, b=ghcr.io/acme/users')],
  ['force-update that is true', 'setting-unreadable', inDev('users.force-update: "true"')],
  ['credentials of a secret', 'setting-unreadable', inDev('users.pull-secret: pullsecret:argocd/registry')],
  ['a strategy in capitals', 'setting-unreadable', changed(dev, 'semver # the', 'SemVer # the')],
  ['a strategy by its name of now', 'setting-former', changed(dev, 'semver # the', 'newest-build # the')],
  [
    'settings beside a resource that names the images',
    'settings-without-images',
    { ...changed(dev, /.*image-list.*\n/, ''), 'updater.yaml': resource(refs()) },
  ],
  ['a value that the chart has', 'helm-target-unknown', inDev('users.helm.image-tag: image.tag')],
  [
    'a value that only a template reads',
    'helm-target-unknown',
    {
      ...inDev('users.helm.image-tag: side.label'),
      'charts/users/templates/side.yaml': 'a: {{ .Values.side.label }}\n',
    },
  ],
  ['a target for a version that is written to Git', 'write-back-inert', inDev('write-back-target: helmvalues')],
  ['the chart’s own values', 'write-back-unread', inDev('write-back-target: helmvalues')],
  [
    'the chart’s own values by their path',
    'write-back-unread',
    inDev('write-back-target: helmvalues:/charts/users/values.yaml'),
  ],
];

describe.each(right)('%s', (_, rule, files) => {
  it(`is not found by ${rule}`, () => {
    expect(lint(files).findings.filter((one) => one.rule === rule)).toEqual([]);
  });
});
