// What lint finds: at its line, in the summary, and as code scanning takes it.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeRepository } from './repository.mjs';
import { runAction } from './runner.mjs';

const annotated = (line) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web-dev
  annotations:
    ${line}
spec:
  project: default
  destination: { server: https://kubernetes.default.svc, namespace: dev }
  source: { repoURL: https://github.com/acme/gitops, path: charts/payments, targetRevision: main }
`;

function lint(t, line, inputs = {}) {
  const folder = makeRepository({ 'apps/dev/web/application.yaml': annotated(line) });
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = { GITHUB_REPOSITORY: 'acme/gitops', GITHUB_WORKSPACE: folder, GIT_CONFIG_GLOBAL: '/dev/null' };
  const sarif = join(folder, 'gitops.sarif');
  const given = { command: 'lint', repository: folder, 'write-sarif': sarif, ...inputs };
  return runAction(given, { env, cwd: folder }).then((ran) => ({ ...ran, sarif }));
}

test('a finding is marked at its line, listed in the summary, and in the file for code scanning', async (t) => {
  const { status, commands, outputs, summary, sarif, stdout } = await lint(
    t,
    'argocd-image-updater.argoproj.io/web.update-stratgy: semver',
    { strict: 'true' },
  );
  assert.equal(status, 10, stdout);
  const marked = commands.find(({ file }) => file === 'apps/dev/web/application.yaml');
  assert.ok(marked, stdout);
  assert.match(marked.title, /^gitops lint: /);
  assert.match(summary, /### Lint/);
  assert.match(summary, /apps\/dev\/web\/application\.yaml:\d+/);
  assert.equal(outputs.sarif, sarif);
  const { runs } = JSON.parse(readFileSync(sarif, 'utf8'));
  const places = runs[0].results.map(({ locations }) => locations[0].physicalLocation.artifactLocation.uri);
  assert.ok(places.includes('apps/dev/web/application.yaml'), JSON.stringify(runs[0].results));
  assert.match(stdout, /There are findings/);
});

test('where nothing is wrong the step passes, and the file is there all the same', async (t) => {
  const { status, outputs, summary, sarif, stdout } = await lint(t, 'example.com/owner: ana');
  assert.equal(status, 0, stdout);
  assert.match(summary, /### Lint/);
  assert.equal(outputs['error-kind'], '');
  assert.equal(JSON.parse(readFileSync(sarif, 'utf8')).version, '2.1.0');
});
