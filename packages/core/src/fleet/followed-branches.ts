import { hasFolder } from '../argocd/files.js';
import { type ArgoApplication, isFixedRevision, isSameRepository, type ReadCache } from '../argocd/index.js';
import { joinPath } from '../argocd/paths.js';
import type { Note } from './fleet.js';

/** An Application and the environment that it is in. */
interface Placed {
  readonly manifest: ArgoApplication;
  readonly environment: string;
}

/**
 * Applications of one repository that follow several branches of it: their files were all read from the branch that was
 * opened, which cannot be right for all. One note for each environment and branch but the most common one; where none is,
 * for all.
 */
export function followedBranches(placed: readonly Placed[], cache: ReadCache): readonly Note[] {
  const followed = placed.flatMap(({ manifest, environment }) => {
    const source = manifest.sources.find(
      ({ path, chart }) => path !== '' && chart === '' && hasFolder(cache, joinPath(path) ?? path),
    );
    if (source === undefined || isFixedRevision(source)) return [];
    return [{ manifest, environment, repository: source.repoUrl, branch: branchOf(source.targetRevision) }];
  });
  const seen = new Set<string>();
  return followed.flatMap(({ manifest, environment, repository, branch }): readonly Note[] => {
    const branches = followed.filter((one) => isSameRepository(one.repository, repository)).map((one) => one.branch);
    const key = JSON.stringify([environment, branch]);
    if (new Set(branches).size < 2 || branch === mostCommon(branches) || seen.has(key)) return [];
    seen.add(key);
    return [
      {
        kind: 'follows-another-branch',
        severity: 'warn',
        message: `${manifest.name} follows the branch ${branch}, others of its repository do not; its files were read from here. If ${environment} lives on that branch, say so in gitops.yaml: environments: { ${environment}: { branch: ${branch} } }.`,
        at: manifest.at,
      },
    ];
  });
}

/** Argo CD takes no revision for HEAD, and HEAD is what most repositories call main. */
function branchOf(revision: string): string {
  const branch = revision.replace(/^refs\/heads\//, '');
  return ['', 'HEAD', 'main', 'master'].includes(branch) ? 'HEAD' : branch;
}

/** HEAD if any follows it; null where no branch is followed more than others. */
function mostCommon(branches: readonly string[]): string | null {
  if (branches.includes('HEAD')) return 'HEAD';
  const count = (branch: string): number => branches.filter((one) => one === branch).length;
  const [most, second] = [...new Set(branches)].sort((a, b) => count(b) - count(a));
  return most === undefined || (second !== undefined && count(second) === count(most)) ? null : most;
}
