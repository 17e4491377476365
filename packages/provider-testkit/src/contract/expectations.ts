import type { Answer, GitOpsError } from '@gitops/core';
import { afterEach, beforeEach, expect } from 'vitest';
import type { ForgeUnderTest, MakeForge } from './forge-under-test.js';

/** The value of an answer; an error fails the test with its words. */
export async function okOf<T>(answer: Answer<T>): Promise<T> {
  return (await answer).match(
    (value) => value,
    (error) => {
      throw new Error(`expected a value, got ${error.kind}: ${error.message}`);
    },
  );
}

/** The error of an answer, which says what it is about and what to do. */
export async function errorOf(answer: Answer<unknown>): Promise<GitOpsError> {
  const error = (await answer).match(
    (value): GitOpsError => {
      throw new Error(`expected an error, got ${JSON.stringify(value)}`);
    },
    (found) => found,
  );
  expect(error.message).toMatch(/\S.*[.!]$/s);
  expect(error.remedy).toMatch(/\S/);
  return error;
}

/** A fresh forge for each test of the group. */
export function useForge(makeForge: MakeForge): () => ForgeUnderTest {
  let current: ForgeUnderTest | null = null;
  beforeEach(async () => {
    current = await makeForge();
  });
  afterEach(async () => {
    await current?.dispose();
    current = null;
  });
  return () => {
    if (current === null) throw new Error('the forge is made before each test, not outside of one');
    return current;
  };
}

/** Two branches to start from: `main`, the default, and `release`, which pull requests go into. */
export async function seeded(under: ForgeUnderTest): Promise<{ readonly base: string }> {
  const base = await under.seed.commit({
    branch: 'main',
    files: { 'apps/dev/a.yaml': 'tag: "1.0"\n', 'apps/prod/a.yaml': 'tag: "0.9"\n', 'README.md': '# Shop\n' },
    message: 'First',
  });
  await under.seed.setBranch('release', base);
  return { base };
}

/** A branch with one commit that sets prod's version. */
export async function withChange(
  under: ForgeUnderTest,
  branch: string,
  version: string,
): Promise<{ readonly base: string; readonly head: string }> {
  const base = (await okOf(under.forge.git.head('release')))?.commit ?? '';
  const head = await okOf(
    under.forge.git.commit({
      branch,
      expectedHead: (await okOf(under.forge.git.head(branch)))?.commit ?? null,
      base,
      files: [{ path: 'apps/prod/a.yaml', before: 'tag: "0.9"\n', after: `tag: "${version}"\n` }],
      message: `Set ${version}`,
    }),
  );
  return { base, head: head.commit };
}

export const hex = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
export const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
