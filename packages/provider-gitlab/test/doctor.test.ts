import type { Diagnosis } from '@gitops/core';
import { gitRepository } from '@gitops/provider-testkit/contract';
import { type FakeGitLab, type FakeGitLabOptions, startGitLab } from '@gitops/provider-testkit/fakes';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnose, type GitLabOptions } from '../src/index.js';
import { okOf, optionsFor } from './forge.js';

let fake: FakeGitLab;

afterEach(async () => {
  const { violations } = fake;
  await fake.close();
  expect(violations).toEqual([]);
});

async function start(options: FakeGitLabOptions = {}, files: Readonly<Record<string, string>> = {}) {
  fake = await startGitLab(options);
  const { seed } = gitRepository(fake.folder('acme/gitops'));
  await seed.commit({ branch: 'main', files: { 'gitops.yaml': 'version: 1\n', ...files } });
}

async function lines(
  more: Partial<GitLabOptions> = {},
  token = fake.tokens.ana,
): Promise<Readonly<Record<string, Diagnosis>>> {
  const found = await okOf(diagnose({ ...optionsFor(fake, token), ...more }));
  for (const one of found) {
    expect(one.message).toMatch(/\S.*\.$/);
    if (one.state === 'fail' || one.state === 'warn') expect(one.remedy).toMatch(/\S/);
    expect(JSON.stringify(one)).not.toContain(token);
  }
  return Object.fromEntries(found.map((one) => [one.check, one]));
}

describe('doctor', () => {
  it('finds little fault with a project that is set up well', async () => {
    await start(
      {
        projects: [
          {
            path: 'acme/gitops',
            settings: { only_allow_merge_if_pipeline_succeeds: true },
            protectedBranches: [{ name: 'main', merge: 'maintainer', push: null, codeOwnerApproval: true }],
          },
        ],
      },
      { CODEOWNERS: '* @nobody\n[Platform] @acme/platform\n/gitops.yaml\n' },
    );
    const found = await lines();
    expect(Object.entries(found).filter(([, one]) => one.state === 'fail' || one.state === 'warn')).toEqual([]);
    expect(found['host']?.message).toContain('19.5.0 (Enterprise Edition)');
    expect(found['token']?.message).toContain('of ana');
    expect(found['scopes']?.message).toContain('api');
    expect(found['permissions']?.message).toContain('Maintainer');
    expect(found['protection']?.message).toContain('No one may push');
    expect(found['approvals']?.message).toContain('CODEOWNERS names owners of gitops.yaml');
  });

  it('says what is missing, each with what to do', async () => {
    await start({
      edition: 'ce',
      projects: [
        {
          path: 'acme/gitops',
          settings: { merge_method: 'ff', squash_option: 'never' },
          protectedBranches: [{ name: 'gitops/*', push: 'maintainer' }],
        },
      ],
    });
    const found = await lines({}, fake.tokens.readOnly);
    expect(found['scopes']).toMatchObject({ state: 'fail', remedy: expect.stringContaining('scope api') });
    expect(found['branches']).toMatchObject({ state: 'fail', message: expect.stringContaining('gitops/*') });
    expect(found['protection']).toMatchObject({ state: 'warn', message: expect.stringContaining('not protected') });
    expect(found['merge-methods']).toMatchObject({
      state: 'warn',
      message: expect.stringContaining('Usable methods: rebase'),
    });
    expect(found['required-checks']?.state).toBe('warn');
    expect(found['approvals']).toMatchObject({ state: 'warn', message: expect.stringContaining('no CODEOWNERS') });
  });

  it.each([
    ['a reporter', () => fake.tokens.rob, 'permissions', 'fail'],
    ['an expired token', () => fake.tokens.expired, 'token', 'fail'],
    ['a stranger', () => fake.tokens.olga, 'permissions', 'unknown'],
  ] as const)('tells %s', async (_, token, check, state) => {
    await start();
    expect((await lines({}, token()))[check]?.state).toBe(state);
  });

  it('knows the token of a CI job, and nobody', async () => {
    await start();
    const env = { GITLAB_USER_LOGIN: 'ana', CI_JOB_TOKEN: fake.tokens.job, CI_SERVER_URL: fake.webUrl, PATH: '' };
    const { token: _, ...anonymous } = optionsFor(fake, 'x');
    const job = await okOf(diagnose({ ...anonymous, env }));
    expect(job.find((one) => one.check === 'scopes')).toMatchObject({
      state: 'fail',
      remedy: expect.stringContaining('project access token'),
    });
    const nobody = await okOf(diagnose({ ...anonymous, env: { PATH: '' } }));
    expect(nobody.find((one) => one.check === 'token')).toMatchObject({
      state: 'fail',
      remedy: expect.stringContaining('GITLAB_TOKEN'),
    });
  });

  it('shows a proxy without its password, and a clock that is wrong', async () => {
    await start();
    const { fetch } = globalThis;
    const transport = {
      fetch: async (...request: Parameters<typeof fetch>) => {
        const response = await fetch(...request);
        const headers = new Headers(response.headers);
        headers.set('date', new Date(Date.now() - 3_600_000).toUTCString());
        return new Response(response.body, { status: response.status, headers });
      },
      close: async () => undefined,
    };
    const found = await lines({ env: { HTTP_PROXY: 'http://ana:hidden@proxy.example.com:3128' }, transport });
    expect(found['proxy']?.message).toContain('proxy.example.com');
    expect(found['proxy']?.message).not.toContain('hidden');
    expect(found['clock']).toMatchObject({ state: 'warn', message: expect.stringContaining('ahead') });
  });

  it('tells a server that is not there', async () => {
    await start();
    const gone = await startGitLab();
    await gone.close();
    const clock = { now: () => fake.clock.iso(), sleep: async () => undefined };
    const found = await lines({ host: gone.webUrl, clock });
    expect(Object.keys(found)).toEqual(['host', 'proxy']);
    expect(found['host']).toMatchObject({ state: 'fail', message: expect.stringContaining('refused') });
  });
});
