import { type GitOpsError, problem } from '../errors/error.js';
import type { Assignment } from './discover.js';
import { startOf } from './naming.js';
import type { ApplicationFacts } from './readings.js';

/** A sentence names so many of them. */
const shownClaims = 3;

/** A resource as a claim is shown: `at` where it is known. */
type Claimant = Pick<ApplicationFacts, 'file' | 'document' | 'name' | 'at' | 'told'>;

/**
 * Applications that several resources claim in the same environment: one `application-claimed-twice` for each, at the
 * second resource, with the positions of the first ones in the message and all of them in `details.positions`. Empty where
 * every claim is the only one.
 *
 * @param applications those that `assignEnvironments` was asked about, in the same order.
 */
export function claimedTwice(
  assignment: Pick<Assignment, 'assigned'>,
  applications: readonly Claimant[],
): readonly GitOpsError[] {
  const claims = new Map<
    string,
    { readonly environment: string; readonly application: string; readonly by: Claimant[] }
  >();
  for (const { index, environment, application } of assignment.assigned) {
    const facts = applications[index];
    if (facts === undefined) throw new Error(`there is no application ${index}`);
    if (facts.told !== undefined) continue;
    const key = JSON.stringify([environment, application]);
    const claim = claims.get(key) ?? { environment, application, by: [] };
    claim.by.push(facts);
    claims.set(key, claim);
  }
  return [...claims.values()].flatMap(({ environment, application, by }) => {
    const [first, second] = by;
    if (first === undefined || second === undefined) return [];
    const positions = by.map((one) => startOf(one));
    const shown = by.slice(0, by.length === shownClaims + 1 ? by.length : shownClaims).map(describeClaim);
    const others = by.length - shown.length;
    const places = [...shown, ...(others > 0 ? [`${others} others`] : [])].join(' and ');
    return [
      problem(
        'application-claimed-twice',
        `The application ${application} in ${environment} is claimed by ${by.length} resources: ${places}.`,
        `Remove one of them, leave one out with "ignore" in gitops.yaml, or tell them apart there: layout: ["${layoutFor(by)}"]`,
        {
          at: startOf(second),
          details: {
            environment,
            application,
            positions: positions.map(({ file, line, column }) => ({ file, line, column })),
          },
        },
      ),
    ];
  });
}

/** The pattern whose `{environment}` is the one folder in which the paths differ; else an example. */
function layoutFor(by: readonly Claimant[]): string {
  const [first = [], ...others] = by.map(({ file }) => file.split('/'));
  const differing = first.flatMap((step, index) => (others.every((one) => one[index] === step) ? [] : [index]));
  const [folder] = differing;
  const isOne = differing.length === 1 && others.every((one) => one.length === first.length);
  if (folder === undefined || !isOne || folder === first.length - 1)
    return 'apps/{environment}/{application}/application.yaml';
  return first.with(folder, '{environment}').join('/');
}

function describeClaim(facts: Claimant): string {
  const { file, line } = startOf(facts);
  return facts.at === undefined
    ? `${facts.name} in ${file} (document ${facts.document + 1})`
    : `${facts.name} in ${file}:${line}`;
}
