import { describe, expect, it } from 'vitest';
import { allGroups, isListed, notApplicable, readGroups } from './image-updater/cases.js';
import { runners } from './image-updater/runners.js';
import { decisionRunners } from './image-updater/runners-decision.js';
import { v0Runners } from './image-updater/runners-v0.js';
import { writeBackRunners } from './image-updater/runners-write-back.js';
import { writeRunners } from './image-updater/runners-writes.js';

const known = { ...runners, ...decisionRunners, ...v0Runners, ...writeBackRunners, ...writeRunners };
/** Some names of groups stand in several files, with inputs of different shapes. */
const runnerOf = (file: string, name: string) => known[`${file} ${name}`] ?? known[name];

const groups = readGroups()
  .map(({ file, name, cases }) => ({
    file: file.replace('.json', ''),
    name,
    cases: cases.map((one, index) => ({ ...one, title: one.test ?? JSON.stringify(one.input), index })),
  }))
  .map((group) => ({ ...group, cases: group.cases.filter(({ index }) => !isListed(group.file, group.name, index)) }))
  .filter(({ cases }) => cases.length > 0);

describe('every case of every group', () => {
  const counted = Object.entries(allGroups).flatMap(([file, names]) =>
    Object.entries(names).map(([name, all]) => {
      const run = groups.find((group) => group.file === file && group.name === name)?.cases.length ?? 0;
      const listed = Array.from({ length: all }, (_, index) => index).filter((index) => isListed(file, name, index));
      return { file, name, all, run, listed: listed.length };
    }),
  );

  it('is run, or listed with a reason', () => {
    expect(counted.filter(({ all, run, listed }) => run + listed !== all)).toEqual([]);
    expect(groups.filter(({ file, name }) => runnerOf(file, name) === undefined).map(({ name }) => name)).toEqual([]);
    const sum = (pick: (one: (typeof counted)[number]) => number) =>
      counted.reduce((total, one) => total + pick(one), 0);
    expect({ all: sum(({ all }) => all), run: sum(({ run }) => run), listed: sum(({ listed }) => listed) }).toEqual({
      all: 1647,
      run: 1424,
      listed: 223,
    });
  });

  it('that is listed is there, once', () => {
    for (const { file, group, cases, reason } of notApplicable) {
      const all = allGroups[file]?.[group] ?? 0;
      expect(all, `${file} ${group}`).toBeGreaterThan(0);
      expect(cases === 'all' || cases.every((index) => index < all), `${file} ${group}`).toBe(true);
      expect(reason).toMatch(/\w{3}/);
    }
    const ids = notApplicable.flatMap(({ file, group, cases }) =>
      cases === 'all' ? [`${file} ${group}`] : cases.map((index) => `${file} ${group} ${index}`),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe.each(groups)('$file $name', ({ file, name, cases }) => {
  it.each(cases)('$index: $title', ({ input, expected, test }) => {
    const runner = runnerOf(file, name);
    if (runner === undefined) throw new Error(`no rule for ${name}`);
    expect(runner.run(input, test ?? '', expected as never)).toEqual(
      runner.expect === undefined ? expected : runner.expect(expected as never, input),
    );
  });
});
