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
