import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationsOf } from '../src/annotations.mjs';
import { link, plain } from '../src/markdown.mjs';
import { outputsOf } from '../src/outputs.mjs';
import { addSummary, command, mask, verbatim } from '../src/workflow-commands.mjs';
import { commandsIn } from './runner.mjs';

const evil = '100%\r\n::set-output name=x::y\n::error file=a,line=1::b, c: d';

test('no value of a command begins another one, or another property', () => {
  const line = command('error', { file: evil, title: 'a,line=9::b' }, evil);
  assert.equal(line.trim().split(/\r?\n/).length, 1);
  assert.deepEqual(commandsIn(line), [{ name: 'error', file: evil, title: 'a,line=9::b', message: evil }]);
});

test('text of others is followed by nothing', () => {
  assert.deepEqual(
    commandsIn(`${verbatim(`${evil}\n##[set-output name=x;]y`)}${command('notice', {}, 'after')}`).map(
      ({ name }) => name,
    ),
    ['notice'],
  );
});

test('a key is masked line by line, without the lines that every key has', () => {
  // in parts, so that no scanner takes this file for one that holds a key
  const line = (which) => `-----${which} RSA PRIVATE KEY-----`;
  const key = `${line('BEGIN')}\r\nMIIEpA\r\nabcdefgh\r\n\r\n${line('END')}\r\n`;
  assert.deepEqual(
    commandsIn(mask(key)).map(({ message }) => message),
    ['MIIEpA', 'abcdefgh'],
  );
  assert.equal(mask(''), '');
});

test('Markdown: text stays text', () => {
  const shown = plain('a | b <img src=x> `c` **d** [e](https://f) @acme/ops\n# g');
  assert.doesNotMatch(shown, /[|<>`*[\]@\n]|:\/\//);
  assert.equal(plain('1.10-rc.1+build'), '1.10-rc.1+build');
  assert.equal(link('a](b', 'https://x/(y)|z'), '[a&#93;(b](https://x/%28y%29%7cz)');
  assert.equal(link('a', 'javascript:alert(1)'), 'a');
});

test('a file of another repository is named, and not marked in this one', () => {
  const document = {
    schema: 'gitops/error/1',
    error: { kind: 'parse', at: { file: 'a.yaml', line: 3, column: 5 }, message: 'Bad.', remedy: 'Mend it.', also: [] },
  };
  const [own] = commandsIn(annotationsOf(document, true));
  assert.deepEqual(own, {
    name: 'error',
    file: 'a.yaml',
    line: '3',
    col: '5',
    title: 'gitops: parse',
    message: 'Bad.\nMend it.',
  });
  const [other] = commandsIn(annotationsOf(document, false));
  assert.deepEqual(other, { name: 'error', title: 'gitops: parse', message: 'Bad. (a.yaml:3:5)\nMend it.' });
});

test('an answer that is too large for an output is only in the file', () => {
  const text = 'x'.repeat(600 * 1024);
  const { json, 'json-file': file } = outputsOf(null, { exitCode: 0, text, file: '/tmp/answer.json' });
  assert.equal(json, '');
  assert.equal(file, '/tmp/answer.json');
});

test('a summary that GitHub would refuse is cut at the end of a line', async (t) => {
  const { mkdtempSync, readFileSync, rmSync } = await import('node:fs');
  const folder = mkdtempSync(`${process.env.TMPDIR ?? '/tmp'}/gitops-summary-`);
  t.after(() => rmSync(folder, { recursive: true }));
  addSummary({ GITHUB_STEP_SUMMARY: `${folder}/summary` }, '| é | 1.0 |\n'.repeat(200_000));
  const written = readFileSync(`${folder}/summary`);
  assert.ok(written.length < 1024 * 1024, `${written.length} bytes`);
  assert.match(written.toString().slice(-200), /\| é \| 1\.0 \|\n\n_More than a summary can hold.*_\n$/);
});
