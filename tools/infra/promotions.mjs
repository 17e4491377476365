// The promotions of this tree, and of one with every kind of place: Helm and Kustomize render the same before and after,
// but for the versions.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fieldTool } from '../field-tools.mjs';
import { everyApplication, everyPlace } from '../rendered/every-place.mjs';
import { promotionsRendered } from '../rendered/promotion.mjs';
import { filesBelow, root } from './yaml-documents.mjs';

/** The tree as core's `Snapshot`, its folder standing in the repository's root. */
function snapshotOf(infra) {
  const files = filesBelow(infra).map((file) => [
    `${basename(infra)}/${file}`,
    readFileSync(join(infra, file), 'utf8'),
  ]);
  return { commit: null, branch: null, files: Object.fromEntries(files), skipped: [] };
}

const described = (one) => `${one.from} → ${one.to}, ${one.application}: ${one.verdict}: ${one.why}`;

async function renderedPromotions(helm, snapshot) {
  return promotionsRendered({ helm, kustomize: await fieldTool('kustomize') }, snapshot);
}

/** Adds the checks of promotions. */
export async function promotionChecks(checks, infra = join(root, 'infra')) {
  await checks.withTool('promotions: as they render', 'helm', async (_, helm) => {
    const all = await renderedPromotions(helm, snapshotOf(infra));
    const isRight = ({ verdict, why }) =>
      verdict === 'equal' || (verdict === 'refused' && why.startsWith('missing-version:'));
    const faults = all.filter((one) => !isRight(one));
    if (faults.length > 0) throw new Error(faults.map(described).join('\n'));
    const equal = all.filter(({ verdict }) => verdict === 'equal');
    if (equal.length === 0) throw new Error('nothing was promoted');
    return `${equal.length} applications; without a version: ${all.length - equal.length}`;
  });
  await checks.withTool('promotions: every kind of place, as it renders', 'helm', async (_, helm) => {
    const all = await renderedPromotions(helm, { commit: null, branch: null, files: everyPlace(), skipped: [] });
    const faults = all.filter(({ verdict }) => verdict !== 'equal').map(described);
    const missing = everyApplication.filter((name) => !all.some((one) => one.application === name));
    if (faults.length + missing.length > 0)
      throw new Error([...faults, ...missing.map((name) => `${name} was not read`)].join('\n'));
    return `${all.length} places`;
  });
}
