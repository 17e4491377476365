import type { FileChange, Forge } from '@gitops/core';
import { type ForgeUnderTest, gitRepository } from '@gitops/provider-testkit/contract';
import { type FakeGitLab, startGitLab } from '@gitops/provider-testkit/fakes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitlab } from '../src/index.js';
import { okOf, optionsFor } from './forge.js';

let fake: FakeGitLab;
let seed: Omit<ForgeUnderTest['seed'], 'reject'>;
let forge: Forge;

beforeEach(async () => {
  fake = await startGitLab();
  ({ seed } = gitRepository(fake.folder(fake.project.path)));
  forge = gitlab(optionsFor(fake, fake.tokens.ana));
});

afterEach(async () => {
  const { violations } = fake;
  await fake.close();
  expect(violations).toEqual([]);
});

/** Requests to the API since the last time, without the prefix that all of them share. */
function asked(): readonly string[] {
  const lines = fake.log.entries
    .filter((one) => one.area === 'api')
    .map((one) => `${one.method} ${decodeURIComponent(one.path).replace(/^.*\/projects\/[^/]+\/[^/]+/, '')}`);
  fake.log.clear();
  return lines;
}

const recent = { maxAgeMs: 60_000 };

function applications(count: number): readonly FileChange[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `apps/prod/a${index}/app.yaml`,
    before: `# ${index}\ntag: "1.0"\n`,
    after: `# ${index}\ntag: "2.0"\n`,
  }));
}

/** What a run asks of a forge up to the point where it opens or finds its pull request. */
async function look(branch: string | null = 'main', as: Forge = forge) {
  const snapshot = await okOf(as.git.snapshot({ branch }, ['**/*.yaml'], recent));
  const head = await okOf(as.git.head(branch, recent));
  expect(head?.commit).toBe(snapshot.commit);
  const open = await okOf(as.pullRequests.list({ state: 'open', limit: 100 }, recent));
  return { base: snapshot.commit, open };
}

async function openOne(
  files: readonly FileChange[],
  more: { readonly labels?: string[]; readonly reviewers?: string[] } = {},
) {
  const { base } = await look();
  const { commit } = await okOf(
    forge.git.commit({ branch: 'gitops/promote/dev/prod', expectedHead: null, base, files, message: 'Promote' }),
  );
  const draft = { source: 'gitops/promote/dev/prod', target: 'main', title: 'Promote', description: 'D', ...more };
  return { base, commit, pullRequest: await okOf(forge.pullRequests.open(draft)) };
}

describe.each([1, 50, 1000])('requests of a run on %i applications', (count) => {
  const files = applications(count);

  beforeEach(async () => {
    await seed.commit({ branch: 'main', files: Object.fromEntries(files.map((file) => [file.path, file.before])) });
  });

  it('opens its merge request with four', async () => {
    const { commit, pullRequest } = await openOne(files);
    expect(pullRequest.head).toBe(commit);
    expect(asked()).toEqual([
      'GET /repository/archive.tar.gz',
      'GET /merge_requests',
      'POST /repository/commits',
      'POST /merge_requests',
    ]);
  });

  it('finds it as it should be with three, in another process', async () => {
    const { base, commit } = await openOne(files);
    asked();
    const again = gitlab(optionsFor(fake, fake.tokens.ana));
    const { open } = await look('main', again);
    expect(open.map((one) => one.head)).toEqual([commit]);
    expect(await okOf(again.git.holds(commit, { base, files }))).toBe(true);
    expect(asked()).toHaveLength(3);
    const other = files.map((file, index) => (index === 0 ? { ...file, after: 'tag: "3.0"\n' } : file));
    expect(await okOf(again.git.holds(commit, { base, files: other }))).toBe(false);
  });
});

describe('a target that has moved meanwhile', () => {
  const long = Array.from({ length: 30 }, (_, index) => `line${index}: 1\n`);
  const file = { path: 'apps/long.yaml', before: long.join(''), after: ['line0: 2\n', ...long.slice(1)].join('') };
  const short = { path: 'apps/short.yaml', before: 'tag: 1\n', after: 'tag: 2\n' };

  const holdsOnMoved = async (change: FileChange, moved: Readonly<Record<string, string>>) => {
    await seed.commit({ branch: 'main', files: { [file.path]: file.before, [short.path]: short.before } });
    const { commit } = await openOne([change]);
    const base = await seed.commit({ branch: 'main', files: moved });
    asked();
    const again = gitlab(optionsFor(fake, fake.tokens.ana));
    const before = moved[change.path] ?? change.before;
    const after = before === change.before ? change.after : (before ?? '').replace('line0: 1', 'line0: 2');
    const held = await okOf(again.git.holds(commit, { base, files: [{ ...change, before, after }] }));
    return { held, asked: asked() };
  };

  it('costs nothing more where a comparison shows whole files', async () => {
    const { held, asked: lines } = await holdsOnMoved(short, { 'other.yaml': 'x\n' });
    expect([held, lines.length]).toEqual([true, 1]);
  });

  it('costs one read where it does not', async () => {
    const { held, asked: lines } = await holdsOnMoved(file, { 'other.yaml': 'x\n' });
    expect([held, lines.length]).toEqual([true, 2]);
  });

  it('is seen in a part of the file that no comparison shows', async () => {
    const elsewhere = [...long.slice(0, 29), 'line29: 9\n'].join('');
    const { held } = await holdsOnMoved(
      { ...file, after: ['line0: 2\n', ...long.slice(1)].join('') },
      { [file.path]: elsewhere },
    );
    expect(held).toBe(false);
  });
});

describe('requests on top', () => {
  const files = applications(1);

  beforeEach(async () => {
    await seed.commit({ branch: 'main', files: Object.fromEntries(files.map((file) => [file.path, file.before])) });
  });

  it('one for a default branch that is not known, none for labels, one for a reviewer', async () => {
    await look(null);
    expect(asked()).toEqual(['GET ', 'GET /repository/archive.tar.gz', 'GET /merge_requests']);
    forge = gitlab(optionsFor(fake, fake.tokens.ana));
    const { pullRequest } = await openOne(files, { labels: ['promotion', 'to/prod'], reviewers: ['@ben'] });
    expect(pullRequest.labels).toEqual(['promotion', 'to/prod']);
    expect(pullRequest.reviewers).toEqual(['ben']);
    expect(asked()).toHaveLength(5);
  });

  it('one for several reviewers', async () => {
    await openOne(files, { reviewers: ['ben', 'mia'] });
    expect(asked().filter((one) => !/archive|commits|merge_requests/.test(one))).toEqual(['GET /members/all']);
  });

  it('one for who acts, asked once', async () => {
    await okOf(forge.git.identity());
    await okOf(forge.git.identity());
    expect(asked()).toHaveLength(1);
  });

  it('asks again for what may have changed, and after a write of its own', async () => {
    await look();
    asked();
    await okOf(forge.git.head('main'));
    expect(asked()).toHaveLength(1);
    await okOf(forge.git.head('main', recent));
    expect(asked()).toHaveLength(0);
    await openOne(files);
    asked();
    await okOf(forge.git.head('main', recent));
    await okOf(forge.pullRequests.list({ state: 'open', limit: 100 }, recent));
    expect(asked()).toHaveLength(2);
  });
});

describe('reading where archives are refused', () => {
  beforeEach(async () => {
    const paths = Array.from({ length: 250 }, (_, index) => `other/f${index}.txt`);
    // files of the same content share the id by which GitLab counts its pages
    await seed.commit({
      branch: 'main',
      files: {
        ...Object.fromEntries(paths.map((path) => [path, 'same\n'])),
        'apps/a.yaml': 'a: 1\n',
        'b.yaml': 'b: 1\n',
      },
    });
  });

  it('goes on with a listing and single files', async () => {
    const commits: string[] = [];
    for (let index = 0; index < 7; index++) {
      commits.push(await seed.commit({ branch: 'main', files: { 'apps/a.yaml': `a: ${index}\n` } }));
    }
    for (const [index, commit] of commits.entries()) {
      const { files } = await okOf(forge.git.snapshot({ commit }, ['**/*.yaml']));
      expect({ ...files }).toEqual({ 'apps/a.yaml': `a: ${index}\n`, 'b.yaml': 'b: 1\n' });
    }
    const lines = asked();
    expect(lines.filter((one) => one.includes('archive')).length).toBeGreaterThanOrEqual(5);
    expect(lines.some((one) => one.includes('/repository/tree'))).toBe(true);
    expect(lines.some((one) => one.includes('/repository/blobs/'))).toBe(true);
  });

  it('waits for the next archive where that is cheaper, and says so', async () => {
    const waits: string[] = [];
    const patient = gitlab({
      ...optionsFor(fake, fake.tokens.ana),
      onWait: ({ why }) => waits.push(why),
      clock: {
        now: () => new Date(fake.clock.now()).toISOString(),
        sleep: async (milliseconds) => fake.clock.advance(milliseconds),
      },
    });
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`many/f${index}.yaml`, `v: ${index}\n`]),
    );
    await seed.commit({ branch: 'main', files: many });
    for (let index = 0; index < 6; index++) {
      const commit = await seed.commit({ branch: 'main', files: { 'b.yaml': `b: ${index}\n` } });
      const { files } = await okOf(gitlabOrSame(index, patient).git.snapshot({ commit }, ['**/*.yaml']));
      expect(Object.keys(files)).toHaveLength(302);
    }
    expect(waits.join()).toContain('archive');
  });

  /** A fresh instance each time: what one has read it need not fetch again. */
  function gitlabOrSame(index: number, last: Forge): Forge {
    return index === 5 ? last : gitlab(optionsFor(fake, fake.tokens.ana));
  }
});
