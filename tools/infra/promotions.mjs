// The promotions of this tree: Helm and Kustomize render the same before and after, but for the versions.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fieldTool } from '../field-tools.mjs';
import { promotionsRendered } from '../rendered/promotion.mjs';
import { filesBelow, root } from './yaml-documents.mjs';

/** The tree as core's `Snapshot`, its folder standing in the repository's root. */
function snapshotOf(infra) {
  const files = filesBelow(infra).map((file) => [
    `${basename(infra)}/${file}`,
    readFileSync(join(infra, file), 'utf8'),
  ]);
  return { commit: null, branch: null, files: Object.fromEntries(files), omitted: [] };
}

/** Adds the check of promotions. */
export async function promotionChecks(checks, infra = join(root, 'infra')) {
  await checks.withTool('promotions: as they render', 'helm', async (_, helm) => {
    const kustomize = await fieldTool('kustomize');
    const all = await promotionsRendered({ helm, kustomize }, snapshotOf(infra));
    const isRight = ({ verdict, why }) =>
      verdict === 'equal' || (verdict === 'refused' && why.startsWith('missing-version:'));
    const faults = all.filter((one) => !isRight(one));
    if (faults.length > 0)
      throw new Error(
        faults.map((one) => `${one.from} → ${one.to}, ${one.application}: ${one.verdict}: ${one.why}`).join('\n'),
      );
    const equal = all.filter(({ verdict }) => verdict === 'equal');
    if (equal.length === 0) throw new Error('nothing was promoted');
    return `${equal.length} applications; without a version: ${all.length - equal.length}`;
  });
}
