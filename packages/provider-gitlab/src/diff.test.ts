import { describe, expect, it } from 'vitest';
import { applyDiff, showsAll } from './diff.js';

describe('a unified diff on a text', () => {
  it.each([
    ['a change', 'a\nb\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n', 'a\nB\nc\n'],
    ['two places', 'a\nb\nc\nd\n', '@@ -1 +1 @@\n-a\n+A\n@@ -4 +4,2 @@\n-d\n+D\n+e\n', 'A\nb\nc\nD\ne\n'],
    ['a new file', '', '@@ -0,0 +1,2 @@\n+a\n+b\n', 'a\nb\n'],
    ['a deleted file', 'a\nb', '@@ -1,2 +0,0 @@\n-a\n-b\n\\ No newline at end of file\n', ''],
    ['a line put in', 'a\nb\n', '@@ -1,0 +2 @@\n+x\n', 'a\nx\nb\n'],
    ['a missing last line end', 'a\nb', '@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n', 'a\nb\n'],
    ['a last line end gone', 'a\nb\n', '@@ -2 +2 @@\n-b\n+b\n\\ No newline at end of file\n', 'a\nb'],
    ['CRLF', 'a\r\nb\r\n', '@@ -2 +2 @@\n-b\r\n+c\r\n', 'a\r\nc\r\n'],
    ['signs that are no line end to Git', 'a\u2028b\rc\n', '@@ -1 +1 @@\n-a\u2028b\rc\n+x\n', 'x\n'],
    ['lines that look like a head', '@@ x\n', '@@ -1 +1 @@\n-@@ x\n+-- @@ -1 +1 @@\n', '-- @@ -1 +1 @@\n'],
    ['a head before it', 'a\n', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n', 'b\n'],
    ['an empty line whose blank got lost', 'a\n\nb\n', '@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n', 'a\n\nc\n'],
  ])('makes %s', (_, before, patch, after) => {
    expect(applyDiff(before, patch)).toBe(after);
  });

  it.each([
    ['another context', 'x\nb\n', '@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
    ['another removed line', 'a\nx\n', '@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
    ['another place', 'x\na\nb\n', '@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
    ['another last line end', 'a\nb', '@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
    ['too short a text', 'a\n', '@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
    ['a diff that was cut off', 'a\nb\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n'],
    ['a diff of bytes', 'a\n', 'Binary files a/x and b/x differ\n'],
    ['no diff', 'a\n', ''],
  ])('does not take %s', (_, before, patch) => {
    expect(applyDiff(before, patch)).toBeNull();
  });
});

describe('whether a diff shows all of a text', () => {
  const two = '@@ -1,2 +1,2 @@\n a\n-b\n+c\n';

  it.each([
    ['every line', 'a\nb\n', two, true],
    ['no last line end', 'a', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n', true],
    ['two lines behind', 'a\nb\nc\n', '@@ -1,3 +1,3 @@\n-a\n+A\n b\n c\n', true],
    ['as many behind as a diff shows', 'a\nb\nc\nd\n', '@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n d\n', false],
    ['more lines than it shows', 'a\nb\nc\n', two, false],
    ['nothing', 'a\n', '', false],
  ])('%s', (_, before, patch, expected) => {
    expect(showsAll(before, patch)).toBe(expected);
  });
});
