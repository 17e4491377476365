import { unknownName } from '../environment/index.js';
import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Fleet, TrackedImage } from '../fleet/fleet.js';
import { ambiguousIn, environmentOf, instanceOf, readWhole } from '../fleet/select.js';
import { describeFreeze, wholeFreezeOf } from '../freeze/in-force.js';
import type { Selection } from '../freeze/record.js';
import { parseVersion } from '../image/index.js';
import type { Plan, SetRequest } from '../plan/plan.js';
import { err, ok, type Result } from '../result.js';
import { type MoveOptions, MovePlan } from './move-plan.js';
import { warnOfUpdatedTarget } from './updated-target.js';

export interface SetOptions extends MoveOptions {
  readonly environment: string;
  readonly versions: SetRequest['versions'];
  /** ISO 8601. */
  readonly now: string;
  readonly by?: string;
}

/**
 * Plans versions given outright (`gitops set prod payments=1.8.2`), by the same pins and rules as a promotion.
 * Errors: `unknown-environment`, `unknown-application`, `ambiguous-image` where an application has several images and
 * none is named, `image-reference-invalid`, and those of the rules.
 */
export function planSet(fleet: Fleet, options: SetOptions): Result<Plan, GitOpsError> {
  const environment = readWhole(fleet).andThen(() => environmentOf(fleet, options.environment));
  if (environment.isErr()) return err(environment.error);
  const to = environment.value;
  const selection: Selection = {
    applications: [...new Set(options.versions.map((one) => one.application))],
    images: options.versions.flatMap((one) => (one.image === null ? [] : [one.image])),
    except: [],
  };
  const ambiguous = severalProblems(ambiguousIn(fleet, [to], selection));
  if (ambiguous !== null) return err(ambiguous);
  const request: SetRequest = {
    verb: 'set',
    environment: to.name,
    versions: options.versions,
    now: options.now,
    by: options.by ?? '',
  };
  const plan = new MovePlan(fleet, request, [request.environment], options);
  const frozen = wholeFreezeOf(to);
  if (frozen !== null) {
    plan.refuse(
      problem(
        'environment-frozen',
        `${to.name} is frozen ${describeFreeze(frozen)}.`,
        `Wait for the freeze to end, or end it: gitops resume ${to.name}`,
        { at: { file: frozen.file, line: 1, column: 1 }, details: { environment: to.name } },
      ),
    );
  }
  const given = new Map<TrackedImage, string>();
  for (const wanted of options.versions) {
    const target = instanceOf(to, wanted.application);
    if (target === null) {
      plan.refuse(
        unknownName(
          'unknown-application',
          wanted.application,
          to.instances.map((one) => one.application),
        ),
      );
      continue;
    }
    for (const found of target.problems) plan.refuse(found);
    const image = imageOf(target.images, wanted.image, wanted.application);
    const version = parseVersion(wanted.version);
    if (image.isErr()) plan.refuse(image.error);
    else if (version.isErr()) plan.refuse(version.error);
    else if (given.has(image.value)) {
      const before = given.get(image.value) ?? '';
      if (before !== wanted.version) plan.refuse(givenTwice(wanted.application, before, wanted.version));
    } else {
      given.set(image.value, wanted.version);
      plan.move({
        verb: 'set',
        from: null,
        to,
        source: null,
        target,
        image: image.value,
        version: version.value,
        named: true,
      });
    }
  }
  warnOfUpdatedTarget(plan, [to]);
  return plan.finish({
    operation: 'set',
    branch: ['set', to.name],
    selection,
    environments: [to.name],
    title: (moves) => `Set ${to.name}: ${moves}`,
    trailers: [['GitOps-Environment', to.name]],
    notes: [],
    extra: [],
  });
}

function givenTwice(application: string, first: string, second: string): GitOpsError {
  return problem('usage', `${application} is given two versions: ${first} and ${second}.`, 'Give one of them.');
}

function imageOf(
  images: readonly TrackedImage[],
  name: string | null,
  application: string,
): Result<TrackedImage, GitOpsError> {
  const known = images.map((one) => one.image);
  const fitting =
    name === null
      ? images
      : images.filter((one) => one.image === name || one.image.endsWith(`/${name}`) || one.alias === name);
  const only = fitting[0];
  if (fitting.length === 1 && only !== undefined) return ok(only);
  if (name !== null && fitting.length === 0) return err(unknownName('unknown-image', name, known));
  return err(
    fitting.length === 0
      ? problem(
          'missing-version',
          `${application} has no image with a version in Git.`,
          'Look at gitops status --explain to see what was read.',
        )
      : problem(
          'ambiguous-image',
          `${application} has several images: ${known.join(', ')}.`,
          `Name one: ${application}/${known[0]?.split('/').at(-1) ?? 'image'}=VERSION`,
        ),
  );
}
