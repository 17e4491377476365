import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, includeFaults } from './inputs.mjs';

const inputs = {
  stage: { description: 'Where.', default: 'test' },
  merge: { description: 'How.', default: 'none', options: ['none', 'auto'] },
  app: { description: 'Which.', default: '', regex: '^[a-z]*$' },
  hold: { description: 'Whether.', type: 'boolean', default: false },
};
const job = () => ({
  stage: '$[[ inputs.stage ]]',
  variables: {
    MERGE: { value: '$[[ inputs.merge ]]', expand: false },
    APP: { value: '$[[ inputs.app ]]', expand: false },
    HOLD: { value: '$[[ inputs.hold ]]', expand: false },
  },
  script: ['gitops status'],
});
const faults = (change) => {
  const header = { spec: { inputs: structuredClone(inputs) } };
  const body = { job: job() };
  change(header.spec.inputs, body.job);
  return faultsOf('x', [header, body]).join('\n');
};
const passed = (given, component = 'h/g/p/x@1.2.3', own = {}) =>
  includeFaults('y', [{ spec: { inputs: own } }, { include: [{ component, inputs: given }] }], {
    x: { ...inputs, env: {} },
  }).join('\n');

test('a good component has no faults', () =>
  assert.equal(
    faults(() => {}),
    '',
  ));

for (const [what, change, expected] of [
  ['not declared', (all) => delete all.app, /uses app, which is not declared/],
  [
    'not used',
    (all) => Object.assign(all, { more: { description: 'More.', default: '' } }),
    /more is declared and not used/,
  ],
  ['misspelt', (_, one) => Object.assign(one, { stage: '$[[ input.stage ]]' }), /is not "\$\[\[ inputs.name \]\]"/],
  [
    'in a script',
    (_, one) => one.script.push('echo $[[ inputs.app ]]'),
    /script.1 has an input, whose text would be run/,
  ],
  ['expanded', (_, one) => Object.assign(one.variables, { APP: '$[[ inputs.app ]]' }), /no "expand: false"/],
  ['no description', (all) => delete all.app.description, /app has no description/],
  ['default of another type', (all) => Object.assign(all.hold, { default: 'no' }), /default of hold is no boolean/],
  [
    'default that is no option',
    (all) => Object.assign(all.merge, { default: 'now' }),
    /default of merge is none of none, auto/,
  ],
  ['default against the pattern', (all) => Object.assign(all.app, { default: 'A' }), /default of app does not fit/],
]) {
  test(`an input: ${what}`, () => assert.match(faults(change), expected));
}

test('what is handed over and fits has no faults', () => assert.equal(passed({ env: 'prod', hold: true }), ''));
for (const [what, given, expected] of [
  ['missing', {}, /env of x is missing/],
  ['unknown', { env: 'prod', apps: 'a' }, /apps of x is not declared/],
  ['wrong type', { env: 'prod', hold: 'true' }, /hold of x is no boolean/],
  ['no option', { env: 'prod', merge: 'now' }, /merge of x is none of/],
  ['against the pattern', { env: 'prod', app: 'A B' }, /app of x does not fit/],
]) {
  test(`handed over: ${what}`, () => assert.match(passed(given), expected));
}
test('handed over: an input of its own with a choice too many', () => {
  const own = { how: { options: ['none', 'now'] } };
  assert.match(passed({ env: 'prod', merge: '$[[ inputs.how ]]' }, undefined, own), /may be "now", which is none of/);
});
test('handed over: an input of its own of another type', () => {
  assert.match(passed({ env: 'prod', hold: '$[[ inputs.how ]]' }, undefined, { how: {} }), /of another type/);
});
test('a component that is not there, or no one version', () => {
  assert.match(passed({ env: 'p' }, 'h/g/p/z@1.2.3'), /there is no component/);
  assert.match(passed({ env: 'p' }, 'h/g/p/x@~latest'), /is not one version/);
});
