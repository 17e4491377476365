import type { ErrorKind, GitOpsError } from '../errors/error.js';
import { problem, severalProblems } from '../errors/error.js';
import type { Environment, Fleet, Instance, Place, TrackedImage } from '../fleet/fleet.js';
import { keyOfUser, PinUsers } from '../fleet/pin-users.js';
import { describeVersion, isSameVersion, pinValues } from '../fleet/pin-version.js';
import { placeOfPin } from '../fleet/place.js';
import { describeFreeze, obstacleTo } from '../freeze/in-force.js';
import type { Selection } from '../freeze/record.js';
import { kindOfChange } from '../image/index.js';
import type { FileChange, SourcePosition, Version } from '../model.js';
import { assembleEdits, type EditedPlace, groupBy, type WantedEdit } from '../plan/assemble.js';
import type { Finding, Plan, PlannedEdit, PlanRequest, Skipped, VersionChange } from '../plan/plan.js';
import { listMoves, textOf } from '../plan/text.js';
import { err, ok, type Result } from '../result.js';
import { editsOfPins, userOf, type WantedPin } from './pin-edits.js';
import { checkMove, checkOwnRule, type Rule, type RuleId, severityOf, toProblem } from './rules.js';

/** What every plan of versions may be given. */
export interface MoveOptions {
  /** Rules of one's own, run beside the built-in ones. */
  readonly rules?: readonly Rule[];
  /** Variables that `gitops.yaml` uses in titles and trailers: `{ 'env.TICKET': 'OPS-7' }`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** A fleet read at another commit, whose versions are taken: it cannot change while a review goes on. */
  readonly source?: Fleet;
}

/** An image that is asked to be at a version. */
export interface WantedMove {
  readonly verb: 'promote' | 'set' | 'revert';
  readonly from: Environment | null;
  readonly to: Environment;
  readonly source: Instance | null;
  readonly target: Instance;
  readonly image: TrackedImage;
  readonly version: Version;
  /** Named outright: an obstacle refuses instead of leaving it out. */
  readonly named: boolean;
}

/** How a plan of versions describes itself. */
export interface Ending {
  readonly operation: 'promote' | 'revert' | 'set';
  readonly branch: readonly string[];
  readonly selection: Selection;
  readonly environments: readonly string[];
  readonly title: (moves: string) => string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly notes: readonly string[];
  readonly extra: readonly WantedEdit[];
  /** Files beside the edits, made from the edited places (a freeze record needs what its edits did). */
  readonly files?: (places: readonly EditedPlace[]) => readonly { readonly place: Place; readonly file: FileChange }[];
}

/**
 * Collects what promote, set and revert have in common: which images move, what keeps them from it, what rules find.
 * Lives for one planning only.
 */
export class MovePlan {
  readonly fleet: Fleet;
  private readonly request: PlanRequest;
  /** The environments that the plan is for: what only they share may move. */
  private readonly targets: readonly string[];
  private readonly options: MoveOptions;
  private readonly users: PinUsers;
  private readonly problems: GitOpsError[] = [];
  private readonly findings: Finding[] = [];
  private readonly skipped: Skipped[] = [];
  /** Images that are at the version already, since both environments read it at one place. */
  private readonly common: Skipped[] = [];
  private readonly moves: VersionChange[] = [];
  private readonly wanted: WantedPin[] = [];

  constructor(fleet: Fleet, request: PlanRequest, targets: readonly string[], options: MoveOptions) {
    this.fleet = fleet;
    this.request = request;
    this.targets = targets;
    this.options = options;
    this.users = new PinUsers(fleet);
  }

  versions(): readonly VersionChange[] {
    return this.moves;
  }

  /** Something that no severity can pass. */
  refuse(found: GitOpsError): void {
    this.problems.push(found);
  }

  /** Something that a rule found; its severity comes from the configuration. */
  find(
    rule: RuleId,
    into: Environment,
    application: string | null,
    image: string | null,
    at: SourcePosition | null,
    found: { readonly message: string; readonly remedy: string },
  ): void {
    const severity = severityOf(this.fleet.config, rule, into.name);
    if (severity === 'off') return;
    this.add({
      rule: rule as ErrorKind,
      severity,
      message: found.message,
      remedy: found.remedy,
      at,
      environment: into.name,
      application,
      image,
    });
  }

  private add(finding: Finding): void {
    if (finding.severity === 'error') this.problems.push(toProblem(finding));
    else this.findings.push(finding);
  }

  skip(
    environment: Environment,
    application: string,
    image: string | null,
    reason: Skipped['reason'],
    message: string,
  ): void {
    this.skipped.push({ environment: environment.name, application, image, reason, message });
  }

  /** Puts an image at a version, if nothing keeps it from it. */
  move(wanted: WantedMove): void {
    const { to, target, image } = wanted;
    if (image.version === null || image.pins.length === 0) {
      // such as a chart whose version is locked for all: it runs what is wanted
      const runs = image.version !== null && isSameVersion(image.version, wanted.version);
      if (!runs) this.reportNoPin(wanted);
      return;
    }
    const values = pinValues(image, wanted.version);
    if (values.kind === 'impossible') {
      if (isSameVersion(image.version, wanted.version)) return;
      this.find('missing-version', to, target.application, image.image, image.pins[0]?.at ?? null, {
        message: `${image.image} of ${target.application} in ${to.name} cannot be set to ${describeVersion(wanted.version)}: ${values.why}.`,
        remedy: 'Write versions of the same form (tag, digest or both) in both environments.',
      });
      return;
    }
    const changed = values.values.filter(({ pin, value }) => pin.value !== value);
    if (changed.length === 0) {
      this.noteCommon(wanted);
      return;
    }
    if (this.isObstructed(wanted, values.version) || this.isShared(wanted)) return;
    this.check(wanted, image.version, values.version);
    this.moves.push({
      environment: to.name,
      application: target.application,
      image: image.image,
      from: image.version,
      to: values.version,
      kind: kindOfChange(image.version, values.version),
      pins: changed.map(({ pin }) => pin.at),
    });
    for (const { pin, value } of changed) {
      this.wanted.push({
        from: wanted.from,
        to,
        application: target.application,
        image: image.image,
        pin,
        value,
        edit: {
          place: placeOfPin(to, pin),
          file: pin.file,
          edit: { at: pin.pointer, set: value },
          inside: pin.inside,
          before: pin.value,
          after: value,
          why: `${wanted.verb} ${target.application} to ${describeVersion(values.version)}`,
        },
      });
    }
  }

  private reportNoPin({ to, target, image }: Pick<WantedMove, 'to' | 'target' | 'image'>): void {
    const hidden = image.masked[0];
    if (hidden !== undefined) {
      this.find('masked-pin', to, target.application, image.image, hidden.at, {
        message: `The version of ${image.image} written at ${hidden.file}:${hidden.at.line} has no effect: an override replaces it without a version of its own.`,
        remedy: `Write the version into the override file in the source path of ${target.resource.name}, or remove the override.`,
      });
      return;
    }
    this.find('missing-pin', to, target.application, image.image, target.resource.at, {
      message: `No version of ${image.image} is written for ${target.application} in ${to.name}; nothing is created.`,
      remedy: `Write a first version by hand where ${to.name} shall have it (helm.parameters in ${target.resource.file}), then promote.`,
    });
  }

  private isObstructed(wanted: WantedMove, version: Version): boolean {
    const { to, target, image } = wanted;
    if (wanted.verb === 'revert') return false;
    const obstacle = obstacleTo(to, target.application, image.image, version);
    if (obstacle === null) return false;
    const what = `${target.application} ${describeVersion(version)}`;
    const [kind, message] =
      obstacle.kind === 'denied'
        ? ([
            'version-denied',
            `${what} was taken back in ${to.name} and is held out ${describeFreeze(obstacle.record)}.`,
          ] as const)
        : ([
            'environment-frozen',
            `${target.application} is frozen in ${to.name} ${describeFreeze(obstacle.record)}.`,
          ] as const);
    if (wanted.named) {
      this.refuse(
        problem(kind, message, `End it first: ${resumeCommand(to.name, obstacle.record.selection)}`, {
          at: { file: obstacle.record.file, line: 1, column: 1 },
          details: { environment: to.name, application: target.application, image: image.image },
        }),
      );
    } else {
      this.skip(to, target.application, image.image, obstacle.kind, message);
    }
    return true;
  }

  private noteCommon({ verb, to, target, image }: WantedMove): void {
    const [pin] = image.pins;
    const users = pin === undefined ? [] : this.users.environmentsOf(to, pin);
    if (verb !== 'promote' || pin === undefined || users.length < 2) return;
    this.common.push({
      environment: to.name,
      application: target.application,
      image: image.image,
      reason: 'shared',
      message: `${image.image} of ${target.application} has one version for ${users.join(', ')}, at ${pin.file}:${pin.at.line}: it cannot be promoted before ${to.name} has its own.`,
    });
  }

  private isShared({ to, target, image }: WantedMove): boolean {
    const shared = image.pins.find((pin) =>
      this.users.environmentsOf(to, pin).some((name) => !this.targets.includes(name)),
    );
    if (shared === undefined) return false;
    const hidden = image.masked[0];
    if (hidden !== undefined) {
      this.reportNoPin({ to, target, image });
      return true;
    }
    const users = this.users.environmentsOf(to, shared);
    this.find('shared-pin', to, target.application, image.image, shared.at, {
      message: `The version of ${image.image} at ${shared.file}:${shared.at.line} is shared by ${users.join(' and ')}; changing it would move them all.`,
      remedy: `${this.togetherInto(users)}Give ${to.name} a version of its own, for example in helm.parameters of ${target.resource.file}.`,
    });
    return true;
  }

  /** How environments that share a version get another, where the source is none of them. */
  private togetherInto(users: readonly string[]): string {
    const { request } = this;
    if (request.verb !== 'promote' || users.includes(request.from)) return '';
    return `Promote into all of them together: gitops promote ${request.from} ${users.join(',')}. Or: `;
  }

  /** Whether nothing of an image's version is the environment's own: a default of the chart, or a shared base. */
  isCommon(environment: Environment, image: TrackedImage): boolean {
    return image.pins.every(
      (pin) => pin.kind === 'chart-default' || this.users.environmentsOf(environment, pin).length > 1,
    );
  }

  private check(wanted: WantedMove, before: Version, after: Version): void {
    const move = { ...wanted, before, after, now: this.request.now };
    for (const finding of checkMove(this.fleet, move)) this.add(finding);
    for (const rule of this.options.rules ?? []) for (const finding of checkOwnRule(rule, move)) this.add(finding);
  }

  /** The plan, or everything that refuses it. */
  finish(ending: Ending): Result<Plan, GitOpsError> {
    const moved = editsOfPins(this.wanted, this.users);
    const refused = severalProblems([...this.problems, ...moved.problems]);
    if (refused !== null) return err(refused);
    const edited = assembleEdits(this.fleet, [...moved.edits, ...ending.extra]);
    if (edited.isErr()) return err(edited.error);
    const added = ending.files?.(edited.value) ?? [];
    const summary = ending.title(this.moves.length === 0 ? 'nothing to do' : listMoves(this.moves));
    const places = groupBy(
      [
        ...edited.value.map((one) => ({ place: one.place, edits: one.edits, files: one.files })),
        ...added.map((one) => ({ place: one.place, edits: [] as PlannedEdit[], files: [one.file] })),
      ],
      (one) => one.place.id,
    );
    const changes = [...places.values()].flatMap((parts) => {
      const place = parts[0]?.place;
      const files = parts.flatMap((one) => one.files);
      const edits = parts.flatMap((one) => one.edits);
      if (place === undefined || files.length === 0) return [];
      const movedHere = new Set(
        this.wanted.flatMap((one) => (one.edit.place.id === place.id ? [keyOfUser(userOf(one))] : [])),
      );
      const versions = this.moves.filter((one) => movedHere.has(keyOfUser(one)));
      const here = new Set([
        ...this.fleet.environments.filter((one) => one.place.id === place.id).map((one) => one.name),
        ...versions.map((one) => one.environment),
      ]);
      return [
        {
          place,
          base: this.fleet.places.find((one) => one.place.id === place.id)?.snapshot.commit ?? null,
          edits,
          files,
          pullRequest: textOf(this.fleet.config, {
            request: this.request,
            operation: ending.operation,
            branch: ending.branch,
            selection: ending.selection,
            summary,
            environments: ending.environments.filter((one) => here.has(one)),
            trailers: ending.trailers,
            versions,
            edits,
            files,
            findings: this.findings.filter((one) => one.environment === null || here.has(one.environment)),
            skipped: this.skipped.filter((one) => here.has(one.environment)),
            notes: ending.notes,
            variables: this.options.variables ?? {},
          }),
        },
      ];
    });
    return ok({
      request: this.request,
      changes,
      versions: this.moves,
      findings: this.findings,
      skipped: this.moves.length === 0 ? [...this.skipped, ...this.common] : this.skipped,
      summary,
    });
  }
}

function resumeCommand(environment: string, selection: Selection): string {
  return [
    `gitops resume ${environment}`,
    ...(selection.applications.length > 0 ? [`--app ${selection.applications.join(',')}`] : []),
    ...(selection.images.length > 0 ? [`--image ${selection.images.join(',')}`] : []),
  ].join(' ');
}
