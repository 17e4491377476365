import { unknownName } from '../environment/index.js';
import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Selection } from '../freeze/record.js';
import { selects } from '../image-updater/index.js';
import { err, ok, type Result } from '../result.js';
import type { Environment, Fleet, Instance, Pin } from './fleet.js';

export const everything: Selection = { applications: [], images: [], except: [] };

/** True where the selection names something, so that what it names must exist and must be able to move. */
export function isNarrow(selection: Selection): boolean {
  return selection.applications.length + selection.images.length + selection.except.length > 0;
}

/**
 * True where the selection takes in this application, or (with an image) this image of it. An image is left out by its
 * full name only: the end of it may be the name of an application, too.
 */
export function isSelected(selection: Selection, application: string, image: string | null): boolean {
  if (selection.applications.length > 0 && !selection.applications.includes(application)) return false;
  if (selection.except.includes(application) || (image !== null && selection.except.includes(image))) return false;
  return image === null || selection.images.length === 0 || selection.images.some((one) => isNamed(one, image));
}

/** True where the selection names this pin outright, by application or by image. */
export function isNamedOutright(selection: Selection, application: string, image: string): boolean {
  return selection.applications.includes(application) || selection.images.some((one) => isNamed(one, image));
}

/** An image is named by its full name or by the end of it. */
function isNamed(given: string, image: string): boolean {
  return selects([given], { alias: null, image });
}

/**
 * The fleet, where all of it was read: what changes versions must not overlook what a broken file holds. Else the error
 * of each file that cannot be read; those that `known` cannot read either are passed over.
 */
export function readWhole(fleet: Fleet, known: Fleet | null = null): Result<Fleet, GitOpsError> {
  const before = new Set(known?.unreadable.map((one) => one.at?.file));
  const failed = severalProblems(fleet.unreadable.filter((one) => !before.has(one.at?.file)));
  return failed === null ? ok(fleet) : err(failed);
}

/** What the selection takes in of these environments and nothing tells apart: `application-claimed-twice`. */
export function ambiguousIn(
  fleet: Fleet,
  environments: readonly Environment[],
  selection: Selection,
): readonly GitOpsError[] {
  const names = new Set<unknown>(environments.map((one) => one.name));
  return fleet.ambiguous.filter(
    ({ details }) => names.has(details.environment) && isSelected(selection, String(details.application), null),
  );
}

/** The environment of this name or alias; else `unknown-environment` with the names that are known. */
export function environmentOf(fleet: Fleet, name: string): Result<Environment, GitOpsError> {
  const found =
    fleet.environments.find((one) => one.name === name) ?? fleet.environments.find((one) => one.aliases.includes(name));
  if (found !== undefined) return ok(found);
  const members = Object.hasOwn(fleet.config.groups, name) ? fleet.config.groups[name] : undefined;
  if (members !== undefined) {
    return err(
      problem(
        'unknown-environment',
        `"${name}" is a group, and one environment is asked for here.`,
        `Name one of ${members.join(', ')}.`,
        { details: { name, suggestions: [...members], known: fleet.environments.map((one) => one.name) } },
      ),
    );
  }
  return err(
    unknownName(
      'unknown-environment',
      name,
      fleet.environments.map((one) => one.name),
    ),
  );
}

/** Environments of a list of names, aliases and groups, in order of promotion, each once. */
export function environmentsOf(fleet: Fleet, names: readonly string[]): Result<readonly Environment[], GitOpsError> {
  const wanted = new Set<Environment>();
  for (const name of names) {
    const { groups } = fleet.config;
    for (const member of (Object.hasOwn(groups, name) ? groups[name] : undefined) ?? [name]) {
      const found = environmentOf(fleet, member);
      if (found.isErr()) return err(found.error);
      wanted.add(found.value);
    }
  }
  return ok(fleet.environments.filter((one) => wanted.has(one)));
}

/** What the selection names but these environments do not hold: `unknown-application` or `unknown-image`. */
export function unknownInSelection(environments: readonly Environment[], selection: Selection): GitOpsError[] {
  const instances = environments.flatMap((one) => one.instances);
  const applications = [...new Set(instances.map((one) => one.application))].sort();
  const images = [...new Set(instances.flatMap((one) => one.images.map((image) => image.image)))].sort();
  const missing = [
    ...selection.applications.filter((one) => !applications.includes(one)),
    ...selection.except.filter((one) => !applications.includes(one) && !images.includes(one)),
  ];
  return [
    ...missing.map((one) => unknownName('unknown-application', one, applications)),
    ...selection.images
      .filter((one) => !images.some((image) => isNamed(one, image)))
      .map((one) => unknownName('unknown-image', one, images)),
  ];
}

export function instanceOf(environment: Environment, application: string): Instance | null {
  return environment.instances.find((one) => one.application === application) ?? null;
}

/** Identity of a pin: the file and the address in it. */
export function pinKey(pin: Pin): string {
  return JSON.stringify([pin.file, pin.pointer.document, pin.pointer.path, pin.inside]);
}
