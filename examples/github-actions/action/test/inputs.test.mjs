import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { argumentsOf } from '../src/arguments.mjs';
import { allInputs, commands, general } from '../src/commands.mjs';
import { readInputs, UsageError } from '../src/inputs.mjs';
import { outputsOf } from '../src/outputs.mjs';
import { action, runAction } from './runner.mjs';

const declared = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'));
const help = (...words) =>
  execFileSync(process.execPath, [join(action, 'index.mjs'), 'gitops', ...words, '--help'], { encoding: 'utf8' });

test('action.yml declares exactly the inputs that the action reads', () => {
  assert.deepEqual(Object.keys(declared.inputs).sort(), [...allInputs].sort());
});

test('action.yml declares exactly the outputs that the action sets', () => {
  const set = outputsOf(null, { exitCode: 0, text: '' });
  assert.deepEqual(Object.keys(declared.outputs).sort(), Object.keys(set).sort());
});

test('every option of the table is one of the command line, of that command', () => {
  for (const [command, { inputs, canPlan }] of Object.entries(commands)) {
    const [told, toldOfPlan] = [help(command), canPlan ? help('plan', command) : ''];
    for (const [input, { option }] of Object.entries({ ...general, ...inputs })) {
      if (option === undefined) continue;
      const where = input === 'expires' ? toldOfPlan : told;
      assert.match(where, new RegExp(`${option}\\b`), `${option} of ${command}`);
    }
  }
});

test('every option of a command that changes something can be said by an input', () => {
  const notHere = new Set([
    '--help',
    '--allow-host',
    '--no-cache',
    '--repo',
    '--output',
    '--yes',
    '--quiet',
    '--no-color',
    '--version',
    '--explain',
    '--format', // the action writes what `write-sarif` asks for
  ]);
  // A step looks; who mends is a person.
  const byHand = { lint: ['--fix', '--dry-run'] };
  for (const [command, { inputs }] of Object.entries(commands)) {
    const options = new Set([...help(command).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option));
    const said = new Set(Object.values({ ...general, ...inputs }).map(({ option }) => option));
    if (inputs['approve-token'] !== undefined) said.add('--approve-with');
    const missing = [...options].filter(
      (one) => !said.has(one) && !notHere.has(one) && !byHand[command]?.includes(one),
    );
    assert.deepEqual(missing, [], command);
  }
});

const refused = [
  ['a missing command', {}, /`command` is missing/],
  ['an unknown command', { command: 'promot' }, /no command `promot`.*/],
  ['an unknown input', { command: 'promote', from: 'dev', to: 'prod', frm: 'x' }, /no input `frm`/],
  [
    'an input of another command',
    { command: 'promote', from: 'dev', to: 'prod', expired: 'true' },
    /`promote` has no input `expired`/,
  ],
  ['a missing environment', { command: 'promote', from: 'dev' }, /`promote` needs `to`/],
  ['neither true nor false', { command: 'promote', from: 'dev', to: 'prod', merge: 'yes' }, /`merge: yes` is neither/],
  ['dry-run with check', { command: 'promote', from: 'a', to: 'b', 'dry-run': 'true', check: 'true' }, /contradicts/],
  ['dry-run with merge', { command: 'promote', from: 'a', to: 'b', 'dry-run': 'true', merge: 'true' }, /contradicts/],
  [
    'a plan that is merged',
    { command: 'promote', from: 'a', to: 'b', 'write-plan': 'p', merge: 'true' },
    /contradicts/,
  ],
  ['resume of nothing', { command: 'resume' }, /needs `environment`, or `expired: true`/],
  ['half of an App', { command: 'status', 'app-id': '1' }, /needs both/],
  ['a reason that nothing keeps', { command: 'revert', reason: 'broken' }, /does nothing without `hold: true`/],
  [
    'a timeout of no wait',
    { command: 'promote', from: 'a', to: 'b', timeout: '3m' },
    /does nothing without `wait: true`/,
  ],
  [
    'an address as repository',
    { command: 'status', repository: 'https://evil.example/acme/gitops' },
    /neither owner\/name nor a path/,
  ],
];

for (const [what, inputs, message] of refused) {
  test(`refused: ${what}`, () => {
    const given = Object.entries(inputs).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]);
    const env = { GITHUB_REPOSITORY: 'acme/gitops', ...Object.fromEntries(given) };
    assert.throws(
      () => argumentsOf(readInputs(env), env),
      (error) => error instanceof UsageError && message.test(error.message) && error.remedy !== '',
    );
  });
}

test('what is refused is told once, as an annotation, and nothing runs', async () => {
  const inputs = { command: 'promote', from: 'dev', to: 'prod', frm: 'x' };
  const { status, commands: told, outputs } = await runAction(inputs, { env: { GITHUB_REPOSITORY: 'acme/gitops' } });
  assert.equal(status, 2);
  assert.deepEqual(
    told.map(({ name, title, message }) => [name, title, message.split('\n')[0]]),
    [['error', 'gitops: inputs', 'There is no input `frm`.']],
  );
  assert.deepEqual(outputs, {});
});
