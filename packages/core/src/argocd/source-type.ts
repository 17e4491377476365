import { type GitOpsError, problem } from '../errors/error.js';
import type { SourcePosition } from '../model.js';
import { err, ok, type Result } from '../result.js';
import { filesUnder, type ReadCache, textAt } from './files.js';
import { baseName } from './paths.js';
import type { ApplicationSource } from './source.js';

export type SourceType = 'helm' | 'kustomize' | 'directory' | 'plugin';

/** The names of a kustomization file, in the order in which Kustomize looks for them. */
export const kustomizationNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Every repository has a root: one that lacks what the settings of a source are for is taken to be another's. */
export function isAnotherRoot(source: ApplicationSource, folder: string, cache: ReadCache): boolean {
  const has = (names: readonly string[]): boolean => names.some((name) => textAt(cache, name) !== null);
  if (folder !== '') return false;
  if (source.kustomize !== null) return !has(kustomizationNames);
  return source.helm !== null && !has(['Chart.yaml']);
}

/**
 * Which tool renders a source (Argo CD 3.5.1): the one that its settings name, else what lies in its folder, where the
 * last by name of a chart and a kustomization decides, else plain manifests. Settings of two tools are refused.
 */
export function sourceTypeOf(
  source: ApplicationSource,
  folder: string,
  cache: ReadCache,
  at: SourcePosition,
): Result<SourceType, GitOpsError> {
  const named: SourceType[] = [];
  if (source.kustomize !== null) named.push('kustomize');
  if (source.helm !== null) named.push('helm');
  if (source.directory !== null) named.push('directory');
  if (source.plugin !== null) named.push('plugin');
  if (named.length > 1) return err(severalTools(named, at));
  const [only] = named;
  if (only !== undefined) return ok(only);
  if (source.chart !== '') return ok('helm');
  let found: SourceType = 'directory';
  for (const path of filesUnder(cache, folder, false)) {
    const name = baseName(path);
    if (name.endsWith('Chart.yaml')) found = 'helm';
    if (kustomizationNames.includes(name)) found = 'kustomize';
  }
  return ok(found);
}

function severalTools(named: readonly SourceType[], at: SourcePosition): GitOpsError {
  return problem(
    'application-invalid',
    `The source sets ${named.join(' and ')} at once, override files included, and Argo CD takes only one ("multiple application sources defined").`,
    'Keep the settings of one tool.',
    { at, details: { tools: [...named] } },
  );
}
