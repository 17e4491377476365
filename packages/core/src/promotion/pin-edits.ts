import { type GitOpsError, problem } from '../errors/error.js';
import type { Environment, Pin } from '../fleet/fleet.js';
import { keyOfUser, type PinUser, type PinUsers, placedKey } from '../fleet/pin-users.js';
import { instanceOf } from '../fleet/select.js';
import { groupBy, type WantedEdit } from '../plan/assemble.js';

/** The version that an image is to have, at one of its pins. */
export interface WantedPin {
  /** Where the version comes from; null where it was given. */
  readonly from: Environment | null;
  readonly to: Environment;
  readonly application: string;
  readonly image: string;
  readonly pin: Pin;
  readonly value: string;
  readonly edit: WantedEdit;
}

/**
 * The edits, one for each pin. Images that share a pin, also those of several environments, move together and to the
 * same version, or none of them does: `shared-pin`.
 */
export function editsOfPins(
  all: readonly WantedPin[],
  users: PinUsers,
): { readonly edits: readonly WantedEdit[]; readonly problems: readonly GitOpsError[] } {
  const edits: WantedEdit[] = [];
  const problems: GitOpsError[] = [];
  for (const wanted of groupBy(all, ({ edit, pin }) => placedKey(edit.place, pin)).values()) {
    const [first] = wanted;
    if (first === undefined) continue;
    const moving = new Set(wanted.map((one) => keyOfUser(userOf(one))));
    const others = users.of(first.edit.place, first.pin).filter((one) => !moving.has(keyOfUser(one)));
    const isOneVersion = wanted.every(({ value }) => value === first.value);
    if (others.length > 0) problems.push(movesOthers(first, others));
    else if (!isOneVersion) problems.push(isSeveralVersions(first, wanted));
    else edits.push(first.edit);
  }
  return { edits, problems };
}

function movesOthers(first: WantedPin, others: readonly PinUser[]): GitOpsError {
  const { to, application, image } = first;
  const what = `is also that of ${namesOf(others, to)}, which would move with ${image} of ${application}.`;
  return sharedPin(first, what, howTogether(first, others));
}

function howTogether({ from, to, application }: WantedPin, others: readonly PinUser[]): string {
  const names = [...new Set(others.map((one) => one.application))];
  const alone = from === null ? undefined : names.find((name) => instanceOf(from, name) === null);
  if (alone !== undefined)
    return `${alone} is not in ${from?.name}, so that they cannot move together: leave it out with "ignore" in gitops.yaml, or give it a version of its own.`;
  if (others.some(({ environment }) => environment !== to.name)) return ofOneVersion(to);
  const together = [...new Set([application, ...names])].join(',');
  return `Move them together (--app ${together}), or give each a version of its own in ${to.name}.`;
}

function isSeveralVersions(first: WantedPin, wanted: readonly WantedPin[]): GitOpsError {
  const values = [...new Set(wanted.map(({ value }) => value))];
  const names = namesOf(wanted.map(userOf), first.to);
  return sharedPin(first, `is that of ${names}; it cannot be ${values.join(' and ')}.`, ofOneVersion(first.to));
}

function ofOneVersion({ name }: Environment): string {
  return `Move all of them to the same version, or give each a version of its own in ${name}.`;
}

function sharedPin({ to, application, image, pin }: WantedPin, what: string, remedy: string): GitOpsError {
  return problem('shared-pin', `The version at ${pin.file}:${pin.at.line} ${what}`, remedy, {
    at: pin.at,
    details: { environment: to.name, application, image },
  });
}

function namesOf(users: readonly PinUser[], to: Environment): string {
  return users
    .map((one) => `${one.image} of ${one.application}${one.environment === to.name ? '' : ` in ${one.environment}`}`)
    .join(' and ');
}

/** The image that moves. */
export function userOf({ to, application, image }: WantedPin): PinUser {
  return { environment: to.name, application, image };
}
