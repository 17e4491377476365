import { describe, expect, it } from 'vitest';
import { isWantedPlatform, platformIn } from './platforms.js';
import { type RegistryTag, selectTag, type TagSelection } from './select-tag.js';

describe('a wanted platform', () => {
  it.each([
    [[], 'windows/amd64', true],
    [['linux/amd64'], 'linux/amd64', true],
    [['linux/amd64'], 'linux/arm64', false],
    [['linux/arm'], 'linux/arm/v7', true],
    [['linux/arm/v7'], 'linux/arm', false],
    [['linux/arm/v6'], 'linux/arm/v7', false],
    [['linux/amd64', 'linux/arm64'], 'linux/arm64', true],
    [[' Linux/AMD64 '], 'linux/amd64', true],
    [['amd64'], 'linux/arm64', true],
    [['amd64', 'linux/amd64'], 'linux/arm64', false],
  ])('of %j takes %s: %s', (wanted, platform, expected) => {
    expect(isWantedPlatform(wanted, platform)).toBe(expected);
  });

  it.each(['amd64', '', 'a/b/c/d', 'linux/', '/amd64'])('is none in %j', (text) => {
    expect(platformIn(text)).toBeNull();
  });
});

describe('tags of several platforms', () => {
  const rules = (more: Partial<TagSelection>): TagSelection => ({
    strategy: 'newest-build',
    constraint: null,
    allowTags: null,
    ignoreTags: [],
    ...more,
  });
  const tags: readonly RegistryTag[] = [
    {
      name: 'a',
      builds: [
        { platform: 'linux/amd64', unixDate: 10 },
        { platform: 'linux/arm64', unixDate: 90 },
      ],
    },
    { name: 'b', builds: [{ platform: 'linux/amd64', unixDate: 20 }] },
    { name: 'c', unreadable: true },
  ];

  it('have the date of the newest image that is wanted', () => {
    expect(selectTag(tags, rules({ platforms: ['linux/amd64'] })).selected).toBe('b');
    expect(selectTag(tags, rules({})).selected).toBe('a');
  });

  it('are passed over where none of their images is wanted, or where nothing is known of them', () => {
    expect(selectTag(tags, rules({ platforms: ['linux/arm64'] }))).toEqual({
      selected: 'a',
      candidates: ['a'],
      refused: [
        { tag: 'b', why: 'other-platform' },
        { tag: 'c', why: 'unreadable' },
      ],
      problem: null,
    });
    const tracked = rules({ strategy: 'digest', constraint: 'b', platforms: ['linux/arm64'] });
    expect(selectTag(tags, tracked)).toMatchObject({ selected: null });
  });

  it('count as they are for strategies that look at names alone', () => {
    const alphabetical = rules({ strategy: 'alphabetical', platforms: ['windows/amd64'] });
    expect(selectTag(tags, alphabetical).selected).toBe('c');
  });
});
