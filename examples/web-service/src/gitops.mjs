// All that this service knows of promotions: what stands in the repository, what may be planned, and carrying it out.
import {
  applyPlan,
  environmentOf,
  findLastPromotion,
  forgeAt,
  okAsync,
  parsePlanFile,
  planAgain,
  planFreeze,
  planPromotion,
  planResume,
  readFleet,
  readFleetAt,
  toPlanFile,
} from '@gitops/core';
import { signatureOf } from './signature.mjs';

/** How long what a page shows may be approved. */
const approvableMs = 12 * 60 * 60 * 1000;

/**
 * @typedef {import('@gitops/core').Answer<import('@gitops/core').Outcome>} Carried
 * @typedef {import('@gitops/core').CallOptions} Call
 */

/**
 * @param {{
 *   forge: import('@gitops/core').Forge,
 *   forgeOf?: import('@gitops/core').ForgeOf,
 *   clock: import('@gitops/core').Clock,
 * }} where
 */
export function gitopsOf({ forge, forgeOf, clock }) {
  const places = forgeOf === undefined ? {} : { forgeOf };
  const readAt = (commit, place) => readFleetAt(forge, place, commit, places);

  /** Opens the pull requests, or finds them, and says in each who asked: their author is this service's own account. */
  const carryOut = (plan, by, call, reviewed = {}) =>
    applyPlan(plan, { forge, clock, ...places, ...call, ...reviewed }).andThen((outcome) =>
      outcome.pullRequests
        .reduce(
          (/** @type {import('@gitops/core').Answer<void>} */ before, one) =>
            before.andThen(() => sign(one, outcome.plan, by, call)),
          okAsync(undefined),
        )
        .map(() => outcome),
    );

  /** A pull request is in the repository of its place. */
  const sign = ({ id, place: where }, { changes }, by, call) => {
    const place = changes.find((one) => one.place.id === where)?.place;
    const at = place === undefined ? okAsync(forge) : forgeAt(forge, place, places);
    return at.andThen(({ pullRequests }) => pullRequests.comment(id, signatureOf(by), call));
  };

  /** Plans with the fleet as it is now, and carries that out. */
  const change = (by, call, planOn) =>
    readFleet(forge, { ...places, ...call })
      .andThen(planOn)
      .andThen((plan) => carryOut(plan, by, call));

  return {
    now: () => clock.now(),

    /** What stands there, and what each environment would get from those before it. */
    board: (/** @type {Call} */ call = {}) =>
      readFleet(forge, { ...places, ...call }).map((fleet) => ({
        fleet,
        now: clock.now(),
        promotions: fleet.environments.flatMap(({ name: to, from: sources }) =>
          sources.map((from) => ({ from, to, plan: planPromotion(fleet, { from, to: [to], now: clock.now() }) })),
        ),
      })),

    /** A plan as it is kept until somebody approves it: edits and digests, no contents of files. */
    toPaper: (/** @type {import('@gitops/core').Plan} */ plan) => {
      const expires = new Date(Date.parse(plan.request.now) + approvableMs).toISOString();
      return JSON.stringify(toPlanFile(plan, { expires }));
    },

    /** Carries out what was approved: these very edits, or `plan-outdated`. @returns {Carried} */
    approve: (/** @type {string} */ paper, /** @type {string} */ by, /** @type {Call} */ call = {}) =>
      parsePlanFile(paper, 'the page', clock.now()).asyncAndThen((reviewed) =>
        readFleet(forge, { ...places, ...call })
          .andThen((fleet) => planAgain({ ...reviewed.request, by }, fleet, readAt))
          .andThen((plan) => carryOut(plan, by, call, { reviewed })),
      ),

    /** @returns {Carried} */
    promote: ({ from, to, applications }, by, call = {}) =>
      change(by, call, (fleet) =>
        planPromotion(fleet, { from, to: [to], selection: { applications }, now: clock.now(), by }),
      ),

    /** @returns {Carried} */
    freeze: ({ environment, applications, reason, until }, by, call = {}) =>
      change(by, call, (fleet) =>
        planFreeze(fleet, { environment, selection: { applications }, reason, until, now: clock.now(), by }),
      ),

    /** @returns {Carried} */
    resume: ({ environment, applications }, by, call = {}) =>
      change(by, call, (fleet) =>
        planResume(fleet, { environment, selection: { applications }, now: clock.now(), by }),
      ),

    /** Takes back the last promotion into an environment that still stands. @returns {Carried} */
    revert: ({ environment }, by, call = {}) =>
      change(by, call, (fleet) =>
        environmentOf(fleet, environment).asyncAndThen(({ name }) =>
          findLastPromotion(forge, name, { ...places, ...call }).andThen(({ before, last, place, pullRequest }) =>
            planAgain(
              {
                verb: 'revert',
                landed: { before, last, ...(place === undefined ? {} : { place }) },
                pullRequest,
                environment: name,
                selection: { applications: [], images: [], except: [] },
                skipChanged: false,
                hold: null,
                now: clock.now(),
                by,
              },
              fleet,
              readAt,
            ),
          ),
        ),
      ),
  };
}
