import { unknownName } from '../environment/index.js';
import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Environment, Fleet, Instance, TrackedImage } from '../fleet/fleet.js';
import { likelyMappings, textOfMapping } from '../fleet/likely-mappings.js';
import { pairImage } from '../fleet/pairing.js';
import { describeVersion, isSameVersion } from '../fleet/pin-version.js';
import {
  ambiguousIn,
  environmentOf,
  environmentsOf,
  everything,
  instanceOf,
  isNamedOutright,
  isSelected,
  pinKey,
  readWhole,
  unknownInSelection,
} from '../fleet/select.js';
import { describeFreeze, isFrozen, wholeFreezeOf } from '../freeze/in-force.js';
import type { Selection } from '../freeze/record.js';
import type { CommitId, Version } from '../model.js';
import type { Plan, PromoteRequest } from '../plan/plan.js';
import { err, type Result } from '../result.js';
import { missingApplication } from './missing-application.js';
import { type MoveOptions, MovePlan } from './move-plan.js';
import { severityOf } from './rules.js';
import { warnOfUpdatedTarget } from './updated-target.js';

/** What may be asked of {@link planPromotion}; what is left out has its usual meaning. */
export interface PromotionOptions extends MoveOptions {
  /** Environment (or alias) whose versions are taken. */
  readonly from: string;
  /** Environments, aliases or groups that get them. */
  readonly to: readonly string[];
  readonly selection?: Partial<Selection>;
  /** ISO 8601; planning knows no other time. */
  readonly now: string;
  readonly by?: string;
  /** Whether `source` was asked for; left out: it was, where it is given. */
  readonly pinned?: boolean;
}

/**
 * Plans a promotion: the versions of one environment for others, in one change per place. Every version is written at
 * the target's own effective pin; nothing is created, and only versions travel.
 *
 * Errors: `unknown-environment`, `unknown-application`, `unknown-image`, `environment-frozen`, and what a rule of
 * severity `error` found (`downgrade`, `missing-pin`, `masked-pin`, `shared-pin`, `ambiguous-image`, …). All are
 * found in one go; the first carries the others in `also`. A plan without changes means that nothing is to be done.
 */
export function planPromotion(fleet: Fleet, options: PromotionOptions): Result<Plan, GitOpsError> {
  const selection: Selection = { ...everything, ...options.selection };
  const sources = options.source ?? fleet;
  const whole = readWhole(fleet).andThen(() => readWhole(sources));
  if (whole.isErr()) return err(whole.error);
  const from = environmentOf(sources, options.from);
  if (from.isErr()) return err(from.error);
  const targets = environmentsOf(fleet, options.to);
  if (targets.isErr()) return err(targets.error);
  if (targets.value.some((one) => one.name === from.value.name)) {
    return err(
      problem('usage', `${from.value.name} cannot be promoted to itself.`, 'Name another environment to promote to.'),
    );
  }
  const ambiguous = severalProblems([
    ...ambiguousIn(sources, [from.value], selection),
    ...ambiguousIn(fleet, targets.value, selection),
  ]);
  if (ambiguous !== null) return err(ambiguous);
  const unknown = severalProblems(unknownInSelection([from.value, ...targets.value], selection));
  if (unknown !== null) return err(unknown);

  const request: PromoteRequest = {
    verb: 'promote',
    from: from.value.name,
    fromCommit: commitOf(sources, from.value),
    pinned: options.pinned ?? options.source !== undefined,
    to: targets.value.map((one) => one.name),
    selection,
    now: options.now,
    by: options.by ?? '',
  };
  const plan = new MovePlan(fleet, request, request.to, options);
  for (const target of targets.value) promoteInto(plan, from.value, target, selection);
  if (!request.pinned) warnOfMovingSource(plan, from.value, targets.value);
  warnOfUpdatedTarget(plan, targets.value);
  return plan.finish({
    operation: 'promote',
    branch: ['promote', from.value.name, targets.value.map((one) => one.name).join(',')],
    selection,
    environments: targets.value.map((one) => one.name),
    title: (moves) => `Promote ${from.value.name} to ${targets.value.map((one) => one.name).join(', ')}: ${moves}`,
    trailers: [
      ['GitOps-From', request.fromCommit === null ? from.value.name : `${from.value.name}@${request.fromCommit}`],
      ['GitOps-To', targets.value.map((one) => one.name).join(', ')],
    ],
    notes: [],
    extra: [],
  });
}

function commitOf(fleet: Fleet, environment: Environment): CommitId | null {
  return fleet.places.find((one) => one.place.id === environment.deploys.id)?.snapshot.commit ?? null;
}

function promoteInto(plan: MovePlan, from: Environment, to: Environment, selection: Selection): void {
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
    return;
  }
  if (to.from.length > 0 && !to.from.includes(from.name)) {
    plan.find('promotion-order', to, null, null, null, {
      message: `${to.name} is promoted from ${to.from.join(' and ')}, not from ${from.name}.`,
      remedy: `Promote ${to.from[0]} to ${to.name}, or change "from" of ${to.name} in gitops.yaml.`,
    });
  }
  for (const source of from.instances) {
    if (!isSelected(selection, source.application, null)) continue;
    const target = instanceOf(to, source.application);
    if (target === null) reportMissing(plan, source, from, to, selection);
    else promoteApplication(plan, { from, to, source, target, selection });
  }
  for (const application of selection.applications) {
    if (instanceOf(from, application) !== null) continue;
    const only = instanceOf(to, application);
    if (only !== null) plan.refuse(missingApplication(plan.fleet, only, to, from));
  }
}

function reportMissing(
  plan: MovePlan,
  source: Instance,
  from: Environment,
  to: Environment,
  selection: Selection,
): void {
  const missing = missingApplication(plan.fleet, source, from, to);
  if (selection.applications.includes(source.application)) {
    plan.refuse(missing);
    return;
  }
  plan.find('application-in-one-environment', to, source.application, null, missing.at, missing);
  plan.skip(to, source.application, null, 'only-in-source', `${source.application} is in ${from.name} only.`);
}

interface Pair {
  readonly from: Environment;
  readonly to: Environment;
  readonly source: Instance;
  readonly target: Instance;
  readonly selection: Selection;
}

function promoteApplication(plan: MovePlan, pair: Pair): void {
  const { to, source, target, selection } = pair;
  for (const found of [...source.problems, ...target.problems]) plan.refuse(found);
  const images = source.images.filter((one) => isSelectedPair(plan, pair, one));
  if (images.length === 0 && selection.applications.includes(source.application)) {
    const known = source.images.map((one) => one.image);
    for (const image of selection.images) plan.refuse(unknownName('unknown-image', image, known));
    if (known.length === 0 && source.problems.length === 0) plan.refuse(noImages(source));
  }
  for (const image of images) promoteImage(plan, pair, image);
  if (source.images.length === 0 && source.problems.length === 0) {
    plan.skip(
      to,
      source.application,
      null,
      'untracked',
      `No image with a version was found for ${source.application}.`,
    );
  }
}

/** An image is selected by its name in either environment; one that is left out by either is left out. */
function isSelectedPair(plan: MovePlan, { source, target, to, selection }: Pair, image: TrackedImage): boolean {
  const pairing = pairImage(image, target.images, plan.fleet.config.images, to.name);
  const names = [image.image, ...(pairing.kind === 'paired' ? [pairing.target.image] : [])];
  return (
    names.some((name) => isSelected({ ...selection, except: [] }, source.application, name)) &&
    names.every((name) => isSelected({ ...selection, images: [] }, source.application, name))
  );
}

function noImages(source: Instance): GitOpsError {
  return problem(
    'missing-version',
    `No image with a version was found for ${source.application} in ${source.environment}.`,
    'Look at gitops status --explain to see what was read.',
    { at: source.resource.at, details: { application: source.application } },
  );
}

function promoteImage(plan: MovePlan, pair: Pair, image: TrackedImage): void {
  const { from, to, source, target, selection } = pair;
  const pairing = pairImage(image, target.images, plan.fleet.config.images, to.name);
  const names = [image.image, ...(pairing.kind === 'paired' ? [pairing.target.image] : [])];
  const named = names.some((name) => isNamedOutright(selection, source.application, name));
  const isFollower = pairing.kind === 'none' && followsAnother(plan, pair, image);
  const isChart = image.what !== undefined && pairing.kind === 'none';
  if (
    pairing.kind === 'none' &&
    selection.images.length === 0 &&
    (isFollower || isChart || plan.isCommon(from, image))
  ) {
    const shared = isFollower ? 'an image that is promoted' : 'all environments';
    const why = `${image.image} runs in ${from.name} only${isChart ? '' : `; its version is that of ${shared}`}.`;
    plan.skip(to, source.application, image.image, 'only-in-source', why);
    return;
  }
  if (pairing.kind === 'none') {
    const likely = likelyMappings(source, target, plan.fleet.config.images).find((one) => one.source === image);
    plan.find('missing-pin', to, source.application, image.image, target.resource.at, {
      message: `${source.application} in ${to.name} has no place where the version of ${image.image} is written.`,
      remedy:
        likely === undefined
          ? `Add the image to ${target.resource.file} as ${source.resource.file} has it, map its name under "images" in gitops.yaml, or leave it out: --except ${image.image}`
          : `If it is ${likely.target.image} there, say so in gitops.yaml: images: [${textOfMapping(likely.mapping)}]. Else leave it out: --except ${image.image}`,
    });
    return;
  }
  if (pairing.kind === 'ambiguous') {
    plan.find(
      'ambiguous-image',
      to,
      source.application,
      image.image,
      pairing.candidates[0]?.pins[0]?.at ?? target.resource.at,
      {
        message: `${image.image} could be ${pairing.candidates.map((one) => one.image).join(' or ')} in ${to.name}.`,
        remedy: 'Give both environments the same image name or alias, or map the name under "images" in gitops.yaml.',
      },
    );
    return;
  }
  if (image.version === null && pairing.target.version === null && !named) {
    const why = `${image.image} has no version in Git, in ${from.name} nor in ${to.name}.`;
    plan.skip(to, source.application, image.image, 'untracked', why);
    return;
  }
  if (image.version === null) {
    plan.find('missing-version', to, source.application, image.image, source.resource.at, {
      message: `${source.application} in ${from.name} has no version of ${image.image} in Git.`,
      remedy: `Write the version into ${from.name} first, or leave the application out: --except ${source.application}`,
    });
    return;
  }
  const now = pairing.target.version;
  if (now === null || !isSameVersion(now, image.version)) reportLagging(plan, pair, image, image.version);
  plan.move({ verb: 'promote', from, to, source, target, image: pairing.target, version: image.version, named });
}

/** Where an environment is promoted from several, a version has to be in all of them that run the application. */
function reportLagging(plan: MovePlan, { from, to, source }: Pair, image: TrackedImage, version: Version): void {
  if (!to.from.includes(from.name)) return;
  const lagging = to.from.flatMap((name) => {
    const other = plan.fleet.environments.find((one) => one.name === name);
    const instance = other === undefined || name === from.name ? null : instanceOf(other, source.application);
    if (instance === null) return [];
    const pairing = pairImage(image, instance.images, plan.fleet.config.images, name);
    const running = pairing.kind === 'paired' ? pairing.target.version : null;
    return running === null || isSameVersion(running, version) ? [] : [{ name, running }];
  });
  const [first] = lagging;
  if (first === undefined) return;
  const others = lagging.map(({ name, running }) => `${name} (${describeVersion(running)})`).join(' and ');
  plan.find('promotion-order', to, source.application, image.image, image.pins[0]?.at ?? source.resource.at, {
    message: `${source.application} ${describeVersion(version)} is in ${from.name}, and not in ${others}; ${to.name} is promoted from ${to.from.join(' and ')}.`,
    remedy: `Bring it to ${first.name} first, or leave it out with --except ${source.application}.`,
  });
}

/** Whether the version of an image stands where that of another image stands, which the target runs as well. */
function followsAnother(plan: MovePlan, { source, target, to }: Pair, image: TrackedImage): boolean {
  const others = source.images.filter(
    (one) => one !== image && pairImage(one, target.images, plan.fleet.config.images, to.name).kind === 'paired',
  );
  const known = new Set(others.flatMap((one) => one.pins.map((pin) => pinKey(pin))));
  return image.pins.length > 0 && image.pins.every((pin) => known.has(pinKey(pin)));
}

function warnOfMovingSource(plan: MovePlan, from: Environment, targets: readonly Environment[]): void {
  const moving = plan.versions().filter((one) => {
    const instance = instanceOf(from, one.application);
    const seen = instance?.updater.images.some((image) => !image.frozen) ?? false;
    return seen && !isFrozen(from, one.application, one.image);
  });
  const into = targets.filter((one) => moving.some((move) => move.environment === one.name));
  // once for all targets, with the strictest severity that any of them asks for
  const strictest = (['error', 'warn'] as const)
    .map((severity) => into.find((one) => severityOf(plan.fleet.config, 'source-not-frozen', one.name) === severity))
    .find((one) => one !== undefined);
  if (strictest === undefined) return;
  plan.find('source-not-frozen', strictest, null, null, null, {
    message: `${from.name} may change while this is reviewed.`,
    remedy: `Freeze it: gitops freeze ${from.name} --reason "…"`,
  });
}
