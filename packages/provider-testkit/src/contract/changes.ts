import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeChanges(makeForge: MakeForge): void {
  describe('what a commit changed', () => {
    const under = useForge(makeForge);
    const edit = { path: 'apps/prod/a.yaml', before: 'tag: "0.9"\n', after: 'tag: "1.0"\n' };
    const fresh = { path: 'apps/new/b.yaml', before: null, after: 'b: 1\r\n' };
    const gone = { path: 'README.md', before: '# Shop\n', after: null };

    async function committed(files: readonly (typeof edit | typeof fresh | typeof gone)[]) {
      const { base } = await seeded(under());
      const { commit } = await okOf(
        under().forge.git.commit({ branch: 'topic', expectedHead: null, base, files, message: 'm' }),
      );
      return { base, commit };
    }

    it('is told against the first parent, sorted by path', async () => {
      const { base, commit } = await committed([edit, fresh, gone]);
      expect(await okOf(under().forge.git.changes(commit))).toEqual([gone, fresh, edit]);
      const first = await okOf(under().forge.git.changes(base));
      expect(first.map((one) => [one.path, one.before])).toEqual([
        ['README.md', null],
        ['apps/dev/a.yaml', null],
        ['apps/prod/a.yaml', null],
      ]);
      expect((await errorOf(under().forge.git.changes('5'.repeat(40)))).kind).toBe('not-found');
    });

    it('sees changed modes and files that are no text', async () => {
      const { forge, seed } = under();
      const base = await seed.commit({ branch: 'main', files: { 'run.sh': 'x\n', 'b.bin': Uint8Array.from([0, 1]) } });
      const commit = await seed.commit({
        branch: 'topic',
        parent: base,
        files: { 'run.sh': { executable: 'x\n' }, 'b.bin': Uint8Array.from([0, 2]) },
      });
      const changes = await okOf(forge.git.changes(commit));
      expect(changes.map((one) => one.path)).toEqual(['b.bin', 'run.sh']);
      for (const { before, after } of changes) expect(before).not.toBe(after);
    });

    it('holds a change that it makes on its base, and no other', async () => {
      const { base, commit } = await committed([edit, fresh, gone]);
      const { git } = under().forge;
      const holds = (files: Parameters<typeof git.holds>[1]['files']) => okOf(git.holds(commit, { base, files }));
      expect(await holds([gone, edit, fresh])).toBe(true);
      expect(await holds([edit, fresh])).toBe(false);
      expect(await holds([{ ...edit, after: 'tag: "1.1"\n' }, fresh, gone])).toBe(false);
      expect(await holds([edit, fresh, gone, { path: 'c.yaml', before: null, after: 'c' }])).toBe(false);
      expect(await okOf(git.holds(base, { base, files: [edit] }))).toBe(false);
    });

    it('holds it on an older base as well, as long as the files were the same there', async () => {
      const { commit } = await committed([edit]);
      const { forge, seed } = under();
      const moved = await seed.commit({ branch: 'main', files: { 'other.txt': 'x\n' } });
      expect(await okOf(forge.git.holds(commit, { base: moved, files: [edit] }))).toBe(true);
      const changed = await seed.commit({ branch: 'main', files: { 'apps/prod/a.yaml': 'tag: "0.8"\n' } });
      const files = [{ ...edit, before: 'tag: "0.8"\n' }];
      expect(await okOf(forge.git.holds(commit, { base: changed, files }))).toBe(false);
    });

    it('does not hold it with something else beside', async () => {
      const { base } = await committed([edit]);
      const { forge, seed } = under();
      const second = await seed.commit({ branch: 'topic', files: { 'apps/dev/a.yaml': 'tag: "evil"\n' } });
      expect(await okOf(forge.git.holds(second, { base, files: [edit] }))).toBe(false);
      const amended = await seed.commit({
        branch: 'amended',
        parent: base,
        files: { 'apps/prod/a.yaml': 'tag: "1.0"\n', 'run.sh': { executable: 'x\n' } },
      });
      expect(await okOf(forge.git.holds(amended, { base, files: [edit] }))).toBe(false);
    });

    it('holds hundreds of files', async () => {
      const { forge, seed } = under();
      const paths = Array.from({ length: 300 }, (_, index) => `apps/a${index}/app.yaml`);
      const base = await seed.commit({
        branch: 'main',
        files: Object.fromEntries(paths.map((path) => [path, `# ${path}\ntag: "1"\n`])),
      });
      const files = paths.map((path) => ({
        path,
        before: `# ${path}\ntag: "1"\n`,
        after: `# ${path}\ntag: "2"\n`,
      }));
      const { commit } = await okOf(
        forge.git.commit({ branch: 'topic', expectedHead: null, base, files, message: 'm' }),
      );
      expect(await okOf(forge.git.holds(commit, { base, files }))).toBe(true);
      const last = files.slice(0, -1);
      expect(await okOf(forge.git.holds(commit, { base, files: last }))).toBe(false);
    });
  });
}
