import { describe, expect, it } from 'vitest';
import { hasOwner } from './owners.js';

describe('owners of gitops.yaml', () => {
  it.each([
    ['* @ana', true],
    ['/gitops.yaml @ana', true],
    ['gitops.yaml @ana', true],
    ['*.yaml @acme/platform', true],
    ['# * @ana', false],
    ['/apps/ @ana', false],
    ['* @ana\n/gitops.yaml', false],
    ['[Platform] @ana\n/gitops.yaml', true],
    ['^[Optional][2] @ana\n*.yaml', true],
    ['[Empty]\n/gitops.yaml', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(hasOwner(text, 'gitops.yaml')).toBe(expected);
  });
});
