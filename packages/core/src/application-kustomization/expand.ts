import { expandApplicationSet } from '../application-set/index.js';
import { type ArgoApplication, toApplication } from '../argocd/application.js';
import { buildEnvironment } from '../argocd/build-environment.js';
import { type ReadCache, valuesAt } from '../argocd/files.js';
import { type KustomizeObject, kustomizeObjects } from '../argocd/kustomize.js';
import type { Origin } from '../argocd/origin.js';
import type { SourceContext } from '../argocd/source-context.js';
import { isNull, type MapValue, stringAt, toPlain, type Value } from '../argocd/value.js';
import type { Note, PinKind } from '../fleet/fleet.js';
import { type Kustomizations, type Overlay, overlaysOver } from './overlays.js';

/** The Applications that kustomizations make of others, and which of those are thereby no Applications of their own. */
export interface KustomizationExpansion {
  readonly applications: readonly ArgoApplication[];
  /** Whether what stands in this file under this name is a base, and not applied itself. */
  readonly isBase: (file: string, kind: 'Application' | 'ApplicationSet', name: string) => boolean;
  readonly notes: readonly Note[];
}

/** One resource of an overlay, before and after it was built. */
interface Built {
  readonly overlay: Overlay;
  readonly kind: 'Application' | 'ApplicationSet';
  readonly baseName: string;
  readonly baseFile: string;
  readonly name: string;
  readonly value: MapValue;
  readonly isChanged: boolean;
}

/**
 * Applications and ApplicationSets that stand in a base, as Kustomize builds them for each overlay: patched, and under
 * the overlay's prefix and suffix. What is applied as it is written is left where it stands, unless the overlays are
 * those of several environments.
 *
 * @param files those that hold Applications or ApplicationSets.
 * @param isEnvironment whether a word names an environment.
 */
export function expandApplicationKustomizations(
  files: ReadonlySet<string>,
  kustomizations: Kustomizations,
  cache: ReadCache,
  isEnvironment: (word: string) => boolean,
): KustomizationExpansion {
  const notes: Note[] = [];
  const built = overlaysOver(files, kustomizations, cache).flatMap((overlay) => build(overlay, cache, notes));
  const keyOf = (file: string, kind: string, name: string): string => JSON.stringify([file, kind, name]);
  const users = new Map<string, Built[]>();
  for (const one of built) {
    const key = keyOf(one.baseFile, one.kind, one.baseName);
    users.set(key, [...(users.get(key) ?? []), one]);
  }
  const tellsEnvironment = ({ overlay }: Built): boolean => overlay.folder.split('/').some(isEnvironment);
  const bases = new Map(
    [...users].filter(([, all]) => all.some((one) => one.isChanged) || all.filter(tellsEnvironment).length > 1),
  );
  const applications = [...bases.values()].flatMap((all) =>
    all.flatMap((one) => {
      const isNamedByBase = all.length === 1 && !tellsEnvironment(one);
      return applicationsOf(one, isNamedByBase ? one.baseFile : one.overlay.file, cache, notes);
    }),
  );
  return { applications, isBase: (file, kind, name) => bases.has(keyOf(file, kind, name)), notes };
}

function build(overlay: Overlay, cache: ReadCache, notes: Note[]): readonly Built[] {
  const said: Note[] = [];
  const objects = kustomizeObjects(contextOf(overlay, cache, said));
  if (objects.isErr()) {
    notes.push({
      kind: 'kustomization-of-applications',
      severity: 'warn',
      message: `The Applications of ${overlay.file} were read as their base has them: ${objects.error.message}`,
      at: objects.error.at,
    });
    return [];
  }
  return objects.value.flatMap((object) => builtOf(object, overlay, cache));
}

function builtOf({ value, names }: KustomizeObject, overlay: Overlay, cache: ReadCache): readonly Built[] {
  const kind = stringAt(value, ['kind']);
  const baseFile = value.origin?.file.path;
  const [baseName] = names;
  const name = names.at(-1);
  if (value.type !== 'map' || (kind !== 'Application' && kind !== 'ApplicationSet')) return [];
  if (!stringAt(value, ['apiVersion'])?.startsWith('argoproj.io/') || baseFile === undefined) return [];
  if (baseName === undefined || name === undefined || !overlay.holds.has(baseFile)) return [];
  const original = valuesAt(cache, baseFile, 'manifest-image')
    ?.unwrapOr([])
    .find((one) => stringAt(one, ['kind']) === kind && stringAt(one, ['metadata', 'name']) === baseName);
  const isChanged = name !== baseName || JSON.stringify(toPlain(original ?? null)) !== JSON.stringify(toPlain(value));
  return [{ overlay, kind, baseName, baseFile, name, value, isChanged }];
}

/** `file`: the one that tells this build from others. */
function applicationsOf(one: Built, file: string, cache: ReadCache, notes: Note[]): readonly ArgoApplication[] {
  const { overlay, kind, name, baseFile } = one;
  const identity = {
    name,
    namespace: stringAt(one.value, ['metadata', 'namespace']),
    file,
    document: 0,
    selector: {},
    at: { file, line: 1, column: 1 },
    template: baseFile,
  };
  const manifest = ofKind(one.value, kind === 'Application' ? 'helm-values' : 'application-set') as MapValue;
  if (kind === 'ApplicationSet') {
    const expansion = expandApplicationSet({ ...identity, manifest }, cache);
    notes.push(...expansion.notes);
    return expansion.applications;
  }
  return toApplication(manifest, { ...identity, applicationSet: null }).match(
    (application) => [application],
    ([first]) => {
      notes.push({
        kind: 'kustomization-of-applications',
        severity: 'warn',
        message: `${overlay.file} makes an Application that Argo CD refuses: ${first?.message ?? name}`,
        at: first?.at ?? identity.at,
      });
      return [];
    },
  );
}

/** Places inside an Application are told as such: what Kustomize knows of is the manifest alone. */
function ofKind(value: Value, kind: PinKind): Value {
  const origin = isNull(value) || value.origin === null ? value.origin : asKindInside(value.origin, kind);
  if (value.type === 'list') return { ...value, origin, items: value.items.map((item) => ofKind(item, kind)) };
  if (value.type === 'scalar') return { ...value, origin };
  return { ...value, origin, entries: new Map([...value.entries].map(([key, item]) => [key, ofKind(item, kind)])) };
}

/** A literal of a ConfigMap holds more than the version: what reads Applications does not know of that. */
function asKindInside(origin: Origin, kind: PinKind): Origin {
  return origin.kind === 'config-map-literal' ? { ...origin, kind, writable: false } : { ...origin, kind };
}

function contextOf(overlay: Overlay, cache: ReadCache, notes: Note[]): SourceContext {
  return {
    cache,
    top: '',
    folder: overlay.folder,
    elsewhere: false,
    environment: buildEnvironment({
      name: '',
      namespace: '',
      project: '',
      revision: cache.snapshot.commit ?? '',
      repository: '',
      path: overlay.folder,
      targetRevision: '',
    }),
    release: { name: '', namespace: '' },
    sources: [],
    isHere: () => true,
    at: { file: overlay.file, line: 1, column: 1 },
    notes,
  };
}
