import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../model.js';
import { readYaml } from '../yaml/read.js';
import { readApplications, readImages } from './index.js';

const head = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\n';

function problemsOf(text: string): readonly unknown[] {
  return readApplications(readYaml(text, 'app.yaml')._unsafeUnwrap()).problems.map(({ kind, at, remedy }) => [
    kind,
    at?.line,
    at?.column,
    remedy,
  ]);
}

describe('Applications of a file', () => {
  test('several documents, an ApplicationSet among them', () => {
    const set = 'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: all\n  namespace: argocd\n';
    const labels = '  labels: {team: a}\n  annotations: {x/y: "1"}\n';
    const text = `${set}---\nkind: Service\napiVersion: v1\n---\n${head}${labels}spec:\n  project: shop\n  source: {repoURL: u, path: p, targetRevision: main}\n`;
    const { applications, applicationSets, problems } = readApplications(readYaml(text, 'all.yaml')._unsafeUnwrap());
    expect(problems).toEqual([]);
    expect(applicationSets).toMatchObject([
      { name: 'all', namespace: 'argocd', document: 0, at: { file: 'all.yaml', line: 1 } },
    ]);
    expect(applications).toMatchObject([
      {
        name: 'web',
        namespace: null,
        project: 'shop',
        labels: { team: 'a' },
        annotations: { 'x/y': '1' },
        document: 2,
        selector: { kind: 'Application', name: 'web' },
        sources: [{ repoUrl: 'u', path: 'p', targetRevision: 'main', helm: null }],
      },
    ]);
  });

  test('what Argo CD would refuse is told with its place', () => {
    expect(problemsOf('apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {}\n')).toEqual([
      ['application-invalid', 3, 11, 'Give it a name.'],
    ]);
    expect(problemsOf(head)).toEqual([['application-invalid', 1, 1, expect.any(String)]]);
    expect(problemsOf(`${head}spec:\n  project: x\n`)).toEqual([['application-invalid', 6, 3, expect.any(String)]]);
    expect(
      problemsOf(
        `${head}spec:\n  source:\n    path: p\n    helm:\n      parameters:\n        - name: a\n          value: 1.10\n`,
      ),
    ).toEqual([['application-invalid', 11, 18, 'Put the value in quotes.']]);
    expect(problemsOf(`${head}spec:\n  source: {path: p, helm: {valueFiles: a.yaml}}\n`)).toEqual([
      ['application-invalid', 6, 40, expect.any(String)],
    ]);
  });

  test('a source elsewhere is said, not guessed; one that should be here is an error', () => {
    const { applications } = readApplications(
      readYaml(
        `${head}spec:\n  source: {repoURL: "https://git.example/a/b.git", path: p}\n`,
        'app.yaml',
      )._unsafeUnwrap(),
    );
    const [application] = applications;
    if (application === undefined) throw new Error('no Application');
    expect(readImages(application, snapshotOf({}))).toMatchObject({
      images: [],
      problems: [],
      notes: [{ kind: 'source-elsewhere' }],
    });
    const home = readImages(application, snapshotOf({}), { repositories: ['git@git.example:a/b'] });
    expect(home).toMatchObject({
      images: [],
      problems: [{ kind: 'application-invalid', at: { file: 'app.yaml' } }],
      notes: [],
    });
  });

  test('override files that Argo CD refuses', () => {
    const { applications } = readApplications(
      readYaml(`${head}spec:\n  source: {path: p}\n`, 'app.yaml')._unsafeUnwrap(),
    );
    const [application] = applications;
    if (application === undefined) throw new Error('no Application');
    const read = (text: string) =>
      readImages(application, snapshotOf({ 'p/Chart.yaml': 'name: p\n', 'p/.argocd-source.yaml': text })).problems.map(
        ({ kind, at, remedy }) => [kind, at?.line, at?.column, remedy],
      );
    expect(read('# nothing\n')).toEqual([['override-invalid', 1, 1, expect.any(String)]]);
    expect(read('- a\n')).toEqual([['override-invalid', 1, 1, expect.any(String)]]);
    expect(read('helm:\n  parameters:\n    - {name: a, value: y}\n')).toEqual([
      ['override-invalid', 3, 24, 'Put the value in quotes.'],
    ]);
    expect(read('helm:\n  valueFiles: [gone.yaml]\n')).toEqual([['override-invalid', 2, 16, expect.any(String)]]);
    expect(read('helm: [\n')).toEqual([['yaml-syntax', 2, expect.any(Number), expect.any(String)]]);
  });
});
