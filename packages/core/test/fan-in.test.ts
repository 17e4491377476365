import { describe, expect, it } from 'vitest';
import { describePlan, fleetOf, planFreeze, planPromotion, snapshotOf } from '../src/index.js';
import { application, shop } from './shop.js';

const now = '2026-11-27T10:00:00Z';

const config = `version: 1
environments:
  dev: {}
  qa: { from: dev }
  perf: { from: dev }
  prod-eu: { from: { all: [qa, perf] } }
  prod-us: { from: { all: [qa, perf] } }
groups: { prod: [prod-eu, prod-us] }
`;

/** Versions of payments by environment; users is at 2.0.4 everywhere but in perf, where it is not. */
function files(payments: Readonly<Record<string, string>>, more = config): Record<string, string> {
  const all = { dev: '1.8.2', qa: '1.8.2', perf: '1.8.2', 'prod-eu': '1.7.0', 'prod-us': '1.7.0', ...payments };
  const applications = Object.entries(all).flatMap(([environment, version]) => [
    [`apps/${environment}/payments/application.yaml`, application('payments', environment, version)],
    ...(environment === 'perf'
      ? []
      : [[`apps/${environment}/users/application.yaml`, application('users', environment, '2.0.4')]]),
  ]);
  return {
    ...shop({ dev: { payments: '1', users: '2' }, prod: {} }),
    ...Object.fromEntries(applications),
    'gitops.yaml': more,
  };
}

const promote = (payments: Readonly<Record<string, string>>, to = ['prod'], more = config) =>
  planPromotion(fleetOf(snapshotOf(files(payments, more)))._unsafeUnwrap(), { from: 'qa', to, now });
const orders = (plan: ReturnType<typeof promote>) =>
  plan._unsafeUnwrap().findings.filter((one) => one.rule === 'promotion-order');

describe('an environment that is promoted from several', () => {
  it('takes what all of them run', () => {
    const plan = promote({});
    expect(orders(plan)).toEqual([]);
    expect(plan._unsafeUnwrap().versions.map((one) => `${one.environment} ${one.application}`)).toEqual([
      'prod-eu payments',
      'prod-us payments',
    ]);
  });

  it('is told of what only one of them runs, for each target', () => {
    expect(orders(promote({ perf: '1.8.1' }))).toMatchObject(
      ['prod-eu', 'prod-us'].map((environment) => ({
        severity: 'warn',
        environment,
        application: 'payments',
        message: `payments 1.8.2 is in qa, and not in perf (1.8.1); ${environment} is promoted from qa and perf.`,
        remedy: 'Bring it to perf first, or leave it out with --except payments.',
        at: { file: 'apps/qa/payments/application.yaml' },
      })),
    );
  });

  it('is not told of what is there already, nor of applications that one of them lacks', () => {
    expect(orders(promote({ perf: '1.8.1', 'prod-eu': '1.8.2', 'prod-us': '1.8.2' }))).toEqual([]);
  });

  it('refuses it where the rule says so', () => {
    const strict = `${config}rules: [{ rule: promotion-order, severity: error, into: [prod] }]\n`;
    expect(promote({ perf: '1.8.1' }, ['prod'], strict)._unsafeUnwrapErr().kind).toBe('promotion-order');
    expect(promote({}, ['prod'], strict).isOk()).toBe(true);
  });
});

it('a plan for several environments names each, and counts an application once', () => {
  const text = describePlan(promote({})._unsafeUnwrap());
  expect(text).toContain('Promote qa to prod-eu, prod-us · 1 application');
  expect(text).toMatch(
    /^ {2}prod-eu {2}payments {2}ghcr\.io\/acme\/payments {2}1\.7\.0 → 1\.8\.2 {2}minor\n {21}apps\/prod-eu/m,
  );
  expect(describePlan(promote({}, ['prod-eu'])._unsafeUnwrap())).toMatch(/^ {2}payments {2}ghcr\.io/m);
});

it('a group is named where one environment is asked for', () => {
  const fleet = fleetOf(snapshotOf(files({})))._unsafeUnwrap();
  const refused = planFreeze(fleet, { environment: 'prod', reason: 'QA', by: 'ana', now })._unsafeUnwrapErr();
  expect(refused).toMatchObject({
    kind: 'unknown-environment',
    message: '"prod" is a group, and one environment is asked for here.',
    remedy: 'Name one of prod-eu, prod-us.',
  });
});
