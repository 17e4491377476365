import { err, ok, type Result } from '../result.js';
import { type ApplicationFacts, type SourceType, sourceOf, sourceTypeOf } from './application-source.js';
import { baseName, joinPath, trimSpace } from './go-text.js';
import type { PullRequestSettings, WriteBackSettings } from './settings.js';

/** Where Image Updater writes the new versions of one application. */
export interface WriteBack {
  readonly method: 'argocd' | 'git';
  /** File in the repository; with `kustomizeBase` it is not used. */
  readonly target: string;
  /** Folder of a kustomization; null where none is written. */
  readonly kustomizeBase: string | null;
  readonly gitRepo: string | null;
  /** Null: the revision that the source tracks. */
  readonly gitBranch: string | null;
  /** A template for the branch that is pushed; null: the same branch. */
  readonly gitWriteBranch: string | null;
  readonly pullRequest: { readonly provider: 'github' | 'gitlab'; readonly labels: readonly string[] } | null;
}

export type WriteBackProblem =
  | 'no-source'
  | 'unknown-method'
  | 'plain-kustomization'
  | 'branch-format'
  | 'credentials'
  | 'pull-request-branch'
  | 'pull-request-provider';

/** Repository and branch settings of one application, once its method is `git`. */
type GitPart = Pick<WriteBack, 'gitRepo' | 'gitBranch' | 'gitWriteBranch' | 'pullRequest'>;

/**
 * Resolves write-back settings for an application, as Image Updater v1.3.0 does. The default file is
 * `.argocd-source-<application>.yaml` in the source's folder, with the namespace in front where it is not the
 * controller's. A target that starts with `kustomization` or `helmvalues` names what follows the next character, whatever
 * that is: `kustomization.yaml` is the folder `yaml`.
 */
export function resolveWriteBack(
  application: ApplicationFacts,
  settings: WriteBackSettings | null,
  controllerNamespace: string,
): Result<WriteBack, WriteBackProblem> {
  const source = sourceOf(application);
  if (source === null) return err('no-source');
  const inCluster: WriteBack = {
    method: 'argocd',
    target: defaultTarget(application, source.path, controllerNamespace),
    kustomizeBase: null,
    gitRepo: null,
    gitBranch: null,
    gitWriteBranch: null,
    pullRequest: null,
  };
  const method = trimSpace(settings?.method ?? 'argocd');
  if (settings === null || method === 'argocd') return ok(inCluster);
  const colon = method.indexOf(':');
  if ((colon > 0 ? method.slice(0, colon) : method) !== 'git') return err('unknown-method');
  const target = targetOf(settings.gitConfig?.writeBackTarget ?? null, source.path);
  if (target.isErr()) return err(target.error);
  const toGit: WriteBack = { ...inCluster, ...target.value, method: 'git' };
  return gitPart(application, settings, toGit, colon > 0 ? method.slice(colon + 1) : 'repocreds').map((git) => ({
    ...toGit,
    ...git,
  }));
}

/** The type that decides how versions are written: the target's before the application's own. */
export function writeBackTypeOf(application: ApplicationFacts, writeBack: WriteBack | null): SourceType {
  if (writeBack !== null && writeBack.kustomizeBase !== null && writeBack.kustomizeBase !== '') return 'Kustomize';
  if (writeBack !== null && /\.ya?ml$/.test(writeBack.target)) {
    if (!baseName(writeBack.target).startsWith('.argocd-source-')) return 'Helm';
  }
  return sourceTypeOf(application);
}

function defaultTarget({ name, namespace }: ApplicationFacts, path: string, controllerNamespace: string): string {
  const isOwn = !namespace || namespace === controllerNamespace || controllerNamespace === 'default';
  return joinPath(path, `.argocd-source-${isOwn ? '' : `${namespace}_`}${name}.yaml`);
}

function targetOf(
  target: string | null,
  path: string,
): Result<Partial<Pick<WriteBack, 'target' | 'kustomizeBase'>>, WriteBackProblem> {
  if (target === null) return ok({});
  if (target.startsWith('kustomization')) {
    const folder = target === 'kustomization' ? '.' : target.slice('kustomization'.length + 1);
    return ok({ kustomizeBase: fromSource(folder, path) });
  }
  if (target.startsWith('helmvalues')) {
    const file = target === 'helmvalues' ? 'values.yaml' : target.slice('helmvalues'.length + 1);
    return ok({ target: fromSource(file, path) });
  }
  const isKustomization = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].includes(baseName(target));
  return isKustomization ? err('plain-kustomization') : ok({ target });
}

/** A leading `/` means the repository's root. */
function fromSource(relative: string, path: string): string {
  return relative.startsWith('/') ? relative.slice(1) : joinPath(path, relative);
}

function gitPart(
  application: ApplicationFacts,
  settings: WriteBackSettings,
  writeBack: WriteBack,
  credentials: string,
): Result<GitPart, WriteBackProblem> {
  const git = settings.gitConfig ?? {};
  const branches = trimSpace(git.branch ?? '').split(':');
  if (branches.length > 2) return err('branch-format');
  if (credentials !== 'repocreds' && !credentials.startsWith('secret:')) return err('credentials');
  if (git.pullRequest !== undefined && git.branch?.includes(':')) return err('pull-request-branch');
  const provider = providerOf(git.pullRequest ?? null);
  if (git.pullRequest !== undefined && provider === null) return err('pull-request-provider');
  return ok({
    gitRepo: git.repository ?? sourceOf(application, writeBackTypeOf(application, writeBack))?.repoURL ?? '',
    gitBranch: branches[0] || null,
    gitWriteBranch: branches[1] || null,
    pullRequest: provider === null ? null : { provider, labels: labelsOf(git.pullRequest?.labels ?? []) },
  });
}

function providerOf(settings: PullRequestSettings | null): 'github' | 'gitlab' | null {
  const { github, gitlab } = settings ?? {};
  if (github !== undefined && gitlab !== undefined) return null;
  return github !== undefined ? 'github' : gitlab !== undefined ? 'gitlab' : null;
}

function labelsOf(labels: readonly string[]): readonly string[] {
  return [...new Set(labels.map(trimSpace).filter((label) => label !== ''))];
}
