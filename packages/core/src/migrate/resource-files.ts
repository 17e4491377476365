import { type GitOpsError, problem } from '../errors/error.js';
import type { Place } from '../fleet/fleet.js';
import type { UpdaterResource } from '../image-updater/index.js';
import type { Snapshot } from '../model.js';
import { err, type Result } from '../result.js';
import type { YamlEdit } from '../yaml/edit-types.js';
import { editYaml } from '../yaml/index.js';
import type { DocumentSelector, Path } from '../yaml/node.js';
import type { Candidate } from './candidates.js';
import type { ContentMap } from './entry.js';

/** Where the entries of some applications go: one resource for each environment and namespace of a place. */
export interface ResourceFile {
  readonly place: Place;
  readonly path: string;
  readonly name: string;
  readonly namespace: string | null;
  /** The resource where it is there already; null for a new file. */
  readonly existing: UpdaterResource | null;
}

/** Finds or names the resource of a candidate. One of the same name and namespace is taken, wherever it stands. */
export function resourceFileOf(
  { place, environment, application, resources, siblings }: Candidate,
  out: string | null,
): ResourceFile {
  const { namespace } = application;
  const name = ['image-updater', ...(environment === null ? [] : [environment.name])]
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const existing = resources.find(({ resource }) => resource.name === name && resource.namespace === namespace) ?? null;
  const fill = (template: string) =>
    template.replaceAll('{environment}', environment?.name ?? 'none').replaceAll('{namespace}', namespace ?? 'none');
  const folder = commonFolder(siblings.map((one) => one.file));
  const path =
    existing?.file ??
    (out === null ? `${folder === '' ? '' : `${folder}/`}${fileNameOf(name, siblings, namespace)}` : fill(out));
  return { place, path, name, namespace, existing };
}

function fileNameOf(name: string, siblings: Candidate['siblings'], namespace: string | null): string {
  const isOne = siblings.every((one) => one.namespace === namespace);
  return `${name}${isOne || namespace === null ? '' : `-${namespace}`}.yaml`;
}

/** The deepest folder that holds all of these files; empty for the root. */
function commonFolder(files: readonly string[]): string {
  const [first = [], ...others] = files.map((file) => file.split('/').slice(0, -1));
  const length = others.reduce((shared, steps) => {
    const differs = first.findIndex((step, index) => index >= shared || steps[index] !== step);
    return differs === -1 ? Math.min(shared, first.length) : Math.min(shared, differs);
  }, first.length);
  return first.slice(0, length).join('/');
}

/** The address of an entry of a resource. */
export function entryPath(name: string): Path {
  return ['spec', 'applicationRefs', { where: { namePattern: name } }];
}

/** How the resource of a file is addressed: also once it is written. */
export function documentOf({ existing, name, namespace }: ResourceFile): DocumentSelector {
  return existing?.document ?? { kind: 'ImageUpdater', name, ...(namespace === null ? {} : { namespace }) };
}

/** The text of a new file; an error where something stands at its path, or its entries cannot be written. */
export function newResourceText(
  file: ResourceFile,
  entries: readonly ContentMap[],
  snapshot: Snapshot,
): Result<string, GitOpsError> {
  if (snapshot.files[file.path] !== undefined) {
    return err(
      problem(
        'already-there',
        `${file.path} is there already, and is not the resource ImageUpdater/${file.name}.`,
        'Name another file: --out <file>, where {environment} stands for the environment.',
        { at: { file: file.path, line: 1, column: 1 } },
      ),
    );
  }
  const text = [
    'apiVersion: argocd-image-updater.argoproj.io/v1alpha1',
    'kind: ImageUpdater',
    'metadata:',
    `  name: ${file.name}`,
    ...(file.namespace === null ? [] : [`  namespace: ${file.namespace}`]),
    '',
  ].join('\n');
  const edits = entries.map(
    (entry): YamlEdit => ({ at: { document: {}, path: entryPath(String(entry['namePattern'])) }, insert: entry }),
  );
  return editYaml(text, edits, { file: file.path }).map((edited) => edited.text);
}

/** The edits that put an entry into a resource that is there; of an entry with `useAnnotations` they make a full one. */
export function entryEdits(document: DocumentSelector, entry: ContentMap, standing: boolean): readonly YamlEdit[] {
  const name = String(entry['namePattern']);
  const path = entryPath(name);
  if (!standing) return [{ at: { document, path }, insert: entry }];
  const { namePattern: _name, imagesVerification: _stays, ...fields } = entry;
  return [
    { at: { document, path: [...path, 'useAnnotations'] }, replace: 'false' },
    ...Object.entries(fields).map(
      ([key, value]): YamlEdit => ({ at: { document, path: [...path, key] }, insert: value }),
    ),
  ];
}
