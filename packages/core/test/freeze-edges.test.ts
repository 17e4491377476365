import { describe, expect, it } from 'vitest';
import { obstacleTo } from '../src/freeze/in-force.js';
import {
  applyPlan,
  fleetOf,
  mergePullRequest,
  type Plan,
  planFreeze,
  planPromotion,
  planResume,
  readFleet,
  snapshotOf,
} from '../src/index.js';
import { memoryForge, testClock } from './memory-forge.js';
import { shop } from './shop.js';

const now = '2026-11-25T10:00:00Z';
type Files = Record<string, string>;

const fleet = (files: Files) => fleetOf(snapshotOf(files, 'c'.repeat(40)))._unsafeUnwrap();
const merged = (files: Files, plan: Plan): Files => {
  const next = { ...files };
  for (const file of plan.changes.flatMap((one) => one.files)) {
    if (file.after === null) delete next[file.path];
    else next[file.path] = file.after;
  }
  return next;
};
const record = (environment: string, rest = 'undo: []\n') =>
  `version: 1\nenvironment: ${environment}\nreason: QA\nby: ana\nsince: ${now}\n${rest}`;

describe('a freeze record', () => {
  const config = 'version: 1\nenvironments:\n  dev: {}\n  prod: { from: dev, aliases: [production] }\n';

  it('holds an environment under an earlier name of it', () => {
    const files = {
      ...shop({ dev: { users: '3.0.0' }, prod: { users: '2.0.0' } }),
      'gitops.yaml': config,
      '.gitops/freezes/production.yaml': record('production'),
    };
    const refused = planPromotion(fleet(files), { from: 'dev', to: ['prod'], now });
    expect(refused._unsafeUnwrapErr().kind).toBe('environment-frozen');
    const resumed = planResume(fleet(files), { environment: 'prod', now })._unsafeUnwrap();
    expect(Object.keys(merged(files, resumed))).not.toContain('.gitops/freezes/production.yaml');
  });

  it('of an environment that is not there is told', () => {
    const read = fleet({ ...shop(), '.gitops/freezes/qa.yaml': record('qa') });
    expect(read.notes.filter((one) => one.kind === 'freeze-of-no-environment').map((one) => one.at?.file)).toEqual([
      '.gitops/freezes/qa.yaml',
    ]);
  });

  it('keeps a reason that looks like a number a text', () => {
    const plan = planFreeze(fleet(shop()), { environment: 'prod', reason: '.5', by: 'ana', now })._unsafeUnwrap();
    const read = fleet(merged(shop(), plan));
    expect(read.environments.flatMap((one) => one.freezes.map((freeze) => freeze.reason))).toEqual(['.5']);
  });

  it('denies a version with its digest also where only the tag is written', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const denied = (version: string) => {
      const rest = `denied:\n  - application: users\n    image: ghcr.io/acme/users\n    version: "${version}"\nundo: []\n`;
      const read = fleet({ ...shop(), '.gitops/freezes/prod+0.yaml': record('prod', rest) });
      const prod = read.environments.find((one) => one.name === 'prod');
      if (prod === undefined) throw new Error('no prod');
      return (tag: string | null, other: string | null) =>
        obstacleTo(prod, 'users', 'ghcr.io/acme/users', { tag, digest: other })?.kind ?? null;
    };
    const both = denied(`2.1.0@${digest}`);
    expect([both('2.1.0', null), both(null, digest), both('2.1.0', digest)]).toEqual(['denied', 'denied', 'denied']);
    expect([both('2.2.0', null), both('2.1.0', `sha256:${'b'.repeat(64)}`)]).toEqual([null, null]);
    expect([denied('2.1.0')('2.1.0', digest), denied(digest)('2.1.0', digest)]).toEqual(['denied', 'denied']);
  });
});

describe('a freeze that waits in an open pull request', () => {
  const config = 'version: 1\nfreeze: { longest: 14d }\n';
  const start = () => {
    const memory = memoryForge({ ...shop(), 'gitops.yaml': config });
    const freeze = async (at: string, until: string) =>
      applyPlan(
        (
          await readFleet(memory.forge).andThen((read) =>
            planFreeze(read, { environment: 'dev', reason: 'QA', by: 'ana', now: at, until }),
          )
        )._unsafeUnwrap(),
        { forge: memory.forge, clock: testClock() },
      );
    return { ...memory, freeze };
  };

  it('is extended by as much as a freeze may last from today', async () => {
    const { freeze, filesOf } = start();
    expect((await freeze('2026-11-25T10:00:00Z', '2026-12-09T10:00:00Z')).isOk()).toBe(true);
    const again = await freeze('2026-11-28T10:00:00Z', '2026-12-12T10:00:00Z');
    expect(again._unsafeUnwrap().pullRequests.map((one) => one.kind)).toEqual(['updated']);
    const text = filesOf('gitops/freeze/dev')['.gitops/freezes/dev.yaml'];
    expect(text).toContain('since: 2026-11-25T10:00:00Z\nuntil: 2026-12-12T10:00:00Z\n');
  });
});

describe('the pull request of a freeze', () => {
  it('waits for the approvals that its environment asks for', async () => {
    const config = 'version: 1\npullRequest:\n  for:\n    prod: { merge: { approvals: 1 } }\n';
    const { forge } = memoryForge({ ...shop(), 'gitops.yaml': config });
    const clock = testClock();
    const plan = await readFleet(forge).andThen((read) =>
      planFreeze(read, { environment: 'prod', reason: 'QA', by: 'ana', now }),
    );
    const opened = (await applyPlan(plan._unsafeUnwrap(), { forge, clock }))._unsafeUnwrap().pullRequests[0];
    const answer = await mergePullRequest(opened?.id ?? '', { forge, clock });
    expect(answer._unsafeUnwrap().kind).toBe('waiting');
  });
});
