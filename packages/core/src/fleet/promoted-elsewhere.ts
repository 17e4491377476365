import { type ArgoApplication, type ReadCache, yamlAt } from '../argocd/index.js';
import { stringAt } from '../argocd/value.js';
import type { JsonValue } from '../model.js';
import { valueOf } from '../yaml/index.js';
import type { Note } from './fleet.js';

/**
 * Applications that other tools promote: those that name a stage of Kargo, and those whose hydrated branch a
 * PromotionStrategy of GitOps Promoter lists. One note for each tool.
 */
export function promotedElsewhere(applications: readonly ArgoApplication[], cache: ReadCache): readonly Note[] {
  const byKargo = applications.filter((one) => Object.hasOwn(one.annotations, 'kargo.akuity.io/authorized-stage'));
  const hydrated = applications.flatMap((one) => {
    const branch = stringAt(one.manifest, ['spec', 'sourceHydrator', 'syncSource', 'targetBranch']);
    return branch === null ? [] : [{ application: one, branch }];
  });
  const branches = hydrated.length === 0 ? new Set<string>() : strategyBranches(cache);
  const byPromoter = hydrated.filter(({ branch }) => branches.has(branch)).map(({ application }) => application);
  return [
    ...note(
      'promoted-by-kargo',
      byKargo,
      (names) =>
        `Stages of Kargo may change ${names}: what is promoted here, they can change again. Let one of the two promote them; "ignore" in gitops.yaml leaves them to Kargo.`,
    ),
    ...note(
      'promoted-by-gitops-promoter',
      byPromoter,
      (names) =>
        `GitOps Promoter moves what is hydrated of ${names} from branch to branch: a version that is promoted here runs once it is promoted there.`,
    ),
  ];
}

function note(kind: string, owned: readonly ArgoApplication[], say: (names: string) => string): readonly Note[] {
  const [first] = owned;
  if (first === undefined) return [];
  const names = owned.slice(0, 3).map(({ name }) => name);
  const more = owned.length > 3 ? ` and ${owned.length - 3} more` : '';
  return [{ kind, severity: 'warn', message: say(`${names.join(', ')}${more}`), at: first.at }];
}

/** The branches of every PromotionStrategy. */
function strategyBranches(cache: ReadCache): ReadonlySet<string> {
  const branches = new Set<string>();
  for (const [path, text] of Object.entries(cache.snapshot.files)) {
    if (!/\.ya?ml$/.test(path) || !text.includes('promoter.argoproj.io/')) continue;
    const documents = yamlAt(cache, path)?.unwrapOr(null)?.documents ?? [];
    for (const document of documents) {
      if (document.kind !== 'PromotionStrategy') continue;
      for (const environment of list(field(field(valueOf(document.root), 'spec'), 'environments'))) {
        const branch = field(environment, 'branch');
        if (typeof branch === 'string') branches.add(branch);
      }
    }
  }
  return branches;
}

function field(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>)[key]
    : undefined;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
