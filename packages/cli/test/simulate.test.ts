import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitAll, gitops, makeRepository, write } from './repository.js';

interface Answer {
  readonly images: readonly {
    readonly environment: string;
    readonly application: string;
    readonly decision: string;
    readonly writes: { readonly file?: string } | null;
    readonly tags: {
      readonly selected: string | null;
      readonly refused: readonly { tag: string; why: string }[];
    } | null;
  }[];
}

const answer = async (folder: string, args: readonly string[], input = ''): Promise<Answer['images']> => {
  const ran = await gitops(folder, ['simulate', ...args, '--output', 'json'], { input });
  expect(ran.exitCode, ran.out).toBe(0);
  return (JSON.parse(ran.out) as Answer).images;
};

describe('simulate', () => {
  it('says which tag would be chosen, where it would be written, and why not the others', async () => {
    const folder = makeRepository();
    const ran = await gitops(folder, ['simulate', 'payments=0.9.0,1.9.0,1.10.0-rc1,2.0.0,latest', '--app', 'payments']);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain('→ 1.9.0  would be updated');
    expect(ran.out).toMatch(/written to \S*\.argocd-source-payments-dev\.yaml/);
    expect(ran.out).toMatch(/2\.0\.0\s+outside the constraint/);
    expect(ran.out).toMatch(/1\.10\.0-rc1\s+a pre-release/);
    expect(ran.out).toMatch(/latest\s+no version/);
    expect(ran.out.trimEnd().split('\n').at(-1)).toBe('1 image would be updated, 0 not.');
  });

  it('answers as JSON, per environment, and leaves images out that no tags were given for', async () => {
    const images = await answer(makeRepository(), ['ghcr.io/acme/payments=1.9.0', '--env', 'dev']);
    expect(images.map((one) => [one.environment, one.application, one.decision])).toEqual([
      ['dev', 'payments', 'update'],
      ['dev', 'users', 'no-tags'],
    ]);
  });

  it('takes what skopeo prints, from standard input', async () => {
    const list = JSON.stringify({ Repository: 'docker://ghcr.io/acme/users', Tags: ['1.9.0'] });
    const images = await answer(makeRepository(), ['--tags', '-', '--app', 'users'], list);
    expect(images.map((one) => one.tags?.selected)).toEqual(['1.9.0']);
  });

  it('takes a map of images from a file, tags with the instant at which they were made', async () => {
    const folder = makeRepository();
    write(folder, { 'tags.json': JSON.stringify({ users: [{ name: '1.9.0', date: '2026-11-01T00:00:00Z' }] }) });
    commitAll(folder, 'tags');
    const images = await answer(folder, ['--tags', join(folder, 'tags.json'), '--app', 'users']);
    expect(images[0]?.decision).toBe('update');
  });

  it('sees a freeze', async () => {
    const folder = makeRepository();
    const frozen = await gitops(folder, ['freeze', 'dev', '--reason', 'QA', '--merge']);
    expect(frozen.exitCode).toBe(0);
    const images = await answer(folder, ['payments=1.9.0', '--app', 'payments', '--at', 'main']);
    expect(images.map((one) => one.decision)).toEqual(['frozen']);
    expect(images[0]?.tags?.refused).toEqual([{ tag: '1.9.0', why: 'ignored' }]);
  });

  it.each([
    [[], 'No tags are given'],
    [['payments'], 'does not say which tags'],
    [['--tags', 'nowhere.json'], 'cannot be read'],
  ])('refuses %j', async (args, says) => {
    const ran = await gitops(makeRepository(), ['simulate', ...args]);
    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(says);
  });

  it.each(['nonsense', '[]', '{"a": "b"}', '{"a": [1]}', '{"a": [{"name": "1", "date": "x"}]}'])(
    'refuses the list %s',
    async (input) => {
      const ran = await gitops(makeRepository(), ['simulate', '--tags', '-'], { input });
      expect(ran.exitCode).toBe(2);
      expect(ran.err).toContain('standard input cannot be read');
    },
  );
});
