import type { ReadCache } from '../argocd/index.js';
import type { Instance, Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import { annotationPrefix, resolveWriteBack, writeBackFromAnnotations } from '../image-updater/index.js';
import { rewrittenAnnotation } from './annotation-repair.js';
import type { Deployed } from './deployed.js';
import { type Found, finding } from './make.js';
import { annotationAt } from './updater-keys.js';

/** What several applications of a place are written back to, and targets that the kind of source cannot have. */
export function writeBackFindings(tree: Tree, place: Place): readonly Found[] {
  const byFile = new Map<string, string[]>();
  const found: Found[] = [];
  const here = tree.fleet.environments.filter((one) => one.place.id === place.id);
  for (const instance of here.flatMap((one) => one.instances)) {
    const { writeBack } = instance.updater;
    if (writeBack?.method !== 'git' || writeBack.file === undefined) continue;
    const { at, name, kind } = instance.resource;
    const others = byFile.get(writeBack.file) ?? [];
    byFile.set(writeBack.file, [...others, name]);
    if (others.length > 0 && kind !== 'ApplicationSet') {
      const message = `${name} is written back to ${writeBack.file}, as ${others.join(' and ')} is.`;
      found.push(finding('shared-write-back', message, at));
    }
    const misfit = misfitOf(instance, writeBack.target ?? '');
    if (misfit !== null) found.push(finding('write-back-impossible', `${name} is ${misfit}.`, at));
  }
  return found;
}

/** Where versions are written that Argo CD never reads, and what Image Updater refuses to write at all. */
export function writeBackTargetFindings(
  { application, manifest, view, cache, read }: Deployed,
  own: ReadCache,
): readonly Found[] {
  const key = `${annotationPrefix}write-back-target`;
  const settings = writeBackFromAnnotations(application.annotations);
  const target = settings?.gitConfig?.writeBackTarget;
  const isRead = view.configuredBy === 'annotations';
  if (settings === null || target === undefined || !isRead || application.spec === undefined) return [];
  const at = annotationAt(application, key);
  const resolved = resolveWriteBack(application, settings, 'argocd');
  if (resolved.isErr()) {
    if (resolved.error !== 'plain-kustomization') return [];
    const message = `Image Updater refuses to write to ${target}: write kustomization, or kustomization:<folder>.`;
    const meant = `kustomization:/${target.replace(/^\/+/, '').replace(/\/?[^/]*$/, '')}`;
    const repair = rewrittenAnnotation(application, key, [target, meant], own);
    return [finding('write-back-impossible', message, at, repair)];
  }
  const { method, target: file, kustomizeBase } = resolved.value;
  if (method !== 'git' || read.problems.length > 0 || read.charts.some((one) => !one.isWhole)) return [];
  const files = [
    ...read.charts.flatMap(({ valueFiles, chart }) => [...valueFiles, inFolder(chart ?? '', 'values.yaml')]),
  ];
  const isOverride = manifest.sources.some(({ path }) => file.startsWith(`${inFolder(path, '.argocd-source')}`));
  if (kustomizeBase !== null) {
    // that a chart has none is told by its kind
    if (read.charts.length > 0) return [];
    const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
    if (names.some((one) => Object.hasOwn(cache.snapshot.files, inFolder(kustomizeBase, one)))) return [];
    const message = `There is no kustomization in ${kustomizeBase === '' ? 'the root' : kustomizeBase}, where ${target} writes to.`;
    return [finding('write-back-impossible', message, at)];
  }
  const isValues = target.startsWith('helmvalues');
  if (isValues ? read.charts.length === 0 || files.includes(file) : isOverride) return [];
  const message = isValues
    ? `${file}, where new versions are written, is no value file of ${application.name}: Argo CD never reads them.`
    : `${file}, where new versions are written, is no .argocd-source file of the folder that ${application.name} deploys: Argo CD never reads them. For a value file write helmvalues:<file>.`;
  return [finding('write-back-unread', message, at)];
}

function inFolder(folder: string, file: string): string {
  const own = folder.replace(/^(?:\.\/)+|\/+$/g, '').replace(/^\.$/, '');
  return own === '' ? file : `${own}/${file}`;
}

function misfitOf(instance: Instance, target: string): string | null {
  const kinds = new Set(instance.images.flatMap((image) => image.pins.map((pin) => pin.kind)));
  const isHelm = [...kinds].some((kind) => kind.startsWith('helm-') || kind === 'chart-default');
  const isKustomize = kinds.has('kustomization-image') || kinds.has('application-kustomize-image');
  if (target.startsWith('kustomization') && isHelm && !isKustomize)
    return 'a Helm chart, and is written back to a kustomization';
  if (target.startsWith('helmvalues') && isKustomize && !isHelm)
    return 'a kustomization, and is written back to Helm values';
  return null;
}
