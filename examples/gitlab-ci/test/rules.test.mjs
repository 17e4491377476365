import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleFaults } from './rules.mjs';

const rule = { if: '$CI_COMMIT_REF_PROTECTED == "true" && $CI_PIPELINE_SOURCE == "web"' };
const jobs = (apply) => ({
  '.base': { rules: [rule] },
  read: { extends: '.base', environment: { name: 'gitops-read/prod' } },
  apply: { extends: '.base', environment: { name: 'gitops/prod' }, resource_group: 'gitops/prod', ...apply },
  free: { script: ['true'] },
});
const faults = (apply) => ruleFaults('x', jobs(apply)).join('\n');

test('good jobs have no faults', () => assert.equal(faults({}), ''));
test('no resource_group, or another one', () => {
  assert.match(faults({ resource_group: undefined }), /has undefined as its resource_group, not gitops\/prod/);
  assert.match(faults({ resource_group: 'gitops' }), /has gitops as its resource_group/);
});
test('a rule for any branch, a rule without a condition, no rules', () => {
  for (const rules of [[rule, { if: '$CI_PIPELINE_SOURCE == "web"' }], [{ when: 'manual' }], []])
    assert.match(faults({ rules }), /apply has a token on branches that are not protected/);
});
