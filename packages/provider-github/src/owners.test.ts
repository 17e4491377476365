import { expect, it } from 'vitest';
import { ownersOf } from './owners.js';

it.each([
  ['* @acme/all', ['@acme/all']],
  ['/gitops.yaml @a @b', ['@a', '@b']],
  ['gitops.yaml @a # why', ['@a']],
  ['*.yaml @a', ['@a']],
  ['*.yml @a', []],
  ['/apps/ @a', []],
  ['docs/* @a', []],
  ['/** @a', ['@a']],
  ['* @a\n/gitops.yaml', []],
  ['* @a\n*.yaml @b', ['@b']],
  ['# * @a', []],
])('owners by %j', (text, owners) => {
  expect(ownersOf('gitops.yaml', text)).toEqual(owners);
});

it('knows folders and depths', () => {
  expect(ownersOf('apps/prod/a.yaml', 'apps/ @a')).toEqual(['@a']);
  expect(ownersOf('x/apps/a.yaml', '/apps/ @a')).toEqual([]);
  expect(ownersOf('docs/deep/a.md', 'docs/* @a')).toEqual([]);
  expect(ownersOf('docs/deep/a.md', 'docs/** @a')).toEqual(['@a']);
  expect(ownersOf('a/b/c.yaml', '**/b/*.yaml @a')).toEqual(['@a']);
});
