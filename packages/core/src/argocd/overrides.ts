import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import type { ArgoApplication } from './application.js';
import { misfitProblem } from './application.js';
import { type Decoded, decodeInto, type Misfit } from './decode.js';
import { type ReadCache, valuesAt } from './files.js';
import { joinPath } from './paths.js';
import { type ApplicationSource, toSource } from './source.js';
import { sourceShape } from './source-shape.js';

/** A source after its override files. */
export interface OverriddenSource {
  readonly source: ApplicationSource;
  /** The override files that were read, in order. */
  readonly files: readonly string[];
}

/**
 * How Argo CD names an Application where a name must do for all namespaces: `<namespace>_<name>` outside the control
 * plane's own.
 */
export function instanceName(
  application: Pick<ArgoApplication, 'name' | 'namespace'>,
  controllerNamespace: string,
): string {
  const { name, namespace } = application;
  return namespace === null || namespace === controllerNamespace ? name : `${namespace}_${name}`;
}

/** The override files that Argo CD looks for, in the order in which it applies them. They need not exist. */
export function overridePaths(sourcePath: string, instance: string): readonly string[] {
  return ['.argocd-source.yaml', `.argocd-source-${instance}.yaml`].flatMap((name) => joinPath(sourcePath, name) ?? []);
}

/**
 * Applies `.argocd-source.yaml` and then `.argocd-source-<instance>.yaml` of the source's own folder, as Argo CD 3.5.1
 * does: each is a JSON merge patch that is decoded into the structure that is there, so that items of a list inherit by
 * position what they leave out; only the first document counts; `path`, `chart`, `repoURL` and `targetRevision` stay. Fails with `override-invalid` or
 * with what is wrong with the YAML.
 */
export function applyOverrides(
  source: ApplicationSource,
  sourcePath: string,
  instance: string,
  cache: ReadCache,
): Result<OverriddenSource, GitOpsError> {
  let decoded: Decoded = source.decoded;
  const files: string[] = [];
  for (const path of overridePaths(sourcePath, instance)) {
    const read = valuesAt(cache, path, 'override-values');
    if (read === null) continue;
    if (read.isErr()) return err(read.error);
    files.push(path);
    const patch = read.value[0];
    if (patch === undefined || patch.type !== 'map') return err(notAPatch(path));
    const misfits: Misfit[] = [];
    decoded = decodeInto(sourceShape, decoded, patch, true, misfits) ?? decoded;
    const [first, ...also] = misfits.map((misfit) => misfitProblem('override-invalid', '', misfit));
    if (first !== undefined) return err({ ...first, also });
  }
  if (files.length === 0) return ok({ source, files });
  const merged = toSource(decoded);
  const { repoUrl, path, chart, targetRevision } = source;
  return ok({ source: { ...merged, repoUrl, path, chart, targetRevision }, files });
}

function notAPatch(path: string): GitOpsError {
  return problem(
    'override-invalid',
    'This override file holds no map, and Argo CD then refuses to render the Application ("Invalid JSON Patch").',
    'Write the settings, or delete the file.',
    { at: { file: path, line: 1, column: 1 } },
  );
}
