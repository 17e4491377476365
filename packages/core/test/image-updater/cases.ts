import { readdirSync, readFileSync } from 'node:fs';

/** A recorded call of Image Updater. */
export interface Case {
  readonly test?: string;
  readonly input: never;
  readonly expected: unknown;
}

export interface Group {
  readonly file: string;
  readonly name: string;
  readonly cases: readonly Case[];
}

const folder = new URL('../cases/image-updater/', import.meta.url);

export function readGroups(): readonly Group[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const { groups } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      groups: Record<string, { cases: readonly Case[] }>;
    };
    return Object.entries(groups).map(([name, { cases }]) => ({ file, name, cases }));
  });
}

/** Cases that do not concern what is claimed here: a group, or some of its cases by index, and why. */
export interface NotApplicable {
  readonly file: string;
  readonly group: string;
  readonly cases: 'all' | readonly number[];
  readonly reason: string;
}

const beside = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../cases/${name}`, import.meta.url), 'utf8'));

export const notApplicable = beside('image-updater-not-applicable.json') as readonly NotApplicable[];

/** How many cases each group has, by file: all that there are, also those that are not copied. */
export const allGroups = beside('image-updater-groups.json') as Readonly<
  Record<string, Readonly<Record<string, number>>>
>;

export function isListed(file: string, group: string, index: number): boolean {
  return notApplicable.some(
    (one) => one.file === file && one.group === group && (one.cases === 'all' || one.cases.includes(index)),
  );
}
