import type { Environment } from '../fleet/fleet.js';
import { instanceOf } from '../fleet/select.js';
import type { MovePlan } from './move-plan.js';

const shown = 3;

/** What Image Updater follows in a target by itself, it may change again: told once for each environment. */
export function warnOfUpdatedTarget(plan: MovePlan, targets: readonly Environment[]): void {
  for (const target of targets) {
    const followed = plan.versions().filter(({ environment, application, image }) => {
      const images = instanceOf(target, application)?.updater.images ?? [];
      return environment === target.name && images.some((one) => one.image === image && !one.frozen);
    });
    const [first] = followed;
    if (first === undefined) continue;
    const names = [...new Set(followed.map(({ application }) => application))];
    const list = names.slice(0, shown).join(', ');
    const more = names.length > shown ? ` and ${names.length - shown} more` : '';
    plan.find('updater-on-target', target, null, null, instanceOf(target, first.application)?.resource.at ?? null, {
      message: `Image Updater follows ${list}${more} in ${target.name} and may write other versions over these.`,
      remedy: `Where ${target.name} is promoted into, remove what configures Image Updater there.`,
    });
  }
}
