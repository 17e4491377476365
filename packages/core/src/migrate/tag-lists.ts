import type { RegistryTag, TagSelection } from '../image-updater/index.js';

/** Tags as they occur, whatever is configured: versions of every form, pre-releases, dates, commits, moving names. */
const common: readonly string[] = [
  '0.0.1',
  '0.9.0',
  '1',
  '1.0',
  '1.0.0',
  'v1.0.0',
  '1.0.0-alpha',
  '1.0.0-rc.1',
  '1.0.1',
  '1.2.3-rc1',
  '1.2.3',
  '1.2.3+build.7',
  '1.10.0',
  '1.10',
  '2.0.0-beta.2',
  '2.0.0',
  '3.1.4-debug',
  '10.0.0',
  '20240105',
  '2024.01.05',
  '2024-01-9',
  '2024-01-10',
  'V1.2.3',
  '1.2.3.4',
  'latest',
  'stable',
  'nightly',
  'main-3f2c1ab',
  'sha-9c1d2e4',
  'pr-17',
];

/**
 * Lists of tags for which two configurations of an image are compared: each tag alone, which tells what passes; then
 * mixed lists, which tell what wins. Tags are made of what the configurations name (constraints, patterns, expressions),
 * since there the answers change, and of what occurs everywhere. The same rules give the same lists.
 */
export function tagListsFor(rules: readonly TagSelection[], mixed = 24): readonly (readonly RegistryTag[])[] {
  const pool = [...new Set([...common, ...rules.flatMap(tagsOf)])].filter(isTag);
  const next = numbers(pool.join(' '));
  const dated = pool.map((name): RegistryTag => ({ name, unixDate: Math.floor(next() * 40) }));
  const lists = Array.from({ length: mixed }, () => shuffled(dated, next).slice(0, 2 + Math.floor(next() * 14)));
  return [[], ...dated.map((tag) => [tag]), dated, shuffled(dated, next), ...lists];
}

function tagsOf({ constraint, allowTags, ignoreTags }: TagSelection): readonly string[] {
  const versions = constraint === null ? [] : aroundVersions(constraint);
  const expression = allowTags === null ? [] : literalsOf(allowTags.slice(allowTags.indexOf(':') + 1));
  const patterns = ignoreTags.flatMap((pattern) => [
    pattern.replace(/[*]/g, '').replace(/[?]/g, 'x'),
    pattern.replace(/[*?]/g, '1').replace(/\[\^?(.)[^\]]*\]/g, '$1'),
    `${pattern.replace(/[*?]/g, '1')}-1`,
  ]);
  return [...(constraint === null ? [] : [constraint]), ...versions, ...expression, ...patterns];
}

/** What lies just below, on and just above each version that a constraint names, with and without pre-release. */
function aroundVersions(text: string): readonly string[] {
  return [...text.matchAll(/v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/g)].flatMap(([written, a = '0', b = '0', c = '0']) => {
    const [major, minor, patch] = [Number(a), Number(b), Number(c)];
    const around = [
      [major, minor, patch],
      [major, minor, patch + 1],
      [major, minor + 1, 0],
      [major + 1, 0, 0],
      [major, minor, Math.max(0, patch - 1)],
      [major, Math.max(0, minor - 1), 99],
      [Math.max(0, major - 1), 99, 99],
    ].map((parts) => parts.join('.'));
    return [written, ...around, ...around.flatMap((one) => [`v${one}`, `${one}-rc.1`, `${one}-0`])];
  });
}

/** Texts that an expression is likely to find: its literals, alone and around a version. */
function literalsOf(expression: string): readonly string[] {
  const plain = expression
    .replace(/\\d|\[0-9\]/g, '1')
    .replace(/\\(.)/g, '$1')
    .replace(/\[\^?(.)[^\]]*\]/g, '$1')
    .replace(/[*+?^$(){}]/g, '');
  return plain.split('|').flatMap((one) => [one, `${one}1.2.3`, `1.2.3${one}`, `${one}-1`]);
}

/** The grammar of tags. */
function isTag(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name);
}

function shuffled<T>(items: readonly T[], next: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Numbers from 0 to 1 that only a text decides (mulberry32 over its hash). */
function numbers(text: string): () => number {
  let state = [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
