// A promotion on the forge of this example, which core knows nothing of.
// node promote.mjs <repository> [from] [to]
import { applyPlan, describeError, describePlan, exitCodeOf, planPromotion, readFleet } from '@gitops/core';
import { systemClock } from '@gitops/provider-http';
import { folder } from './dist/index.js';

const [path = '.', from = 'dev', to = 'prod'] = process.argv.slice(2);
const forge = folder({ path, identity: { name: 'Ada', email: 'ada@example.com' } });

const outcome = await readFleet(forge)
  .andThen((fleet) => planPromotion(fleet, { from, to: [to], now: systemClock.now() }))
  .map((plan) => {
    if (plan.changes.length > 0) console.log(describePlan(plan));
    return plan;
  })
  .andThen((plan) => applyPlan(plan, { forge, clock: systemClock }));

outcome.match(
  ({ pullRequests }) => {
    for (const { kind, url, title } of pullRequests) console.log(kind, url, title);
  },
  (error) => {
    console.error(describeError(error));
    process.exitCode = exitCodeOf(error);
  },
);
