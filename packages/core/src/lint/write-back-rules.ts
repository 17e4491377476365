import type { Instance, Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import { type Found, finding } from './make.js';

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
