import { describe, expect, it } from 'vitest';
import { application, fleet, gitops, makeRepository } from './repository.js';

const broken = () =>
  makeRepository(
    fleet({
      'apps/prod/users/application.yaml': application('users', 'prod', 'latest'),
      'apps/prod/payments/application.yaml': application('payments', 'prod', '1.7.0').replace(
        '    helm:\n',
        '    helm:\n      valueFiles: [none.yaml]\n',
      ),
    }),
  );

describe('lint', () => {
  it('prints each finding with its place and rule, and how many there are', async () => {
    const ran = await gitops(broken(), ['lint']);
    expect(ran.out).toMatch(/apps\/prod\/users\/application\.yaml:18:18\s+warn\s+mutable-tag\s+users in prod runs/);
    expect(ran.out).toMatch(/apps\/prod\/payments\/application\.yaml:\d+:\d+\s+error\s+argocd-refuses/);
    expect(ran.out.trimEnd().split('\n').at(-1)).toBe('1 error, 1 warning, 0 for information.');
    expect(ran.exitCode).toBe(10);
  });

  it('exits with 0 where there is nothing, with --strict only without warnings', async () => {
    expect((await gitops(makeRepository(), ['lint'])).exitCode).toBe(0);
    const warned = makeRepository(
      fleet({ 'apps/prod/users/application.yaml': application('users', 'prod', 'latest') }),
    );
    expect((await gitops(warned, ['lint'])).exitCode).toBe(0);
    expect((await gitops(warned, ['lint', '--strict'])).exitCode).toBe(10);
  });

  it('answers as JSON', async () => {
    const ran = await gitops(broken(), ['lint', '--output', 'json']);
    expect(ran.json()).toMatchObject({
      schema: 'gitops/lint/1',
      findings: [{ rule: 'argocd-refuses' }, { rule: 'mutable-tag' }],
    });
  });

  it('writes SARIF', async () => {
    const { out } = await gitops(broken(), ['lint', '--format', 'sarif']);
    const [run] = (JSON.parse(out) as { runs: { results: object[]; tool: { driver: { rules: { id: string }[] } } }[] })
      .runs;
    expect(run?.tool.driver.rules.map((one) => one.id)).toEqual(['argocd-refuses', 'mutable-tag']);
    expect(run?.results[1]).toMatchObject({
      ruleId: 'mutable-tag',
      ruleIndex: 1,
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'apps/prod/users/application.yaml' },
            region: { startLine: 18 },
          },
        },
      ],
    });
  });

  it("writes GitLab's Code Quality report, each finding with a fingerprint of its own", async () => {
    const { out } = await gitops(broken(), ['lint', '--format', 'code-quality']);
    const report = JSON.parse(out) as { fingerprint: string; severity: string; location: object }[];
    expect(report.map((one) => one.severity)).toEqual(['major', 'minor']);
    expect(report[1]?.location).toEqual({ path: 'apps/prod/users/application.yaml', lines: { begin: 18 } });
    expect(new Set(report.map((one) => one.fingerprint)).size).toBe(2);
  });

  it('refuses a format that it does not know', async () => {
    expect((await gitops(broken(), ['lint', '--format', 'xml'])).exitCode).toBe(2);
  });
});
