import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFiles } from '../src/lint/write-files.js';
import {
  application,
  fleet,
  followed,
  git,
  gitops,
  makeBare,
  makeRepository,
  stateOf,
  temporaryFolder,
  write,
} from './repository.js';

const dev = 'apps/dev/users/application.yaml';
const other = 'apps/dev/payments/application.yaml';
const misspelt = (name: string, version: string): string =>
  application(name, 'dev', version, { annotations: followed(name).replace('.update-strategy', '.update-stratgy') });
const files = fleet({ [dev]: misspelt('users', '2.1.0'), [other]: misspelt('payments', '1.8.2') });
const broken = () => makeRepository(files);
const read = (folder: string, path = dev): string => readFileSync(join(folder, path), 'utf8');
const mended = (path = dev): string => (files[path] ?? '').replace('stratgy', 'strategy');

describe('lint --fix', () => {
  it('writes what was meant, nothing else, and a second run has nothing to do', async () => {
    const folder = broken();
    chmodSync(join(folder, dev), 0o755);
    const ran = await gitops(folder, ['lint', '--fix', '--strict']);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toMatch(
      /apps\/dev\/users\/application\.yaml:9:\d+\s+unknown-annotation\s+write argocd-image-updater/,
    );
    expect(ran.out).toContain('Fixed 2 findings in 2 files. Look at it (git diff), then commit it.');
    expect([read(folder), read(folder, other)]).toEqual([mended(), mended(other)]);
    expect(statSync(join(folder, dev)).mode & 0o777).toBe(0o755);
    expect(
      git(folder, 'status', '--porcelain', '--untracked-files=all')
        .split('\n')
        .map((one) => one.trim()),
    ).toEqual([`M ${other}`, `M ${dev}`]);
    const again = await gitops(folder, ['lint', '--fix']);
    expect(again.out).toContain('Nothing here is certain enough to be fixed.');
    expect([read(folder), read(folder, other)]).toEqual([mended(), mended(other)]);
  });

  it('exits by what remains', async () => {
    const folder = broken();
    writeFileSync(join(folder, 'apps/prod/users/application.yaml'), application('users', 'prod', '"2 0"'));
    const ran = await gitops(folder, ['lint', '--fix']);
    expect(ran.exitCode).toBe(10);
    expect(ran.out).toMatch(/Fixed 2 findings[\s\S]*image-invalid[\s\S]*1 error, 0 warnings, 0 for information\.\n$/);
  });

  it('with --dry-run prints a patch that git takes, writes nothing, and exits as what stands there does', async () => {
    const folder = broken();
    const before = stateOf(folder);
    const ran = await gitops(folder, ['lint', '--fix', '--dry-run', '--strict', '--output', 'json']);
    const said = ran.json() as { diff: string; written: boolean; files: string[]; fixed: object[]; findings: object[] };
    expect(said).toMatchObject({ written: false, files: [other, dev], findings: [] });
    expect(ran.exitCode).toBe(10);
    expect(stateOf(folder)).toBe(before);
    const patch = join(temporaryFolder(), 'fix.patch');
    writeFileSync(patch, said.diff);
    git(folder, 'apply', patch);
    expect([read(folder), read(folder, other)]).toEqual([mended(), mended(other)]);
    const text = await gitops(broken(), ['lint', '--fix', '--dry-run']);
    expect(text.out).toMatch(
      /^--- a\/apps\/dev\/payments[\s\S]*\n-.*stratgy[\s\S]*\n\+.*strategy[\s\S]*Nothing was written\. It would fix 2 findings in 2 files\./,
    );
    expect(text.exitCode).toBe(0);
  });

  it('says in JSON what was fixed, with what was written where', async () => {
    const ran = await gitops(broken(), ['lint', '--fix', '--output', 'json']);
    expect(ran.json()).toMatchObject({
      schema: 'gitops/lint/1',
      written: true,
      files: [other, dev],
      fixed: [
        { rule: 'unknown-annotation', at: { file: other }, fix: { at: { file: other, line: 9 }, text: 'e' } },
        { rule: 'unknown-annotation', at: { file: dev } },
      ],
      findings: [],
    });
    expect(ran.json()).not.toHaveProperty('diff');
  });

  it('says that a file had uncommitted edits, which it keeps', async () => {
    const folder = broken();
    writeFileSync(join(folder, dev), `${read(folder)}# mine\n`);
    const ran = await gitops(folder, ['lint', '--fix']);
    expect(ran.err).toContain(`${dev} had uncommitted edits before`);
    expect(read(folder)).toBe(`${mended()}# mine\n`);
  });

  it('refuses a bare repository, an address, and a commit that is not checked out, each with what to do', async () => {
    const bare = makeBare(files);
    const refused = await gitops(bare, ['lint', '--fix']);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toMatch(/writes into a working tree, and this is a bare repository\.\s+Run it in a clone/);
    const address = await gitops(temporaryFolder(), ['lint', '--fix', '--repo', 'https://git.invalid/acme/gitops.git']);
    expect([address.exitCode, address.err]).toEqual([2, expect.stringContaining('this is an address')]);
    for (const more of [
      ['--at', 'HEAD'],
      ['--branch', 'main'],
    ]) {
      const ran = await gitops(broken(), ['lint', '--fix', ...more]);
      expect([ran.exitCode, ran.err]).toEqual([2, expect.stringContaining('mends the working tree as it is')]);
    }
    const alone = await gitops(broken(), ['lint', '--dry-run']);
    expect([alone.exitCode, alone.err]).toEqual([2, expect.stringContaining('--fix --dry-run')]);
  });

  it('writes all files or none, and leaves no other behind', () => {
    const folder = temporaryFolder();
    const changes = ['a.yaml', 'b.yaml', 'c.yaml'].map((path) => ({ path, before: `${path}: 1`, after: `${path}: 2` }));
    write(folder, Object.fromEntries(changes.map((one) => [one.path, one.before])));
    const texts = (): readonly string[] => changes.map((one) => read(folder, one.path));
    const before = texts();
    // what is read first is compared first
    expect(() => writeFiles(folder, [...changes, { path: 'a.yaml', before: 'x', after: 'y' }])).toThrow(
      /changed while/,
    );
    expect(texts()).toEqual(before);
    // the second one cannot be written beside
    writeFileSync(join(folder, `.${process.pid}-1.gitops`), '');
    expect(() => writeFiles(folder, changes)).toThrow();
    expect([texts(), readdirSync(folder)]).toEqual([before, ['a.yaml', 'b.yaml', 'c.yaml']]);
    // the last one cannot take its place
    mkdirSync(join(folder, 'd.yaml'));
    expect(() => writeFiles(folder, [...changes, { path: 'd.yaml', before: null, after: '' }])).toThrow();
    expect([texts(), readdirSync(folder)]).toEqual([before, ['a.yaml', 'b.yaml', 'c.yaml', 'd.yaml']]);
    writeFiles(folder, changes);
    expect(texts()).toEqual(changes.map((one) => one.after));
  });

  it('gives a file of its own to what was one with another by a hard link', async () => {
    const folder = broken();
    const copy = join(temporaryFolder(), 'copy.yaml');
    linkSync(join(folder, dev), copy);
    await gitops(folder, ['lint', '--fix']);
    expect(readFileSync(copy, 'utf8')).toBe(files[dev]);
    expect(read(folder)).toBe(mended());
  });
});

it('SARIF carries a fix where one is certain, as characters of the file', async () => {
  const folder = broken();
  const { out } = await gitops(folder, ['lint', '--format', 'sarif']);
  const [run] = (JSON.parse(out) as { runs: { results: { ruleId: string; fixes?: SarifFix[] }[] }[] }).runs;
  const [change] = run?.results[0]?.fixes?.[0]?.artifactChanges ?? [];
  expect(change?.artifactLocation.uri).toBe(other);
  const [replacement] = change?.replacements ?? [];
  const { startLine = 0, startColumn = 0, endLine, endColumn = 0 } = replacement?.deletedRegion ?? {};
  expect(endLine).toBe(startLine);
  const lines = read(folder, other).split('\n');
  const line = lines[startLine - 1] ?? '';
  lines[startLine - 1] = line.slice(0, startColumn - 1) + replacement?.insertedContent.text + line.slice(endColumn - 1);
  expect(lines.join('\n')).toBe(mended(other));
});

interface SarifFix {
  readonly artifactChanges: readonly {
    readonly artifactLocation: { readonly uri: string };
    readonly replacements: readonly {
      readonly deletedRegion: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
      readonly insertedContent: { readonly text: string };
    }[];
  }[];
}
