import { describe, expect, it } from 'vitest';
import { fleetOf, parseConfig, proposeConfig, snapshotOf } from '../src/index.js';

const here = 'https://git.example/acme/gitops.git';

const application = (name: string, source: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name} }
spec:
  source: { ${source} }
`;

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: app, image: "${image}" }] } } }\n`;

/** Environments in which everything is a little different. */
const files: Readonly<Record<string, string>> = {
  'apps/dev/web.yaml': application('web-dev', `repoURL: ${here}, path: web/dev, targetRevision: develop`),
  'apps/prod/web.yaml': application('web-prod', `repoURL: ${here}, path: web/prod, targetRevision: main`),
  'web/dev/deployment.yaml': deployment('dev.example.com:5000/acme/web:2'),
  'web/prod/deployment.yaml': deployment('prod.example.com/web:1'),
};

const chart: Readonly<Record<string, string>> = {
  'environments/Chart.yaml': 'apiVersion: v2\nname: root\nversion: 0.1.0\n',
  'environments/templates/app.yaml': application('web', `repoURL: {{ .Values.url }}, path: web`),
  'environments/values-summit.yaml': 'url: x\n',
  'environments/values-base-2.yaml': 'url: x\n',
};

const elsewhere: Readonly<Record<string, string>> = {
  'apps/dev/api.yaml': application('api-dev', 'repoURL: https://git.example/acme/api.git, path: deploy/dev'),
};

const unread: Readonly<Record<string, string>> = {
  'apps/web.yaml': application('web', `repoURL: ${here}, path: elsewhere`),
  'web/overlays/dev/web.yaml': deployment('web:2'),
  'web/overlays/prod/web.yaml': deployment('web:1'),
};

const alone = { 'apps/web.yaml': application('web', `repoURL: ${here}, path: web`) };

/** What a text says to write into `gitops.yaml`. */
function suggestionsIn(text: string): readonly string[] {
  const found: string[] = [];
  for (const { index, 0: key } of text.matchAll(/\b(?:environments|layout|images|versions|groups): (?=[[{])/g)) {
    let depth = 0;
    let end = index + key.length;
    do {
      if ('[{'.includes(text.charAt(end))) depth++;
      if (']}'.includes(text.charAt(end))) depth--;
      end++;
    } while (depth > 0 && end < text.length);
    found.push(text.slice(index, end));
  }
  return found;
}

describe('a line that is suggested for gitops.yaml', () => {
  const fleets = [files, elsewhere].map((one) => fleetOf(snapshotOf(one))._unsafeUnwrap());
  const refused = [{ ...chart }, alone, unread].map((one) => fleetOf(snapshotOf(one))._unsafeUnwrapErr().remedy);
  const told = fleets.flatMap((one) => [
    ...one.notes.map(({ message }) => message),
    proposeConfig(one)._unsafeUnwrap(),
  ]);
  const texts = [...told, ...refused];
  const suggested = [...new Set(texts.flatMap(suggestionsIn))];

  it('is there for each', () => {
    expect(suggested.map((one) => one.replace(/[:\s].*/s, '')).sort()).toEqual([
      'environments',
      'environments',
      'environments',
      'environments',
      'images',
      'layout',
      'layout',
    ]);
  });

  it.each(suggested)('can be written as it stands: %s', (line) => {
    const read = parseConfig(`version: 1\n${line}\n`, 'gitops.yaml', {
      discovered: (fleets[0]?.environments ?? []).map(({ name, aliases, from }) => ({ name, aliases, from })),
    });
    expect(read.isErr() ? read.error.message : null).toBeNull();
  });
});

describe('a proposed gitops.yaml of environments in no order', () => {
  const files = Object.fromEntries(
    ['blue', 'green'].map((name) => [`clusters/${name}/web.yaml`, application('web', `repoURL: ${here}, path: web`)]),
  );
  const proposed = proposeConfig(fleetOf(snapshotOf(files))._unsafeUnwrap())._unsafeUnwrap();

  it('lists them, and says that a list is an order', () => {
    expect(proposed).toContain('# Nothing tells what blue, green should be promoted from.');
    expect(proposed).toContain('put them in the right order.\nenvironments:\n  blue:  {}\n  green: {}\n');
  });

  it('holds the same applications', () => {
    const fleet = fleetOf(snapshotOf({ ...files, 'gitops.yaml': proposed }))._unsafeUnwrap();
    expect(fleet.environments.map((one) => [one.name, one.from, one.instances.length])).toEqual([
      ['blue', [], 1],
      ['green', ['blue'], 1],
    ]);
  });
});
