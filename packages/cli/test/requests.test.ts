import type { RequestLog } from '@gitops/provider-testkit/fakes';
import { describe, expect, it } from 'vitest';
import { type Forge, onGitHub, onGitLab } from './forges.js';
import { application, type Files, fleet, gitops } from './repository.js';

/** So many applications of one chart, each a version behind in prod. */
function applications(count: number): Files {
  const chart = Object.entries(fleet()).filter(([path]) => path.startsWith('charts/users/'));
  const names = Array.from({ length: count }, (_, index) => `service-${String(index).padStart(4, '0')}`);
  const manifest = (name: string, environment: string, version: string) =>
    application(name, environment, version).replace(`charts/${name}`, 'charts/users');
  return Object.fromEntries([
    ...chart,
    ...names.flatMap((name) => [
      [`apps/dev/${name}/application.yaml`, manifest(name, 'dev', '1.1.0')] as const,
      [`apps/prod/${name}/application.yaml`, manifest(name, 'prod', '1.0.0')] as const,
    ]),
  ]);
}

/** What prod holds once it has the versions of dev. */
function landed(path: string, files: Files): readonly (readonly [string, string])[] {
  return path.startsWith('apps/prod/') ? [[path, (files[path] ?? '').replace('1.0.0', '1.1.0')]] : [];
}

type Start = (files: Files) => Promise<Forge<{ readonly log: RequestLog }>>;

/** A loaded machine needs its time for a thousand files. */
const patienceMs = 300_000;

const forges = [
  // a default branch that is not known yet is one more on GitLab
  { name: 'GitHub', start: onGitHub as Start, opening: 6, again: 3 },
  { name: 'GitLab', start: onGitLab as Start, opening: 4 + 1, again: 3 + 1 },
];

/** A run, and the requests that the forge counted. */
async function promote({ fake, env, url }: Awaited<ReturnType<Start>>) {
  fake.log.clear();
  const ran = await gitops('/', ['promote', 'dev', 'prod', '--repo', url, '--output', 'json'], { env });
  expect([ran.exitCode, ran.err.includes('warning')]).toEqual([0, false]);
  const { pullRequests } = ran.json() as { pullRequests: { kind: string }[] };
  return { kind: pullRequests[0]?.kind ?? 'nothing', lines: fake.log.lines('api') };
}

describe.each([1, 50, 1_000])('requests of a run with %i applications', (count) => {
  it.each(forges)(
    '$name: at most $opening to open, $again to find it again',
    async ({ start, ...most }) => {
      const forge = await start(applications(count));
      const opened = await promote(forge);
      expect(opened.kind).toBe('opened');
      expect(opened.lines.length, opened.lines.join('\n')).toBeLessThanOrEqual(most.opening);
      const again = await promote(forge);
      expect(again.kind).toBe('unchanged');
      expect(again.lines.length, again.lines.join('\n')).toBeLessThanOrEqual(most.again);
    },
    patienceMs,
  );
});

describe('requests of a run that finds nothing to do', () => {
  it.each(forges)('$name: at most $again', async ({ start, again }) => {
    const files = applications(50);
    const forge = await start({
      ...files,
      ...Object.fromEntries(Object.keys(files).flatMap((path) => landed(path, files))),
    });
    const nothing = await promote(forge);
    expect(nothing.kind).toBe('nothing');
    expect(nothing.lines.length, nothing.lines.join('\n')).toBeLessThanOrEqual(again);
  });
});
