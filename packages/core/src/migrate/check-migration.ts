import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { Fleet, Place } from '../fleet/fleet.js';
import { readAgain, type Tree } from '../fleet/read.js';
import { attachmentsOf, type UpdaterApplication } from '../image-updater/index.js';
import { snapshotAt } from '../plan/assemble.js';
import { err, ok, type Result } from '../result.js';
import type { CompareCache } from './compare.js';
import type { MigratedPlace } from './plan-migration.js';
import type { MigratedApplication, MigrationReport } from './report.js';
import { compareConfigurations } from './verify.js';
import type { Moved, Wanted } from './wanted.js';

/**
 * Reads the edited files again and compares what Image Updater decides with what it decided: of each application that was
 * carried over, and of every other one, that no new entry takes it in.
 */
export function checkMigration(
  fleet: Fleet,
  wanted: Wanted,
  places: readonly MigratedPlace[],
  controllerNamespace: string,
): Result<MigrationReport, GitOpsError> {
  const cache: CompareCache = new Map();
  const problems: GitOpsError[] = [];
  const applications: MigratedApplication[] = [];
  for (const { change } of places) {
    const tree = treeAfter(fleet, change.place, change.files);
    if (tree.isErr()) return err(tree.error);
    const after = tree.value.at(change.place);
    const moved = wanted.moved.filter(({ candidate }) => candidate.place.id === change.place.id);
    for (const one of moved) {
      const { candidate, reading, file } = one;
      const { application, environment } = candidate;
      const again = after.applications.find((other) => isSame(other, application)) ?? application;
      const compared = compareConfigurations(
        {
          rules: reading.rules,
          before: { application, resources: candidate.resources },
          after: { application: again, resources: after.resources },
          controllerNamespace,
        },
        cache,
      );
      if (compared.differences.length > 0) problems.push(notVerified(one, compared.differences));
      applications.push({
        environment: environment?.name ?? null,
        application: application.name,
        rules: reading.rules,
        resource: file.name,
        file: file.path,
        told: one.told,
        compared,
      });
    }
    problems.push(...strangers(after, moved, controllerNamespace));
  }
  const failed = severalProblems(problems);
  if (failed !== null) return err(failed);
  return ok({ applications, keptBack: wanted.keptBack.map(({ name: _name, ...one }) => one) });
}

function treeAfter(
  fleet: Fleet,
  place: Place,
  files: readonly { readonly path: string; readonly after: string | null }[],
): Result<Tree, GitOpsError> {
  const texts: Record<string, string> = { ...snapshotAt(fleet, place).files };
  for (const { path, after } of files) if (after !== null) texts[path] = after;
  return readAgain(fleet, place, texts);
}

function isSame(one: UpdaterApplication, other: UpdaterApplication): boolean {
  return one.name === other.name && one.file === other.file && one.namespace === other.namespace;
}

/** Other applications that an entry of a migrated one takes in. */
function strangers(
  after: ReturnType<Tree['at']>,
  moved: readonly Moved[],
  controllerNamespace: string,
): readonly GitOpsError[] {
  const names = new Set(moved.map(({ candidate }) => candidate.application.name));
  return after.applications
    .filter((one) => !moved.some(({ candidate }) => isSame(candidate.application, one)))
    .flatMap((one) =>
      attachmentsOf(one, after.resources, { controllerNamespace })
        .filter(({ match }) => names.has(match.ref.namePattern))
        .map(({ from }) =>
          problem(
            'migration-not-verified',
            `ImageUpdater/${from.resource.name} would also take in ${one.name} of ${one.file}.`,
            'Give one of the Applications another name. Nothing was changed.',
            { at: { file: one.file, line: 1, column: 1 } },
          ),
        ),
    );
}

function notVerified({ candidate, file }: Moved, differences: readonly string[]): GitOpsError {
  const { application } = candidate;
  return problem(
    'migration-not-verified',
    `ImageUpdater/${file.name} would not decide as the annotations of ${application.name} do: ${differences.join(' ')}`,
    `Leave it out (--except ${candidate.name}), or change what the message names. Nothing was changed.`,
    {
      at: { file: application.file, line: 1, column: 1 },
      details: { application: application.name, differences: [...differences] },
    },
  );
}
