import type { ReadCache } from '../argocd/index.js';
import {
  annotation,
  annotationKey,
  annotationPrefix,
  hasImageList,
  imageListEntries,
  imageListKey,
  parseCredentialSource,
  resolveWriteBack,
  settingKeysOf,
  targetsFromAnnotations,
  type UpdaterApplication,
  type UpdaterView,
  updateSettingsFromAnnotations,
  type WriteBackProblem,
  writeBackFromAnnotations,
} from '../image-updater/index.js';
import { rewrittenAnnotation } from './annotation-repair.js';
import { type Found, finding } from './make.js';
import { onlyNear, renamedAnnotation } from './rename-key.js';
import { annotationAt, shortKey } from './updater-keys.js';

const strategies = ['semver', 'newest-build', 'alphabetical', 'digest'];
/** Names of before that are still taken, and what they are called now. */
const formerStrategies: Readonly<Record<string, string>> = { latest: 'newest-build', name: 'alphabetical' };

/** Values of annotations that Image Updater cannot read, or reads as something else. */
export function settingFindings(
  application: UpdaterApplication,
  view: UpdaterView,
  cache: ReadCache,
): readonly Found[] {
  if (!hasImageList(application)) return withoutImages(application, view);
  const list = annotation(application.annotations, imageListKey);
  if (list === null || view.inertAnnotations) return [];
  const aliases = [...new Set(['', ...imageListEntries(list).map((one) => one.alias)])];
  return [
    ...aliases.flatMap((alias) => [
      ...strategyFindings(application, annotationKey(alias, 'update-strategy'), cache),
      ...valueFindings(application, alias),
      ...formerFilter(application, alias, cache),
    ]),
    ...writeBackSettings(application),
  ];
}

function withoutImages(application: UpdaterApplication, view: UpdaterView): readonly Found[] {
  const [key] = Object.keys(application.annotations).filter((one) => one.startsWith(annotationPrefix));
  if (key === undefined || view.configuredBy === 'resource') return [];
  const message = `${application.name} has no images in image-list, so Image Updater does not look at it: ${shortKey(key)} and the like have no effect.`;
  return [finding('settings-without-images', message, annotationAt(application, key))];
}

/** What is wrong with a name of a strategy, and the name that was meant. */
export function strategyProblem(name: string): {
  readonly rule: 'setting-unreadable' | 'setting-former';
  readonly message: string;
  readonly meant: string | null;
} | null {
  const lower = name.trim().toLowerCase();
  if (lower === '' || strategies.includes(lower)) return null;
  const now = formerStrategies[lower];
  if (now !== undefined)
    return { rule: 'setting-former', message: `The strategy "${name}" is called ${now} now.`, meant: now };
  const meant = onlyNear(lower, strategies);
  return {
    rule: 'setting-unreadable',
    message: `There is no strategy "${name}", so that semver is used.${meant === null ? '' : ` Did you mean "${meant}"?`}`,
    meant,
  };
}

function strategyFindings(application: UpdaterApplication, key: string, cache: ReadCache): readonly Found[] {
  const value = annotation(application.annotations, key) ?? '';
  const wrong = strategyProblem(value);
  if (wrong === null) return [];
  const { rule, message, meant } = wrong;
  const repair = meant === null ? null : rewrittenAnnotation(application, key, [value, meant], cache);
  return [finding(rule, message, annotationAt(application, key), repair)];
}

/** What Image Updater 1.x refuses: it leaves the annotations of the Application aside, then. */
function valueFindings(application: UpdaterApplication, alias: string): readonly Found[] {
  const { annotations } = application;
  const keys = settingKeysOf(alias);
  const found: Found[] = [];
  const settings = updateSettingsFromAnnotations(annotations, keys);
  if (settings.isErr()) {
    const message = `"${annotation(annotations, keys.forceUpdate)}" of ${shortKey(keys.forceUpdate)} is neither true nor false: Image Updater 1.x leaves the whole Application aside, 0.x reads it as false.`;
    found.push(finding('setting-unreadable', message, annotationAt(application, keys.forceUpdate)));
  }
  const secret = (annotation(annotations, keys.pullSecret) ?? '').trim();
  if (secret !== '' && parseCredentialSource(secret).isErr()) {
    const message = `"${secret}" of ${shortKey(keys.pullSecret)} names no credentials: write pullsecret:<namespace>/<name>, secret:<namespace>/<name>#<field>, env:<variable> or ext:<script>.`;
    found.push(finding('setting-unreadable', message, annotationAt(application, keys.pullSecret)));
  }
  const targets = alias === '' ? null : targetsFromAnnotations(annotations, alias);
  if (targets?.isErr() === true) {
    const message = `Names for Helm and for Kustomize exclude each other: Image Updater 1.x leaves the whole Application aside because of ${shortKey(targets.error.key)}.`;
    found.push(finding('setting-unreadable', message, annotationAt(application, targets.error.key)));
  }
  return found;
}

/** `tag-match`, which 1.x does not read any more. */
function formerFilter(application: UpdaterApplication, alias: string, cache: ReadCache): readonly Found[] {
  const [former, now] = [annotationKey(alias, 'tag-match'), annotationKey(alias, 'allow-tags')];
  if (alias === '' || annotation(application.annotations, former) === null) return [];
  const message = `${shortKey(former)} is called ${shortKey(now)} now: Image Updater 1.x does not read it.`;
  const repair = renamedAnnotation(application, former, now, cache);
  return [finding('setting-former', message, annotationAt(application, former), repair)];
}

const refused: Partial<Record<WriteBackProblem, readonly [key: string, why: string]>> = {
  'unknown-method': ['write-back-method', 'it is neither argocd nor git'],
  credentials: ['write-back-method', 'behind git: stands repocreds or secret:<name>'],
  'branch-format': ['git-branch', 'a branch has one colon at most'],
};

function writeBackSettings(application: UpdaterApplication): readonly Found[] {
  const { annotations } = application;
  const settings = writeBackFromAnnotations(annotations);
  if (settings === null || application.spec === undefined) return [];
  const resolved = resolveWriteBack(application, settings, 'argocd');
  if (resolved.isErr()) {
    const [name, why] = refused[resolved.error] ?? [];
    if (name === undefined) return [];
    const key = `${annotationPrefix}${name}`;
    const message = `"${annotation(annotations, key)}" of ${name} cannot be read, so nothing is updated: ${why}.`;
    return [finding('setting-unreadable', message, annotationAt(application, key))];
  }
  if (resolved.value.method === 'git') return [];
  return ['write-back-target', 'git-branch', 'git-repository'].flatMap((name) => {
    const key = `${annotationPrefix}${name}`;
    if (annotation(annotations, key) === null) return [];
    const message = `${name} has no effect: the write-back-method is argocd, which writes nothing into Git. Write write-back-method: git.`;
    return [finding('write-back-inert', message, annotationAt(application, key))];
  });
}
