import { describe, expect, it } from 'vitest';
import { errorOf, hex, okOf, seeded, useForge } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeCommit(makeForge: MakeForge): void {
  describe('commit', () => {
    const under = useForge(makeForge);
    const edit = { path: 'apps/prod/a.yaml', before: 'tag: "0.9"\n', after: 'tag: "1.0"\n' };

    it('makes a branch with one commit that creates, changes and deletes files', async () => {
      const { base } = await seeded(under());
      const files = [
        edit,
        { path: 'apps/new/deep/b.yaml', before: null, after: 'b: "é"\r\n' },
        { path: 'README.md', before: '# Shop\n', after: null },
      ];
      const made = await okOf(
        under().forge.git.commit({
          branch: 'gitops/promote/dev/prod',
          expectedHead: null,
          base,
          files,
          message: 'Promote\n\nBody: yes',
        }),
      );
      expect(made).toEqual({ commit: expect.stringMatching(hex), unchanged: false });
      expect((await under().inspect.branches())['gitops/promote/dev/prod']).toBe(made.commit);
      const raw = await under().inspect.commit(made.commit);
      expect(raw.parents).toEqual([base]);
      expect(raw.message.trimEnd()).toBe('Promote\n\nBody: yes');
      expect(raw.authorName).toBe((await okOf(under().forge.git.identity())).name);
      const { files: now } = await okOf(under().forge.git.snapshot({ commit: made.commit }, ['**']));
      expect({ ...now }).toEqual({
        'apps/dev/a.yaml': 'tag: "1.0"\n',
        'apps/prod/a.yaml': 'tag: "1.0"\n',
        'apps/new/deep/b.yaml': 'b: "é"\r\n',
      });
      expect(await under().inspect.faults()).toEqual([]);
    });

    it('keeps modes and everything it does not touch; a folder without files is gone', async () => {
      const target = await under().seed.commit({ branch: 'other', files: { x: 'x' } });
      const base = await under().seed.commit({
        branch: 'main',
        files: {
          'run.sh': { executable: 'old\n' },
          link: { link: 'run.sh' },
          lib: { submodule: target },
          'bin.dat': Uint8Array.from([0, 255, 10]),
          'gone/only.txt': 'x',
        },
      });
      const before = await under().inspect.tree(base);
      const files = [
        { path: 'run.sh', before: 'old\n', after: 'new\n' },
        { path: 'gone/only.txt', before: 'x', after: null },
      ];
      const { commit } = await okOf(
        under().forge.git.commit({ branch: 'b', expectedHead: null, base, files, message: 'm' }),
      );
      const after = await under().inspect.tree(commit);
      expect(after['run.sh']?.mode).toBe('100755');
      expect(Object.keys(after).sort()).toEqual(['bin.dat', 'lib', 'link', 'run.sh']);
      for (const path of ['bin.dat', 'lib', 'link']) expect(after[path]).toEqual(before[path]);
      expect(await under().inspect.faults()).toEqual([]);
    });

    it('replaces the commit of a branch that stands where it is expected', async () => {
      const { base } = await seeded(under());
      const first = await okOf(
        under().forge.git.commit({ branch: 'b', expectedHead: null, base, files: [edit], message: 'one' }),
      );
      const files = [{ ...edit, after: 'tag: "1.1"\n' }];
      const second = await okOf(
        under().forge.git.commit({ branch: 'b', expectedHead: first.commit, base, files, message: 'two' }),
      );
      expect((await under().inspect.commit(second.commit)).parents).toEqual([base]);
      expect((await under().inspect.branches())['b']).toBe(second.commit);
    });

    it('writes nothing where the branch holds this very change already', async () => {
      const { base } = await seeded(under());
      const input = { branch: 'b', base, files: [edit], message: 'one' };
      const first = await okOf(under().forge.git.commit({ ...input, expectedHead: null }));
      const again = await okOf(under().forge.git.commit({ ...input, expectedHead: first.commit }));
      expect(again).toEqual({ commit: first.commit, unchanged: true });
      const other = await okOf(under().forge.git.commit({ ...input, message: 'other', expectedHead: first.commit }));
      expect(other.unchanged).toBe(false);
    });

    it('answers stale-head where the branch is elsewhere, and leaves it there', async () => {
      const { base } = await seeded(under());
      const input = { branch: 'b', base, files: [edit], message: 'one' };
      expect((await errorOf(under().forge.git.commit({ ...input, expectedHead: base }))).kind).toBe('stale-head');
      expect(await under().inspect.branches()).not.toHaveProperty('b');
      const { commit } = await okOf(under().forge.git.commit({ ...input, expectedHead: null }));
      const files = [{ ...edit, after: 'tag: "3"\n' }];
      expect((await errorOf(under().forge.git.commit({ ...input, files, expectedHead: null }))).kind).toBe(
        'stale-head',
      );
      expect((await errorOf(under().forge.git.commit({ ...input, files, expectedHead: base }))).kind).toBe(
        'stale-head',
      );
      expect((await under().inspect.branches())['b']).toBe(commit);
    });

    it.each([
      ['another text', { path: 'apps/prod/a.yaml', before: 'tag: "0.8"\n', after: 'x' }],
      ['a file that is not there', { path: 'apps/prod/none.yaml', before: 'x', after: 'y' }],
      ['a file that is there already', { path: 'apps/prod/a.yaml', before: null, after: 'y' }],
      ['a file that is gone already', { path: 'none.yaml', before: 'x', after: null }],
    ])('answers stale-head where the base holds %s', async (_, change) => {
      const { base } = await seeded(under());
      const error = await errorOf(
        under().forge.git.commit({ branch: 'b', expectedHead: null, base, files: [change], message: 'm' }),
      );
      expect(error.kind).toBe('stale-head');
      expect(error.message).toContain(change.path);
      expect(await under().inspect.branches()).not.toHaveProperty('b');
    });

    it('refuses a change that changes nothing', async () => {
      const { base } = await seeded(under());
      for (const files of [[], [{ path: 'README.md', before: '# Shop\n', after: '# Shop\n' }]]) {
        const input = { branch: 'b', expectedHead: null, base, files, message: 'm' };
        expect((await errorOf(under().forge.git.commit(input))).kind).toBe('rejected');
      }
      expect(await under().inspect.branches()).not.toHaveProperty('b');
    });

    it.each(['../up.yaml', '/abs.yaml', 'a//b.yaml', '.git/config', 'x/.GIT/hooks/y', 'a/./b', ''])(
      'refuses the path %j',
      async (path) => {
        const { base } = await seeded(under());
        const files = [{ path, before: null, after: 'x' }];
        const input = { branch: 'b', expectedHead: null, base, files, message: 'm' };
        expect((await errorOf(under().forge.git.commit(input))).kind).toBe('rejected');
      },
    );

    it('refuses a file where a folder is, a folder where a file is, and the same path twice', async () => {
      const { base } = await seeded(under());
      const attempts = [
        [{ path: 'apps', before: null, after: 'x' }],
        [{ path: 'README.md/x', before: null, after: 'x' }],
        [edit, edit],
      ];
      for (const files of attempts) {
        const error = await errorOf(
          under().forge.git.commit({ branch: 'b', expectedHead: null, base, files, message: 'm' }),
        );
        expect(['rejected', 'stale-head']).toContain(error.kind);
      }
    });

    it('lets one of two at once win', async () => {
      const { base } = await seeded(under());
      const attempt = (version: string) =>
        under().forge.git.commit({
          branch: 'b',
          expectedHead: null,
          base,
          files: [{ ...edit, after: `tag: "${version}"\n` }],
          message: version,
        });
      const answers = await Promise.all([attempt('1'), attempt('2')]);
      expect(answers.filter((one) => one.isOk())).toHaveLength(1);
      expect(answers.flatMap((one) => (one.isErr() ? [one.error.kind] : []))).toEqual(['stale-head']);
      const winner = answers.flatMap((one) => (one.isOk() ? [one.value.commit] : []))[0];
      expect((await under().inspect.branches())['b']).toBe(winner);
    });

    it('commits a thousand files at once', async () => {
      const paths = Array.from({ length: 1000 }, (_, n) => `apps/a${n}/app.yaml`);
      const base = await under().seed.commit({
        branch: 'main',
        files: Object.fromEntries(paths.map((path) => [path, 'tag: 1\n'])),
      });
      const files = paths.map((path) => ({ path, before: 'tag: 1\n', after: `tag: ${path}\n` }));
      const { commit } = await okOf(
        under().forge.git.commit({ branch: 'b', expectedHead: null, base, files, message: 'm' }),
      );
      const snapshot = await okOf(under().forge.git.snapshot({ commit: commit }, ['**']));
      expect({ ...snapshot.files }).toEqual(Object.fromEntries(paths.map((path) => [path, `tag: ${path}\n`])));
      expect(await under().inspect.faults()).toEqual([]);
    });

    it('answers not-found for a base that is not there', async () => {
      await seeded(under());
      const input = { branch: 'b', expectedHead: null, base: '2'.repeat(40), files: [edit], message: 'm' };
      expect((await errorOf(under().forge.git.commit(input))).kind).toBe('not-found');
    });

    it('deletes a branch where it stands where expected; one that is gone is no error', async () => {
      const { base } = await seeded(under());
      const { commit } = await okOf(
        under().forge.git.commit({ branch: 'gitops/b', expectedHead: null, base, files: [edit], message: 'one' }),
      );
      expect((await errorOf(under().forge.git.deleteBranch('gitops/b', base))).kind).toBe('stale-head');
      expect((await under().inspect.branches())['gitops/b']).toBe(commit);
      await okOf(under().forge.git.deleteBranch('gitops/b', commit));
      expect(await under().inspect.branches()).not.toHaveProperty('gitops/b');
      await okOf(under().forge.git.deleteBranch('gitops/b', commit));
      const again = await okOf(
        under().forge.git.commit({ branch: 'gitops', expectedHead: null, base, files: [edit], message: 'two' }),
      );
      expect((await under().inspect.branches())['gitops']).toBe(again.commit);
    });

    it('refuses a branch whose name is the folder of another, or below another', async () => {
      const { base } = await seeded(under());
      const input = { expectedHead: null, base, files: [edit], message: 'm' };
      await okOf(under().forge.git.commit({ ...input, branch: 'x/y' }));
      expect((await errorOf(under().forge.git.commit({ ...input, branch: 'x' }))).kind).toBe('rejected');
      expect((await errorOf(under().forge.git.commit({ ...input, branch: 'x/y/z' }))).kind).toBe('rejected');
    });
  });
}
