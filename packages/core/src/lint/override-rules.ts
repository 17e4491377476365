import type { Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import type { Deployed } from './deployed.js';
import { type Found, finding } from './make.js';

/** `.argocd-source…` files that no Application reads: of another name, or in another folder than its source. */
export function overrideFindings(tree: Tree, place: Place, deployed: readonly Deployed[]): readonly Found[] {
  const { cache } = tree.at(place);
  const here = deployed.filter((one) => one.deploys.id === place.id);
  const read = new Set(here.flatMap((one) => one.read.overrides));
  return Object.keys(cache.snapshot.files).flatMap((path): readonly Found[] => {
    const [, folder = '', name = '', end] = /^(.*?)([^/]*)\.(ya?ml)$/.exec(path) ?? [];
    if (!/^\.argocd-source(?:-|$)/.test(name) || read.has(path)) return [];
    const at = { file: path, line: 1, column: 1 };
    if (end === 'yml')
      return [
        finding(
          'override-unread',
          `Argo CD reads ${name}.yaml, and no file that ends with .yml: what stands here changes nothing.`,
          at,
        ),
      ];
    const users = here.filter(({ manifest }) =>
      manifest.sources.some((one) => `${one.path.replace(/\/+$/, '')}/` === folder),
    );
    // a folder that nothing here deploys may be deployed from elsewhere, and what could not be read may read it
    if (users.length === 0 || users.some((one) => one.read.problems.length > 0 || one.manifest.name.includes('*')))
      return [];
    const wanted = users.map(({ manifest }) => `.argocd-source-${manifest.name}`);
    // whether the namespace stands in front depends on where Argo CD itself runs
    const isNamed = users.some(({ manifest: { name: own, namespace } }) =>
      [`.argocd-source-${own}`, `.argocd-source-${namespace}_${own}`].includes(name),
    );
    if (isNamed) return [];
    const message = `No Application reads this file: of this folder it would have to be .argocd-source.yaml or ${[...new Set(wanted)].sort().slice(0, 3).join('.yaml, ')}.yaml.`;
    return [finding('override-unread', message, at)];
  });
}
