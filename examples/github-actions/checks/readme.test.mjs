import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readmeFaults } from './readme.mjs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');
const { outputs } = parse(read('../action/action.yml'));
const workflows = readdirSync(new URL('../workflows', import.meta.url)).map((name) => read(`../workflows/${name}`));
const faults = (markdown, texts = workflows) => readmeFaults(markdown, { outputs, workflows: texts }, parse);

test('the README has no fault', () => assert.deepEqual(faults(readme), []));

const breaks = [
  ['an input of a step', '    app-private-key: ', '    app-key: ', /no input `app-key`/],
  ['an input of the other action', '    private-key: ', '    privat-key: ', /has no input privat-key/],
  [
    'a permission of the token',
    'permission-statuses: write',
    'permission-status: write',
    /there is no `status: write`/,
  ],
  ['a right too many', 'permission-checks: read', 'permission-checks: write', /there is no `checks: write`/],
  ['a right that the App has not', '| Issues | read and write |', '| Issues | read |', /there is no `issues: write`/],
  ['an output of a step', 'steps.app.outputs.token', 'steps.app.outputs.tokens', /has an output tokens/],
  ['another commit', '@1b10c78c', '@2b10c78c', /is not actions\/create-github-app-token@1b10c78c/],
  ['another version', ' # v3.1.1', ' # v3.1.2', /not said to be v3\.1\.1/],
  ['a tag', /@1b10c78c\S+ # v3\.1\.1/, '@v3', /not pinned/],
  ['an output of the action', '`pull-request-kind`', '`pull-request-type`', /there is no `pull-request-type`/],
  ['an output that is left out', '`exit-code`.', '`summary`.', /`exit-code` is missing/],
  ['an input in the text', '`allow-waiting: true`', '`allow-wait: true`', /no input `allow-wait`/],
  ['a secret', /`GITOPS_APP_PRIVATE_KEY`/g, '`GITOPS_KEY`', /does not tell of `GITOPS_APP_PRIVATE_KEY`/],
  ['an environment', /`promotion`/g, '`release`', /does not tell of `promotion`/],
];
for (const [what, from, to, fault] of breaks) {
  test(`caught in the README: ${what}`, () => {
    const broken = readme.replace(from, to);
    assert.notEqual(broken, readme);
    assert.match(faults(broken).join('\n'), fault);
  });
}

test('caught in a workflow: a variable that nobody is told to set', () => {
  const misspelt = workflows.map((text) => text.replace('vars.GITOPS_APP_ID', 'vars.GITOPS_APPID'));
  assert.match(faults(readme, misspelt).join('\n'), /does not tell of `GITOPS_APPID`/);
});
