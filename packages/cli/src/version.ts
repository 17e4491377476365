import { readFileSync } from 'node:fs';

/** The version of this package, from its own manifest: one folder above both `src` and the bundle. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** True where nothing but the version is asked for: then nothing else has to be loaded. */
export function asksOnlyForVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V');
}
