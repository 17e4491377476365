import type { Fleet, Place } from '../fleet/fleet.js';
import { snapshotAt, type WantedEdit } from '../plan/assemble.js';
import { nodeAt, readYaml, type YamlFile } from '../yaml/index.js';
import type { Pointer } from '../yaml/node.js';

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * A kustomization in the folder of a new file decides what Argo CD applies there: the edit that lists the file in it.
 * `unlisted` where it cannot be edited; null where there is no kustomization.
 */
export function listedIn(fleet: Fleet, place: Place, path: string): WantedEdit | 'unlisted' | null {
  const { files } = snapshotAt(fleet, place);
  const slash = path.lastIndexOf('/') + 1;
  const [folder, own] = [path.slice(0, slash), path.slice(slash)];
  const file = names.map((name) => `${folder}${name}`).find((one) => files[one] !== undefined);
  if (file === undefined) return null;
  const at = readYaml(files[file] ?? '', file)
    .map((read) => endOfResources(read))
    .unwrapOr(null);
  if (at === null) return 'unlisted';
  return {
    place,
    file,
    edit: { at, insert: own },
    before: null,
    after: own,
    why: 'Argo CD applies what the kustomization lists',
  };
}

/** The place after the last resource; null where there is no list of them. */
function endOfResources({ documents }: YamlFile): Pointer | null {
  const [document] = documents;
  if (document === undefined || documents.length !== 1) return null;
  const list = nodeAt(document, ['resources']);
  if (list?.type !== 'list') return null;
  return { document: {}, path: ['resources', list.items.length] };
}
