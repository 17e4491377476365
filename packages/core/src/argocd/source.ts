import type { PinKind } from '../fleet/fleet.js';
import type { Decoded } from './decode.js';
import { asKind, type Origin } from './origin.js';
import type { Segment } from './segments.js';
import { type ScalarValue, scalar, type Value } from './value.js';

/** Where a setting of an Application's source was written: the Application itself, or an override file. */
export type SettingPlace = 'application' | 'override';

/** One text of a source, with the file and pointer it really comes from. */
export interface Setting {
  readonly text: string;
  readonly origin: Origin | null;
  /** Of a text that a template made of several: they, in order. */
  readonly parts?: readonly Segment[];
}

export interface HelmParameter {
  readonly name: Setting;
  readonly value: ScalarValue;
  readonly forceString: boolean;
}

export interface HelmFileParameter {
  readonly name: Setting;
  readonly path: Setting;
}

export interface HelmSettings {
  readonly valueFiles: readonly Setting[];
  readonly parameters: readonly HelmParameter[];
  readonly fileParameters: readonly HelmFileParameter[];
  /** `values`, a string of YAML. */
  readonly values: Setting | null;
  readonly valuesObject: Value | null;
  readonly ignoreMissingValueFiles: boolean;
  readonly skipTests: boolean;
  readonly releaseName: string;
  readonly namespace: string;
}

export interface KustomizeSettings {
  readonly images: readonly Setting[];
  readonly components: readonly Setting[];
  readonly ignoreMissingComponents: boolean;
  readonly patches: readonly KustomizePatchSetting[];
  readonly namePrefix: string;
  readonly nameSuffix: string;
}

export interface KustomizePatchSetting {
  readonly path: Setting | null;
  readonly patch: Setting | null;
  readonly target: Readonly<Record<string, string>> | null;
}

export interface DirectorySettings {
  readonly recurse: boolean;
  readonly include: string;
  readonly exclude: string;
  readonly jsonnet: boolean;
}

/** One source of an Application; `''` where a text is not given. */
export interface ApplicationSource {
  readonly repoUrl: string;
  readonly path: string;
  readonly targetRevision: string;
  /** `targetRevision` with its place. */
  readonly revision: Setting;
  readonly chart: string;
  readonly ref: string;
  readonly name: string;
  readonly helm: HelmSettings | null;
  readonly kustomize: KustomizeSettings | null;
  readonly directory: DirectorySettings | null;
  readonly plugin: { readonly name: string } | null;
  /** The whole source as decoded, for override files to be merged into. */
  readonly decoded: Decoded;
}

/** Reads the decoded structure of a source. */
export function toSource(decoded: Decoded): ApplicationSource {
  const helm = field(decoded, 'helm');
  const kustomize = field(decoded, 'kustomize');
  const directory = field(decoded, 'directory');
  const plugin = field(decoded, 'plugin');
  return {
    repoUrl: text(decoded, 'repoURL'),
    path: text(decoded, 'path'),
    targetRevision: text(decoded, 'targetRevision'),
    revision: setting(decoded, 'targetRevision'),
    chart: text(decoded, 'chart'),
    ref: text(decoded, 'ref'),
    name: text(decoded, 'name'),
    helm: helm === undefined ? null : toHelm(helm),
    kustomize: kustomize === undefined ? null : toKustomize(kustomize),
    directory:
      directory === undefined
        ? null
        : {
            recurse: flag(directory, 'recurse'),
            include: text(directory, 'include'),
            exclude: text(directory, 'exclude'),
            jsonnet: hasEntries(field(directory, 'jsonnet')),
          },
    plugin: plugin === undefined ? null : { name: text(plugin, 'name') },
    decoded,
  };
}

function toHelm(helm: Decoded): HelmSettings {
  const valuesObject = field(helm, 'valuesObject');
  return {
    valueFiles: settings(helm, 'valueFiles'),
    parameters: items(field(helm, 'parameters')).map((item) => ({
      name: setting(item, 'name'),
      value: withKind(leaf(item, 'value'), 'helm-parameter', 'override-parameter'),
      forceString: flag(item, 'forceString'),
    })),
    fileParameters: items(field(helm, 'fileParameters')).map((item) => ({
      name: setting(item, 'name'),
      path: setting(item, 'path'),
    })),
    values: text(helm, 'values') === '' ? null : setting(helm, 'values'),
    valuesObject: valuesObject?.type === 'raw' ? valuesObject.value : null,
    ignoreMissingValueFiles: flag(helm, 'ignoreMissingValueFiles'),
    skipTests: flag(helm, 'skipTests'),
    releaseName: text(helm, 'releaseName'),
    namespace: text(helm, 'namespace'),
  };
}

function toKustomize(kustomize: Decoded): KustomizeSettings {
  return {
    images: settings(kustomize, 'images').map(({ text: written, origin }) => ({
      text: written,
      origin: kindOf(origin, 'application-kustomize-image', 'override-kustomize-image'),
    })),
    components: settings(kustomize, 'components'),
    ignoreMissingComponents: flag(kustomize, 'ignoreMissingComponents'),
    patches: items(field(kustomize, 'patches')).map((item) => ({
      path: text(item, 'path') === '' ? null : setting(item, 'path'),
      patch: text(item, 'patch') === '' ? null : setting(item, 'patch'),
      target: targetOf(field(item, 'target')),
    })),
    namePrefix: text(kustomize, 'namePrefix'),
    nameSuffix: text(kustomize, 'nameSuffix'),
  };
}

function targetOf(target: Decoded | undefined): Readonly<Record<string, string>> | null {
  if (target?.type !== 'struct') return null;
  return Object.fromEntries([...target.fields.keys()].map((key) => [key, text(target, key)]));
}

/** Values written in an override file carry the kind `override-values` from the start; this tells the two apart. */
export function placeOf(origin: Origin | null): SettingPlace {
  return origin?.kind === 'override-values' ? 'override' : 'application';
}

function kindOf(origin: Origin | null, own: PinKind, override: PinKind): Origin | null {
  if (origin?.kind.startsWith('application-set') === true) return origin;
  return origin === null ? null : asKind(origin, placeOf(origin) === 'override' ? override : own);
}

function withKind(value: ScalarValue, own: PinKind, override: PinKind): ScalarValue {
  return { ...value, origin: kindOf(value.origin, own, override) };
}

function field(decoded: Decoded | undefined, name: string): Decoded | undefined {
  return decoded?.type === 'struct' ? decoded.fields.get(name) : undefined;
}

function leaf(decoded: Decoded, name: string): ScalarValue {
  const found = field(decoded, name);
  return found?.type === 'leaf' ? found.value : scalar('');
}

function text(decoded: Decoded, name: string): string {
  return String(leaf(decoded, name).value ?? '');
}

function flag(decoded: Decoded, name: string): boolean {
  return leaf(decoded, name).value === true;
}

function setting(decoded: Decoded, name: string): Setting {
  const { origin, parts } = leaf(decoded, name);
  return { text: text(decoded, name), origin, ...(parts === undefined ? {} : { parts }) };
}

function settings(decoded: Decoded, name: string): Setting[] {
  return items(field(decoded, name)).flatMap((item) =>
    item.type === 'leaf' ? [{ text: String(item.value.value ?? ''), origin: item.value.origin }] : [],
  );
}

function items(decoded: Decoded | undefined): readonly Decoded[] {
  return decoded?.type === 'list' ? decoded.cells.slice(0, decoded.length) : [];
}

function hasEntries(decoded: Decoded | undefined): boolean {
  return decoded?.type === 'struct' && [...decoded.fields.values()].some((one) => items(one).length > 0);
}

/** True where the structure says nothing that Argo CD would take for a choice of tool; see {@link toNormalizedSource}. */
export function isEmptySetting(decoded: Decoded): boolean {
  switch (decoded.type) {
    case 'leaf':
      return decoded.value.value === '' || decoded.value.value === false;
    case 'raw':
      return false;
    case 'list':
      return decoded.length === 0;
    case 'struct':
      return [...decoded.fields.values()].every((one) => isEmptySetting(one));
  }
}

/**
 * The source as Argo CD's controller normalizes a single one: `helm`, `kustomize` and `directory` that say nothing are
 * dropped, so that they choose no tool. Several sources are not normalized (Argo CD 3.5.1).
 */
export function toNormalizedSource(decoded: Decoded): ApplicationSource {
  if (decoded.type !== 'struct') return toSource(decoded);
  const fields = new Map(decoded.fields);
  for (const name of ['helm', 'kustomize', 'directory']) {
    const tool = fields.get(name);
    if (tool !== undefined && isEmptySetting(tool)) fields.delete(name);
  }
  return toSource({ type: 'struct', fields });
}
