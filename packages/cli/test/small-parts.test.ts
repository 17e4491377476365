import { parseAddress } from '@gitops/provider-http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedFailure } from '../src/failure.js';
import { hostOf } from '../src/forge/host-name.js';
import { instantOf, timeoutOf } from '../src/instants.js';
import { paint } from '../src/output/colour.js';
import { columns } from '../src/output/columns.js';
import { redactor } from '../src/output/redact.js';
import { changedLines } from '../src/pull-request/lines.js';

describe('instants', () => {
  const now = '2026-11-23T10:00:00Z';
  it.each([
    ['3d', '2026-11-26T10:00:00Z'],
    ['12h', '2026-11-23T22:00:00Z'],
    ['2026-11-27', '2026-11-27T00:00:00Z'],
    ['2026-11-27T09:00Z', '2026-11-27T09:00:00Z'],
    ['2026-11-27T09:00:00+02:00', '2026-11-27T07:00:00Z'],
  ])('%s', (text, expected) => expect(instantOf(text, now)).toBe(expected));

  it.each(['tomorrow', '2026-02-30', '2026-11-27T09:00', '3 days', '27.11.2026', '-3d'])('refuses %s', (text) => {
    let kind: string | undefined;
    try {
      instantOf(text, now);
    } catch (thrown) {
      kind = expectedFailure(thrown)?.kind;
    }
    expect(kind).toBe('until-invalid');
  });

  it('reads time-outs in milliseconds', () => {
    expect(timeoutOf('30m')).toBe(1_800_000);
    expect(timeoutOf(null)).toBeUndefined();
    expect(() => timeoutOf('soon')).toThrow(/--timeout/);
  });
});

describe('the host of an address', () => {
  it.each([
    ['https://user:secret@Git.Example:8443/a.git', 'git.example:8443'],
    ['https://git.example:443/a/b', 'git.example'],
    ['http://127.0.0.1:8080/a/b', '127.0.0.1:8080'],
    ['https://me:p@ss@git.example/a/b', 'git.example'],
    ['ssh://git@host:22/a', 'host'],
    ['ssh://git@[::1]:22/a', '[::1]'],
    ['git@Host.example:acme/a.git', 'host.example'],
    ['work:acme/a.git', 'work'],
    ['https://[::1]:3000/a.git', '[::1]:3000'],
    ['/srv/a.git', null],
    ['../a.git', null],
    ['C:\\\\a', null],
    ['file:///srv/a.git', null],
    ['git://host/a', null],
    ['https://host', null],
    ['4711', null],
  ])('%s: %s, as the providers read it', (address, host) => {
    expect(hostOf(address)).toBe(host);
    expect(parseAddress(address)?.host ?? null).toBe(host);
  });
});

describe('redaction', () => {
  const redact = redactor({
    GITLAB_TOKEN: 'glpat-0123456789',
    MY_PASSWORD: 'correct horse',
    SHORT_TOKEN: 'x',
    APP_PRIVATE_KEY_FILE: '/run/secrets/key.pem',
    HOME: '/home/ana',
  });
  it.each([
    ['https://ana:secret@host/a.git', 'https://host/a.git'],
    ['https://ghp_0123@host/a.git', 'https://host/a.git'],
    ['ssh://git@host/a.git', 'ssh://git@host/a.git'],
    ['ssh://git:secret@host/a.git', 'ssh://git@host/a.git'],
    ['https://host/a?private_token=abc&x=1', 'https://host/a?private_token=***&x=1'],
    ['said glpat-0123456789 and correct horse', 'said *** and ***'],
    ['/home/ana x', '/home/ana x'],
    ['key in /run/secrets/key.pem', 'key in /run/secrets/key.pem'],
    ['sent ghp_0123456789abcdef and glpat-0123456789abcdef', 'sent *** and ***'],
    ['https://host/a?job_token=abcdef', 'https://host/a?job_token=***'],
    ['ghcr.io/acme/api@sha256:00ff', 'ghcr.io/acme/api@sha256:00ff'],
  ])('%s', (text, expected) => expect(redact(text)).toBe(expected));
});

describe('text', () => {
  it('aligns columns', () =>
    expect(
      columns([
        ['a', 'bb', 'c'],
        ['aaa', 'b', ''],
      ]),
    ).toEqual(['a    bb  c', 'aaa  b']));

  it('paints whole lines, and changes no character', () => {
    const text = 'Promote dev to prod · 2 applications\n  payments\n  ! downgrade  no\nerror[x] y';
    expect(paint(text)).toContain('\u001b[33m  ! downgrade  no\u001b[0m');
    expect(paint(text).replace(/\u001b\[\d+m/g, '')).toBe(text);
  });
});

describe('changed lines', () => {
  it('finds one value', () => {
    expect(changedLines('a\nb: 1\nc\n', 'a\nb: 2\nc\n')).toEqual([
      { sign: '-', line: 2, text: 'b: 1' },
      { sign: '+', line: 2, text: 'b: 2' },
    ]);
  });

  it('gives back the new text when carried out on the old', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
      .map((lines) => lines.map((one) => `${one}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = changedLines(before, after);
        const removed = new Set(changes.filter((one) => one.sign === '-').map((one) => one.line));
        const kept = before
          .split('\n')
          .slice(0, -1)
          .filter((_, index) => !removed.has(index + 1));
        const result = [...kept];
        for (const { line, text: added } of changes.filter((one) => one.sign === '+'))
          result.splice(line - 1, 0, added);
        expect(result.map((one) => `${one}\n`).join('')).toBe(after);
      }),
    );
  });
});
