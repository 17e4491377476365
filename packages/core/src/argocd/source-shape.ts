/** The shape of an Application's source, as Argo CD 3.5.1 declares it. Fields that never matter for images are left out. */
export type Shape =
  | { readonly type: 'string' }
  | { readonly type: 'boolean' }
  /** Any JSON: `valuesObject`. */
  | { readonly type: 'raw' }
  /** Strings by any key. */
  | { readonly type: 'strings' }
  | { readonly type: 'list'; readonly of: Shape }
  | { readonly type: 'struct'; readonly name: string; readonly fields: Readonly<Record<string, Shape>> };

const text: Shape = { type: 'string' };
const flag: Shape = { type: 'boolean' };
const texts: Shape = { type: 'list', of: text };
const strings: Shape = { type: 'strings' };
const raw: Shape = { type: 'raw' };

function struct(name: string, fields: Readonly<Record<string, Shape>>): Shape {
  return { type: 'struct', name, fields };
}

function listOfStructs(name: string, fields: Readonly<Record<string, Shape>>): Shape {
  return { type: 'list', of: struct(name, fields) };
}

const selector = struct('KustomizeSelector', {
  group: text,
  version: text,
  kind: text,
  name: text,
  namespace: text,
  annotationSelector: text,
  labelSelector: text,
});

const jsonnetVariables = listOfStructs('JsonnetVar', { name: text, value: text, code: flag });

export const sourceShape = struct('ApplicationSource', {
  repoURL: text,
  path: text,
  targetRevision: text,
  chart: text,
  ref: text,
  name: text,
  tagPrefix: text,
  helm: struct('ApplicationSourceHelm', {
    valueFiles: texts,
    parameters: listOfStructs('HelmParameter', { name: text, value: text, forceString: flag }),
    releaseName: text,
    values: text,
    fileParameters: listOfStructs('HelmFileParameter', { name: text, path: text }),
    version: text,
    passCredentials: flag,
    ignoreMissingValueFiles: flag,
    skipCrds: flag,
    valuesObject: raw,
    namespace: text,
    kubeVersion: text,
    apiVersions: texts,
    skipTests: flag,
    skipSchemaValidation: flag,
  }),
  kustomize: struct('ApplicationSourceKustomize', {
    namePrefix: text,
    nameSuffix: text,
    images: texts,
    commonLabels: strings,
    version: text,
    commonAnnotations: strings,
    forceCommonLabels: flag,
    forceCommonAnnotations: flag,
    namespace: text,
    commonAnnotationsEnvsubst: flag,
    replicas: listOfStructs('KustomizeReplica', { name: text, count: raw }),
    patches: listOfStructs('KustomizePatch', { path: text, patch: text, target: selector, options: raw }),
    components: texts,
    ignoreMissingComponents: flag,
    labelWithoutSelector: flag,
    labelIncludeTemplates: flag,
    kubeVersion: text,
    apiVersions: texts,
  }),
  directory: struct('ApplicationSourceDirectory', {
    recurse: flag,
    jsonnet: struct('ApplicationSourceJsonnet', { extVars: jsonnetVariables, tlas: jsonnetVariables, libs: texts }),
    exclude: text,
    include: text,
  }),
  plugin: struct('ApplicationSourcePlugin', {
    name: text,
    env: listOfStructs('EnvEntry', { name: text, value: text }),
    parameters: listOfStructs('ApplicationSourcePluginParameter', {
      name: text,
      string: text,
      map: strings,
      array: texts,
    }),
  }),
});
