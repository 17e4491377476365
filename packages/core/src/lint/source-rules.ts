import type { ArgoApplication, Setting } from '../argocd/index.js';
import { positionIn } from '../argocd/origin.js';
import type { SourcePosition } from '../model.js';
import { type Found, finding } from './make.js';

/** What stands in the sources of an Application and does nothing. */
export function sourceFindings({ sources, at }: Pick<ArgoApplication, 'sources' | 'at'>): readonly Found[] {
  return sources.flatMap(({ helm }): readonly Found[] => {
    if (helm === null) return [];
    const found: Found[] = [];
    if (helm.values !== null && helm.valuesObject !== null) {
      const message = 'valuesObject stands beside values, which Argo CD then leaves out altogether.';
      found.push(finding('hidden-values', message, placeOf(helm.values, at)));
    }
    const seen = new Set<string>();
    for (const file of helm.valueFiles) {
      if (seen.has(file.text)) {
        const message = `The value file ${file.text} stands twice: its first place counts, and what comes between overrides it.`;
        found.push(finding('value-file-repeated', message, placeOf(file, at)));
      }
      seen.add(file.text);
    }
    return found;
  });
}

function placeOf({ origin }: Pick<Setting, 'origin'>, at: SourcePosition): SourcePosition {
  return origin === null ? at : positionIn(origin.file, origin.start);
}
