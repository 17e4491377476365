import { expect, it } from 'vitest';
import { asGlob, pathFilter } from './globs.js';

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

it.each([
  'a.yaml',
  'apps/prod/app (1).yaml',
  'a[b]/c{d,e}.yaml',
  '!not.yaml',
  '+(a|b).yaml',
  'a*b?.yaml',
  '@x/$y^z.yaml',
  'back\\slash.yaml',
])('the glob of the path %j takes that path, and no other', (path) => {
  const { matches } = pathFilter([asGlob(path)]);
  expect(matches(path)).toBe(true);
  for (const other of ['b.yaml', 'a.yaml/x', 'acb1.yaml', 'apps/prod/app 1.yaml', 'ab/cd.yaml']) {
    expect(matches(other)).toBe(other === path);
  }
});
