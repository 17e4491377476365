import { type GitOpsError, problem } from '../errors/error.js';
import type { Note } from '../fleet/fleet.js';
import type { SourcePosition } from '../model.js';
import type { BuildEnvironment } from './build-environment.js';
import type { ReadCache } from './files.js';
import { positionIn } from './origin.js';
import type { ApplicationSource, Setting } from './source.js';
import type { MapValue } from './value.js';

/** What reading one source of an Application needs besides the source itself. */
export interface SourceContext {
  readonly cache: ReadCache;
  /** Folder that paths of the Application are relative to; `''` is the repository's root. */
  readonly top: string;
  /** Folder of the source, relative to the repository's root. */
  readonly folder: string;
  /** True where the files of the source itself are not here: a chart of a registry, a folder of another repository. */
  readonly elsewhere: boolean;
  readonly environment: BuildEnvironment;
  /** Name and namespace of the Helm release. */
  readonly release: { readonly name: string; readonly namespace: string };
  /** All sources of the Application, for `$ref/…`. */
  readonly sources: readonly ApplicationSource[];
  /** True where this repository is the one that a source of this address names. */
  readonly isHere: (source: ApplicationSource) => boolean;
  /** Where to report what has no place of its own. */
  readonly at: SourcePosition;
  readonly notes: Note[];
  /** Where to tell what a chart is given; left out: nobody asks. */
  readonly given?: GivenToChart[];
}

/** What the chart of one source is given. */
export interface GivenToChart {
  /** Folder of the chart; null where it is not in this repository. */
  readonly chart: string | null;
  /** The value files that are read, in order. */
  readonly valueFiles: readonly string[];
  /** All values, the chart's own defaults included. */
  readonly values: MapValue;
  /** False where some value files or charts lie outside this repository. */
  readonly isWhole: boolean;
}

export function positionOf(setting: Pick<Setting, 'origin'>, context: SourceContext): SourcePosition {
  return setting.origin === null ? context.at : positionIn(setting.origin.file, setting.origin.start);
}

/** An error about a setting: in an override file it is `override-invalid`, else `application-invalid`. */
export function settingProblem(
  setting: Pick<Setting, 'origin'>,
  context: SourceContext,
  message: string,
  remedy: string,
): GitOpsError {
  const kind = setting.origin?.kind.startsWith('override-') === true ? 'override-invalid' : 'application-invalid';
  return problem(kind, message, remedy, { at: positionOf(setting, context) });
}

/** Adds a note once. */
export function addNote(
  notes: Note[],
  kind: string,
  message: string,
  at: SourcePosition | null,
  severity: Note['severity'] = 'info',
): void {
  const same = notes.some(
    (one) => one.kind === kind && one.message === message && one.at?.file === at?.file && one.at?.line === at?.line,
  );
  if (!same) notes.push({ kind, severity, message, at });
}
