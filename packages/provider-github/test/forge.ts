import type { Clock } from '@gitops/core';
import { type ForgeUnderTest, gitRepository } from '@gitops/provider-testkit/contract';
import { type FakeGitHub, type GitHubOptions as FakeOptions, startGitHub } from '@gitops/provider-testkit/fakes';
import { expect } from 'vitest';
import { type GitHubOptions, github } from '../src/index.js';

/** Waits pass at once; they are told by `onWait`. */
export function patientClock(fake: FakeGitHub): Clock {
  return {
    now: () => `${new Date(fake.clock.now()).toISOString().slice(0, 19)}Z`,
    sleep: async () => undefined,
  };
}

/** Options for the fake's repository `acme/gitops`, with nothing of this machine's user. */
export function optionsFor(fake: FakeGitHub, more: Partial<GitHubOptions> = {}): GitHubOptions {
  return {
    repository: `${fake.webUrl}/acme/gitops`,
    apiUrl: fake.apiUrl,
    env: { PATH: process.env['PATH'] },
    cache: false,
    clock: patientClock(fake),
    ...more,
  };
}

export interface Variant {
  readonly fake?: FakeOptions;
  /** As whom the forge acts; alice where left out. */
  readonly act?: (fake: FakeGitHub) => Partial<GitHubOptions>;
  /** Options of both people. */
  readonly more?: Partial<GitHubOptions>;
}

/** A fake of its own, and the forge on it as two people. Ends with the fake's own verdict on every request. */
export async function makeForge({
  fake: options = {},
  act,
  more = {},
}: Variant = {}): Promise<ForgeUnderTest & { readonly fake: FakeGitHub }> {
  const fake = await startGitHub(options);
  const { seed, inspect } = gitRepository(fake.folder('acme/gitops'));
  const milestone = 'Q4';
  await fetch(`${fake.apiUrl}/repos/acme/gitops/milestones`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fake.tokens.alice}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: milestone }),
  });
  return {
    fake,
    forge: github(optionsFor(fake, { ...more, ...(act?.(fake) ?? { token: fake.tokens.alice }) })),
    colleague: github(optionsFor(fake, { ...more, token: fake.tokens.bob })),
    colleagueName: 'bob',
    milestone,
    seed: {
      ...seed,
      reject: (pullRequest, _, text) => fake.rejectPullRequest('acme/gitops', Number(pullRequest), text),
    },
    inspect,
    dispose: async () => {
      await fake.close();
      expect(fake.violations).toEqual([]);
    },
  };
}
