import type { ReadCache } from '../argocd/index.js';
import { fullNameWithoutTag } from '../image/index.js';
import {
  annotatedImages,
  annotation,
  imageListEntries,
  imageListKey,
  parseConstraint,
  type UpdaterApplication,
  type UpdaterView,
} from '../image-updater/index.js';
import { rewrittenAnnotation } from './annotation-repair.js';
import { type Found, finding } from './make.js';
import { annotationAt, shortKey } from './updater-keys.js';

/** What an entry of a list must not begin with: it is the end of a constraint that a comma has cut off. */
const operator = /^(?:[<>!~^]|=[<>]?\s*v?\d)/;

/** Entries of `image-list` that are read as something else, or that nothing can be chosen for. */
export function imageListFindings(application: UpdaterApplication, view: UpdaterView, cache: ReadCache) {
  const list = annotation(application.annotations, imageListKey);
  if (list === null || view.inertAnnotations) return [];
  const at = annotationAt(application, imageListKey);
  const misread = misreadFindings(application, list, cache);
  const found: Found[] = [...misread];
  const seen = new Set<string>();
  for (const { alias, image } of imageListEntries(list)) {
    if (alias !== '' && seen.has(alias)) {
      const message = `image-list names the alias ${alias} twice: the settings of both are the same annotations.`;
      found.push(finding('alias-twice', message, at));
    }
    seen.add(alias);
    if (alias !== '' && image === '') {
      const message = `The alias ${alias} stands in image-list without an image: Image Updater 1.x leaves the whole Application aside.`;
      found.push(finding('setting-unreadable', message, at));
    }
  }
  if (misread.length > 0) return found;
  for (const { image, updateStrategy } of annotatedImages(application.annotations)) {
    const tag = image.tag?.name ?? '';
    const name = image.alias === '' ? fullNameWithoutTag(image) : image.alias;
    const told = constraintMessage(updateStrategy, tag, name);
    if (told !== null) found.push(finding('constraint-unreadable', told, at));
  }
  return found;
}

/** Why nothing is ever chosen by this constraint; null where something can be. */
export function constraintMessage(strategy: string, constraint: string, name: string): string | null {
  if (strategy === 'digest' && constraint === '')
    return `The digest strategy follows a tag, and ${name} names none: it is never updated. Write <image>:<tag>.`;
  if (strategy !== 'semver' || constraint === '' || parseConstraint(constraint) !== null) return null;
  return `"${constraint}" of ${name} is no version constraint, so it is never updated: write 2.x, ~1.4 or >=1.2 <2, or choose another update-strategy.`;
}

function misreadFindings(application: UpdaterApplication, list: string, cache: ReadCache): readonly Found[] {
  const at = annotationAt(application, imageListKey);
  const entries = list
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return entries.flatMap((entry, index): readonly Found[] => {
    const key = shortKey(imageListKey);
    if (index > 0 && operator.test(entry)) {
      const message = `${key} is cut at commas, also inside a constraint: "${entry}" is read as an image. Write a blank instead of the comma.`;
      const whole = list.replace(/\s*,\s*(?=(?:[<>!~^]|=[<>]?\s*v?\d))/g, () => ' ');
      return [
        finding(
          'image-list-misread',
          message,
          at,
          rewrittenAnnotation(application, imageListKey, [list, whole], cache),
        ),
      ];
    }
    const [alias = ''] = entry.split('=', 1);
    if (!entry.includes('=') || !/[:@]/.test(alias)) return [];
    const message = `"${entry}" of ${key} is read as the image "${entry.slice(alias.length + 1)}" with the alias "${alias}": with a "=" in its constraint an entry needs an alias in front.`;
    return [finding('image-list-misread', message, at)];
  });
}
