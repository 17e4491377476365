import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { differingPins, faultsOf, unknownChoices } from './rules.mjs';

const promote = readFileSync(new URL('../workflows/promote.yaml', import.meta.url), 'utf8');
const freeze = readFileSync(new URL('../workflows/freeze.yaml', import.meta.url), 'utf8');
const faults = (text) => faultsOf(parse(text), text, { isExample: true });

test('the example has no fault', () => assert.deepEqual([...faults(promote), ...faults(freeze)], []));

const breaks = [
  ['no permissions at the top', /^permissions: \{\}\n/m, '', /at the top is missing/],
  ['permissions to write at the top', /^permissions: \{\}/m, 'permissions: write-all', /at the top is missing/],
  ['a job that may write', '      pull-requests: read', '      pull-requests: write', /plan: needs `permissions`/],
  [
    'pull_request_target',
    /^ {2}workflow_dispatch:\n[\s\S]*?(?=^permissions)/m,
    '  pull_request_target:\n',
    /on: pull_request_target/,
  ],
  [
    'an expression in a script',
    '      - id: plan',
    '      - run: echo ${{ inputs.app }}\n      - id: plan',
    /inside of a script/,
  ],
  ['an action by its tag', /upload-artifact@\S+ # \S+/, 'upload-artifact@v7', /not pinned/],
  ['a pin without its version', /(upload-artifact@\S+) # \S+/, '$1', /not pinned/],
  ['credentials that stay', 'persist-credentials: false', 'persist-credentials: true', /persist-credentials/],
  ['no timeout', /^ {4}timeout-minutes: 10\n/m, '', /no timeout-minutes/],
  ['a secret without an environment', /^ {4}environment: promotion\n/m, '', /outside of an environment/],
  [
    'an input of another command',
    '          expires: 3d',
    '          expired: true',
    /`promote` has no input `expired`/,
  ],
  ['a missing input', /^ {10}to: .*\n/m, '', /`promote` needs `to`/],
  ['an input that does not exist', '          expires: 3d', '          expire: 3d', /no input `expire`/],
  ['half of an App', /^ {10}app-id: .*\n/m, '', /needs both `app-id` and `app-private-key`/],
  ['waiting for nothing', '          merge: ${{ inputs.merge }}\n', '', /`allow-waiting` does nothing/],
];
for (const [what, from, to, fault] of breaks) {
  test(`caught: ${what}`, () => {
    const broken = promote.replace(from, to);
    assert.notEqual(broken, promote);
    assert.match(faults(broken).join('\n'), fault);
  });
}

test('caught: one version by two commits', () => {
  assert.deepEqual(differingPins([promote, freeze]), []);
  assert.equal(differingPins([promote, freeze.replace('@3d3c42e5', '@3d3c42e6')]).length, 1);
});

test('caught: a choice that is no environment', () => {
  assert.deepEqual(unknownChoices(parse(promote), ['dev', 'prod']), []);
  assert.deepEqual(unknownChoices(parse(promote), ['dev', 'production']), ['to: prod is no environment']);
});
