// The same from CommonJS, with exceptions instead of results.
// node promote.cjs [repository] [from] [to]
const { applyPlan, describeError, exitCodeOf, orThrow, planPromotion, readFleet } = require('@gitops/core');
const { git, systemClock } = require('@gitops/provider-git');

async function main([path = '.', from = 'dev', to = 'prod']) {
  const forge = orThrow(await git({ path }));
  const fleet = orThrow(await readFleet(forge));
  const plan = orThrow(planPromotion(fleet, { from, to: [to], now: systemClock.now() }));
  const done = orThrow(await applyPlan(plan, { forge, clock: systemClock }));
  for (const { kind, id, title } of done.pullRequests) console.log(kind, id, title);
}

main(process.argv.slice(2)).catch((failure) => {
  if (failure.name !== 'GitOpsFailure') throw failure; // a defect, not an answer
  console.error(describeError(failure.error));
  process.exitCode = exitCodeOf(failure.error);
});
