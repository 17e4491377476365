import { describe, expect, it } from 'vitest';
import { readGroups } from './image-updater/cases.js';
import { runners } from './image-updater/runners.js';

const groups = readGroups();

it('knows every group of the cases', () => {
  expect(groups.filter((group) => runners[group.name] === undefined).map((group) => group.name)).toEqual([]);
  expect(groups.flatMap((group) => group.cases).length).toBeGreaterThan(970);
});

describe.each(groups)('$file $name', ({ name, cases }) => {
  it.each(cases.map((one, index) => ({ ...one, title: one.test ?? JSON.stringify(one.input), index })))(
    '$index: $title',
    ({ input, expected, test }) => {
      const runner = runners[name];
      if (runner === undefined) throw new Error(`no rule for ${name}`);
      expect(runner.run(input, test ?? '')).toEqual(
        runner.expect === undefined ? expected : runner.expect(expected as never),
      );
    },
  );
});
