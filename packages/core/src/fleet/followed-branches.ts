import { hasFolder } from '../argocd/files.js';
import { type ArgoApplication, isFixedRevision, normalizedUrl, type ReadCache } from '../argocd/index.js';
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
  const byRepository = new Map<string, Followed[]>();
  for (const { manifest, environment } of placed) {
    const source = manifest.sources.find(
      ({ path, chart }) => path !== '' && chart === '' && hasFolder(cache, joinPath(path) ?? path),
    );
    if (source === undefined || isFixedRevision(source)) continue;
    const repository = normalizedUrl(source.repoUrl);
    const known = byRepository.get(repository) ?? [];
    known.push({ manifest, environment, branch: branchOf(source.targetRevision) });
    byRepository.set(repository, known);
  }
  return [...byRepository.values()].flatMap(notesOf);
}

interface Followed extends Placed {
  readonly branch: string;
}

function notesOf(followed: readonly Followed[]): readonly Note[] {
  const branches = followed.map((one) => one.branch);
  if (new Set(branches).size < 2) return [];
  const usual = mostCommon(branches);
  const seen = new Set<string>();
  return followed.flatMap(({ manifest, environment, branch }): readonly Note[] => {
    const key = JSON.stringify([environment, branch]);
    if (branch === usual || seen.has(key)) return [];
    seen.add(key);
    return [
      {
        kind: 'follows-another-branch',
        severity: 'warn',
        message: /^[0-9a-f]{7,}$/.test(branch)
          ? `${manifest.name} deploys the commit ${branch}, others of its repository do not; its files were read from here, not from there. Write the whole id of a commit, and it is a version that can be promoted.`
          : `${manifest.name} follows the branch ${branch}, others of its repository do not; its files were read from here. If ${environment} lives on that branch, say so in gitops.yaml: environments: { ${environment}: { branch: ${branch} } }.`,
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
  const counts = new Map<string, number>();
  for (const branch of branches) counts.set(branch, (counts.get(branch) ?? 0) + 1);
  const [most, second] = [...counts].sort((a, b) => b[1] - a[1]);
  return most === undefined || most[1] === second?.[1] ? null : most[0];
}
