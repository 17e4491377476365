import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, usage } from '../src/chat-command.mjs';

const now = '2026-11-26T10:00:00Z';
const of = (text) => commandOf(text, now);

test('words, options and ends', () => {
  const promote = of('promote staging prod --app payments --app=users');
  assert.deepEqual(
    [promote.verb, promote.from, promote.to, promote.applications],
    ['promote', 'staging', 'prod', ['payments', 'users']],
  );
  const freeze = of('  freeze staging   --reason "QA of  2.4" --until 2d');
  assert.deepEqual(
    [freeze.environment, freeze.reason, freeze.until],
    ['staging', 'QA of  2.4', '2026-11-28T10:00:00Z'],
  );
  assert.equal(of('freeze staging --until 2026-12-01').until, '2026-12-01T00:00:00Z');
  assert.equal(of('freeze staging --until 2026-12-01T08:30Z').until, '2026-12-01T08:30:00Z');
  assert.equal(of('freeze staging').until, null);
});

test('what a phone makes of quotes and dashes', () => {
  const freeze = of('freeze staging \u2014reason \u201cdon\u2019t touch\u201d');
  assert.equal(freeze.reason, 'don\u2019t touch');
  assert.equal(of("freeze staging --reason don't").reason, "don't");
});

test('what is wrong is told with how it is written', () => {
  for (const [text, why] of [
    ['promote staging', /^promote takes: from, to\.\n\/gitops promote <from> <to>/],
    ['promote a b c', /^promote takes/],
    ['status now', /^status takes no further word/],
    ['promote a b --force', /^Unknown option '--force'\n\/gitops promote/],
    ['freeze staging --reason', /--reason.*argument missing/],
    ['freeze staging --reason "open', /^A quote is not closed/],
    ['freeze staging --until 2026-02-30', /^--until 2026-02-30 is no date/],
    ['freeze staging --until soon', /^--until soon is no date/],
    ['deploy prod', /^There is no command "deploy"/],
    ['constructor', /^There is no command/],
  ]) {
    assert.match(of(text).problem ?? '', why, text);
  }
});

test('nothing at all asks for help, and help names every command', () => {
  assert.equal(of('').verb, 'help');
  for (const verb of ['status', 'promote', 'freeze', 'resume', 'revert'])
    assert.match(usage, new RegExp(`^/gitops ${verb}`, 'm'));
});
