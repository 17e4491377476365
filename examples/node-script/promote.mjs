// A promotion as one step of a pipeline. Run it again at will: it finds its own pull request.
// node promote.mjs [repository] [from] [to]
import { applyPlan, describeError, exitCodeOf, planPromotion, readFleet } from '@gitops/core';
import { git, systemClock } from '@gitops/provider-git';

const [path = '.', from = 'dev', to = 'prod'] = process.argv.slice(2);

const outcome = await git({ path }).andThen((forge) =>
  readFleet(forge)
    .andThen((fleet) => planPromotion(fleet, { from, to: [to], now: systemClock.now() }))
    .andThen((plan) => applyPlan(plan, { forge, clock: systemClock })),
);

outcome.match(
  (done) => {
    for (const { kind, id, title } of done.pullRequests) console.log(kind, id, title);
  },
  (error) => {
    console.error(describeError(error));
    process.exitCode = exitCodeOf(error); // 5: somebody else was there first, 6: the forge is away; run again
  },
);
