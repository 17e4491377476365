import { describe, expect, it } from 'vitest';
import { errorOf, okOf, seeded, useForge } from './expectations.js';
import type { MakeForge } from './forge-under-test.js';

export function describeSnapshot(makeForge: MakeForge): void {
  describe('snapshot', () => {
    const under = useForge(makeForge);

    it('keeps every character: CRLF, byte order marks, empty files, missing newlines, Unicode', async () => {
      const files = {
        'crlf.yaml': 'a: 1\r\nb: 2\r\n',
        'bom.yaml': '\uFEFFa: 1\n',
        'empty.yaml': '',
        'open.yaml': 'a: 1',
        'cr.yaml': 'a\rb',
        'ünïcode – 日本.yaml': 'grüße: "😀"\u2028\n',
        'name with "quotes".yaml': 'q\n',
      };
      const commit = await under().seed.commit({ branch: 'main', files });
      const snapshot = await okOf(under().forge.git.snapshot({ commit: commit }, ['**']));
      expect(snapshot.commit).toBe(commit);
      expect({ ...snapshot.files }).toEqual(files);
      expect(snapshot.skipped).toEqual([]);
    });

    it('lists what it leaves out, with the reason', async () => {
      const target = await under().seed.commit({ branch: 'other', files: { 'a.txt': 'a' } });
      const commit = await under().seed.commit({
        branch: 'main',
        files: {
          'bin/latin1.yaml': Uint8Array.from([0x61, 0xe4, 0x0a]),
          'bin/zero.bin': Uint8Array.from([0x50, 0x00, 0x01]),
          'links/a.yaml': { link: '../plain.yaml' },
          'modules/lib': { submodule: target },
          'plain.yaml': 'a: 1\n',
        },
      });
      const snapshot = await okOf(under().forge.git.snapshot({ commit: commit }, ['**']));
      expect(Object.keys(snapshot.files)).toEqual(['plain.yaml']);
      expect(snapshot.skipped).toEqual([
        { path: 'bin/latin1.yaml', reason: 'not-utf8' },
        { path: 'bin/zero.bin', reason: 'not-utf8' },
        { path: 'links/a.yaml', reason: 'link' },
        { path: 'modules/lib', reason: 'submodule' },
      ]);
      const part = await okOf(under().forge.git.snapshot({ commit: commit }, ['links/*.yaml']));
      expect(part.skipped).toEqual([{ path: 'links/a.yaml', reason: 'link' }]);
    });

    it('reads executable files like others', async () => {
      const commit = await under().seed.commit({ branch: 'main', files: { 'run.sh': { executable: '#!/bin/sh\n' } } });
      expect({ ...(await okOf(under().forge.git.snapshot({ commit: commit }, ['run.sh']))).files }).toEqual({
        'run.sh': '#!/bin/sh\n',
      });
    });

    it.each([
      [['apps/*/app.yaml'], ['apps/dev/app.yaml', 'apps/prod/app.yaml']],
      [['apps/dev/app.yaml'], ['apps/dev/app.yaml']],
      [['**/app.yaml'], ['app.yaml', 'apps/dev/app.yaml', 'apps/prod/app.yaml', 'apps/prod/eu/app.yaml']],
      [
        ['apps/**'],
        ['apps/dev/.argocd-source.yaml', 'apps/dev/app.yaml', 'apps/prod/app.yaml', 'apps/prod/eu/app.yaml'],
      ],
      [
        ['**/.argocd-source*.yaml', '.gitops/**'],
        ['.gitops/freezes/dev.yaml', 'apps/dev/.argocd-source.yaml'],
      ],
      [['apps/{dev,prod}/app.yaml'], ['apps/dev/app.yaml', 'apps/prod/app.yaml']],
      [['*.yaml'], ['app.yaml']],
      [['apps'], []],
      [[], []],
    ])('takes globs %j', async (globs, expected) => {
      const paths = [
        'app.yaml',
        'apps/dev/app.yaml',
        'apps/prod/app.yaml',
        'apps/prod/eu/app.yaml',
        'apps/dev/.argocd-source.yaml',
        '.gitops/freezes/dev.yaml',
        'README.md',
      ];
      const commit = await under().seed.commit({
        branch: 'main',
        files: Object.fromEntries(paths.map((path) => [path, path])),
      });
      const { files } = await okOf(under().forge.git.snapshot({ commit: commit }, globs));
      expect({ ...files }).toEqual(Object.fromEntries(expected.map((path) => [path, path])));
    });

    it('reads a thousand files', async () => {
      const files = Object.fromEntries(
        Array.from({ length: 1000 }, (_, n) => [`apps/a${n}/app.yaml`, `tag: "1.${n}"\n`]),
      );
      const commit = await under().seed.commit({ branch: 'main', files });
      expect({ ...(await okOf(under().forge.git.snapshot({ commit: commit }, ['apps/*/app.yaml']))).files }).toEqual(
        files,
      );
    });

    it('reads old commits, whatever the branches are now', async () => {
      const { base } = await seeded(under());
      await under().seed.commit({ branch: 'main', files: { 'README.md': 'New\n' } });
      expect((await okOf(under().forge.git.snapshot({ commit: base }, ['README.md']))).files['README.md']).toBe(
        '# Shop\n',
      );
    });

    it('reads the tip of a branch, and says which', async () => {
      const { base } = await seeded(under());
      const { forge, seed } = under();
      const main = await okOf(forge.git.snapshot({ branch: null }, ['README.md']));
      expect(main).toMatchObject({ commit: base, branch: 'main', files: { 'README.md': '# Shop\n' } });
      const tip = await seed.commit({ branch: 'feature/one', parent: base, files: { 'README.md': 'One\n' } });
      const feature = await okOf(forge.git.snapshot({ branch: 'feature/one' }, ['README.md']));
      expect(feature).toMatchObject({ commit: tip, branch: 'feature/one', files: { 'README.md': 'One\n' } });
      expect(await okOf(forge.git.snapshot({ commit: tip }, []))).toMatchObject({ commit: tip, branch: null });
    });

    it('reads bytes as Git holds them, whatever attributes say of checking out', async () => {
      const commit = await under().seed.commit({
        branch: 'main',
        files: {
          '.gitattributes': '*.yaml text eol=crlf ident\nhidden/** export-ignore\nstamp.txt export-subst\n',
          'a.yaml': 'a: 1\n# $Id$\nb: 2\n',
          'hidden/b.yaml': 'b: 1\n',
          'stamp.txt': '$Format:%H$\n',
        },
      });
      const { files } = await okOf(under().forge.git.snapshot({ commit }, ['**/*.yaml', '*.txt']));
      expect({ ...files }).toEqual({
        'a.yaml': 'a: 1\n# $Id$\nb: 2\n',
        'hidden/b.yaml': 'b: 1\n',
        'stamp.txt': '$Format:%H$\n',
      });
    });

    it('answers not-found for a branch that is not there, naming it', async () => {
      await seeded(under());
      const error = await errorOf(under().forge.git.snapshot({ branch: 'nowhere' }, ['**']));
      expect(error).toMatchObject({ kind: 'not-found', details: { branch: 'nowhere' } });
    });

    it('answers not-found for a commit that is not there', async () => {
      await seeded(under());
      expect((await errorOf(under().forge.git.snapshot({ commit: '1'.repeat(40) }, ['**']))).kind).toBe('not-found');
      expect((await errorOf(under().forge.git.snapshot({ commit: '--help' }, ['**']))).kind).toBe('not-found');
    });
  });
}
