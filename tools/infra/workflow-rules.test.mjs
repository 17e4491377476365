import { expect, test } from 'vitest';
import { scriptsOf, withVersions, workflowFaults } from './workflow-rules.mjs';

const commit = '3d3c42e5aac5ba805825da76410c181273ba90b1';
const text = `    - uses: actions/checkout@${commit} # v7.0.1\n    - uses: ./.github/actions/own\n`;
const job = { 'runs-on': 'ubuntu-24.04', permissions: { contents: 'read' }, 'timeout-minutes': 5 };
const workflow = { on: { push: {} }, permissions: {}, jobs: { test: job } };

test('a workflow without a fault', () => expect(workflowFaults(text, workflow)).toEqual([]));

test.each([
  ['a tag', text.replace(commit, 'v7'), workflow, 'actions/checkout@v7: a tag can be moved'],
  ['no version', text.replace(' # v7.0.1', ''), workflow, 'the version is not said behind it'],
  ['rights of every job', text, { ...workflow, permissions: { contents: 'write' } }, 'permissions are not {}'],
  ['rights of default', text, { ...workflow, permissions: undefined }, 'permissions are not {}'],
  [
    'a job that says none',
    text,
    { ...workflow, jobs: { a: { ...job, permissions: undefined } } },
    'job a: says no perm',
  ],
  ['a job without an end', text, { ...workflow, jobs: { a: { ...job, 'timeout-minutes': undefined } } }, 'no timeout'],
  ['a runner that moves', text, { ...workflow, jobs: { a: { ...job, 'runs-on': 'ubuntu-latest' } } }, 'which moves'],
  [
    'a role without a token',
    text,
    { ...workflow, jobs: { a: { ...job, steps: [{ with: { 'role-to-assume': 'x' } }] } } },
    'without id-token',
  ],
  [
    'an output that is not there',
    text,
    {
      ...workflow,
      jobs: {
        a: {
          ...job,
          steps: [{ id: 'r', uses: 'aws-actions/amazon-ecr-login@v2' }, { env: { A: '${{ steps.r.outputs.uri }}' } }],
        },
      },
    },
    'step r has no output uri',
  ],
  ['foreign code', text, { ...workflow, on: { pull_request_target: null } }, 'runs foreign code'],
])('a fault is found: %s', (_, changed, document, fault) => {
  expect(workflowFaults(changed, document).join('\n')).toContain(fault);
});

test('actionlint is shown versions', () => {
  expect(withVersions(text)).toContain('uses: actions/checkout@v7\n');
});

test('scripts that steps run', () => {
  const steps = [{ run: 'echo "v=$(ci/next.sh "$BUMP")"\n./ci/push.sh' }, { uses: 'a/b.sh@v1' }];
  expect(scriptsOf({ jobs: { a: { steps } } })).toEqual(['ci/next.sh', './ci/push.sh']);
});

test.each([
  ['echo "version=1" >> "$GITHUB_OUTPUT"', 'version', []],
  ['echo "version=1" >> "$GITHUB_OUTPUT"', 'versions', ['job a: step s has no output versions']],
  ['true', 'version', ['job a: step s has no output version']],
  ['./write.sh "$GITHUB_OUTPUT"', 'version', []], // not known
])('outputs of a script: %s, %s', (run, output, faults) => {
  const steps = [{ id: 's', run }, { env: { A: `\${{ steps.s.outputs.${output} }}` } }];
  expect(workflowFaults(text, { ...workflow, jobs: { a: { ...job, steps } } })).toEqual(faults);
});
