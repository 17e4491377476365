import { expect, it } from 'vitest';
import { pathFilter } from './globs.js';

it('matches as picomatch does, dot files included', () => {
  const filter = pathFilter(['apps/**/*.yaml', '.gitops/*', 'gitops.yaml', '{a,b}/x']);
  const paths = [
    'apps/a.yaml',
    'apps/.b/c.yaml',
    '.gitops/x',
    'gitops.yaml',
    'a/x',
    'b/x',
    'c/x',
    'apps/a.yml',
    'x/gitops.yaml',
  ];
  expect(paths.filter(filter.matches)).toEqual(paths.slice(0, 6));
  expect(pathFilter([]).matches('a')).toBe(false);
});

it('knows which folders can hold a match', () => {
  const filter = pathFilter(['apps/dev/*.yaml', 'one/file']);
  expect(['apps', 'apps/dev', 'apps/dev/x', 'one', 'apps/prod', 'two'].map(filter.mayHold)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(['any/where'].map(pathFilter(['**/x']).mayHold)).toEqual([true]);
  expect(['any/where'].map(pathFilter(['!a']).mayHold)).toEqual([true]);
});
